/** Servers that answer as they are told. */

import type { Connection, NetworkPorts, PutOutcome, PutRequest } from '../../../src/ports.js'
import { FakeClock } from './clock.js'

/** What a server does: it answers, or it keeps the caller waiting for ever. */
export type Script<T> = T | 'hang' | (() => T)

/** One call of the API. */
export interface ApiCall {
  line: string
  authorization: string | null
}

export class FakeNetwork implements NetworkPorts {
  readonly clock = new FakeClock()
  readonly puts: PutRequest[] = []
  readonly calls: ApiCall[] = []
  isOnline = true
  /** What is run while the page waits to be online again. */
  comeBack = () => { this.isOnline = true }
  waitsOnline = 0
  readonly #outcomes: Script<PutOutcome>[]
  readonly #answers: Script<Response | Error>[]

  /** The last entry of each list is repeated. */
  constructor(outcomes: Script<PutOutcome>[] = [answer(200)], answers: Script<Response | Error>[] = []) {
    this.#outcomes = [...outcomes]
    this.#answers = [...answers]
  }

  readonly connection: Connection = {
    isOnline: () => this.isOnline,
    whenOnline: (signal) => new Promise((resolve, reject) => {
      this.waitsOnline += 1
      signal.addEventListener('abort', () => reject(signal.reason))
      setImmediate(() => {
        this.comeBack()
        if (this.isOnline) resolve()
      })
    }),
  }

  random(): number {
    return 0
  }

  put = (request: PutRequest): Promise<PutOutcome> => {
    this.puts.push(request)
    request.onProgress(request.body.size / 2)
    return played(next(this.#outcomes), request.signal)
  }

  fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const headers = new Headers(init?.headers)
    this.calls.push({ line: `${init?.method ?? 'GET'} ${String(input)}`, authorization: headers.get('authorization') })
    const outcome = await played(next(this.#answers), init?.signal ?? undefined)
    if (outcome instanceof Error) throw outcome
    return outcome.clone()
  }
}

/** A bucket's answer. */
export function answer(status: number, code = '', retryAfter: string | null = null): PutOutcome {
  const body = code && `<Error><Code>${code}</Code><Resource>/secret-path</Resource></Error>`
  return { kind: 'answer', status, body, retryAfter }
}

/** A connection that broke. */
export function fault(stalled = false): PutOutcome {
  return { kind: 'fault', stalled }
}

/** The API's answer. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers })
}

function next<T>(list: Script<T>[]): Script<T> {
  const item = list.length > 1 ? list.shift() : list[0]
  if (item === undefined) throw new Error('the script is at its end')
  return item
}

function played<T>(script: Script<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason))
    if (signal?.aborted) reject(signal.reason)
    if (script !== 'hang') resolve(script instanceof Function ? script() : script)
  })
}
