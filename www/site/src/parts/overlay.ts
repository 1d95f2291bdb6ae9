/** A photo, or the face in it, with what was found drawn over it. */

import type { BoundingBox, Point } from '@facematch/web'
import { svg } from '../dom.js'
import type { Say } from '../language.js'

/** A photo and what was found in it. */
export interface Marked {
  url: string
  widthPx: number
  heightPx: number
  face?: { box: BoundingBox, landmarks: readonly Point[] }
}

/** Room around the face, as a share of its longer side. */
const ROOM = 0.28

/** The whole photo. */
export function wholePhoto(photo: Marked, label: Say): SVGSVGElement {
  return picture(photo, { x: 0, y: 0, width: photo.widthPx, height: photo.heightPx }, label)
}

/** A square around the face, so that two photos of any size can be compared; the whole photo where there is no face. */
export function facePhoto(photo: Marked, label: Say): SVGSVGElement {
  if (!photo.face) return wholePhoto(photo, label)
  const { x, y, width, height } = photo.face.box
  const side = Math.min(Math.max(width, height) * (1 + 2 * ROOM), photo.widthPx, photo.heightPx)
  const left = within(x + width / 2 - side / 2, photo.widthPx - side)
  const top = within(y + height / 2 - side / 2, photo.heightPx - side)
  return picture(photo, { x: left, y: top, width: side, height: side }, label)
}

function within(value: number, most: number): number {
  return Math.min(Math.max(0, value), most)
}

function picture({ url, widthPx, heightPx, face }: Marked, view: BoundingBox, label: Say): SVGSVGElement {
  const unit = Math.max(view.width, view.height) / 100
  return svg('svg', {
    class: 'photo', role: 'img', 'aria-label': label, viewBox: [view.x, view.y, view.width, view.height].join(' '),
  },
  svg('image', { href: url, width: widthPx, height: heightPx, preserveAspectRatio: 'none' }),
  face && marks(face, unit))
}

/** A box with a light and a dark line, so that it is seen on any photo; a dot for each landmark. */
function marks({ box, landmarks }: NonNullable<Marked['face']>, unit: number): SVGGElement {
  const rect = (name: string, width: number) => svg('rect', {
    class: name, x: box.x, y: box.y, width: box.width, height: box.height, rx: 2 * unit, 'stroke-width': width * unit, pathLength: 100,
  })
  const dots = landmarks.map(({ x, y }) => svg('circle', { class: 'dot', cx: x, cy: y, r: 1.5 * unit, 'stroke-width': 0.6 * unit }))
  return svg('g', { class: 'marks' }, rect('shade', 2.2), rect('box', 1.2), ...dots)
}
