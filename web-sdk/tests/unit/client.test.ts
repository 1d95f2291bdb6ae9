import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FaceMatch } from '../../src/client.js'
import type { FaceMatchErrorCode } from '../../src/errors.js'
import type { FromWorker, PrepareRequest, ToWorker } from '../../src/messages.js'
import type { ImageInput, LoadOptions, PrepareOptions } from '../../src/options.js'
import type { Ports } from '../../src/ports.js'
import { FakeBitmap } from './fakes/canvas.js'
import { faceIn, quality } from './fakes/engine.js'
import { answer, FakeNetwork, json } from './fakes/network.js'
import { image, rejectsAborted, rejectsWith, settled, status, submission, target } from './fakes/samples.js'
import { FakeWorker } from './fakes/worker.js'

/** A browser around a fake worker. */
class FakeBrowser extends FakeNetwork {
  readonly worker = new FakeWorker()
  readonly started: unknown[] = []
  readonly bitmaps: FakeBitmap[] = []
  readonly resized: (ImageBitmapOptions | undefined)[] = []
  missing: string | undefined
  bitmapError: Error | undefined

  readonly ports: Ports = {
    clock: this.clock, connection: this.connection, put: this.put, fetch: this.fetch, random: this.random,
    startWorker: (url) => {
      this.started.push(url)
      return this.worker
    },
    makeBitmap: async (source, options) => {
      if (this.bitmapError) throw this.bitmapError
      this.resized.push(options)
      const { width, height } = source as { width: number; height: number }
      const bitmap = new FakeBitmap(options?.resizeWidth ?? width, options?.resizeHeight ?? height)
      this.bitmaps.push(bitmap)
      return bitmap.bitmap
    },
    missingFeature: () => this.missing,
    baseUrl: () => 'https://page.example/app/',
  }

  load(options: LoadOptions = {}): Promise<FaceMatch> {
    return FaceMatch.loadOn(this.ports, options)
  }

  /** An SDK whose worker answers what `replies` has, and keeps silent about the rest. */
  async loaded(replies: Partial<Record<ToWorker['type'], unknown>> = {}): Promise<FaceMatch> {
    const all: typeof replies = { load: null, ...replies }
    this.worker.reply = ({ type, id }) => (type in all ? { id, value: all[type] } as FromWorker : undefined)
    return this.load()
  }
}

const DETECTION = { widthPx: 1280, heightPx: 960, faces: [], faults: ['no_face'] }

const PHOTO = {
  bytes: new Uint8Array([1, 2, 3]), sha256: 'ab'.repeat(32), widthPx: 9, heightPx: 8, face: faceIn(1, 1, 4), quality,
  bytesSaved: 7, warnings: ['blurred'],
}

const source = (fields: object) => fields as unknown as ImageInput

const video = (width = 1280, height = 960, readyState = 4) => source({ width: 0, height: 0, videoWidth: width, videoHeight: height, readyState })

const canvas = (width = 1280, height = 960) => source({ width, height })

test('loading starts one worker and tells it where the files are', async () => {
  interface Case { options: LoadOptions; worker: unknown; request: object }
  const cases: Case[] = [
    { options: {}, worker: undefined, request: {} },
    { options: { wasmUrl: 'a.wasm', modelUrl: '/b.fmnn' }, worker: undefined, request: { wasmUrl: 'https://page.example/app/a.wasm', modelUrl: 'https://page.example/b.fmnn' } },
    { options: { workerUrl: '/w.js', wasmUrl: new URL('https://cdn.example/a.wasm') }, worker: '/w.js', request: { wasmUrl: 'https://cdn.example/a.wasm' } },
  ]
  for (const { options, worker, request } of cases) {
    const browser = new FakeBrowser()
    browser.worker.reply = ({ id }) => ({ id, value: null })
    await browser.load(options)
    assert.deepEqual(browser.started, [worker])
    assert.deepEqual(browser.worker.got, [{ type: 'load', id: 1, request: { protocol: 1, ...request } }])
  }
})

