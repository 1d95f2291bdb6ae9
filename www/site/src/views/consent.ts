/** What is done with the photos, and the question whether that is all right. */

import { button, el } from '../dom.js'
import { icon, type IconName } from '../icons.js'
import { texts, type Say } from '../language.js'
import type { Texts } from '../texts/texts.js'
import type { View } from '../parts/stage.js'

/** What the two journeys say differently. */
export interface ConsentWords {
  title: Say
  lead: Say
  points(texts: Texts): readonly (readonly [string, string])[]
  button: Say
  /** Stands between the lead and the points. */
  picture?: HTMLElement
}

const ICONS: readonly IconName[] = ['card', 'scale', 'bin', 'person']

/** The view; `onAgree` is called once the person has agreed. */
export function consent(words: ConsentWords, onAgree: () => void): View {
  const box = el('input', { type: 'checkbox', id: 'agree', 'aria-describedby': 'agree-needed' })
  const needed = el('p', { class: 'needed', id: 'agree-needed', role: 'alert' })
  box.addEventListener('change', () => {
    if (box.checked) needed.replaceChildren()
  })
  const go = () => {
    if (box.checked) return onAgree()
    needed.replaceChildren(el('span', {}, icon('warning'), el('span', {}, (t) => t.consent.needed)))
    box.focus()
  }
  const points = words.points(texts()).map((_, index) => el('li', {},
    icon(ICONS[index] ?? 'info'),
    el('div', {},
      el('h2', {}, (t) => words.points(t)[index]?.[0] ?? ''),
      el('p', {}, (t) => words.points(t)[index]?.[1] ?? ''))))
  const content = el('section', { class: 'panel' },
    el('h1', {}, words.title),
    el('p', { class: 'lead' }, words.lead),
    words.picture,
    el('ul', { class: 'points' }, ...points),
    el('label', { class: 'agree', for: 'agree' }, box, el('span', {}, (t) => t.consent.agree)),
    needed,
    el('div', { class: 'actions' }, button('primary', words.button, go)))
  return { step: 'consent', content }
}
