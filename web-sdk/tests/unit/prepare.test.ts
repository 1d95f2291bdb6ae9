import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limits, type QualityFault } from '../../src/contract.js'
import { FaceMatchError, type FaceMatchErrorCode } from '../../src/errors.js'
import type { PrepareRequest } from '../../src/messages.js'
import { detect } from '../../src/worker/detect.js'
import type { Tools } from '../../src/worker/open.js'
import { Easel } from '../../src/worker/pixels.js'
import { prepare } from '../../src/worker/prepare.js'
import { Vision } from '../../src/worker/vision.js'
import { canvasMaker, FakeBitmap, type Spoil } from './fakes/canvas.js'
import { coded, faceIn, FakeEngine, quality } from './fakes/engine.js'
import { rejectsAborted, rejectsWith } from './fakes/samples.js'

/** A worker's tools with a platform that decodes every file to `bitmap`, or fails. */
interface Bench {
  engine: FakeEngine
  bitmap: FakeBitmap
  platform: 'decodes' | 'fails' | 'does not turn'
  spoil?: Spoil
  readonly decoded: ImageBitmapOptions[]
}

function bench(more: Partial<Bench> = {}): Bench {
  return { engine: new FakeEngine(), bitmap: new FakeBitmap(400, 300), platform: 'decodes', decoded: [], ...more }
}

async function tools(at: Bench): Promise<Tools> {
  const make = async (_file: unknown, options: ImageBitmapOptions) => {
    at.decoded.push(options)
    if (at.platform === 'fails') throw new DOMException('cannot decode', 'InvalidStateError')
    if (at.platform === 'does not turn') at.bitmap = new FakeBitmap(at.bitmap.height, at.bitmap.width)
    return at.bitmap.bitmap
  }
  return {
    vision: await Vision.load(at.engine.module, {} as WebAssembly.Module, new Uint8Array()),
    easel: new Easel(canvasMaker(at.spoil)),
    createImageBitmap: make as unknown as typeof createImageBitmap,
  }
}

const file = (bytes = 5000, text = 'JPEG') => new Blob([text, new Uint8Array(bytes - text.length)])

const HEIC = file(200, '....ftypheic')

function request(more: Partial<PrepareRequest> = {}): PrepareRequest {
  return { picture: { file: file() }, role: 'selfie', crop: true, maxBytes: 400_000, maxSidePx: 1280, ...more }
}

const live = () => new AbortController().signal

test('the pixels under the landmarks are the same before and after', async () => {
  const pixelsOf = (bitmap: FakeBitmap) => {
    const rgba = new Uint8ClampedArray(bitmap.width * bitmap.height * 4)
    for (let at = 0; at * 4 < rgba.length; at += 1) rgba.set(bitmap.at(at % bitmap.width, Math.floor(at / bitmap.width)), at * 4)
    return { rgba, widthPx: bitmap.width, heightPx: bitmap.height }
  }
  for (const [width, height] of [[400, 300], [1320, 120]] as const) {
    for (const turnDegrees of [0, 90, 180, 270] as const) {
      for (const crop of [true, false]) {
        for (const platform of ['decodes', 'fails'] as const) {
          const at = bench({ platform, bitmap: new FakeBitmap(width, height) })
          const size = { widthPx: width, heightPx: height }
          Object.assign(at.engine, {
            turnDegrees, source: size, header: { contentType: 'image/jpeg', ...size },
            face: faceIn(width * 0.4, height * 0.3, height / 4), pixels: pixelsOf(at.bitmap),
          })
          const name = `${width}x${height} turned by ${turnDegrees}, crop ${crop}, ${platform}`
          const got = await prepare(request({ crop, maxSidePx: 1000 }), await tools(at), live())
          const { rgba, widthPx } = at.engine.encoded!
          const byEncoder = widthPx / got.widthPx
          got.face.landmarks.forEach((point, index) => {
            const before = at.engine.face!.landmarks[index]!
            const offset = (Math.floor(point.y * byEncoder) * widthPx + Math.floor(point.x * byEncoder)) * 4
            const [red = 0, green = 0] = rgba.subarray(offset, offset + 2)
            // A step of the pattern is 16 pixels.
            assert.ok(Math.abs(red - before.x / 16) <= 1.5 && Math.abs(green - before.y / 16) <= 1.5, `${name}: ${index}`)
          })
        }
      }
    }
  }
})

test('a crop is the face and its margin; a card keeps less', async () => {
  const sizes = []
  for (const role of ['selfie', 'id_portrait'] as const) {
    const { widthPx, heightPx, face } = await prepare(request({ role }), await tools(bench()), live())
    sizes.push([widthPx, heightPx, face.box.x, face.box.y])
  }
  assert.deepEqual(sizes, [[176, 176, 48, 48], [160, 160, 40, 40]])
})