test('loading that fails leaves no worker behind', async () => {
  interface Case { name: string; set(browser: FakeBrowser): void; want: FaceMatchErrorCode; terminated: number }
  const reply = (code: FaceMatchErrorCode) => (browser: FakeBrowser) => { browser.worker.reply = ({ id }) => ({ id, error: { code, message: '' } }) }
  const cases: Case[] = [
    { name: 'an old browser', set: (browser) => { browser.missing = 'WebAssembly SIMD' }, want: 'unsupported_browser', terminated: 0 },
    { name: 'no wasm', set: reply('asset_missing'), want: 'asset_missing', terminated: 1 },
    { name: 'a broken model', set: reply('asset_broken'), want: 'asset_broken', terminated: 1 },
    { name: 'a strict policy', set: reply('csp_blocked'), want: 'csp_blocked', terminated: 1 },
    { name: 'no worker script', set: ({ worker }) => setImmediate(() => worker.emit('error', {})), want: 'asset_missing', terminated: 1 },
    { name: 'a worker of another origin', set: ({ ports }) => { ports.startWorker = () => { throw new DOMException('', 'SecurityError') } }, want: 'asset_missing', terminated: 0 },
  ]
  for (const { name, set, want, terminated } of cases) {
    const browser = new FakeBrowser()
    set(browser)
    await rejectsWith(browser.load(), want, name)
    assert.equal(browser.worker.terminated, terminated, name)
  }
})

test('loading can be aborted', async () => {
  const browser = new FakeBrowser()
  const controller = new AbortController()
  const work = browser.load({ signal: controller.signal })
  await settled()
  controller.abort()
  await rejectsAborted(work)
  assert.equal(browser.worker.terminated, 1)
  const second = new FakeBrowser()
  await rejectsAborted(second.load({ signal: AbortSignal.abort() }))
  assert.equal(second.started.length, 0)
})

test('a frame is shrunk before it is sent, and moves', async () => {
  interface Case { name: string; source: ImageInput; size: [number, number]; resized: [number, number] }
  const cases: Case[] = [
    { name: 'video', source: video(), size: [1280, 960], resized: [320, 240] },
    { name: 'upright video', source: video(720, 1280), size: [720, 1280], resized: [180, 320] },
    { name: 'canvas', source: canvas(100, 50), size: [100, 50], resized: [100, 50] },
    { name: 'img', source: source({ width: 10, height: 10, naturalWidth: 640, naturalHeight: 640 }), size: [640, 640], resized: [320, 320] },
  ]
  for (const { name, source: given, size: [widthPx, heightPx], resized: [resizeWidth, resizeHeight] } of cases) {
    const browser = new FakeBrowser()
    const sdk = await browser.loaded({ detect: DETECTION })
    assert.deepEqual(await sdk.detect(given, { role: 'selfie' }), DETECTION)
    assert.deepEqual(browser.resized, [{ resizeWidth, resizeHeight, resizeQuality: 'medium' }], name)
    const request = { picture: { bitmap: browser.bitmaps[0], widthPx, heightPx }, role: 'selfie' }
    assert.deepEqual(browser.worker.got.at(-1), { type: 'detect', id: 2, request }, name)
    assert.deepEqual(browser.worker.moved.at(-1), browser.bitmaps, name)
  }
})

test('one look at a time; the next takes its frame only when its turn comes', async () => {
  const browser = new FakeBrowser()
  const sdk = await browser.loaded()
  const controller = new AbortController()
  const first = sdk.detect(video(), { role: 'selfie' })
  const second = sdk.detect(video(), { role: 'selfie', signal: controller.signal })
  const third = sdk.detect(video(), { role: 'selfie' })
  await settled()
  assert.deepEqual([browser.worker.calls('detect').length, browser.bitmaps.length], [1, 1])
  controller.abort()
  await rejectsAborted(second, 'at once, though the first still runs')
  browser.worker.emit('message', { data: { id: 2, value: DETECTION } })
  await first
  await settled()
  browser.worker.emit('message', { data: { id: 3, value: DETECTION } })
  await third
  assert.deepEqual([browser.worker.calls('detect').length, browser.bitmaps.length], [2, 2])
})

