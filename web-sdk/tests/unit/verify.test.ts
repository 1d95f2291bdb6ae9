import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { State } from '../../src/contract.js'
import type { FaceMatchErrorCode } from '../../src/errors.js'
import type { UploadProgress } from '../../src/options.js'
import type { PutOutcome } from '../../src/ports.js'
import { verify, type VerifyCall } from '../../src/verify.js'
import { answer, FakeNetwork, fault, json, type Script } from './fakes/network.js'
import { image, problem, rejectsAborted, rejectsWith, settled, status, submission, target } from './fakes/samples.js'

const EXPIRED = answer(403, 'ExpiredRequest')

function call(more: Partial<VerifyCall> = {}): VerifyCall {
  return {
    submission: submission(), images: [image('selfie'), image('id_portrait', 3000)], signal: new AbortController().signal, ...more,
  }
}

const state = (name: State) => json(200, status(name))

const lines = (network: FakeNetwork) => network.calls.map(({ line }) => line.replace('https://api.example/v1/submissions/019a', ''))

test('the whole path: upload, confirm, wait', async () => {
  const network = new FakeNetwork([answer(200)], [json(202, status('queued')), state('processing'), state('processing'), state('completed')])
  const states: State[] = []
  const progress: UploadProgress[] = []
  const got = await verify(call({ onState: (at) => states.push(at.state), onProgress: (at) => progress.push(at) }), network)
  assert.equal(got.state, 'completed')
  assert.deepEqual(states, ['queued', 'processing', 'completed'])
  assert.deepEqual(lines(network), ['POST /confirm', 'GET ?wait=20', 'GET ?wait=20', 'GET ?wait=20'])
  assert.ok(network.calls.every(({ authorization }) => authorization === 'Bearer token-5ec7e7'))
  assert.deepEqual(network.puts.map(({ url }) => url), [target('selfie').url, target('id_portrait').url])
  assert.deepEqual(progress.at(-1), { sentBytes: 4000, totalBytes: 4000 })
  assert.ok(progress.every(({ sentBytes }, at) => sentBytes >= (progress[at - 1]?.sentBytes ?? 0)))
})

test('every final state ends the wait, and only those', async () => {
  for (const name of ['completed', 'failed', 'expired', 'erased'] as const) {
    const network = new FakeNetwork([answer(200)], [json(202, status('queued')), state(name)])
    assert.equal((await verify(call(), network)).state, name)
  }
  // Confirmed again after the answer was lost: nothing is left to wait for.
  const network = new FakeNetwork([answer(200)], [state('completed')])
  assert.equal((await verify(call(), network)).state, 'completed')
  assert.deepEqual(lines(network), ['POST /confirm'])
})

test('what the API answers decides whether it is asked again', async () => {
  const done = state('completed')
  interface Case { name: string; answers: Script<Response | Error>[]; want: State | FaceMatchErrorCode; calls: number }
  const cases: Case[] = [
    { name: 'network', answers: [new TypeError('failed'), done], want: 'completed', calls: 2 },
    { name: 'hangs once', answers: ['hang', done], want: 'completed', calls: 2 },
    { name: 'retryable problem', answers: [json(503, problem('engine_unavailable', 503, true)), done], want: 'completed', calls: 2 },
    { name: 'retryable 4xx', answers: [json(409, problem('result_not_ready', 409, true)), done], want: 'completed', calls: 2 },
    { name: 'a proxy that is down', answers: [new Response('<h1>Bad Gateway</h1>', { status: 502 }), done], want: 'completed', calls: 2 },
    { name: 'no JSON', answers: [new Response('<html>'), done], want: 'completed', calls: 2 },
    { name: 'network for good', answers: [new TypeError('failed')], want: 'network', calls: 5 },
    { name: 'a proxy down for good', answers: [new Response('', { status: 502 })], want: 'network', calls: 5 },
    { name: 'overloaded for good', answers: [json(503, problem('overloaded', 503, true))], want: 'api_refused', calls: 5 },
    { name: 'hangs for good', answers: ['hang'], want: 'timeout', calls: 5 },
    { name: 'token', answers: [json(401, problem('token_expired', 401, false))], want: 'api_refused', calls: 1 },
    { name: 'missing', answers: [json(409, problem('upload_missing', 409, false))], want: 'api_refused', calls: 1 },
    { name: 'no problem document', answers: [new Response('Not Found', { status: 404 })], want: 'api_refused', calls: 1 },
  ]
  for (const { name, answers, want, calls } of cases) {
    const network = new FakeNetwork([answer(200)], answers)
    const work = verify(call(), network)
    if (want === 'completed') assert.equal((await work).state, want, name)
    else await rejectsWith(work, want as FaceMatchErrorCode, name)
    assert.equal(network.calls.length, calls, name)
  }
})

test('a refusal carries the problem', async () => {
  const want = problem('overloaded', 503, true)
  const network = new FakeNetwork([answer(200)], [json(503, want, { 'retry-after': '90' })])
  const error = await rejectsWith(verify(call(), network), 'api_refused')
  assert.deepEqual([error.problem, error.status, error.retryable], [want, 503, true])
  assert.equal(network.calls.length, 1, 'a wait of 90 s is not worth it')
})

