/** What stands around every page: the bank's name, language and colours, and that it is a demo. */

import { el } from '../dom.js'
import { icon, logo, type IconName } from '../icons.js'
import { language, sayAttribute, setLanguage } from '../language.js'
import { LANGUAGES, type Language } from '../texts/texts.js'
import { THEMES, setTheme, theme, type Theme } from '../theme.js'

const THEME_ICONS: Record<Theme, IconName> = { system: 'screen', light: 'sun', dark: 'moon' }
const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', id: 'Bahasa Indonesia' }

/** Puts the frame around `main`, which is where the page shows itself. */
export function frame(main: HTMLElement): void {
  main.id = 'content'
  main.tabIndex = -1
  document.body.append(
    el('a', { class: 'skip', href: '#content' }, (t) => t.skip),
    el('header', { class: 'header' },
      el('div', { class: 'bar' },
        el('a', { class: 'brand', href: '/' }, logo(), el('span', {}, (t) => t.brand)),
        languageSwitch(), themeSwitch()),
      el('p', { class: 'notice' }, el('span', {}, icon('info'), el('span', {}, (t) => t.notice)))),
    main,
    el('footer', { class: 'footer' }, el('p', {}, (t) => t.footer)))
}

function languageSwitch(): HTMLElement {
  const codes = Object.keys(LANGUAGES) as Language[]
  const buttons = codes.map((code) => {
    const made = el('button', { type: 'button', lang: code },
      code.toUpperCase(), el('span', { class: 'unseen' }, ` ${LANGUAGE_NAMES[code]}`))
    made.addEventListener('click', () => setLanguage(code))
    return made
  })
  const show = () => buttons.forEach((each) => each.setAttribute('aria-pressed', String(each.lang === language())))
  document.addEventListener('languagechange', show)
  show()
  return el('div', { class: 'languages', role: 'group', 'aria-label': (t) => t.switchLanguage }, ...buttons)
}

function themeSwitch(): HTMLElement {
  const made = el('button', { type: 'button', class: 'theme' })
  const show = () => {
    made.replaceChildren(icon(THEME_ICONS[theme()]))
    sayAttribute(made, 'aria-label', (t) => t.themes[theme()])
    sayAttribute(made, 'title', (t) => t.themes[theme()])
  }
  made.addEventListener('click', () => {
    setTheme(THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length] ?? 'system')
    show()
  })
  show()
  return made
}
