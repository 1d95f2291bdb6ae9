/** The ports, on a real browser. */

import type { Clock, Connection, Ports, WorkerPort } from './ports.js'
import { missingFeature } from './support.js'
import { putByXhr } from './xhr.js'

const clock: Clock = {
  nowMs: () => Date.now(),
  sleep: (ms, signal) => new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal.addEventListener('abort', stop, { once: true })
  }),
}

const connection: Connection = {
  isOnline: () => navigator.onLine !== false,
  whenOnline: (signal) => new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const ended = new AbortController()
    addEventListener('online', () => {
      ended.abort()
      resolve()
    }, { signal: ended.signal })
    signal.addEventListener('abort', () => {
      ended.abort()
      reject(signal.reason)
    }, { signal: ended.signal })
  }),
}

function startWorker(url?: string | URL): WorkerPort {
  return url === undefined
    // Bundlers look for exactly this expression.
    ? new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
    : new Worker(url, { type: 'module' })
}

/** The browser that this page runs in. */
export const browser: Ports = {
  clock,
  connection,
  startWorker,
  put: putByXhr,
  fetch: (input, init) => fetch(input, init),
  random: () => Math.random(),
  makeBitmap: (source, options) => createImageBitmap(source, options),
  missingFeature: () => missingFeature(globalThis),
  baseUrl: () => globalThis.document?.baseURI,
}
