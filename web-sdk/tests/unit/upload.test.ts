import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { UploadProgress } from '../../src/options.js'
import type { PutOutcome } from '../../src/ports.js'
import type { UploadTarget } from '../../src/contract.js'
import type { FaceMatchErrorCode } from '../../src/errors.js'
import { upload } from '../../src/upload.js'
import { answer, fault, FakeNetwork, type Script } from './fakes/network.js'
import { image, rejectsAborted, rejectsWith, settled, target } from './fakes/samples.js'

const live = () => new AbortController().signal

const EXPIRED: PutOutcome = { kind: 'answer', status: 403, body: '<Code>AccessDenied</Code><Message>Request has expired</Message>', retryAfter: null }

test('what the bucket answers decides whether it is tried again', async () => {
  interface Case { name: string; outcomes: Script<PutOutcome>[]; want: 'ok' | FaceMatchErrorCode; puts: number; slept?: number[] }
  const cases: Case[] = [
    { name: 'stored', outcomes: [answer(200)], want: 'ok', puts: 1 },
    { name: 'created', outcomes: [answer(201)], want: 'ok', puts: 1 },
    { name: 'broken once', outcomes: [fault(), answer(200)], want: 'ok', puts: 2, slept: [250] },
    { name: 'down three times', outcomes: [answer(503), answer(500), answer(502), answer(200)], want: 'ok', puts: 4, slept: [250, 500, 1000] },
    { name: 'broken for good', outcomes: [fault()], want: 'network', puts: 5, slept: [250, 500, 1000, 2000] },
    { name: 'down for good', outcomes: [answer(500)], want: 'network', puts: 5 },
    { name: 'stands still', outcomes: [fault(true)], want: 'timeout', puts: 5 },
    { name: 'too many requests', outcomes: [answer(429, 'SlowDown', '3'), answer(200)], want: 'ok', puts: 2, slept: [3000] },
    { name: 'asks for a date', outcomes: [answer(503, '', 'Mon, 23 Nov 2026 06:00:07 GMT'), answer(200)], want: 'ok', puts: 2, slept: [7000] },
    { name: 'asks for an hour', outcomes: [answer(503, '', '3600'), answer(200)], want: 'network', puts: 1, slept: [] },
    { name: 'asks for nonsense', outcomes: [answer(503, '', 'soon'), answer(200)], want: 'ok', puts: 2, slept: [250] },
    { name: 'other bytes', outcomes: [answer(400, 'BadDigest')], want: 'upload_refused', puts: 1, slept: [] },
    { name: 'forged', outcomes: [answer(403, 'SignatureDoesNotMatch')], want: 'upload_refused', puts: 1 },
    { name: 'gone', outcomes: [answer(404)], want: 'upload_refused', puts: 1 },
    { name: 'somewhere else', outcomes: [answer(301)], want: 'upload_refused', puts: 1 },
    { name: 'expired', outcomes: [EXPIRED], want: 'upload_expired', puts: 1 },
    { name: 'over', outcomes: [answer(403, 'AccessDenied')], want: 'upload_refused', puts: 1 },
    // 412: the URL takes this very photo only, so it is there.
    { name: 'there already', outcomes: [answer(412)], want: 'ok', puts: 1 },
    { name: 'there, after a fault on the way', outcomes: [fault(), answer(412)], want: 'ok', puts: 2 },
    { name: 'there, after a gateway lost the answer', outcomes: [answer(504), answer(412)], want: 'ok', puts: 2 },
  ]
  for (const { name, outcomes, want, puts, slept } of cases) {
    const network = new FakeNetwork(outcomes)
    const work = upload(image(), target(), { signal: live() }, network)
    if (want === 'ok') await work
    else await rejectsWith(work, want, name)
    assert.equal(network.puts.length, puts, name)
    if (slept) assert.deepEqual(network.clock.slept, slept, name)
  }
})

test('a refusal tells the status and the code of the bucket, not its paths', async () => {
  const work = upload(image(), target(), { signal: live() }, new FakeNetwork([answer(400, 'BadDigest')]))
  const error = await rejectsWith(work, 'upload_refused')
  assert.deepEqual([error.status, error.retryable, error.message], [400, false, 'the bucket answered 400 BadDigest'])
})

test('exactly the headers and the file of the target are sent', async () => {
  const network = new FakeNetwork()
  const photo = image()
  await upload(photo, target(), { signal: live() }, network)
  const { url, headers, body } = network.puts[0]!
  assert.deepEqual([url, headers, body], [target().url, target().headers, photo.blob])
})