test('a tiny face keeps enough around it for the server', async () => {
  const at = bench()
  at.engine.face = faceIn(390, 290, 6)
  const got = await prepare(request(), await tools(at), live())
  assert.deepEqual([got.widthPx, got.heightPx], [limits.minImageSidePx, limits.minImageSidePx])
  assert.deepEqual([got.face.box.x, got.face.box.y], [22, 22])
})

test('the encoder may shrink further, and the face follows', async () => {
  const at = bench()
  at.engine.encodeShrink = 0.5
  const got = await prepare(request({ crop: false }), await tools(at), live())
  assert.deepEqual([got.widthPx, got.heightPx, got.face], [200, 150, faceIn(50, 40, 40)])
})

test('the network sees at most 1280 pixels, and is told how many there are', async () => {
  const at = bench({ bitmap: new FakeBitmap(2560, 192) })
  Object.assign(at.engine, { source: { widthPx: 2560, heightPx: 192 }, face: faceIn(100, 80, 80), header: { contentType: 'image/jpeg', widthPx: 2560, heightPx: 192 } })
  await prepare(request(), await tools(at), live())
  assert.ok(at.engine.calls.includes('find 1280x96 scale 2'), String(at.engine.calls))
  assert.deepEqual(at.decoded, [{ imageOrientation: 'from-image' }])
})

test('the result says what was saved, and what might be better', async () => {
  const at = bench()
  at.engine.faults = ['blurred', 'turned']
  const got = await prepare(request(), await tools(at), live())
  assert.deepEqual([got.bytesSaved, got.warnings, got.quality, got.sha256], [4997, ['blurred', 'turned'], quality, 'ab'.repeat(32)])
  assert.equal((await prepare(request({ picture: { file: file(4) } }), await tools(bench()), live())).bytesSaved, 1)
  const frame = { bitmap: at.bitmap.bitmap, widthPx: 400, heightPx: 300 }
  assert.equal((await prepare(request({ picture: frame }), await tools(bench()), live())).bytesSaved, 0)
})

test('a crop centres the face, so nobody is warned of that', async () => {
  for (const [crop, want] of [[true, ['blurred']], [false, ['off_centre', 'blurred']]] as const) {
    const at = bench()
    at.engine.faults = ['off_centre', 'blurred']
    assert.deepEqual((await prepare(request({ crop }), await tools(at), live())).warnings, want, `crop ${crop}`)
  }
})

test('every bad picture is a typed error', async () => {
  const throwing = (name: string, code: string) => (at: Bench) => { at.engine.throws[name] = coded(code) }
  interface Case { name: string; set?(at: Bench): void; picture?: Blob | FakeBitmap; want: FaceMatchErrorCode }
  const cases: Case[] = [
    { name: 'no bytes', picture: new Blob([]), want: 'image_empty' },
    { name: 'too many bytes', picture: new Blob([new Uint8Array(limits.maxImageBytes + 1)]), want: 'image_size' },
    { name: 'a text', set: throwing('inspect', 'not_an_image'), want: 'not_an_image' },
    { name: 'truncated, though the browser would show it', set: throwing('inspect', 'image_damaged'), want: 'image_damaged' },
    { name: '50 megapixels', set: throwing('inspect', 'image_size'), want: 'image_size' },
    { name: 'animated', set: throwing('inspect', 'image_unsupported'), want: 'image_unsupported' },
    { name: 'HEIC where nothing reads it', picture: HEIC, set: (at) => { throwing('inspect', 'image_unsupported')(at); at.platform = 'fails' }, want: 'image_unsupported' },
    { name: 'HEIC that is too large', picture: HEIC, set: (at) => { throwing('inspect', 'image_unsupported')(at); at.bitmap = new FakeBitmap(9000, 10) }, want: 'image_size' },
    { name: 'neither decoder reads it', set: (at) => { at.platform = 'fails'; throwing('decode', 'image_damaged')(at) }, want: 'image_damaged' },
    { name: 'a frame of a few pixels', picture: new FakeBitmap(20, 20), want: 'image_size' },
    { name: 'a frame of too many', picture: new FakeBitmap(8000, 8000), want: 'image_size' },
    { name: 'nobody', set: (at) => { at.engine.face = undefined }, want: 'no_face' },
    { name: 'a crowd', set: (at) => { at.engine.faults = ['several_faces', 'blurred'] }, want: 'several_faces' },
    { name: 'no room', set: throwing('encode', 'over_budget'), want: 'over_budget' },
    { name: 'a JPEG that the server would refuse', set: (at) => { at.engine.encodeShrink = 0.1 }, want: 'image_size' },
    { name: 'a trap', set: (at) => { at.engine.throws['find'] = new WebAssembly.RuntimeError('unreachable') }, want: 'internal' },
    { name: 'a code of nobody', set: throwing('find', 'nonsense'), want: 'internal' },
    { name: 'a browser that hides pixels', picture: new FakeBitmap(400, 300), set: (at) => { at.spoil = () => 255 }, want: 'unsupported_browser' },
  ]
  for (const { name, set, picture = file(), want } of cases) {
    const at = bench()
    set?.(at)
    const sent = picture instanceof Blob ? { file: picture } : { bitmap: picture.bitmap, widthPx: picture.width, heightPx: picture.height }
    await rejectsWith(prepare(request({ picture: sent }), await tools(at), live()), want, name)
    const opened = picture instanceof FakeBitmap ? picture : at.bitmap
    assert.equal(opened.closed, picture instanceof FakeBitmap || (at.decoded.length > 0 && at.platform === 'decodes'), `${name}: memory`)
  }
})

