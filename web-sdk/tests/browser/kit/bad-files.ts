/** Files that no photo can be made of. */

import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import type { FaceMatchErrorCode } from '../../../src/index.js'
import { photos } from './photos.js'
import { room, twins } from './pictures.js'

/** A file, and what is told of it. */
export interface BadFile {
  name: string
  mimeType: string
  buffer: Buffer
  code: FaceMatchErrorCode
}

/** One of every kind; `page` draws those that are pictures. */
export async function badFiles(page: Page): Promise<BadFile[]> {
  const { card, selfie } = photos()
  const jpeg = readFileSync(selfie)
  const files: [name: string, mimeType: string, buffer: Buffer, code: FaceMatchErrorCode][] = [
    ['text.jpg', 'image/jpeg', Buffer.from('hello, I am a photo'), 'not_an_image'],
    ['page.svg', 'image/svg+xml', SVG, 'not_an_image'],
    ['empty.jpg', 'image/jpeg', Buffer.alloc(0), 'image_empty'],
    ['half.jpg', 'image/jpeg', half(jpeg), 'image_damaged'],
    ['half.png', 'image/png', half(await room(page, 'image/png', 640, 480)), 'image_damaged'],
    ['half.webp', 'image/webp', half(await room(page, 'image/webp', 640, 480)), 'image_damaged'],
    ['endless.jpg', 'image/jpeg', jpeg.subarray(0, -2), 'image_damaged'],
    // 50 megapixels.
    ['large.png', 'image/png', png(8000, 6250), 'image_size'],
    ['heavy.jpg', 'image/jpeg', Buffer.concat([jpeg, Buffer.alloc(13 << 20)]), 'image_size'],
    ['moving.webp', 'image/webp', await animatedWebp(page), 'image_unsupported'],
    ['phone.heic', 'image/heic', HEIC, 'image_unsupported'],
    ['room.png', 'image/png', await room(page, 'image/png', 640, 480), 'no_face'],
    ['crowd.png', 'image/png', await twins(page, card), 'several_faces'],
  ]
  return files.map(([name, mimeType, buffer, code]) => ({ name, mimeType, buffer, code }))
}

/** A drawing, in which a script could hide. */
const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400"><circle r="90"/></svg>')

/** What an iPhone's photo begins with (ISO/IEC 23008-12). */
const HEIC = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1')

/** The start of a PNG of this size: the size alone decides, before a pixel is decoded. */
function png(widthPx: number, heightPx: number): Buffer {
  const bytes = Buffer.alloc(33)
  const words = [0x89504e47, 0x0d0a1a0a, 13, 0x49484452, widthPx, heightPx]
  words.forEach((word, at) => bytes.writeUInt32BE(word, at * 4))
  bytes.set([8, 2], 24)
  return bytes
}

/** Two frames of a true WebP, 64 pixels square, in the container of an animation (RFC 9649). */
async function animatedWebp(page: Page): Promise<Buffer> {
  const still = await room(page, 'image/webp', 64, 64)
  const size = Buffer.from([63, 0, 0, 63, 0, 0])
  const frame = chunk('ANMF', Buffer.concat([Buffer.alloc(6), size, Buffer.from([100, 0, 0, 0]), still.subarray(12)]))
  const header = chunk('VP8X', Buffer.concat([Buffer.from([2, 0, 0, 0]), size]))
  return chunk('RIFF', Buffer.concat([Buffer.from('WEBP'), header, chunk('ANIM', Buffer.alloc(6)), frame, frame]))
}

function half(file: Buffer): Buffer {
  return file.subarray(0, file.length / 2)
}

function chunk(name: string, body: Buffer): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32LE(body.length)
  return Buffer.concat([Buffer.from(name), size, body, Buffer.alloc(body.length % 2)])
}
