/** A score between its thresholds. */

import { el } from '../dom.js'
import * as format from '../format.js'
import { say, type Say } from '../language.js'
import type { Result } from '../backend.js'

/** Cosines that the scale shows: strangers lie around 0, and no two photos reach 1. */
const RANGE = [-0.2, 1] as const

/** The scale with its zones, the score on it, and what it means. */
export function scale({ score, policy }: Result): HTMLElement | undefined {
  if (!score) return undefined
  const { matchThreshold, reviewThreshold } = policy
  const label: Say = (t) => t.decision.scaleLabel(
    format.score(score.cosine), format.score(reviewThreshold), format.score(matchThreshold))
  const zones = [
    zone('no_match', RANGE[0], reviewThreshold),
    zone('review', reviewThreshold, matchThreshold),
    zone('match', matchThreshold, RANGE[1]),
  ]
  const marker = el('div', { class: 'marker' }, el('strong', {}, say(() => format.score(score.cosine))))
  marker.style.setProperty('--at', String(position(score.cosine)))
  const ticks = el('div', { class: 'ticks' }, tick(reviewThreshold), tick(matchThreshold))
  return el('div', { class: 'scale' },
    el('div', { class: 'gauge', role: 'img', 'aria-label': label }, marker, el('div', { class: 'zones' }, ...zones), ticks),
    el('p', { class: 'meaning' }, strangers(score)),
    el('p', { class: 'muted' }, (t) => t.decision.policy(format.score(matchThreshold), format.oneIn(policy.matchFmr))))
}

function zone(name: 'no_match' | 'review' | 'match', from: number, to: number): HTMLElement {
  const made = el('div', { class: `zone ${name}` }, el('span', {}, (t) => t.decision.zones[name]))
  made.style.setProperty('--share', String(position(to) - position(from)))
  return made
}

function tick(threshold: number): HTMLElement {
  const made = el('span', {}, say(() => format.score(threshold)))
  made.style.setProperty('--at', String(position(threshold)))
  return made
}

function strangers({ fmr, fmrRelation }: NonNullable<Result['score']>): Say {
  return (t) => fmr > 0.5 ? t.decision.most : t.decision.relations[fmrRelation](format.oneIn(fmr))
}

/** 0 at the left end, 1 at the right. */
function position(cosine: number): number {
  return Math.min(1, Math.max(0, (cosine - RANGE[0]) / (RANGE[1] - RANGE[0])))
}
