/** Looks at live frames, one at a time: a frame that comes during a look is dropped, never queued. */

/** Calls back at the next frame; the function that comes back cancels it. */
export type NextFrame = (callback: (nowMs: number) => void) => () => void

/** About ten looks a second, which guides well and leaves a cheap phone cool. */
export const LOOK_INTERVAL_MS = 100

/** Repeats a look until it is stopped. */
export class FrameLoop {
  readonly #nextFrame: NextFrame
  readonly #look: () => Promise<void>
  readonly #intervalMs: number
  #cancel: (() => void) | undefined
  #run = 0
  #lastMs = -Infinity

  /** `look` must not reject: what fails in it is its own to report. */
  constructor(nextFrame: NextFrame, look: () => Promise<void>, intervalMs = LOOK_INTERVAL_MS) {
    this.#nextFrame = nextFrame
    this.#look = look
    this.#intervalMs = intervalMs
  }

  /** Starts, unless it runs already. */
  start(): void {
    if (this.#cancel) return
    this.#run += 1
    this.#wait(this.#run)
  }

  /** Stops; a look that is under way ends by itself and starts no other. */
  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#run += 1
  }

  #wait(run: number): void {
    this.#cancel = this.#nextFrame((nowMs) => void this.#frame(run, nowMs))
  }

  async #frame(run: number, nowMs: number): Promise<void> {
    if (run !== this.#run) return
    // A tenth of slack: frames of a 30 Hz camera fall at 99.9 ms as often as at 100.1 ms.
    if (nowMs - this.#lastMs >= this.#intervalMs * 0.9) {
      this.#lastMs = nowMs
      await this.#look()
    }
    if (run === this.#run) this.#wait(run)
  }
}

/** Frames of a camera where the browser tells them, else those of the screen. */
export function videoFrames(video: HTMLVideoElement): NextFrame {
  return (callback) => {
    if ('requestVideoFrameCallback' in video) {
      const handle = video.requestVideoFrameCallback((nowMs) => callback(nowMs))
      return () => video.cancelVideoFrameCallback(handle)
    }
    const handle = requestAnimationFrame(callback)
    return () => cancelAnimationFrame(handle)
  }
}
