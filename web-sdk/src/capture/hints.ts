/** Which hint stands, and for how long: a hint that flickers helps nobody. */

import type { QualityFault } from '../contract.js'
import { isLooking, type Snapshot } from './machine.js'

/** What the applicant is told while the camera is on: what to change, to hold still, or that the shutter is theirs. */
export type Hint = QualityFault | 'hold' | 'ready'

/** Least time that a hint is shown. */
export const HINT_MS = 600

/** What a live snapshot tells; nothing in all other states. */
export function hintOf({ state }: Snapshot, isAuto: boolean): Hint | undefined {
  if (!isLooking(state)) return undefined
  if (state.name === 'live' && state.fault) return state.fault
  return isAuto ? 'hold' : 'ready'
}

/** Keeps each hint up for its least time. Good news waits for nothing. */
export class HintPacer {
  #shown: Hint | undefined
  #sinceMs = -Infinity

  /** The hint to show now that `wanted` is the newest. */
  show(wanted: Hint, nowMs: number): Hint {
    const isGood = wanted === 'hold' || wanted === 'ready'
    if (this.#shown === undefined || isGood || nowMs - this.#sinceMs >= HINT_MS) {
      if (wanted !== this.#shown) this.#sinceMs = nowMs
      this.#shown = wanted
    }
    return this.#shown
  }

  /** Forgets what is shown. */
  reset(): void {
    this.#shown = undefined
  }
}
