import '../styles/site.css'
import { currentCustomer } from '../backend.js'
import { el, linkButton } from '../dom.js'
import { icon, type IconName } from '../icons.js'
import { sayTab, texts } from '../language.js'
import { frame } from '../parts/frame.js'
import { heroPicture } from '../parts/hero.js'

const FACT_ICONS: readonly IconName[] = ['device', 'scale', 'bin']

sayTab((t) => t.home.tab)
const signIn = el('div', { class: 'door' })
frame(el('main', { class: 'home' },
  el('section', { class: 'hero' },
    el('div', {},
      el('h1', {}, (t) => t.home.title),
      el('p', { class: 'lead' }, (t) => t.home.lead)),
    heroPicture()),
  el('section', { class: 'doors' },
    el('div', { class: 'door' },
      icon('card'),
      el('h2', {}, (t) => t.home.onboarding.title),
      el('p', {}, (t) => t.home.onboarding.text),
      linkButton('primary', (t) => t.home.onboarding.button, '/onboarding.html')),
    signIn),
  el('section', { class: 'facts-block' },
    el('h2', {}, (t) => t.home.how),
    el('ul', { class: 'columns-3' }, ...texts().home.facts.map((_, index) => el('li', {},
      icon(FACT_ICONS[index] ?? 'info'),
      el('h3', {}, (t) => t.home.facts[index]?.[0] ?? ''),
      el('p', {}, (t) => t.home.facts[index]?.[1] ?? ''))))),
  el('section', { class: 'limits' },
    icon('info'),
    el('div', {}, el('h2', {}, (t) => t.home.limits), el('p', {}, (t) => t.home.limitsText)))))
showSignIn(false)
currentCustomer().then((customer) => showSignIn(customer !== undefined), () => undefined)

/** Who has no stored selfie yet is told why the door is closed. */
function showSignIn(isOpen: boolean): void {
  signIn.replaceChildren(
    icon('person'),
    el('h2', {}, (t) => t.home.stepUp.title),
    el('p', {}, (t) => t.home.stepUp.text),
    isOpen
      ? linkButton('secondary', (t) => t.home.stepUp.button, '/step-up.html')
      : el('p', { class: 'muted small locked' }, (t) => t.home.stepUp.locked))
}
