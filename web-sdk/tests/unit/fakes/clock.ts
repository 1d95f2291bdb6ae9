/** Time that passes only when nothing else is left to do. */

import type { Clock } from '../../../src/ports.js'

interface Timer {
  atMs: number
  ms: number
  wake(): void
}

export class FakeClock implements Clock {
  now = Date.parse('2026-11-23T06:00:00Z')
  /** Sleeps that ended by themselves, in milliseconds. */
  readonly slept: number[] = []
  readonly #timers = new Set<Timer>()

  nowMs(): number {
    return this.now
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const timer = { atMs: this.now + ms, ms, wake: resolve }
      this.#timers.add(timer)
      signal.addEventListener('abort', () => {
        this.#timers.delete(timer)
        reject(signal.reason)
      })
      setImmediate(() => this.#fire())
    })
  }

  #fire(): void {
    const next = [...this.#timers].sort((a, b) => a.atMs - b.atMs)[0]
    if (next === undefined) return
    this.#timers.delete(next)
    this.now = Math.max(this.now, next.atMs)
    this.slept.push(next.ms)
    next.wake()
  }
}
