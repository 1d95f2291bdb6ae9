/** The place where one view at a time is shown. */

import { el } from '../dom.js'
import { steps, type StepName } from './steps.js'

/** What a view is. */
export interface View {
  /** Its place on the way. */
  step: StepName
  /** Its content; the first heading gets the focus. */
  content: HTMLElement
  /** Called when another view takes its place. */
  leave?: () => void
}

/** Shows views one after the other. */
export class Stage {
  readonly element = el('main', { class: 'journey' })
  readonly #names: readonly StepName[]
  #view: View | undefined

  constructor(names: readonly StepName[]) {
    this.#names = names
  }

  /** Shows a view. The focus goes to its heading, so that a screen reader begins there. */
  show(view: View): void {
    const isFirst = this.#view === undefined
    this.#view?.leave?.()
    this.#view = view
    this.element.replaceChildren(steps(this.#names, view.step), view.content)
    if (isFirst) return
    scrollTo({ top: 0 })
    const heading = view.content.querySelector('h1')
    if (!heading) return
    heading.tabIndex = -1
    heading.focus({ preventScroll: true })
  }
}
