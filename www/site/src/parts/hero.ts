/** Two faces and the line between them, drawn: no picture of anybody. */

import { svg } from '../dom.js'

/** A card with a portrait, and a phone with a selfie. */
export function heroPicture(): SVGSVGElement {
  return svg('svg', { class: 'hero-picture', viewBox: '0 0 360 220', 'aria-hidden': 'true' },
    svg('rect', { class: 'sheet', x: 8, y: 56, width: 186, height: 118, rx: 14 }),
    svg('rect', { class: 'tint', x: 24, y: 76, width: 60, height: 76, rx: 8 }),
    face(54, 112, 0.62),
    svg('path', { class: 'line', d: 'M102 84h72M102 102h56M102 120h72M102 138h40' }),
    svg('path', { class: 'thread', d: 'M84 118C120 176 200 176 238 118' }),
    svg('rect', { class: 'sheet', x: 226, y: 12, width: 106, height: 196, rx: 20 }),
    svg('rect', { class: 'tint', x: 238, y: 32, width: 82, height: 142, rx: 12 }),
    face(279, 96, 0.82),
    svg('path', { class: 'frame', d: 'M248 60v-8a8 8 0 0 1 8-8h8M294 44h8a8 8 0 0 1 8 8v8M310 146v8a8 8 0 0 1-8 8h-8M264 162h-8a8 8 0 0 1-8-8v-8' }),
    svg('circle', { class: 'seal', cx: 170, cy: 166, r: 21 }),
    svg('path', { class: 'tick', d: 'M161 166.5l6.5 6.5 12-13' }))
}

function face(x: number, y: number, size: number): SVGGElement {
  return svg('g', { class: 'face', transform: `translate(${x} ${y}) scale(${size})` },
    svg('ellipse', { cx: 0, cy: -6, rx: 20, ry: 25 }),
    svg('path', { d: 'M-34 52c2-20 14-30 34-30s32 10 34 30' }))
}
