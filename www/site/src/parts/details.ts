/** Everything that the decision stands on. */

import { lookAgain } from '../backend.js'
import { el } from '../dom.js'
import * as format from '../format.js'
import { say, type Say } from '../language.js'
import type { Outcome } from '../views/sending.js'

/** The callback follows the result closely: how long to wait before asking whether it is here. */
const CALLBACK_MS = 1000

/** A closed list of policy, thresholds and versions. */
export function details({ result, callback }: Outcome): HTMLElement {
  const { policy, versions, score } = result
  const rows: readonly (readonly [Say, Say | string | Node])[] = [
    [(t) => t.decision.facts.decision, result.decision],
    [(t) => t.decision.facts.cosine, () => score ? format.score(score.cosine) : '–'],
    [(t) => t.decision.facts.matchThreshold, threshold(policy.matchThreshold, policy.matchFmr)],
    [(t) => t.decision.facts.reviewThreshold, threshold(policy.reviewThreshold, policy.reviewFmr)],
    [(t) => t.decision.facts.pad, (t) => t.decision.facts.padNotPerformed],
    [(t) => t.decision.facts.callback, callbackState(result.correlationId, callback)],
    [(t) => t.decision.facts.pack, versions.pack],
    [(t) => t.decision.facts.detector, versions.detector],
    [(t) => t.decision.facts.embedder, versions.embedder],
    [(t) => t.decision.facts.calibration, versions.calibration],
    [(t) => t.decision.facts.software, versions.facematch],
    [(t) => t.decision.facts.correlationId, result.correlationId],
  ]
  return el('details', {},
    el('summary', {}, (t) => t.decision.details),
    el('dl', { class: 'facts' }, ...rows.map(([name, value]) => {
      return el('div', {}, el('dt', {}, name), el('dd', {}, value))
    })),
    el('p', { class: 'muted small' }, (t) => t.decision.calibrationNote))
}

/** The poll may have been faster than the callback: a moment later it is here too. */
function callbackState(correlationId: string, isHere: boolean): HTMLElement {
  const place = el('span', {}, (t) => isHere ? t.decision.facts.callbackHere : t.decision.facts.callbackAway)
  const update = async () => {
    const shown = await lookAgain(correlationId).catch(() => null)
    if (shown?.callback) place.replaceChildren(say((t) => t.decision.facts.callbackHere))
  }
  if (!isHere) setTimeout(() => void update(), CALLBACK_MS)
  return place
}

function threshold(cosine: number, fmr: number): Say {
  return (t) => `${format.score(cosine)} (${t.decision.facts.fmr(format.oneIn(fmr))})`
}
