/** Draws what the detector sees over the live picture: the face's box and its five landmarks. */

import type { BoundingBox, Point } from '../contract.js'
import type { Detection } from '../options.js'
import { svg } from './dom.js'

/** The drawing; as large as the picture, in the pixels of the frame that was looked at. */
export class Overlay {
  readonly root = svg('svg', {
    class: 'overlay', part: 'overlay', 'aria-hidden': 'true', focusable: 'false', preserveAspectRatio: 'none',
  })
  readonly #lines = [svg('path', { class: 'shade' }), svg('path', { class: 'box' })]
  readonly #dots = [svg('path', { class: 'shade dots' }), svg('path', { class: 'dots' })]

  constructor() {
    this.root.append(...this.#lines, ...this.#dots)
    this.show(undefined)
  }

  /** Whether it is drawn as in a mirror, like the picture below it. */
  set isMirrored(isMirrored: boolean) {
    this.root.toggleAttribute('data-mirrored', isMirrored)
  }

  /** Shows the main face of a look, or nothing. */
  show(detection: Detection | undefined): void {
    this.root.toggleAttribute('hidden', !detection?.face)
    if (!detection?.face) return
    const { widthPx, heightPx, face } = detection
    this.root.setAttribute('viewBox', `0 0 ${widthPx} ${heightPx}`)
    for (const line of this.#lines) line.setAttribute('d', boxPath(face.box))
    for (const dots of this.#dots) dots.setAttribute('d', face.landmarks.map(dotPath).join(''))
  }
}

/** A box as an SVG path. */
export function boxPath({ x, y, width, height }: BoundingBox): string {
  return `M${rounded(x)} ${rounded(y)}h${rounded(width)}v${rounded(height)}h${rounded(-width)}z`
}

/** A line of no length: its round ends make a dot, which stays round in a drawing of another aspect. */
export function dotPath({ x, y }: Point): string {
  return `M${rounded(x)} ${rounded(y)}h0`
}

/** A tenth of a pixel is finer than any screen. */
function rounded(value: number): number {
  return Math.round(value * 10) / 10
}
