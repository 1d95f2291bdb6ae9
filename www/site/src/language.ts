/** The language of the page. Changing it rewrites the texts in place, so that nothing on the page starts anew. */

import { LANGUAGES, type Language, type Texts } from './texts/texts.js'

/** Says something in any language. */
export type Say = (texts: Texts) => string

const KEY = 'language'
const sayings = new WeakMap<Text, Say>()
const attributes = new WeakMap<Element, Map<string, Say>>()
let tab: Say | undefined

/** The language that is shown. */
export function language(): Language {
  return document.documentElement.lang === 'id' ? 'id' : 'en'
}

/** The texts of the language that is shown. */
export function texts(): Texts {
  return LANGUAGES[language()]
}

/** A text that follows the language. */
export function say(what: Say): Text {
  const node = new Text(what(texts()))
  sayings.set(node, what)
  return node
}

/** An attribute that follows the language. */
export function sayAttribute(element: Element, name: string, what: Say): void {
  const known = attributes.get(element) ?? new Map<string, Say>()
  attributes.set(element, known.set(name, what))
  element.setAttribute(name, what(texts()))
}

/** The title of the browser's tab. */
export function sayTab(what: Say): void {
  tab = what
  document.title = what(texts())
}

/** Changes the language and remembers it. */
export function setLanguage(to: Language): void {
  document.documentElement.lang = to
  localStorage.setItem(KEY, to)
  if (tab) document.title = tab(texts())
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node instanceof Text) node.data = sayings.get(node)?.(texts()) ?? node.data
    else attributes.get(node as Element)?.forEach((what, name) => (node as Element).setAttribute(name, what(texts())))
  }
  document.dispatchEvent(new Event('languagechange'))
}
