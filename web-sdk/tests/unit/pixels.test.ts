import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FaceMatchError } from '../../src/errors.js'
import { isHeif } from '../../src/worker/heif.js'
import { BitmapPicture } from '../../src/worker/picture.js'
import { Easel, type Trust } from '../../src/worker/pixels.js'
import { RawPicture } from '../../src/worker/raw-picture.js'
import { canvasMaker, FakeBitmap, type Spoil } from './fakes/canvas.js'

test('a canvas is trusted as far as it gives back what was drawn', () => {
  const cases: [name: string, spoil: Spoil, want: Trust][] = [
    ['honest', (value) => value, 'exact'],
    ['Brave: last bits of some pixels', (value, index) => (index % 7 === 0 ? value ^ 1 : value), 'noisy'],
    ['Firefox with resistFingerprinting: random', (value, index) => (value * 31 + index * 17) % 256, 'hidden'],
    ['all white', () => 255, 'hidden'],
    ['one pixel of another colour', (value, index) => (index === 40 ? 255 - value : value), 'hidden'],
  ]
  for (const [name, spoil, want] of cases) assert.equal(new Easel(canvasMaker(spoil)).trust, want, name)
})

test('hidden pixels are an error, not a wrong picture', () => {
  const easel = new Easel(canvasMaker(() => 255))
  const code = (error: unknown) => error instanceof FaceMatchError && error.code === 'unsupported_browser'
  assert.throws(() => easel.paint({ widthPx: 8, heightPx: 8 }, () => undefined), code)
  const none = new Easel(() => ({ getContext: () => null }) as unknown as OffscreenCanvas)
  assert.throws(() => none.trust, code)
})

test('what is not drawn on is white, as the server lays alpha over white', () => {
  const { rgba } = new Easel(canvasMaker()).paint({ widthPx: 2, heightPx: 1 }, () => undefined)
  assert.deepEqual([...rgba], Array(8).fill(255))
})

test('own pixels are averaged by whole steps', () => {
  const picture = new RawPicture({ rgba: new Uint8ClampedArray([...'0123456789abcdef'].flatMap((_, at) => [at * 16, 0, 0, 255])), widthPx: 4, heightPx: 4 })
  const { rgba, widthPx, heightPx } = picture.view(2)
  assert.deepEqual([widthPx, heightPx], [2, 2])
  // Mean of 0, 16, 64 and 80, and so on.
  assert.deepEqual([0, 4, 8, 12].map((at) => rgba[at]), [40, 72, 168, 200])
})

test('a picture of one row can be shrunk too', () => {
  const picture = new RawPicture({ rgba: new Uint8ClampedArray(4 * 8).fill(9), widthPx: 8, heightPx: 1 })
  const view = picture.view(2)
  assert.deepEqual([view.widthPx, view.heightPx, [...view.rgba]], [2, 1, Array(8).fill(9)])
})

test('both kinds of picture turn alike', () => {
  const [width, height] = [6, 4]
  const bitmap = new FakeBitmap(width, height, (x, y) => [x * 10, y * 10, 0, 255])
  const rgba = new Uint8ClampedArray(width * height * 4)
  for (let at = 0; at < width * height; at += 1) rgba.set(bitmap.at(at % width, Math.floor(at / width)), at * 4)
  const pictures = [new BitmapPicture(bitmap.bitmap, new Easel(canvasMaker())), new RawPicture({ rgba, widthPx: width, heightPx: height })]
  const part = { x: 1, y: 0, width: 4, height: 3 }
  for (const turn of [0, 90, 180, 270] as const) {
    const [drawn, copied] = pictures.map((picture) => picture.cut(part, turn, 100))
    assert.deepEqual(copied, drawn, String(turn))
  }
  // A clockwise quarter turn has the left column on top.
  assert.deepEqual([...pictures[1]!.cut(part, 90, 100).rgba.subarray(0, 4)], [10, 20, 0, 255])
})

test('HEIF is known by its brand', () => {
  const file = (text: string) => new TextEncoder().encode(text)
  const cases: [string, boolean][] = [
    ['....ftypheic....', true], ['....ftypmif1....', true], ['....ftyphevx', true],
    ['....ftypavif....', false], ['....ftypisom....', false], ['....ftyp', false], ['heic', false], ['', false],
  ]
  for (const [text, want] of cases) assert.equal(isHeif(file(text)), want, text)
})
