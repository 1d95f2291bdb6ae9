import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'
import type { PutOutcome } from '../../src/ports.js'
import { putByXhr, STALL_MS } from '../../src/xhr.js'
import { rejectsAborted, rejectsWith } from './fakes/samples.js'

/** What the browser would have. */
class FakeXhr {
  static last: FakeXhr
  readonly headers: Record<string, string> = {}
  readonly upload: { onprogress?: (event: { loaded: number }) => void } = {}
  onloadend: () => void = () => undefined
  status = 0
  responseText = ''
  line = ''
  responseHeaders = ''
  body: unknown

  constructor() {
    FakeXhr.last = this
  }

  open(method: string, url: string): void {
    if (!URL.canParse(url)) throw new DOMException('not a URL', 'SyntaxError')
    this.line = `${method} ${url}`
  }

  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value
  }

  getAllResponseHeaders(): string {
    return this.responseHeaders
  }

  send(body: unknown): void {
    this.body = body
  }

  abort(): void {
    this.status = 0
    this.onloadend()
  }

  end(status: number, text = '', headers = ''): void {
    Object.assign(this, { status, responseText: text, responseHeaders: headers })
    this.onloadend()
  }
}

beforeEach(() => {
  mock.timers.enable({ apis: ['setTimeout'] })
  Object.assign(globalThis, { XMLHttpRequest: FakeXhr })
})

afterEach(() => mock.timers.reset())

const body = new Blob(['photo'])

function put(headers: Record<string, string> = {}, url = 'https://bucket.example/up'): {
  outcome: Promise<PutOutcome>; progress: number[]; controller: AbortController
} {
  const controller = new AbortController()
  const progress: number[] = []
  const outcome = putByXhr({ url, headers, body, signal: controller.signal, onProgress: (bytes) => progress.push(bytes) })
  return { outcome, progress, controller }
}

test('it sends the file with the given headers but for those that a browser forbids', async () => {
  const { outcome } = put({ 'content-type': 'image/jpeg', 'Content-Length': '5', host: 'x', 'if-none-match': '*' })
  const { line, headers, body: sent } = FakeXhr.last
  FakeXhr.last.end(200)
  assert.deepEqual([line, headers], ['PUT https://bucket.example/up', { 'content-type': 'image/jpeg', 'if-none-match': '*' }])
  assert.equal(sent, body)
  assert.deepEqual(await outcome, { kind: 'answer', status: 200, body: '', retryAfter: null })
})

test('it reads the answer', async () => {
  const { outcome } = put()
  FakeXhr.last.end(503, '<Code>SlowDown</Code>', 'content-type: application/xml\r\nRetry-After: 7 \r\n')
  assert.deepEqual(await outcome, { kind: 'answer', status: 503, body: '<Code>SlowDown</Code>', retryAfter: '7' })
})

test('a fault says whether it stood still', async () => {
  interface Case { name: string; act(xhr: FakeXhr): void; want: PutOutcome }
  const cases: Case[] = [
    { name: 'refused', act: (xhr) => xhr.end(0), want: { kind: 'fault', stalled: false } },
    { name: 'nothing went out', act: (xhr) => { xhr.upload.onprogress?.({ loaded: 0 }); xhr.end(0) }, want: { kind: 'fault', stalled: false } },
    { name: 'broke', act: (xhr) => { xhr.upload.onprogress?.({ loaded: 3 }); xhr.end(0) }, want: { kind: 'fault', stalled: false } },
    { name: 'never began', act: () => mock.timers.tick(STALL_MS), want: { kind: 'fault', stalled: true } },
    { name: 'stood still', act: (xhr) => { xhr.upload.onprogress?.({ loaded: 3 }); mock.timers.tick(STALL_MS) }, want: { kind: 'fault', stalled: true } },
    {
      name: 'slow, but it moves',
      act: (xhr) => {
        for (let loaded = 1; loaded <= 5; loaded += 1) {
          mock.timers.tick(STALL_MS - 1)
          xhr.upload.onprogress?.({ loaded })
        }
        xhr.end(200)
      },
      want: { kind: 'answer', status: 200, body: '', retryAfter: null },
    },
  ]
  for (const { name, act, want } of cases) {
    const { outcome } = put()
    act(FakeXhr.last)
    assert.deepEqual(await outcome, want, name)
  }
})

test('progress is passed on until the call ends', async () => {
  const { outcome, progress, controller } = put()
  const xhr = FakeXhr.last
  xhr.upload.onprogress?.({ loaded: 2 })
  controller.abort()
  xhr.upload.onprogress?.({ loaded: 4 })
  await rejectsAborted(outcome)
  assert.deepEqual(progress, [2])
})

test('a signal that has ended sends nothing', async () => {
  const before = FakeXhr.last
  await rejectsAborted(putByXhr({ url: 'https://b.example', headers: {}, body, signal: AbortSignal.abort(), onProgress: () => undefined }))
  assert.equal(FakeXhr.last, before)
})

test('a URL that is none is a mistake of the page', async () => {
  await rejectsWith(put({}, 'nowhere').outcome, 'invalid_call')
})
