/** The three calls that a browser's token allows. */

import type { Problem, SubmissionStatus, UploadTarget, UploadTargets } from './contract.js'
import { withSignals } from './abort.js'
import { FaceMatchError } from './errors.js'
import type { ClientSubmission } from './options.js'
import type { NetworkPorts } from './ports.js'
import { Again, retrying } from './retry.js'

/** Longest that one call may take; the server holds a poll for up to 20 seconds. */
const CALL_MS = 35_000

/** The API, for one submission. Every call throws `api_refused`, `network` or `timeout`. */
export class Api {
  readonly #url: string
  readonly #token: string
  readonly #ports: NetworkPorts

  constructor({ apiUrl, correlationId, clientToken }: ClientSubmission, ports: NetworkPorts) {
    this.#url = `${apiUrl.replace(/\/+$/, '')}/v1/submissions/${encodeURIComponent(correlationId)}`
    this.#token = clientToken
    this.#ports = ports
  }

  /** Says that all photos are up. Harmless to repeat. */
  confirm(signal: AbortSignal): Promise<SubmissionStatus> {
    return this.#call<SubmissionStatus>('POST', '/confirm', signal)
  }

  /** Where the submission stands; waits up to `waitS` seconds for a final state. */
  status(waitS: number, signal: AbortSignal): Promise<SubmissionStatus> {
    return this.#call<SubmissionStatus>('GET', `?wait=${waitS}`, signal)
  }

  /** Fresh URLs for the photos that the bucket does not have. */
  async freshTargets(signal: AbortSignal): Promise<UploadTarget[]> {
    return (await this.#call<UploadTargets>('POST', '/uploads', signal)).uploads
  }

  #call<T>(method: string, path: string, signal: AbortSignal): Promise<T> {
    return retrying(() => this.#attempt<T>(method, path, signal), this.#ports, signal)
  }

  async #attempt<T>(method: string, path: string, signal: AbortSignal): Promise<T | Again> {
    try {
      return await limited(CALL_MS, signal, this.#ports, (ends) => this.#send<T>(method, path, ends))
    } catch (error) {
      if (error instanceof FaceMatchError && error.code === 'timeout') return new Again(error)
      throw error
    }
  }

  async #send<T>(method: string, path: string, signal: AbortSignal): Promise<T | Again> {
    const headers = { authorization: `Bearer ${this.#token}`, accept: 'application/json' }
    const init = { method, headers, signal, cache: 'no-store', credentials: 'omit', redirect: 'error' } as const
    try {
      const response = await this.#ports.fetch(this.#url + path, init)
      return response.ok ? await response.json() as T : refused(response, await problemOf(response))
    } catch (cause) {
      if (signal.aborted || cause instanceof FaceMatchError) throw cause
      return new Again(new FaceMatchError('network', 'the API cannot be reached', { cause }))
    }
  }
}

/** Runs `work`, and ends it with `timeout` after `ms`. */
export function limited<T>(
  ms: number, signal: AbortSignal, { clock }: Pick<NetworkPorts, 'clock'>, work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController()
  const done = new AbortController()
  clock.sleep(ms, done.signal).then(
    () => late.abort(new FaceMatchError('timeout', `no answer within ${ms / 1000} s`)),
    () => undefined,
  )
  return withSignals([signal, late.signal], work).finally(() => done.abort())
}

/** The answer's problem document, if that is what it is. */
async function problemOf(response: Response): Promise<Problem | undefined> {
  const body: unknown = await response.json().catch(() => undefined)
  const isProblem = typeof body === 'object' && body !== null && 'code' in body && 'retryable' in body
  return isProblem ? body as Problem : undefined
}

function refused({ status, headers }: Response, problem: Problem | undefined): Again {
  const message = `the API answered ${status} ${problem?.code ?? ''}`.trimEnd()
  const isDown = status >= 500 || status === 429
  // Without a problem document it is something before the API that answers.
  const code = isDown && problem === undefined ? 'network' : 'api_refused'
  const error = new FaceMatchError(code, message, { status, ...(problem && { problem }) })
  if (isDown || problem?.retryable) return new Again(error, headers.get('retry-after'))
  throw error
}
