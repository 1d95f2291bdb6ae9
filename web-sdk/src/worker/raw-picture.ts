/** A picture that our own decoder has decoded, for browsers whose decoder or canvas is of no use. */

import type { BoundingBox } from '../contract.js'
import type { Pixels } from '../engine.js'
import { turned, turning, type Turn } from './geometry.js'
import type { Picture } from './picture.js'

/** Pixels in memory. Shrinks by whole steps only, so its pictures are up to twice as large as was asked. */
export class RawPicture implements Picture {
  readonly widthPx: number
  readonly heightPx: number
  readonly #pixels: Pixels

  constructor(pixels: Pixels) {
    this.widthPx = pixels.widthPx
    this.heightPx = pixels.heightPx
    this.#pixels = pixels
  }

  view(longSidePx: number): Pixels {
    return this.cut({ x: 0, y: 0, width: this.widthPx, height: this.heightPx }, 0, longSidePx)
  }

  cut(part: BoundingBox, turn: Turn, longSidePx: number): Pixels {
    const step = Math.max(1, Math.floor(Math.max(part.width, part.height) / longSidePx))
    return turnedPixels(averaged(this.#pixels, part, step), turn)
  }

  close(): void {}
}

/** `part`, each pixel the mean of `step` times `step` of the source. What is left at the edges is dropped. */
function averaged({ rgba, widthPx }: Pixels, part: BoundingBox, step: number): Pixels {
  const steps = (px: number) => Math.max(1, Math.floor(px / step))
  const size = { widthPx: steps(part.width), heightPx: steps(part.height) }
  const stepY = Math.min(step, part.height)
  const stepX = Math.min(step, part.width)
  const out = new Uint8ClampedArray(size.widthPx * size.heightPx * 4)
  for (let y = 0; y < size.heightPx; y += 1) {
    for (let x = 0; x < size.widthPx; x += 1) {
      const from = ((part.y + y * step) * widthPx + part.x + x * step) * 4
      const to = (y * size.widthPx + x) * 4
      for (let channel = 0; channel < 4; channel += 1) {
        out[to + channel] = mean(rgba, from + channel, widthPx * 4, stepX, stepY)
      }
    }
  }
  return { rgba: out, ...size }
}

function mean(rgba: Uint8ClampedArray, from: number, stride: number, columns: number, rows: number): number {
  let sum = 0
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) sum += rgba[from + row * stride + column * 4] ?? 0
  }
  return sum / (columns * rows)
}

function turnedPixels(pixels: Pixels, turn: Turn): Pixels {
  if (turn === 0) return pixels
  const size = turned(turn, pixels)
  const from = new Uint32Array(pixels.rgba.buffer)
  const to = new Uint32Array(from.length)
  const move = turning(turn, pixels)
  for (let y = 0; y < pixels.heightPx; y += 1) {
    for (let x = 0; x < pixels.widthPx; x += 1) {
      // Centres of pixels move to centres of pixels.
      const at = move({ x: x + 0.5, y: y + 0.5 })
      to[Math.floor(at.y) * size.widthPx + Math.floor(at.x)] = from[y * pixels.widthPx + x] ?? 0
    }
  }
  return { rgba: new Uint8ClampedArray(to.buffer), ...size }
}
