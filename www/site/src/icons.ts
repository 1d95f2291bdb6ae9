/** Line icons and the logo, drawn here: the page loads no picture. */

import { svg } from './dom.js'

const PATHS = {
  check: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  question: 'M9.2 9.2a2.9 2.9 0 1 1 4.3 2.6c-.9.5-1.5 1.2-1.5 2.2M12 17.5v.01',
  person: 'M12 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM5 19.5c.6-3.5 3.4-5.5 7-5.5s6.4 2 7 5.5',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z',
  card: 'M4.5 5.5h15a1.5 1.5 0 0 1 1.5 1.5v10a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17V7a1.5 1.5 0 0 1 1.5-1.5ZM6.5 15.5c.3-1.5 1.3-2.3 2.7-2.3s2.4.8 2.7 2.3M9.2 11.2a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM14.5 9.5H18M14.5 12.5H18',
  sun: 'M12 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM12 2.5v1.5M12 20v1.5M2.5 12H4M20 12h1.5M5.3 5.3l1 1M17.7 17.7l1 1M18.7 5.3l-1 1M6.3 17.7l-1 1',
  moon: 'M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7Z',
  screen: 'M4.5 4.5h15A1.5 1.5 0 0 1 21 6v9a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 15V6a1.5 1.5 0 0 1 1.5-1.5ZM8.5 20h7M12 16.5V20',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 11v5.5M12 7.8v.01',
  arrow: 'M5 12h14M13.5 6.5 19 12l-5.5 5.5',
  back: 'M19 12H5M10.5 6.5 5 12l5.5 5.5',
  warning: 'M12 4 2.8 19.5h18.4L12 4ZM12 10v4.5M12 17v.01',
  device: 'M8 2.5h8A1.5 1.5 0 0 1 17.5 4v16a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 20V4A1.5 1.5 0 0 1 8 2.5ZM11 18.5h2',
  scale: 'M3 16h18M6 16v-2.5M10 16v-4M14 16v-2.5M18 16v-4M12 8.5 9.5 5h5L12 8.5Z',
  bin: 'M4.5 6.5h15M9.5 6.5V4.5h5v2M6.5 6.5l.8 12.6a1.5 1.5 0 0 0 1.5 1.4h6.4a1.5 1.5 0 0 0 1.5-1.4l.8-12.6M10.2 10.5v6M13.8 10.5v6',
} as const

/** An icon's name. */
export type IconName = keyof typeof PATHS

/** An icon. It says nothing to a screen reader: the text beside it does. */
export function icon(name: IconName): SVGSVGElement {
  return svg('svg', { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true' }, svg('path', { d: PATHS[name] }))
}

/** A face in a frame. */
export function logo(): SVGSVGElement {
  return svg('svg', { class: 'logo', viewBox: '0 0 32 32', 'aria-hidden': 'true' },
    svg('rect', { width: 32, height: 32, rx: 9 }),
    svg('path', { d: 'M9 12.5V11a2 2 0 0 1 2-2h1.5M19.5 9H21a2 2 0 0 1 2 2v1.5M23 19.5V21a2 2 0 0 1-2 2h-1.5M12.5 23H11a2 2 0 0 1-2-2v-1.5' }),
    svg('circle', { cx: 16, cy: 14, r: 2.6 }),
    svg('path', { d: 'M11.7 20.3a4.4 4.4 0 0 1 8.6 0' }))
}