test('a file that has gone can be chosen again', async () => {
  const gone = file()
  gone.arrayBuffer = () => Promise.reject(new DOMException('gone', 'NotReadableError'))
  const error = await rejectsWith(prepare(request({ picture: { file: gone } }), await tools(bench()), live()), 'source_not_ready')
  assert.ok(error.cause instanceof DOMException)
})

test('our own decoder helps out where the browser cannot be trusted', async () => {
  const rgba = new Uint8ClampedArray(400 * 300 * 4)
  interface Case { name: string; more: Partial<Bench>; own: boolean }
  const cases: Case[] = [
    { name: 'a good browser', more: {}, own: false },
    { name: 'a format that it does not know', more: { platform: 'fails' }, own: true },
    { name: 'EXIF orientation ignored', more: { platform: 'does not turn' }, own: true },
    { name: 'noise in the canvas', more: { spoil: (value, index) => (index % 9 === 0 ? value ^ 1 : value) }, own: true },
    { name: 'no canvas at all', more: { spoil: () => 255 }, own: true },
  ]
  for (const { name, more, own } of cases) {
    const at = bench(more)
    at.engine.pixels = { rgba, widthPx: 400, heightPx: 300 }
    await prepare(request(), await tools(at), live())
    assert.equal(at.engine.calls.includes('decode'), own, name)
    assert.equal(at.bitmap.closed, at.decoded.length > 0 && at.platform !== 'fails', `${name}: memory`)
  }
})

test('HEIC goes through the browser that reads it', async () => {
  const at = bench()
  at.engine.throws['inspect'] = coded('image_unsupported')
  const got = await prepare(request({ picture: { file: HEIC } }), await tools(at), live())
  assert.equal(got.widthPx, 176)
  assert.equal(at.bitmap.closed, true)
})

test('an aborted call stops between its steps and frees its picture', async () => {
  const reading = new AbortController()
  const slow = file()
  const bytes = await slow.arrayBuffer()
  slow.arrayBuffer = async () => { reading.abort(); return bytes }
  await rejectsAborted(prepare(request({ picture: { file: slow } }), await tools(bench()), reading.signal), 'while reading')

  const decoding = new AbortController()
  const at = bench()
  const used = await tools(at)
  const make = used.createImageBitmap
  used.createImageBitmap = (async (image: Blob, options: ImageBitmapOptions) => {
    decoding.abort()
    return make(image, options)
  }) as typeof createImageBitmap
  await rejectsAborted(prepare(request(), used, decoding.signal), 'while decoding')
  assert.deepEqual([at.bitmap.closed, at.engine.calls], [true, ['init', 'Engine', 'inspect']])

  const frame = new FakeBitmap(400, 300)
  const sent = { bitmap: frame.bitmap, widthPx: 400, heightPx: 300 }
  await rejectsAborted(prepare(request({ picture: sent }), await tools(bench()), AbortSignal.abort()), 'in the queue')
  assert.equal(frame.closed, true)
})

test('a look answers in pixels of the source', async () => {
  const at = bench()
  const small = new FakeBitmap(320, 240)
  const got = await detect({ picture: { bitmap: small.bitmap, widthPx: 1280, heightPx: 960 }, role: 'selfie' }, await tools(at), live())
  assert.deepEqual(at.engine.calls.slice(2), ['look 320x240 scale 4', 'look'])
  assert.deepEqual([got.widthPx, got.heightPx, got.face, got.faces.length], [1280, 960, faceIn(320, 256, 256), 1])
  assert.equal(small.closed, true)
})

test('a look at a file shrinks it first; nothing found is no error', async () => {
  const at = bench({ bitmap: new FakeBitmap(640, 480) })
  Object.assign(at.engine, { face: undefined, faults: ['no_face'] satisfies QualityFault[], header: { contentType: 'image/png', widthPx: 640, heightPx: 480 } })
  const got = await detect({ picture: { file: file() }, role: 'id_portrait' }, await tools(at), live())
  assert.deepEqual(got, { widthPx: 640, heightPx: 480, faces: [], faults: ['no_face'] })
  assert.ok(at.engine.calls.includes('look 320x240 scale 2'))
})

test('an engine that does not start is a broken asset', async () => {
  for (const [name, code] of [['init', 'x'], ['Engine', 'asset_broken']] as const) {
    const at = bench()
    at.engine.throws[name] = coded(code)
    const error = await tools(at).then(() => undefined, (reason: unknown) => reason)
    assert.ok(error instanceof FaceMatchError && error.code === 'asset_broken', name)
  }
})
