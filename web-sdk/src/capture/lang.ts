/** Which language an element speaks. */

import { LANGUAGES, type Language } from './texts/texts.js'

/** The nearest `lang` at or above `element`, also outside the shadow trees it is in; English where there are no texts. */
export function languageOf(element: Element): Language {
  return supported(nearestLang(element))
}

/** The language of a BCP 47 tag; `in` is how Java and old Androids write Indonesian. */
export function supported(tag: string): Language {
  const primary = tag.toLowerCase().split(/[-_]/)[0] ?? ''
  if (primary === 'in') return 'id'
  return isLanguage(primary) ? primary : 'en'
}

function nearestLang(element: Element): string {
  const holder = element.closest('[lang]')
  if (holder) return holder.getAttribute('lang') ?? ''
  const root = element.getRootNode()
  return root instanceof ShadowRoot ? nearestLang(root.host) : ''
}

function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(LANGUAGES, tag)
}
