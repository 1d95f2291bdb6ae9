/** How long each part took. */

import { el } from '../dom.js'
import { duration } from '../format.js'
import { say } from '../language.js'
import type { Texts } from '../texts/texts.js'
import type { Outcome } from '../views/sending.js'

/** Bars for the parts, and the time from “Send” to the answer. */
export function timings({ shots, tookMs, totalMs }: Outcome): HTMLElement {
  const took = (...names: Parameters<typeof tookMs.get>[0][]) => names.reduce((sum, name) => sum + (tookMs.get(name) ?? 0), 0)
  const parts: readonly (readonly [keyof Texts['decision']['times'], number])[] = [
    ['prepare', shots.reduce((sum, shot) => sum + shot.prepareMs, 0)],
    ['create', took('create')],
    ['upload', took('upload')],
    ['match', took('confirm', 'match')],
    ['result', took('result')],
  ]
  const longest = Math.max(...parts.map(([, ms]) => ms), 1)
  return el('section', { class: 'timings' },
    el('h2', {}, (t) => t.decision.timings),
    el('ul', { class: 'bars' }, ...parts.map(([name, ms]) => {
      const fill = el('span', { class: 'fill' })
      fill.style.setProperty('--value', `${(100 * ms) / longest}%`)
      return el('li', {},
        el('span', { class: 'bar-name' }, (t) => t.decision.times[name]),
        el('span', { class: 'bar-value' }, say(() => duration(ms))),
        el('span', { class: 'track', 'aria-hidden': 'true' }, fill))
    })),
    el('p', { class: 'total' }, el('span', {}, (t) => t.decision.total), el('strong', {}, say(() => duration(totalMs)))))
}
