/** The way through the steps, with the browser's own back button. */

import type { StepName } from './parts/steps.js'

/** Goes from step to step; each is an entry of the browser's history. */
export class Journey {
  readonly #open: (step: StepName) => void
  readonly #isOpen: (step: StepName) => boolean

  /** `isOpen` says whether what a step needs is there; `open` shows it. */
  constructor(open: (step: StepName) => void, isOpen: (step: StepName) => boolean) {
    this.#open = open
    this.#isOpen = isOpen
    addEventListener('popstate', ({ state }) => this.#turn((state as { step?: StepName } | null)?.step ?? 'consent'))
  }

  /** Begins with the first step. */
  begin(): void {
    history.replaceState({ step: 'consent' }, '')
    this.#open('consent')
  }

  /** Goes on to a step. */
  go(step: StepName): void {
    history.pushState({ step }, '')
    this.#open(step)
  }

  /** One step back, as the browser's button. */
  back(): void {
    history.back()
  }

  /** What is not open (a photo that is gone) leads to the start. */
  #turn(step: StepName): void {
    if (this.#isOpen(step)) return this.#open(step)
    history.replaceState({ step: 'consent' }, '')
    this.#open('consent')
  }
}
