/** The answer: what was decided, on what, with which error rate, and how long it took. */

import type { Role } from '@facematch/web'
import type { Decision, Result } from '../backend.js'
import { el } from '../dom.js'
import * as format from '../format.js'
import { icon, type IconName } from '../icons.js'
import { say, type Say } from '../language.js'
import { details } from '../parts/details.js'
import { facePhoto, type Marked } from '../parts/overlay.js'
import { scale } from '../parts/scale.js'
import { timings } from '../parts/timings.js'
import type { View } from '../parts/stage.js'
import type { Texts } from '../texts/texts.js'
import type { Outcome } from './sending.js'

/** What the two journeys do differently. */
export interface DecisionWays {
  /** Photos that the page did not take itself. */
  stored?: Partial<Record<Role, string>>
  /** Says it in other words than the usual. */
  words?(texts: Texts): { title: string, text: string } | undefined
  /** What can be done next. */
  actions: readonly HTMLElement[]
}

const SIGNS: Record<Decision, readonly [tone: string, sign: IconName]> = {
  match: ['good', 'check'],
  review: ['warn', 'eye'],
  no_match: ['bad', 'cross'],
  inconclusive: ['warn', 'question'],
}

/** The view of an outcome. */
export function decision(outcome: Outcome, ways: DecisionWays): View {
  const { result } = outcome
  const content = el('section', { class: 'panel wide decision' },
    verdict(result.decision, ways),
    el('div', { class: 'columns' },
      el('div', { class: 'column' },
        reasons(result), faces(outcome, ways), score(result)),
      el('div', { class: 'column' },
        el('div', { class: 'actions next' }, ...ways.actions),
        timings(outcome), details(outcome))))
  return { step: 'result', content }
}

function verdict(decided: Decision, { words }: DecisionWays): HTMLElement {
  const [tone, sign] = SIGNS[decided]
  const message: (t: Texts) => { title: string, text: string } = (t) => words?.(t) ?? t.decision.verdicts[decided]
  return el('div', { class: `verdict ${tone}` },
    el('span', { class: 'seal' }, icon(sign)),
    el('div', {},
      el('h1', {}, (t) => message(t).title),
      el('p', {}, (t) => message(t).text),
      decided !== 'inconclusive' && el('p', { class: 'pad' }, (t) => t.decision.pad)))
}

function reasons({ reasons: given }: Result): HTMLElement | undefined {
  if (given.length === 0) return undefined
  return el('section', {},
    el('h2', {}, (t) => t.decision.reasons),
    el('ul', { class: 'reasons' }, ...given.map(({ code, role }) => el('li', {},
      icon('warning'),
      el('span', {}, role && el('strong', {}, (t) => `${t.review.photos[role]}: `), (t) => t.reasons[code])))))
}

/** Both faces at one size, side by side: what is compared with first, then the new selfie. */
function faces({ result, shots }: Outcome, { stored }: DecisionWays): HTMLElement {
  const inOrder = [...result.images].sort((a, b) => Number(a.role === 'selfie') - Number(b.role === 'selfie'))
  const figures = inOrder.map(({ role, widthPx, heightPx, face }) => {
    const url = shots.find(({ image }) => image.role === role)?.image.preview ?? stored?.[role] ?? ''
    const marked: Marked = { url, widthPx, heightPx, ...(face && { face }) }
    const label: Say = (t) => face ? t.review.boxed(t.review.photos[role]) : t.review.photos[role]
    return el('figure', {},
      facePhoto(marked, label),
      el('figcaption', {}, (t) => t.review.photos[role], !face && el('small', {}, (t) => t.decision.noFace)))
  })
  return el('section', {},
    el('h2', {}, (t) => t.decision.faces),
    el('div', { class: 'faces', 'data-marks': 'on' }, ...figures))
}

function score(result: Result): HTMLElement | undefined {
  const drawn = scale(result)
  return drawn && el('section', {},
    el('h2', {}, (t) => t.decision.score, el('span', { class: 'unseen' }, say(() => ` ${format.score(result.score?.cosine ?? 0)}`))),
    drawn)
}
