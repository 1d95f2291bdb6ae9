/** Pixels out of a canvas. */

import type { Pixels } from '../engine.js'
import { FaceMatchError } from '../errors.js'
import type { Size } from './geometry.js'

/** Makes a canvas: `OffscreenCanvas`, or a fake of it. */
export type MakeCanvas = (widthPx: number, heightPx: number) => OffscreenCanvas

/** Draws on an empty, white canvas. */
export type Draw = (context: OffscreenCanvasRenderingContext2D) => void

/**
 * Whether a canvas gives back what was drawn. Some browsers change it so that nobody is recognised by it: Brave by the
 * last bits of some pixels, Firefox with `resistFingerprinting` beyond recognition.
 */
export type Trust = 'exact' | 'noisy' | 'hidden'

/** Side of the pattern that a canvas is tried with, in pixels. */
const PATTERN_PX = 16

/** What a channel may be off by and still be of use to a face detector. */
const NOISE = 3

/** Turns drawings into pixels. */
export class Easel {
  readonly #makeCanvas: MakeCanvas
  #trust?: Trust

  constructor(makeCanvas: MakeCanvas) {
    this.#makeCanvas = makeCanvas
  }

  /** How far this browser's canvas can be trusted; tried once. */
  get trust(): Trust {
    this.#trust ??= trustIn(this.#read({ widthPx: PATTERN_PX, heightPx: PATTERN_PX }, drawPattern))
    return this.#trust
  }

  /** The pixels of what `draw` draws. Throws `unsupported_browser` where the browser hides them. */
  paint(size: Size, draw: Draw): Pixels {
    if (this.trust === 'hidden') {
      throw new FaceMatchError('unsupported_browser', 'the browser hides the pixels of a canvas from the page')
    }
    return this.#read(size, draw)
  }

  #read({ widthPx, heightPx }: Size, draw: Draw): Pixels {
    // Read back, so it should not live on the graphics card. Sized anew each time, so that none stays behind large.
    const context = this.#makeCanvas(widthPx, heightPx).getContext('2d', { willReadFrequently: true })
    if (context === null) throw new FaceMatchError('unsupported_browser', 'there is no 2D canvas in a worker')
    // As the server does: transparent parts show white.
    context.fillStyle = '#fff'
    context.fillRect(0, 0, widthPx, heightPx)
    draw(context)
    return { rgba: context.getImageData(0, 0, widthPx, heightPx).data, widthPx, heightPx }
  }
}

function patternAt(x: number, y: number): [number, number, number] {
  return [(x * 37 + y * 101) % 256, (x * 151 + 13) % 256, (y * 83 + x * 7) % 256]
}

function drawPattern(context: OffscreenCanvasRenderingContext2D): void {
  for (let y = 0; y < PATTERN_PX; y += 1) {
    for (let x = 0; x < PATTERN_PX; x += 1) {
      context.fillStyle = `rgb(${patternAt(x, y).join(',')})`
      context.fillRect(x, y, 1, 1)
    }
  }
}

function trustIn({ rgba }: Pixels): Trust {
  let worst = 0
  for (let at = 0; at < rgba.length; at += 4) {
    const [x, y] = [(at / 4) % PATTERN_PX, Math.floor(at / 4 / PATTERN_PX)]
    const off = patternAt(x, y).map((value, channel) => Math.abs(value - (rgba[at + channel] ?? 0)))
    worst = Math.max(worst, ...off)
  }
  return worst === 0 ? 'exact' : worst <= NOISE ? 'noisy' : 'hidden'
}
