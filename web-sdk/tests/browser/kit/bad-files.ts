/** Files that no photo can be made of. */

import type { Page } from 'playwright-core'
import { room } from './pictures.js'

/** A drawing, in which a script could hide. */
export const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400"><circle r="90"/></svg>')

/** What an iPhone's photo begins with (ISO/IEC 23008-12). */
export const HEIC = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1')

/** The start of a PNG of this size: the size alone decides, before a pixel is decoded. */
export function png(widthPx: number, heightPx: number): Buffer {
  const bytes = Buffer.alloc(33)
  const words = [0x89504e47, 0x0d0a1a0a, 13, 0x49484452, widthPx, heightPx]
  words.forEach((word, at) => bytes.writeUInt32BE(word, at * 4))
  bytes.set([8, 2], 24)
  return bytes
}

/** Two frames of a true WebP, 64 pixels square, in the container of an animation (RFC 9649). */
export async function animatedWebp(page: Page): Promise<Buffer> {
  const still = await room(page, 'image/webp', 64, 64)
  const size = Buffer.from([63, 0, 0, 63, 0, 0])
  const frame = chunk('ANMF', Buffer.concat([Buffer.alloc(6), size, Buffer.from([100, 0, 0, 0]), still.subarray(12)]))
  const header = chunk('VP8X', Buffer.concat([Buffer.from([2, 0, 0, 0]), size]))
  return chunk('RIFF', Buffer.concat([Buffer.from('WEBP'), header, chunk('ANIM', Buffer.alloc(6)), frame, frame]))
}

function chunk(name: string, body: Buffer): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32LE(body.length)
  return Buffer.concat([Buffer.from(name), size, body, Buffer.alloc(body.length % 2)])
}
