/** Sends a file by XMLHttpRequest: `fetch` tells nothing of how far it is. */

import { FaceMatchError } from './errors.js'
import type { PutOutcome, PutRequest } from './ports.js'

/** Nothing sent and nothing answered for so long is taken for a broken connection. */
export const STALL_MS = 30_000

/** Headers that a page may not set; the browser sets them to the same values. */
const FORBIDDEN: ReadonlySet<string> = new Set(['content-length', 'host', 'connection', 'transfer-encoding'])

/** Sends the file once; rejects with the signal's reason, or `invalid_call` before anything is sent. */
export function putByXhr(request: PutRequest): Promise<PutOutcome> {
  return new Promise((resolve, reject) => {
    request.signal.throwIfAborted()
    const xhr = new XMLHttpRequest()
    prepare(xhr, request)
    let stalled = false
    const stall = watchdog(STALL_MS, () => {
      stalled = true
      xhr.abort()
    })
    const abort = () => xhr.abort()
    request.signal.addEventListener('abort', abort, { once: true })
    xhr.upload.onprogress = ({ loaded }) => {
      stall.reset()
      if (!request.signal.aborted) request.onProgress(loaded)
    }
    // The last event of every request, however it ended.
    xhr.onloadend = () => {
      stall.stop()
      request.signal.removeEventListener('abort', abort)
      if (request.signal.aborted) reject(request.signal.reason)
      else resolve(xhr.status === 0 ? { kind: 'fault', stalled } : answerOf(xhr))
    }
    xhr.send(request.body)
  })
}

function prepare(xhr: XMLHttpRequest, { url, headers }: PutRequest): void {
  try {
    xhr.open('PUT', url)
    for (const [name, value] of Object.entries(headers)) {
      if (!FORBIDDEN.has(name.toLowerCase())) xhr.setRequestHeader(name, value)
    }
  } catch (cause) {
    throw new FaceMatchError('invalid_call', 'the upload target has no valid URL or headers', { cause })
  }
}

function answerOf(xhr: XMLHttpRequest): PutOutcome {
  // Asking for a header that the bucket does not expose would be reported as an error in the console.
  const retryAfter = /^retry-after:\s*(.+?)\s*$/im.exec(xhr.getAllResponseHeaders())?.[1] ?? null
  return { kind: 'answer', status: xhr.status, body: xhr.responseText, retryAfter }
}

function watchdog(ms: number, bark: () => void): { reset(): void; stop(): void } {
  let timer = setTimeout(bark, ms)
  return {
    reset() {
      clearTimeout(timer)
      timer = setTimeout(bark, ms)
    },
    stop: () => clearTimeout(timer),
  }
}
