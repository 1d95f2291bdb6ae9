/** Building elements. No inline style or script: the CSP allows none. */

import { say, sayAttribute, type Say } from './language.js'

type Value = string | number | boolean | undefined | Say
type Child = Node | string | Say | undefined | false
type Attributes = Readonly<Record<string, Value>>

/** An HTML element. A function says an attribute or a text in the page's language. */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag, attributes: Attributes = {}, ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  return filled(document.createElement(tag), attributes, children)
}

/** An SVG element. */
export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag, attributes: Attributes = {}, ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children)
}

/** A button. */
export function button(kind: 'primary' | 'secondary' | 'quiet', label: Say, onClick: () => void): HTMLButtonElement {
  const made = el('button', { type: 'button', class: `button ${kind}` }, label)
  made.addEventListener('click', onClick)
  return made
}

/** A link that looks like a button. */
export function linkButton(kind: 'primary' | 'secondary' | 'quiet', label: Say, href: string): HTMLAnchorElement {
  return el('a', { class: `button ${kind}`, href }, label)
}

function filled<Made extends Element>(element: Made, attributes: Attributes, children: readonly Child[]): Made {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    if (typeof value === 'function') sayAttribute(element, name, value)
    else element.setAttribute(name, value === true ? '' : String(value))
  }
  for (const child of children) {
    if (child === undefined || child === false) continue
    element.append(typeof child === 'function' ? say(child) : child)
  }
  return element
}
