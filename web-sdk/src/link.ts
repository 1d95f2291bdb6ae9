/** The page's end of the line to the worker. */

import { FaceMatchError } from './errors.js'
import type { CallMessage, CallName, Calls, FromWorker } from './messages.js'
import type { WorkerPort } from './ports.js'

interface Pending {
  resolve(value: Calls[CallName]['value']): void
  reject(reason: unknown): void
}

/** Sends calls to a worker and gives each its answer. */
export class WorkerLink {
  readonly #worker: WorkerPort
  readonly #pending = new Map<number, Pending>()
  #lastId = 0
  #ended?: FaceMatchError
  #hasAnswered = false

  constructor(worker: WorkerPort) {
    this.#worker = worker
    worker.addEventListener('message', ({ data }) => this.#receive(data))
    worker.addEventListener('error', () => this.end(this.#failure()))
    worker.addEventListener('messageerror', () => this.end(this.#failure()))
  }

  /**
   * Calls the worker; `transfer` moves there. Rejects at once with the signal's reason when it ends, with `end`'s error
   * when the line does.
   */
  call<Name extends CallName>(
    type: Name, request: Calls[Name]['request'], transfer: Transferable[], signal: AbortSignal,
  ): Promise<Calls[Name]['value']> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted()
      if (this.#ended) throw this.#ended
      const id = this.#lastId += 1
      const cancel = () => {
        this.#pending.delete(id)
        this.#worker.postMessage({ type: 'cancel', id }, [])
        reject(signal.reason)
      }
      const settled = <T>(settle: (value: T) => void) => (value: T) => {
        signal.removeEventListener('abort', cancel)
        settle(value)
      }
      this.#post({ type, id, request } as CallMessage, transfer)
      signal.addEventListener('abort', cancel, { once: true })
      this.#pending.set(id, { resolve: settled(resolve), reject: settled(reject) })
    })
  }

  /** Ends the worker; what is pending, and every later call, rejects with `error`. */
  end(error: FaceMatchError): void {
    if (this.#ended) return
    this.#ended = error
    this.#worker.terminate()
    for (const { reject } of this.#pending.values()) reject(error)
    this.#pending.clear()
  }

  #post(message: CallMessage, transfer: Transferable[]): void {
    try {
      this.#worker.postMessage(message, transfer)
    } catch (cause) {
      // A bitmap with pixels of another origin cannot be sent.
      throw new FaceMatchError('source_tainted', 'the picture comes from another origin', { cause })
    }
  }

  #receive(reply: FromWorker): void {
    this.#hasAnswered = true
    const pending = this.#pending.get(reply.id)
    this.#pending.delete(reply.id)
    if ('value' in reply) pending?.resolve(reply.value)
    else pending?.reject(new FaceMatchError(reply.error.code, reply.error.message))
  }

  /** Before its first answer a worker that fails is one that could not be loaded. */
  #failure(): FaceMatchError {
    return this.#hasAnswered
      ? new FaceMatchError('internal', 'the worker has crashed')
      : new FaceMatchError('asset_missing', 'no worker script: it is missing, or worker-src does not allow it')
  }
}
