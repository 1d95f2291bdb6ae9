/** One task at a time, in order. */

import { abortable } from './abort.js'

/** Runs tasks one after the other. */
export class Lane {
  #last: Promise<unknown> = Promise.resolve()

  /** Runs `task` once all earlier ones have ended. A signal that ends before takes it out of the queue. */
  run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const turn = this.#last.then(() => {
      signal.throwIfAborted()
      return task()
    })
    this.#last = turn.catch(() => undefined)
    return abortable(turn, signal)
  }
}
