/** All photos once more before they are sent. */

import { button, el } from '../dom.js'
import * as format from '../format.js'
import { say, type Say } from '../language.js'
import { wholePhoto } from '../parts/overlay.js'
import { qualityBars, warnings } from '../parts/quality.js'
import type { View } from '../parts/stage.js'
import type { Shot } from './capture.js'

/** What the two journeys do differently. */
export interface ReviewWays {
  button: Say
  onSend(): void
  onRetake(shot: Shot): void
}

/** The view of these photos. */
export function review(shots: readonly Shot[], ways: ReviewWays): View {
  const photos = el('div', { class: 'shots', 'data-marks': 'on' }, ...shots.map((shot) => photo(shot, ways)))
  const content = el('section', { class: 'panel wide' },
    el('h1', {}, (t) => t.review.title),
    el('p', { class: 'lead' }, (t) => t.review.lead),
    marksSwitch(photos),
    photos,
    el('p', { class: 'muted small' }, (t) => t.review.qualityNote),
    el('div', { class: 'actions stick' }, button('primary', ways.button, () => ways.onSend())))
  return { step: 'review', content }
}

function photo(shot: Shot, ways: ReviewWays): HTMLElement {
  const { image } = shot
  const marked = { url: image.preview, widthPx: image.widthPx, heightPx: image.heightPx, face: image.face }
  const retake = button('quiet', (t) => t.review.retake, () => ways.onRetake(shot))
  return el('article', { class: 'shot' },
    el('div', { class: 'shot-head' },
      el('h2', {}, (t) => t.review.photos[image.role]),
      el('p', { class: 'muted small' }, (t) => t.review.sources[shot.source])),
    wholePhoto(marked, (t) => t.review.boxed(t.review.photos[image.role])),
    el('div', { class: 'shot-side' }, weight(shot), retake),
    el('div', { class: 'shot-quality' },
      warnings(image.warnings),
      el('h3', {}, (t) => t.review.quality),
      qualityBars(image.quality)))
}

/** Bytes before and after; a photo of the camera has no before. */
function weight({ image: { sizeBytes, bytesSaved } }: Shot): HTMLElement {
  const before = sizeBytes + bytesSaved
  const saved = bytesSaved > 0 && [
    el('div', {}, el('dt', {}, (t) => t.review.before), el('dd', {}, say(() => format.bytes(before)))),
  ]
  return el('dl', { class: 'weight' },
    ...(saved || []),
    el('div', {},
      el('dt', {}, (t) => t.review.after),
      el('dd', {}, el('strong', {}, say(() => format.bytes(sizeBytes))),
        bytesSaved > 0 && el('span', { class: 'saved' }, (t) => t.review.saved(format.percent(bytesSaved / before))))))
}

function marksSwitch(photos: HTMLElement): HTMLElement {
  const box = el('input', { type: 'checkbox', role: 'switch', id: 'marks', checked: true })
  box.addEventListener('change', () => { photos.dataset['marks'] = box.checked ? 'on' : 'off' })
  return el('label', { class: 'switch', for: 'marks' }, box, el('span', {}, (t) => t.review.overlay))
}
