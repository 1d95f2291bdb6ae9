/** Where the applicant is on the way. */

import { el } from '../dom.js'
import { icon } from '../icons.js'

/** The steps of both journeys. */
export type StepName = 'consent' | 'card' | 'selfie' | 'review' | 'result'

/** The list of steps with the current one marked. */
export function steps(names: readonly StepName[], current: StepName): HTMLElement {
  const at = names.indexOf(current)
  const items = names.map((name, index) => el('li', {
    class: index < at ? 'past' : index === at ? 'now' : 'next',
    'aria-current': index === at && 'step',
  }, el('span', { class: 'sign' }, index < at ? icon('check') : String(index + 1)),
  el('span', { class: 'name' }, (t) => t.steps[name]),
  index < at && el('span', { class: 'unseen' }, (t) => `, ${t.steps.done}`)))
  return el('nav', { class: 'steps', 'aria-label': (t) => t.steps.label },
    el('p', { class: 'steps-now', 'aria-hidden': 'true' },
      el('span', {}, (t) => t.steps[current]),
      el('span', {}, (t) => t.steps.of(at + 1, names.length))),
    el('ol', {}, ...items))
}
