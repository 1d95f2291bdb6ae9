/** What the WebAssembly module offers. The worker imports it; nobody else does. */

import type { BoundingBox, Quality, QualityFault } from './contract.js'
import type { CaptureRole, Face } from './face.js'

/** Pixels: `[height, width, 4]`, red, green, blue and alpha (ignored), sRGB, upright. */
export interface Pixels {
  rgba: Uint8ClampedArray<ArrayBuffer>
  widthPx: number
  heightPx: number
}

/** The main face of a picture with its quality. Boxes and points are in pixels of the picture as it was given. */
export interface Assessment {
  /** Highest score first. */
  faces: Face[]
  /** Degrees clockwise that stand the faces upright; quality and faults are judged as if the picture were turned so. */
  turnDegrees: 0 | 90 | 180 | 270
  face?: Face
  quality?: Quality
  faults: QualityFault[]
}

/** Loads the module. `source`: a `Response` promise, bytes or a compiled module. */
export default function init(source: { module_or_path: unknown }): Promise<unknown>

/** A loaded detector. Every function that can fail throws an `Error` with a `code`. */
export class Engine {
  /** `network`: the bytes of the detector's file. Throws `asset_broken`. */
  constructor(network: Uint8Array)
  /**
   * One look with the long side shrunk to `longSidePx`: for live frames.
   * `scale`: how many pixels of the source make one pixel here; `too_small` and `interEyeDistance` are judged by it.
   */
  look(
    rgba: Uint8ClampedArray, widthPx: number, heightPx: number, longSidePx: number, role: CaptureRole, scale: number,
  ): Assessment
  /** All looks that the server does: finer, and turned by quarters. For photos. `scale`: as above. */
  find(rgba: Uint8ClampedArray, widthPx: number, heightPx: number, role: CaptureRole, scale: number): Assessment
  free(): void
}

/**
 * Reads what a file is without decoding its pixels: format, upright size.
 * Throws `image_empty`, `not_an_image`, `image_damaged` (truncated), `image_size`, `image_unsupported` (animated, HEIC
 * and others).
 */
export function inspect(file: Uint8Array): { contentType: string; widthPx: number; heightPx: number }

/** Decodes a file with our own strict decoder, upright. Throws as `inspect` does. */
export function decode(file: Uint8Array): Pixels

/** The whole pixels of a picture that a face and a margin of `margin` times its box on every side touch. */
export function crop_box(widthPx: number, heightPx: number, box: BoundingBox, margin: number): BoundingBox

/** Encodes as JPEG (baseline, 4:2:0, optimised Huffman). Throws `over_budget`. */
export function encode(
  rgba: Uint8ClampedArray, widthPx: number, heightPx: number, maxBytes: number, maxSidePx: number,
): { bytes: Uint8Array<ArrayBuffer>; widthPx: number; heightPx: number; quality: number }

/** SHA-256, 64 lower-case hexadecimal digits. */
export function sha256(bytes: Uint8Array): string
