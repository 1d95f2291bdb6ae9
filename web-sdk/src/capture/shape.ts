/** Where the guide is, and which part of the camera's picture the applicant sees. Pure geometry. */

import type { BoundingBox } from '../contract.js'
import type { CaptureRole } from '../options.js'

/** A size, in any unit. */
export interface Size {
  width: number
  height: number
}

/** A guide, in the units of its own drawing. */
export interface Shape {
  /** The drawing's size; the stage has the same aspect. */
  view: Size
  /** The box around the oval or the card. */
  outline: BoundingBox
}

/** ISO/IEC 7810 ID-1, the size of a KTP: 85.60 mm by 53.98 mm. */
export const CARD_ASPECT = 85.6 / 53.98

const CARD_WIDTH = 360

/** The guides: an upright oval for a face, a card for a card. */
export const SHAPES: Record<CaptureRole, Shape> = {
  selfie: { view: { width: 300, height: 400 }, outline: { x: 54, y: 50, width: 192, height: 262 } },
  id_portrait: {
    view: { width: 400, height: 272 },
    outline: { x: 20, y: 22.5, width: CARD_WIDTH, height: CARD_WIDTH / CARD_ASPECT },
  },
}

/** The pixels of a picture that a box of another aspect shows, as `object-fit: cover` does. */
export function visiblePart(picture: Size, box: Size): BoundingBox {
  if (box.width <= 0 || box.height <= 0) return { x: 0, y: 0, ...picture }
  const scale = Math.min(picture.width / box.width, picture.height / box.height)
  const width = Math.min(picture.width, Math.round(box.width * scale))
  const height = Math.min(picture.height, Math.round(box.height * scale))
  return {
    x: Math.floor((picture.width - width) / 2), y: Math.floor((picture.height - height) / 2), width, height,
  }
}

/** The guide's box in the pixels of the part that is shown. */
export function outlineIn(shape: Shape, shown: Size): BoundingBox {
  const { view, outline } = shape
  const scale = Math.min(shown.width / view.width, shown.height / view.height)
  return {
    x: (shown.width - view.width * scale) / 2 + outline.x * scale,
    y: (shown.height - view.height * scale) / 2 + outline.y * scale,
    width: outline.width * scale,
    height: outline.height * scale,
  }
}
