/** Workers without a thread. */

import type { FromWorker, ToWorker } from '../../../src/messages.js'
import type { WorkerPort } from '../../../src/ports.js'
import type { ServePort } from '../../../src/worker/serve.js'

/** A worker whose answers the test gives. */
export class FakeWorker implements WorkerPort {
  readonly got: ToWorker[] = []
  readonly moved: Transferable[][] = []
  terminated = 0
  /** Answers a call; without an answer the call stays open. */
  reply: (message: ToWorker) => FromWorker | undefined = () => undefined
  readonly #listeners = new Map<string, ((event: never) => void)[]>()

  postMessage(message: ToWorker, transfer: Transferable[]): void {
    this.got.push(message)
    this.moved.push(transfer)
    const reply = this.reply(message)
    if (reply) queueMicrotask(() => this.emit('message', { data: reply }))
  }

  addEventListener(type: string, listener: (event: never) => void): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener])
  }

  emit(type: string, event: object): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event as never)
  }

  terminate(): void {
    this.terminated += 1
  }

  /** Calls of one type. */
  calls(type: string): ToWorker[] {
    return this.got.filter((message) => message.type === type)
  }
}

/** A worker that runs `serve`'s code; messages are cloned on the way, as between threads. */
export function loopback(start: (port: ServePort) => void): FakeWorker {
  const worker = new FakeWorker()
  let deliver: (event: { data: ToWorker }) => void = () => undefined
  start({
    addEventListener: (_type, listener) => { deliver = listener },
    postMessage: (message, transfer) => {
      const data = structuredClone(message, { transfer: transfer as ArrayBuffer[] })
      setImmediate(() => worker.emit('message', { data }))
    },
  })
  worker.reply = (message) => {
    setImmediate(() => deliver({ data: structuredClone(message) }))
    return undefined
  }
  return worker
}
