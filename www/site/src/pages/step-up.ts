import '../styles/site.css'
import { currentCustomer, startStepUp, storedSelfie } from '../backend.js'
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

const STEPS: readonly StepName[] = ['consent', 'selfie', 'review', 'result']
const stage = new Stage(STEPS)

sayTab((t) => `${t.home.stepUp.title} · ${t.brand}`)
frame(stage.element)
void begin()

async function begin(): Promise<void> {
  try {
    const customer = await currentCustomer()
    if (customer === undefined) stage.element.replaceChildren(nobody())
    else signIn(customer)
  } catch (error) {
    stage.element.replaceChildren(el('section', { class: 'panel' },
      el('h1', {}, (t) => t.home.stepUp.title), trouble(error, { onRetry: () => void begin() })))
  }
}

function signIn(customer: string): void {
  const stored = storedSelfie(customer)
  let shot: Shot | undefined
  let hasAgreed = false
  const taken = () => shot ? [shot] : []
  const views: Record<Exclude<StepName, 'card'>, () => void> = {
    consent: () => stage.show(consent({
      title: (t) => t.consent.stepUpTitle,
      lead: (t) => t.consent.stepUpLead,
      points: (t) => t.consent.stepUpPoints,
      button: (t) => t.consent.stepUpButton,
      picture: el('img', { class: 'stored', src: stored, alt: (t) => t.consent.stored }),
    }, () => {
      hasAgreed = true
      journey.go('selfie')
    })),
    selfie: () => stage.show(capture('selfie', 'selfie', {
      onShot: (made) => {
        shot?.image.release()
        shot = made
        journey.go('review')
      },
      onBack: () => journey.back(),
    })),
    review: () => stage.show(review(taken(), {
      button: (t) => t.review.stepUpButton,
      onSend: () => journey.go('result'),
      onRetake: () => journey.go('selfie'),
    })),
    result: () => stage.show(sending(taken(), {
      create: (signal) => startStepUp(customer, taken().map(({ image }) => image), signal),
      onOutcome: (outcome) => stage.show(decision(outcome, {
        stored: { reference_selfie: stored },
        words: (t) => outcome.result.decision === 'match' ? t.decision.signedIn : undefined,
        actions: actions(outcome),
      })),
      onCancel: () => journey.back(),
    })),
  }
  const journey = new Journey((step) => step !== 'card' && views[step](), (step) => {
    if (step === 'consent' || !hasAgreed) return step === 'consent'
    return step === 'selfie' || shot !== undefined
  })
  journey.begin()
  sdk().catch(() => undefined)
}

function actions({ result }: Outcome): HTMLElement[] {
  const home = linkButton(result.decision === 'match' ? 'secondary' : 'quiet', (t) => t.decision.home, '/')
  if (result.decision === 'match') return [home]
  return [button('primary', (t) => t.decision.again, () => location.assign('/step-up.html')), home]
}

function nobody(): HTMLElement {
  return el('section', { class: 'panel' },
    el('h1', {}, (t) => t.nobody.title),
    el('p', { class: 'lead' }, (t) => t.nobody.text),
    el('div', { class: 'actions' }, linkButton('primary', (t) => t.nobody.button, '/onboarding.html')))
}