test('Retry-After of the API is honoured', async () => {
  const network = new FakeNetwork([answer(200)], [json(503, problem('overloaded', 503, true), { 'retry-after': '4' }), state('completed')])
  await verify(call(), network)
  assert.ok(network.clock.slept.includes(4000), String(network.clock.slept))
})

test('expired URLs are replaced by those of the API', async () => {
  const fresh = (role: 'selfie' | 'id_portrait') => ({ ...target(role), url: `https://bucket.example/fresh/${role}` })
  interface Case { name: string; outcomes: Script<PutOutcome>[]; answers: Response[]; want: State | FaceMatchErrorCode; puts: number }
  const cases: Case[] = [
    { name: 'fresh', outcomes: [EXPIRED, answer(200)], answers: [json(200, { uploads: [fresh('selfie')] }), state('completed')], want: 'completed', puts: 2 },
    { name: 'the bucket has it', outcomes: [EXPIRED], answers: [json(200, { uploads: [] }), state('completed')], want: 'completed', puts: 1 },
    { name: 'confirmed before', outcomes: [EXPIRED], answers: [json(409, problem('wrong_state', 409, false)), state('completed')], want: 'completed', puts: 1 },
    { name: 'completed before, its photos erased', outcomes: [answer(403, 'AccessDenied')], answers: [json(409, problem('wrong_state', 409, false)), state('completed')], want: 'completed', puts: 1 },
    { name: 'too late', outcomes: [EXPIRED], answers: [json(410, problem('submission_expired', 410, false))], want: 'api_refused', puts: 1 },
    { name: 'expired again', outcomes: [EXPIRED, EXPIRED], answers: [json(200, { uploads: [fresh('selfie')] })], want: 'upload_expired', puts: 2 },
  ]
  for (const { name, outcomes, answers, want, puts } of cases) {
    const network = new FakeNetwork(outcomes, answers)
    const work = verify(call({ images: [image('selfie')] }), network)
    if (want === 'completed') assert.equal((await work).state, want, name)
    else await rejectsWith(work, want as FaceMatchErrorCode, name)
    assert.equal(network.puts.length, puts, name)
    assert.equal(lines(network)[0], 'POST /uploads', name)
  }
})

test('it can be called again: what the bucket has counts as uploaded', async () => {
  const network = new FakeNetwork([answer(412, 'PreconditionFailed')], [state('completed')])
  const seen: UploadProgress[] = []
  assert.equal((await verify(call({ onProgress: (at) => seen.push(at) }), network)).state, 'completed')
  assert.deepEqual(seen.at(-1), { sentBytes: 4000, totalBytes: 4000 })
})

test('without photos it confirms and waits', async () => {
  const network = new FakeNetwork([], [state('completed')])
  await verify(call({ images: [] }), network)
  assert.deepEqual([network.puts.length, lines(network)], [0, ['POST /confirm']])
})

test('a photo that nobody asked for is a mistake of the page', async () => {
  const work = verify(call({ submission: submission(['selfie']) }), new FakeNetwork())
  await rejectsWith(work, 'invalid_call')
})

test('the first upload that fails ends the others', async () => {
  const network = new FakeNetwork([answer(400, 'BadDigest'), 'hang'])
  await rejectsWith(verify(call(), network), 'upload_refused')
  assert.equal(network.puts.length, 2)
  assert.ok(network.puts[1]?.signal.aborted)
  assert.equal(network.calls.length, 0)
})

test('a result that does not come is a timeout, and the wait can be chosen', async () => {
  for (const timeoutMs of [undefined, 5000]) {
    const network = new FakeNetwork([answer(200)], [json(202, status('queued')), state('queued')])
    const startMs = network.clock.now
    const error = await rejectsWith(verify(call({ timeoutMs }), network), 'timeout')
    assert.equal(error.retryable, true)
    assert.equal(network.clock.now - startMs, timeoutMs ?? 120_000)
  }
})

test('a server that does not hold the poll is asked once a second', async () => {
  const network = new FakeNetwork([answer(200)], [json(202, status('queued')), state('queued'), state('queued'), state('completed')])
  await verify(call(), network)
  assert.deepEqual(network.clock.slept, [1000, 1000])
})

test('it can be aborted at each stage', async () => {
  const queued = json(202, status('queued'))
  const cases: { name: string; network: FakeNetwork }[] = [
    { name: 'upload', network: new FakeNetwork(['hang']) },
    { name: 'fresh URL', network: new FakeNetwork([EXPIRED], ['hang']) },
    { name: 'confirm', network: new FakeNetwork([answer(200)], ['hang']) },
    { name: 'wait', network: new FakeNetwork([answer(200)], [queued, 'hang']) },
    { name: 'between two tries', network: new FakeNetwork([fault()]) },
  ]
  for (const { name, network } of cases) {
    const controller = new AbortController()
    // Nothing times out here: the clock stands still.
    network.clock.sleep = (_ms, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    const work = verify(call({ signal: controller.signal }), network)
    await settled()
    controller.abort()
    await rejectsAborted(work, name)
  }
})
