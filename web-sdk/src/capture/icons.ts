/** Line icons on a grid of 24, drawn for this element. They repeat what the text beside them says. */

import type { Hint } from './hints.js'
import { svg } from './dom.js'

const PATHS = {
  camera: ['M4 8h3l1.6-2.4h6.8L17 8h3v11H4z', 'M12 16.6a3.4 3.4 0 1 0 0-6.8a3.4 3.4 0 0 0 0 6.8z'],
  cameraOff: ['M4 8h2M10 5.6h5.4L17 8h3v9', 'M17.5 19H4V8', 'M9.2 11.4a3.4 3.4 0 0 0 4.7 4.7', 'M3.5 3.5l17 17'],
  photo: ['M4 5h16v14H4z', 'M4 16l4.5-4.5l4 4l2.5-2.5l5 4.5', 'M15.6 9.4h.01'],
  photoOff: ['M8 5h12v12', 'M18 19H4V5', 'M4 16l4.5-4.5l4 4', 'M3.5 3.5l17 17'],
  pause: ['M9 6v12', 'M15 6v12'],
  check: ['M5 12.5l4.6 4.6L19 7.5'],
  warning: ['M12 4.2L3.2 19.5h17.6z', 'M12 10v4.4', 'M12 16.9h.01'],
  face: [
    'M12 3.5c4 0 6.2 3 6.2 7c0 4.6-2.8 9.5-6.2 9.5s-6.2-4.9-6.2-9.5c0-4 2.2-7 6.2-7z', 'M9.6 10.6h.01',
    'M14.4 10.6h.01', 'M9.8 14.6c1.3 1.2 3.1 1.2 4.4 0',
  ],
  faces: [
    'M9 12a3.2 3.2 0 1 0 0-6.4a3.2 3.2 0 0 0 0 6.4z', 'M3.5 18.6c.6-2.9 2.8-4.4 5.5-4.4s4.9 1.5 5.5 4.4',
    'M15.6 6a3 3 0 0 1 0 5.6', 'M17.2 14.6c1.8.6 3 1.9 3.4 4',
  ],
  nearer: ['M14 10l6-6', 'M14 5v5h5', 'M10 14l-6 6', 'M10 19v-5H5'],
  farther: ['M14 10l6-6', 'M15 4h5v5', 'M10 14l-6 6', 'M9 20H4v-5'],
  centre: ['M12 3v5', 'M12 16v5', 'M3 12h5', 'M16 12h5', 'M12 12h.01'],
  light: [
    'M12 16a4 4 0 1 0 0-8a4 4 0 0 0 0 8z', 'M12 2.8v1.8', 'M12 19.4v1.8', 'M2.8 12h1.8', 'M19.4 12h1.8',
    'M5.5 5.5l1.3 1.3', 'M17.2 17.2l1.3 1.3', 'M5.5 18.5l1.3-1.3', 'M17.2 6.8l1.3-1.3',
  ],
  steady: ['M8.5 4h7v16h-7z', 'M5.2 8.5v7', 'M18.8 8.5v7', 'M2.4 10.5v3', 'M21.6 10.5v3'],
  turn: ['M19.5 12a7.5 7.5 0 1 1-2.4-5.5', 'M19.8 3.4v4.2h-4.2'],
} satisfies Record<string, string[]>

/** An icon's name. */
export type IconName = keyof typeof PATHS

/** The icon beside a hint. */
export const HINT_ICONS: Record<Hint, IconName> = {
  no_face: 'face', several_faces: 'faces', cut_off: 'centre', too_small: 'nearer', too_close: 'farther',
  off_centre: 'centre', too_dark: 'light', too_bright: 'light', glare: 'light', uneven_light: 'light',
  low_contrast: 'light', blurred: 'steady', turned: 'turn', tilted_up_down: 'turn', tilted: 'turn',
  hold: 'check', ready: 'check',
}

/** A drawn icon, hidden from screen readers. */
export function icon(name: IconName): SVGSVGElement {
  return svg('svg', { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' },
    ...PATHS[name].map((d) => svg('path', { d })))
}