test('a look that fails does not stop the next', async () => {
  const browser = new FakeBrowser()
  const sdk = await browser.loaded({ detect: DETECTION })
  await rejectsWith(sdk.detect(video(0, 0, 1), { role: 'selfie' }), 'source_not_ready')
  await sdk.detect(video(), { role: 'selfie' })
})

test('a source without a picture is a typed error', async () => {
  interface Case { name: string; source: unknown; bitmapError?: Error; want: FaceMatchErrorCode }
  const cases: Case[] = [
    { name: 'a video that has not begun', source: video(0, 0, 0), want: 'source_not_ready' },
    { name: 'a video with a size but no frame', source: video(640, 480, 1), want: 'source_not_ready' },
    { name: 'an image that is loading', source: { width: 0, height: 0, naturalWidth: 0, naturalHeight: 0 }, want: 'source_not_ready' },
    { name: 'an empty canvas', source: canvas(0, 100), want: 'image_empty' },
    { name: 'a closed bitmap', source: canvas(0, 0), want: 'image_empty' },
    { name: 'a tainted canvas', source: canvas(), bitmapError: new DOMException('', 'SecurityError'), want: 'source_tainted' },
    { name: 'a broken image', source: canvas(), bitmapError: new DOMException('', 'InvalidStateError'), want: 'source_not_ready' },
    { name: 'an odd image', source: canvas(), bitmapError: new TypeError('no'), want: 'image_unsupported' },
    { name: 'a text', source: 'photo.jpg', want: 'invalid_call' },
    { name: 'nothing', source: null, want: 'invalid_call' },
    { name: 'some object', source: {}, want: 'invalid_call' },
  ]
  for (const { name, source: given, bitmapError, want } of cases) {
    const browser = new FakeBrowser()
    browser.bitmapError = bitmapError
    const sdk = await browser.loaded()
    await rejectsWith(sdk.detect(given as ImageInput, { role: 'selfie' }), want, name)
    await rejectsWith(sdk.prepare(given as ImageInput, { role: 'selfie' }), want, name)
    assert.deepEqual([browser.worker.calls('detect'), browser.worker.calls('prepare')], [[], []], name)
  }
})

test('a file goes to the worker as it is, with the defaults', async () => {
  const browser = new FakeBrowser()
  const sdk = await browser.loaded({ prepare: PHOTO, detect: DETECTION })
  const file = new Blob(['photo'])
  await sdk.prepare(file, { role: 'id_portrait' })
  const want: PrepareRequest = { picture: { file }, role: 'id_portrait', crop: true, maxBytes: 400_000, maxSidePx: 1280 }
  assert.deepEqual(browser.worker.got.at(-1), { type: 'prepare', id: 2, request: want })
  await sdk.detect(file, { role: 'selfie' })
  assert.deepEqual(browser.worker.got.at(-1), { type: 'detect', id: 3, request: { picture: { file }, role: 'selfie' } })
})

test('a prepared photo is a JPEG with a preview that can be freed', async () => {
  const browser = new FakeBrowser()
  const sdk = await browser.loaded({ prepare: PHOTO })
  const got = await sdk.prepare(video(), { role: 'selfie', crop: false, maxBytes: 1000, maxSidePx: 640 })
  const { blob, preview, release, ...rest } = got
  const { bytes, ...photo } = PHOTO
  assert.deepEqual(rest, { ...photo, role: 'selfie', contentType: 'image/jpeg', sizeBytes: 3 })
  assert.deepEqual([blob.type, new Uint8Array(await blob.arrayBuffer())], ['image/jpeg', bytes])
  assert.equal((await (await fetch(preview)).blob()).size, 3)
  release()
  release()
  await assert.rejects(fetch(preview))
  assert.deepEqual(browser.resized, [undefined], 'a photo keeps all its pixels')
})