test('a URL that is expired or over is replaced once', async () => {
  const past = target('selfie', '2026-11-23T05:00:00.000Z')
  interface Case { name: string; first: UploadTarget; outcomes: Script<PutOutcome>[]; fresh: UploadTarget | undefined; want: 'ok' | FaceMatchErrorCode; puts: number }
  const fresh: UploadTarget = { ...target(), url: 'https://bucket.example/fresh' }
  const cases: Case[] = [
    { name: 'the bucket says so', first: target(), outcomes: [EXPIRED, answer(200)], fresh, want: 'ok', puts: 2 },
    { name: 'the clock says so', first: past, outcomes: [answer(403, 'AccessDenied'), answer(200)], fresh, want: 'ok', puts: 2 },
    { name: 'a clock that is wrong costs nothing', first: past, outcomes: [answer(200)], fresh, want: 'ok', puts: 1 },
    { name: 'twice', first: target(), outcomes: [EXPIRED], fresh, want: 'upload_expired', puts: 2 },
    { name: 'the bucket has it', first: target(), outcomes: [EXPIRED], fresh: undefined, want: 'ok', puts: 1 },
    { name: 'the submission is over', first: target(), outcomes: [answer(403, 'AccessDenied')], fresh: undefined, want: 'ok', puts: 1 },
    { name: 'refused twice', first: target(), outcomes: [answer(403, 'AccessDenied')], fresh, want: 'upload_refused', puts: 2 },
    { name: 'forged', first: target(), outcomes: [answer(403, 'SignatureDoesNotMatch')], fresh, want: 'upload_refused', puts: 1 },
    { name: 'there already, by the fresh URL', first: target(), outcomes: [fault(), EXPIRED, answer(412)], fresh, want: 'ok', puts: 3 },
  ]
  for (const { name, first, outcomes, fresh: given, want, puts } of cases) {
    const network = new FakeNetwork(outcomes)
    const work = upload(image(), first, { signal: live(), refresh: async () => given }, network)
    if (want === 'ok') await work
    else await rejectsWith(work, want, name)
    assert.equal(network.puts.length, puts, name)
    if (puts > 1 && want === 'ok') assert.equal(network.puts.at(-1)?.url, given?.url, name)
  }
})

test('what refresh throws is what upload throws', async () => {
  const refresh = () => Promise.reject(new RangeError('from the page'))
  await assert.rejects(upload(image(), target(), { signal: live(), refresh }, new FakeNetwork([EXPIRED])), RangeError)
})

test('offline, it waits and counts no try', async () => {
  const network = new FakeNetwork([...Array<PutOutcome>(9).fill(fault()), answer(200)])
  const put = network.put
  network.put = (request) => {
    if (network.puts.length < 8) network.isOnline = false
    return put(request)
  }
  await upload(image(), target(), { signal: live() }, network)
  assert.equal(network.puts.length, 10)
  assert.equal(network.waitsOnline, 8)
})

test('offline from the start, nothing is sent before the network is back', async () => {
  const network = new FakeNetwork()
  network.isOnline = false
  await upload(image(), target(), { signal: live() }, network)
  assert.deepEqual([network.waitsOnline, network.puts.length], [1, 1])
})

test('progress goes to the whole, and never beyond', async () => {
  const network = new FakeNetwork([fault(), answer(200)])
  const seen: UploadProgress[] = []
  await upload(image(), target(), { signal: live(), onProgress: (progress) => seen.push(progress) }, network)
  assert.deepEqual(seen.map(({ sentBytes }) => sentBytes), [500, 500, 1000])
  assert.ok(seen.every(({ totalBytes }) => totalBytes === 1000))
})

test('an upload can be aborted at each of its waits', async () => {
  const offline = new FakeNetwork()
  offline.isOnline = false
  offline.comeBack = () => undefined
  const never = () => new Promise<undefined>(() => undefined)
  const cases = [
    { name: 'while sending', network: new FakeNetwork(['hang']) },
    { name: 'while offline', network: offline },
  ]
  for (const { name, network } of cases) {
    const controller = new AbortController()
    const work = upload(image(), target(), { signal: controller.signal, refresh: never }, network)
    await settled()
    controller.abort()
    await rejectsAborted(work, name)
  }
  const between = new FakeNetwork([fault(), () => { throw new Error('no second try') }])
  const controller = new AbortController()
  between.clock.sleep = async (_ms, signal) => {
    controller.abort()
    signal.throwIfAborted()
  }
  await rejectsAborted(upload(image(), target(), { signal: controller.signal }, between), 'between two tries')
})
