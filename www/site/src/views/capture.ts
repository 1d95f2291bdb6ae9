/** One photo, taken with the SDK's own element. */

import type { CaptureRole, FaceMatch, PreparedImage } from '@facematch/web'
import type { CaptureSource, FaceCaptureElement } from '@facematch/web/capture'
import { button, el } from '../dom.js'
import { language } from '../language.js'
import type { StepName } from '../parts/steps.js'
import type { View } from '../parts/stage.js'
import { sdk } from '../sdk.js'
import { theme } from '../theme.js'
import { trouble } from './trouble.js'

/** A photo that the applicant confirmed. */
export interface Shot {
  image: PreparedImage
  source: CaptureSource
  /** How long the SDK took to find, check, crop and compress. */
  prepareMs: number
}

/** Where the view leads. */
export interface CaptureWays {
  onShot(shot: Shot): void
  onBack(): void
}

/** The view of one photo. */
export function capture(role: CaptureRole, step: StepName, ways: CaptureWays): View {
  const place = el('div', { class: 'capture' }, waiting())
  const content = el('section', { class: 'panel bare' },
    // The element has its own heading; this one names the step for those who do not see it.
    el('h1', { class: 'unseen' }, (t) => t.steps[step]),
    place,
    el('div', { class: 'actions end' }, button('quiet', (t) => t.back, ways.onBack)))
  const left = new AbortController()
  const open = () => void fill(place, role, ways, left.signal).catch((error: unknown) => {
    if (!left.signal.aborted) place.replaceChildren(trouble(error, { onRetry: open }))
  })
  open()
  return { step, content, leave: () => left.abort() }
}

async function fill(place: HTMLElement, role: CaptureRole, ways: CaptureWays, signal: AbortSignal): Promise<void> {
  place.replaceChildren(waiting())
  const [loaded] = await Promise.all([sdk(), import('@facematch/web/capture')])
  if (!signal.aborted) place.replaceChildren(camera(loaded, role, ways, signal))
}

function camera(loaded: FaceMatch, role: CaptureRole, ways: CaptureWays, signal: AbortSignal): FaceCaptureElement {
  const made = document.createElement('face-capture') as FaceCaptureElement
  made.sdk = loaded
  made.photo = role
  made.setAttribute('overlay', '')
  const speak = () => made.setAttribute('lang', language())
  const paint = () => {
    if (theme() === 'system') made.removeAttribute('theme')
    else made.setAttribute('theme', theme())
  }
  speak()
  paint()
  document.addEventListener('languagechange', speak, { signal })
  document.addEventListener('themechange', paint, { signal })
  let startedMs = 0
  let prepareMs = 0
  made.addEventListener('facecapture-state', ({ detail }) => {
    if (detail.state === 'preparing') startedMs = performance.now()
    if (detail.state === 'review') prepareMs = performance.now() - startedMs
  }, { signal })
  made.addEventListener('facecapture-captured', ({ detail: { image, metadata } }) => {
    ways.onShot({ image, source: metadata.source, prepareMs })
  }, { signal })
  return made
}

function waiting(): HTMLElement {
  return el('p', { class: 'waiting', role: 'status' }, el('span', { class: 'spinner' }), el('span', {}, (t) => t.loading))
}
