import '../styles/site.css'
import { enrol, startOnboarding } from '../backend.js'
import { button, el, linkButton } from '../dom.js'
import { Journey } from '../journey.js'
import { sayTab } from '../language.js'
import { frame } from '../parts/frame.js'
import { Stage } from '../parts/stage.js'
import type { StepName } from '../parts/steps.js'
import { sdk } from '../sdk.js'
import { capture, type Shot } from '../views/capture.js'
import { consent } from '../views/consent.js'
import { decision } from '../views/decision.js'
import { review } from '../views/review.js'
import { sending, type Outcome } from '../views/sending.js'
import { trouble } from '../views/trouble.js'

const STEPS: readonly StepName[] = ['consent', 'card', 'selfie', 'review', 'result']
const shots: { card?: Shot, selfie?: Shot } = {}
let hasAgreed = false

const stage = new Stage(STEPS)
const views: Record<StepName, () => void> = {
  consent: () => stage.show(consent({
    title: (t) => t.consent.title,
    lead: (t) => t.consent.lead,
    points: (t) => t.consent.points,
    button: (t) => t.consent.button,
  }, () => {
    hasAgreed = true
    journey.go('card')
  })),
  card: () => stage.show(capture('id_portrait', 'card', {
    onShot: (shot) => keep('card', shot, 'selfie'),
    onBack: () => journey.back(),
  })),
  selfie: () => stage.show(capture('selfie', 'selfie', {
    onShot: (shot) => keep('selfie', shot, 'review'),
    onBack: () => journey.back(),
  })),
  review: () => stage.show(review(taken(), {
    button: (t) => t.review.button,
    onSend: () => journey.go('result'),
    onRetake: ({ image }) => journey.go(image.role === 'selfie' ? 'selfie' : 'card'),
  })),
  result: () => stage.show(sending(taken(), {
    create: (signal) => startOnboarding(taken().map(({ image }) => image), signal),
    onOutcome: (outcome) => stage.show(decision(outcome, { actions: actions(outcome) })),
    onCancel: () => journey.back(),
  })),
}
const journey = new Journey((step) => views[step](), (step) => {
  if (step === 'consent' || !hasAgreed) return step === 'consent'
  return step === 'card' || (step === 'selfie' ? shots.card !== undefined : taken().length === 2)
})

sayTab((t) => `${t.home.onboarding.title} · ${t.brand}`)
frame(stage.element)
journey.begin()
// The engine loads while the person reads. Where that fails, the step that needs it says so.
sdk().catch(() => undefined)

function keep(name: 'card' | 'selfie', shot: Shot, next: StepName): void {
  shots[name]?.image.release()
  shots[name] = shot
  // A retake of the card leads back to the check, not to the selfie once more.
  journey.go(taken().length === 2 ? 'review' : next)
}

function taken(): Shot[] {
  return [shots.card, shots.selfie].filter((shot) => shot !== undefined)
}

function actions({ result, shots: sent }: Outcome): HTMLElement[] {
  const selfie = sent.find(({ image }) => image.role === 'selfie')
  if (result.decision !== 'match' || !selfie) {
    return [
      button('primary', (t) => t.decision.again, () => location.assign('/onboarding.html')),
      linkButton('quiet', (t) => t.decision.home, '/'),
    ]
  }
  const note = el('div', {}, el('p', { class: 'muted small' }, (t) => t.decision.keepNote))
  const keepSelfie = async () => {
    try {
      await enrol(result.correlationId, selfie.image)
      location.assign('/step-up.html')
    } catch (error) {
      note.replaceChildren(trouble(error, { onRetry: () => void keepSelfie() }))
    }
  }
  return [
    button('primary', (t) => t.decision.keep, () => void keepSelfie()),
    note,
    linkButton('quiet', (t) => t.decision.home, '/'),
  ]
}
