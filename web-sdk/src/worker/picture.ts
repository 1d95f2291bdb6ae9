/** A whole picture, upright, from which smaller ones are made. */

import type { BoundingBox } from '../contract.js'
import type { Pixels } from '../engine.js'
import { fitted, turned, type Size, type Turn } from './geometry.js'
import type { Easel } from './pixels.js'

/** A picture in memory. Whoever opens it closes it. */
export interface Picture extends Size {
  /** All of it, shrunk until the long side is about `longSidePx`. */
  view(longSidePx: number): Pixels
  /** `part` of it, turned, then shrunk until the long side is about `longSidePx`. */
  cut(part: BoundingBox, turn: Turn, longSidePx: number): Pixels
  /** Frees the memory. */
  close(): void
}

/** A picture that the browser has decoded. */
export class BitmapPicture implements Picture {
  readonly widthPx: number
  readonly heightPx: number
  readonly #bitmap: ImageBitmap
  readonly #easel: Easel

  constructor(bitmap: ImageBitmap, easel: Easel) {
    this.widthPx = bitmap.width
    this.heightPx = bitmap.height
    this.#bitmap = bitmap
    this.#easel = easel
  }

  view(longSidePx: number): Pixels {
    return this.cut({ x: 0, y: 0, width: this.widthPx, height: this.heightPx }, 0, longSidePx)
  }

  cut(part: BoundingBox, turn: Turn, longSidePx: number): Pixels {
    const { x, y, width, height } = part
    const lying = fitted({ widthPx: width, heightPx: height }, longSidePx)
    const standing = turned(turn, lying)
    return this.#easel.paint(standing, (context) => {
      context.imageSmoothingQuality = 'high'
      context.setTransform(...matrix(turn, lying))
      context.drawImage(this.#bitmap, x, y, width, height, 0, 0, lying.widthPx, lying.heightPx)
    })
  }

  close(): void {
    this.#bitmap.close()
  }
}

/** Canvas matrix of a turn; whole numbers, so that pixels stay on pixels. */
function matrix(turn: Turn, { widthPx, heightPx }: Size): [number, number, number, number, number, number] {
  switch (turn) {
    case 0: return [1, 0, 0, 1, 0, 0]
    case 90: return [0, 1, -1, 0, heightPx, 0]
    case 180: return [-1, 0, 0, -1, widthPx, heightPx]
    case 270: return [0, -1, 1, 0, 0, widthPx]
  }
}
