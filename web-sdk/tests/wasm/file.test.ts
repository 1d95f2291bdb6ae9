/** What the built module makes of files, good and bad. */

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { engineModule, network } from './engine.js'

const WIDTH = 96
const HEIGHT = 64

/** Slowly changing colours. */
function picture(): Uint8ClampedArray {
  const pixel = (at: number) => [(at % WIDTH) * 2, Math.floor(at / WIDTH) * 3, 128, 255]
  return Uint8ClampedArray.from({ length: WIDTH * HEIGHT * 4 }, (_, index) => pixel(index >> 2)[index & 3] ?? 0)
}

/** The start of a PNG of this size. */
function png(width: number, height: number): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(33))
  ;[0x89504e47, 0x0d0a1a0a, 13, 0x49484452, width, height].forEach((word, at) => bytes.setUint32(at * 4, word))
  ;[8, 2, 0, 0, 0].forEach((byte, at) => bytes.setUint8(24 + at, byte))
  return new Uint8Array(bytes.buffer)
}

const text = (value: string) => new TextEncoder().encode(value)
const ANIMATED = Uint8Array.from([
  ...text('RIFF'), 30, 0, 0, 0, ...text('WEBPVP8X'), 10, 0, 0, 0, 2, 0, 0, 0, 63, 0, 0, 63, 0, 0, ...text('ANIM'), 0, 0, 0, 0,
])

const module = await engineModule()
const jpeg = module.encode(picture(), WIDTH, HEIGHT, 100_000, 1280)

test('what is encoded has its size, its colours and its hash', () => {
  assert.deepEqual([jpeg.widthPx, jpeg.heightPx], [WIDTH, HEIGHT])
  assert.deepEqual(module.inspect(jpeg.bytes), { contentType: 'image/jpeg', widthPx: WIDTH, heightPx: HEIGHT })
  const { rgba } = module.decode(jpeg.bytes)
  const error = picture().reduce((sum, value, at) => sum + Math.abs(value - (rgba[at] ?? 0)), 0) / rgba.length
  assert.ok(error < 3, `colours are off by ${error}`)
  assert.equal(module.sha256(jpeg.bytes), createHash('sha256').update(jpeg.bytes).digest('hex'))
})

test('bad files say what they are', () => {
  const cases: [string, Uint8Array, string][] = [
    ['nothing', new Uint8Array(), 'image_empty'],
    ['text', text('hello, I am a photo'), 'not_an_image'],
    ['HEIC', text('\0\0\0\x18ftypheic\0\0\0\0'), 'not_an_image'],
    ['cut off', jpeg.bytes.slice(0, -20), 'image_damaged'],
    ['no end', png(100, 100), 'image_damaged'],
    ['50 megapixels', png(8000, 6250), 'image_size'],
    ['a line', png(8193, 40), 'image_size'],
    ['animated WebP', ANIMATED, 'image_unsupported'],
  ]
  for (const [name, file, code] of cases) {
    assert.throws(() => module.inspect(file), { code }, name)
  }
})

test('our own decoder reads JPEG alone', () => {
  assert.throws(() => module.decode(jpeg.bytes.slice(0, -20)), { code: 'image_damaged' })
  assert.throws(() => module.decode(png(100, 100)), { code: 'image_unsupported' })
})

test('a broken detector and an impossible budget are told', () => {
  assert.throws(() => new module.Engine(network().slice(0, 1000)), { code: 'asset_broken' })
  const noise = Uint8ClampedArray.from({ length: WIDTH * HEIGHT * 4 }, (_, at) => (at * 2654435761) >>> 24)
  assert.throws(() => module.encode(noise, WIDTH, HEIGHT, 100, 1280), { code: 'over_budget' })
})
