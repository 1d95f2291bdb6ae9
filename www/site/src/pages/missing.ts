import '../styles/site.css'
import { el, linkButton } from '../dom.js'
import { sayTab } from '../language.js'
import { frame } from '../parts/frame.js'

sayTab((t) => t.missing.tab)
frame(el('main', { class: 'journey' },
  el('section', { class: 'panel' },
    el('h1', {}, (t) => t.missing.title),
    el('p', { class: 'lead' }, (t) => t.missing.text),
    el('div', { class: 'actions' }, linkButton('primary', (t) => t.decision.home, '/')))))
