/** Paces what a screen reader is told: the newest message at most every two seconds, none twice in a row. */

/** Least time between two announcements. */
export const ANNOUNCE_MS = 2000

/** The clock; tests replace it. */
export interface Timer {
  nowMs(): number
  /** Calls back later; the function that comes back cancels it. */
  later(callback: () => void, delayMs: number): () => void
}

/** The browser's clock. */
export const systemTimer: Timer = {
  nowMs: () => performance.now(),
  later: (callback, delayMs) => {
    const handle = setTimeout(callback, delayMs)
    return () => clearTimeout(handle)
  },
}

/** One live region's pace. */
export class Announcer {
  readonly #speak: (text: string) => void
  readonly #timer: Timer
  #last = ''
  #lastMs = -Infinity
  #waiting: string | undefined
  #cancel: (() => void) | undefined

  /** `speak` writes into the live region. */
  constructor(speak: (text: string) => void, timer: Timer = systemTimer) {
    this.#speak = speak
    this.#timer = timer
  }

  /** Announces `text`, or keeps it as the next one; only the newest waits. */
  say(text: string): void {
    const waitMs = this.#lastMs + ANNOUNCE_MS - this.#timer.nowMs()
    this.#waiting = text
    if (waitMs <= 0) this.#flush()
    else this.#cancel ??= this.#timer.later(() => this.#flush(), waitMs)
  }

  /** Drops what waits, so that nothing is said about a camera that is off. */
  reset(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#waiting = undefined
    this.#last = ''
  }

  #flush(): void {
    this.#cancel?.()
    this.#cancel = undefined
    const text = this.#waiting
    this.#waiting = undefined
    if (text === undefined || text === this.#last) return
    this.#last = text
    this.#lastMs = this.#timer.nowMs()
    this.#speak(text)
  }
}
