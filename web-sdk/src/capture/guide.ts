/** Draws the guide over the camera's picture: the oval or the card, what is dimmed around it, and the ring of progress. */

import type { BoundingBox } from '../contract.js'
import type { CaptureRole } from '../options.js'
import { svg } from './dom.js'
import { SHAPES } from './shape.js'

const CARD_RADIUS = 14

/** The guide of one photo. */
export class Guide {
  readonly root: SVGSVGElement
  readonly #ring: SVGPathElement

  constructor(role: CaptureRole) {
    const { view, outline } = SHAPES[role]
    const line = role === 'selfie' ? oval(outline) : card(outline)
    // Far beyond the drawing, so that a stage of another aspect is dimmed to its edges.
    const surroundings = 'M-2000-2000h5000v5000h-5000z'
    this.#ring = svg('path', { class: 'ring', d: line, pathLength: 1, 'stroke-dasharray': '1 1', 'stroke-dashoffset': 1 })
    const viewBox = `0 0 ${view.width} ${view.height}`
    this.root = svg('svg', { class: 'guide', part: 'guide', viewBox, 'aria-hidden': 'true', focusable: 'false' },
      svg('path', { class: 'dim', d: `${surroundings}${line}`, 'fill-rule': 'evenodd' }),
      svg('path', { class: 'ground', d: line }),
      role === 'selfie' ? faceFigure(outline) : cardFigure(outline),
      svg('path', { class: 'shade', d: line }),
      svg('path', { class: 'outline', d: line }),
      this.#ring)
  }

  /** Shows how much of the hold is over, 0 to 1. */
  setProgress(share: number): void {
    this.#ring.setAttribute('stroke-dashoffset', String(1 - Math.min(1, share)))
  }
}

/** From the top, clockwise, so that the ring grows like a clock's hand. */
function oval({ x, y, width, height }: BoundingBox): string {
  const radii = `${width / 2} ${height / 2}`
  return `M${x + width / 2} ${y}a${radii} 0 0 1 0 ${height}a${radii} 0 0 1 0 ${-height}z`
}

function card({ x, y, width, height }: BoundingBox, radius = CARD_RADIUS): string {
  const [across, down, r] = [width - 2 * radius, height - 2 * radius, radius]
  return `M${x + width / 2} ${y}h${across / 2}a${r} ${r} 0 0 1 ${r} ${r}v${down}a${r} ${r} 0 0 1 ${-r} ${r}`
    + `h${-across}a${r} ${r} 0 0 1 ${-r} ${-r}v${-down}a${r} ${r} 0 0 1 ${r} ${-r}z`
}

/** A calm face: for the picture before the camera opens. */
function faceFigure({ x, y, width, height }: BoundingBox): SVGGElement {
  const at = (across: number, down: number) => `${x + width * across} ${y + height * down}`
  return svg('g', { class: 'figure' },
    svg('path', { d: `M${at(0.33, 0.43)}h.01M${at(0.67, 0.43)}h.01`, class: 'dots' }),
    svg('path', { d: `M${at(0.5, 0.46)}l-6 34h12` }),
    svg('path', { d: `M${at(0.35, 0.72)}q28 24 57 0` }))
}

/** Lines of text and, where the KTP has it, the portrait: also shown over the live picture, as a hint of what goes where. */
function cardFigure({ x, y, width, height }: BoundingBox): SVGGElement {
  const portrait = { x: x + width * 0.715, y: y + height * 0.24, width: width * 0.235, height: height * 0.5 }
  const [centre, top] = [portrait.x + portrait.width / 2, portrait.y]
  const lines = [0.3, 0.42, 0.54, 0.66].map((down, row) =>
    `M${x + width * 0.07} ${y + height * down}h${width * (row % 2 ? 0.38 : 0.52)}`)
  return svg('g', { class: 'figure' },
    svg('path', { class: 'lines', d: lines.join('') }),
    svg('path', { class: 'lines', d: `M${x + width * 0.07} ${y + height * 0.14}h${width * 0.3}` }),
    svg('path', { class: 'portrait', d: card(portrait, 8) }),
    svg('path', { class: 'portrait', d: `M${centre} ${top + 24}a17 20 0 0 1 0 40a17 20 0 0 1 0 -40z` }),
    svg('path', { class: 'portrait', d: `M${centre - 30} ${top + 105}c3 -22 14 -31 30 -31s27 9 30 31` }))
}