test('options that make no sense are refused before anything is done', async () => {
  const cases: Partial<PrepareOptions>[] = [
    { maxBytes: 0 }, { maxBytes: -1 }, { maxBytes: 1.5 }, { maxBytes: Number.NaN }, { maxBytes: 20_000_000 },
    { maxSidePx: 31 }, { maxSidePx: 8193 }, { maxSidePx: Infinity },
  ]
  const browser = new FakeBrowser()
  const sdk = await browser.loaded()
  for (const options of cases) {
    await rejectsWith(sdk.prepare(video(), { role: 'selfie', ...options }), 'invalid_call', JSON.stringify(options))
  }
  assert.equal(browser.bitmaps.length, 0)
})

test('preparing can be aborted at each stage, and frees its bitmap', async () => {
  const browser = new FakeBrowser()
  const sdk = await browser.loaded()
  await rejectsAborted(sdk.prepare(video(), { role: 'selfie', signal: AbortSignal.abort() }), 'before')

  for (const call of ['prepare', 'detect'] as const) {
    const early = new AbortController()
    const making = sdk[call](video(), { role: 'selfie', signal: early.signal })
    if (call === 'detect') await Promise.resolve()
    early.abort()
    await rejectsAborted(making, `${call}: while the bitmap is made`)
    await settled()
    assert.ok(browser.bitmaps.every(({ closed }) => closed), `${call}: memory`)
    assert.equal(browser.worker.calls(call).length, 0)
  }

  const late = new AbortController()
  const working = sdk.prepare(video(), { role: 'selfie', signal: late.signal })
  await settled()
  late.abort()
  await rejectsAborted(working, 'while the worker works')
  assert.equal(browser.worker.got.at(-1)?.type, 'cancel')
})

test('uploads and submissions go through the network', async () => {
  const browser = new FakeBrowser()
  const sdk = await browser.loaded()
  await sdk.upload(image(), target())
  assert.equal(browser.puts.length, 1)
  browser.ports.fetch = async () => json(200, status('completed'))
  assert.equal((await sdk.verify({ submission: submission(), images: [image()] })).state, 'completed')
})

test('closing ends the worker and everything that runs, once; photos stay with the page', async () => {
  const browser = new FakeBrowser()
  browser.ports.put = async (request) => new Promise((_, reject) => {
    request.signal.addEventListener('abort', () => reject(request.signal.reason))
  })
  const sdk = await browser.loaded({ prepare: PHOTO })
  const { preview, release } = await sdk.prepare(video(), { role: 'selfie' })
  browser.worker.reply = () => undefined
  const calls = () => ({
    detect: sdk.detect(video(), { role: 'selfie' }),
    'a waiting detect': sdk.detect(video(), { role: 'selfie' }),
    prepare: sdk.prepare(video(), { role: 'selfie' }),
    upload: sdk.upload(image(), target()),
    verify: sdk.verify({ submission: submission(), images: [image()] }),
  })
  const running = calls()
  await settled()
  sdk.close()
  sdk.close()
  for (const [name, work] of Object.entries(running)) await rejectsWith(work, 'closed', name)
  const before = browser.worker.got.length
  for (const [name, work] of Object.entries(calls())) await rejectsWith(work, 'closed', `${name}, later`)
  assert.equal(browser.worker.got.length, before)
  assert.equal(browser.worker.terminated, 1)
  assert.equal((await (await fetch(preview)).blob()).size, 3)
  release()
})

test('a crash of the worker ends its calls', async () => {
  const browser = new FakeBrowser()
  const sdk = await browser.loaded()
  const work = sdk.prepare(video(), { role: 'selfie' })
  await settled()
  browser.worker.emit('error', {})
  await rejectsWith(work, 'internal')
  await rejectsWith(sdk.detect(video(), { role: 'selfie' }), 'internal')
})

test('a bucket that refuses is not asked again', async () => {
  const browser = new FakeBrowser()
  browser.ports.put = async () => answer(400, 'BadDigest')
  const sdk = await browser.loaded()
  await rejectsWith(sdk.upload(image(), target()), 'upload_refused')
})
