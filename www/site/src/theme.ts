/** Light, dark, or as the system says. `public/start.js` applies what is remembered before the first paint. */

/** The choices, in the order of the switch. */
export const THEMES = ['system', 'light', 'dark'] as const

/** A choice of colours. */
export type Theme = (typeof THEMES)[number]

const KEY = 'theme'

/** The choice that is in force. */
export function theme(): Theme {
  return THEMES.find((name) => name === document.documentElement.dataset['theme']) ?? 'system'
}

/** Chooses and remembers. */
export function setTheme(to: Theme): void {
  if (to === 'system') {
    delete document.documentElement.dataset['theme']
    localStorage.removeItem(KEY)
  } else {
    document.documentElement.dataset['theme'] = to
    localStorage.setItem(KEY, to)
  }
  document.dispatchEvent(new Event('themechange'))
}
