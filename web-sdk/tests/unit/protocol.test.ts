import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FaceMatchError, faceMatchErrorCodes } from '../../src/errors.js'
import { WorkerLink } from '../../src/link.js'
import { PROTOCOL, type PreparedPhoto, type ToWorker } from '../../src/messages.js'
import { handlers } from '../../src/worker/handlers.js'
import { serve, type Handlers } from '../../src/worker/serve.js'
import { canvasMaker, FakeBitmap } from './fakes/canvas.js'
import { coded, faceIn, FakeEngine, quality } from './fakes/engine.js'
import { rejectsAborted, rejectsWith, settled } from './fakes/samples.js'
import { FakeWorker, loopback } from './fakes/worker.js'

const live = () => new AbortController().signal

const EMPTY_MODULE = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])

/** A link to a worker with real code and a fake platform. */
function linked(engine = new FakeEngine()): { link: WorkerLink; fetched: string[] } {
  const fetched: string[] = []
  const worker = loopback((port) => serve(port, handlers({
    engine: engine.module,
    fetch: async (url) => {
      fetched.push(String(url))
      return new Response(EMPTY_MODULE)
    },
    createImageBitmap: (async () => new FakeBitmap(400, 300).bitmap) as unknown as typeof createImageBitmap,
    makeCanvas: canvasMaker(),
  })))
  return { link: new WorkerLink(worker), fetched }
}

const PREPARE = { role: 'selfie', crop: true, maxBytes: 400_000, maxSidePx: 1280 } as const

const picture = { file: new Blob([new Uint8Array(100)]) }

test('every call goes there and back', async () => {
  const { link, fetched } = linked()
  const urls = { wasmUrl: 'https://page.example/a.wasm', modelUrl: 'https://page.example/b.fmnn' }
  assert.equal(await link.call('load', { protocol: PROTOCOL, ...urls }, [], live()), null)
  assert.deepEqual(fetched.sort(), [urls.wasmUrl, urls.modelUrl])
  const detection = await link.call('detect', { picture, role: 'selfie' }, [], live())
  assert.deepEqual([detection.face, detection.widthPx], [faceIn(100, 80, 80), 400])
  const photo = await link.call('prepare', { picture, ...PREPARE }, [], live())
  const want: PreparedPhoto = {
    bytes: new Uint8Array([0xff, 0xd8, 0xff]), sha256: 'ab'.repeat(32), widthPx: 176, heightPx: 176,
    face: faceIn(48, 48, 80), quality, bytesSaved: 97, warnings: [],
  }
  assert.deepEqual(photo, want)
})

test('every code crosses with its message', async () => {
  for (const code of faceMatchErrorCodes) {
    const engine = new FakeEngine()
    engine.throws['find'] = coded(code)
    const { link } = linked(engine)
    await link.call('load', { protocol: PROTOCOL }, [], live())
    const error = await rejectsWith(link.call('prepare', { picture, ...PREPARE }, [], live()), code)
    assert.equal(error.message, `${code} it is`)
  }
})

test('a worker of another version, and one that is not loaded, say so', async () => {
  const { link } = linked()
  await rejectsWith(link.call('load', { protocol: PROTOCOL + 1 }, [], live()), 'asset_broken')
  await rejectsWith(link.call('detect', { picture, role: 'selfie' }, [], live()), 'internal')
})

test('the JPEG moves; nothing of it stays in the worker', async () => {
  const bytes = new Uint8Array([1, 2, 3])
  const link = new WorkerLink(loopback((port) => serve(port, {
    prepare: async () => ({ bytes, quality, face: faceIn(0, 0, 1), sha256: '', widthPx: 1, heightPx: 1, bytesSaved: 0, warnings: [] }),
  } as unknown as Handlers)))
  const got = await link.call('prepare', { picture, ...PREPARE }, [], live())
  assert.deepEqual([[...got.bytes], bytes.byteLength], [[1, 2, 3], 0])
})

test('the worker does one call at a time, in order', async () => {
  const log: string[] = []
  const step = (name: string) => async () => {
    log.push(`${name} begins`)
    await settled()
    log.push(`${name} ends`)
    throw new RangeError('a fault of ours')
  }
  const link = new WorkerLink(loopback((port) => serve(port, { load: step('load'), detect: step('detect'), prepare: step('prepare') })))
  const work = [
    link.call('prepare', { picture, ...PREPARE }, [], live()), link.call('detect', { picture, role: 'selfie' }, [], live()),
  ]
  for (const each of work) await rejectsWith(each, 'internal')
  assert.deepEqual(log, ['prepare begins', 'prepare ends', 'detect begins', 'detect ends'])
})

test('an aborted call rejects at once, the worker is told, and a late answer is dropped', async () => {
  const worker = new FakeWorker()
  const link = new WorkerLink(worker)
  const controller = new AbortController()
  const work = link.call('load', { protocol: 1 }, [], controller.signal)
  controller.abort()
  await rejectsAborted(work)
  assert.deepEqual(worker.got.map(({ type, id }) => [type, id]), [['load', 1], ['cancel', 1]])
  worker.emit('message', { data: { id: 1, value: null } })
  worker.emit('message', { data: { id: 1, error: { code: 'internal', message: '' } } })
  await rejectsAborted(link.call('load', { protocol: 1 }, [], AbortSignal.abort()))
  assert.equal(worker.calls('load').length, 1, 'an ended signal sends nothing')
})

test('a cancelled call gets no answer from the worker', async () => {
  const answers: unknown[] = []
  let deliver: (event: { data: ToWorker }) => void = () => undefined
  let signal: AbortSignal | undefined
  serve({
    addEventListener: (_type, listener) => { deliver = listener },
    postMessage: (message) => answers.push(message),
  }, { load: async (_request: unknown, given: AbortSignal) => { signal = given; await settled(); return null } } as unknown as Handlers)
  deliver({ data: { type: 'load', id: 7, request: { protocol: 1 } } })
  await new Promise((resolve) => setImmediate(resolve))
  deliver({ data: { type: 'cancel', id: 7 } })
  deliver({ data: { type: 'cancel', id: 8 } })
  await settled()
  await settled()
  assert.deepEqual([signal?.aborted, answers], [true, []])
})

test('a worker that fails ends every call: before its first answer it was never there', async () => {
  for (const [event, answered, want] of [
    ['error', false, 'asset_missing'], ['error', true, 'internal'], ['messageerror', true, 'internal'],
  ] as const) {
    const worker = new FakeWorker()
    const link = new WorkerLink(worker)
    if (answered) {
      worker.reply = ({ id }) => ({ id, value: null })
      await link.call('load', { protocol: 1 }, [], live())
      worker.reply = () => undefined
    }
    const work = link.call('load', { protocol: 1 }, [], live())
    worker.emit(event, {})
    await rejectsWith(work, want, event)
    await rejectsWith(link.call('load', { protocol: 1 }, [], live()), want, 'later')
    assert.equal(worker.terminated, 1)
  }
})

test('a picture of another origin cannot be sent', async () => {
  const worker = new FakeWorker()
  worker.postMessage = () => { throw new DOMException('not origin-clean', 'DataCloneError') }
  const link = new WorkerLink(worker)
  await rejectsWith(link.call('detect', { picture, role: 'selfie' }, [], live()), 'source_tainted')
})

test('the line ends once', () => {
  const worker = new FakeWorker()
  const link = new WorkerLink(worker)
  link.end(new FaceMatchError('closed', ''))
  link.end(new FaceMatchError('internal', ''))
  assert.equal(worker.terminated, 1)
})
