/** The shadow tree: built once, then shown as each state wants it. It knows no camera and no SDK. */

import type { Detection } from '../options.js'
import { ActionBar, type ActionHandlers } from './actions.js'
import type { CameraDevice } from './camera.js'
import { el } from './dom.js'
import type { Hint } from './hints.js'
import { HINT_ICONS, icon, type IconName } from './icons.js'
import { isLooking, type StateName } from './machine.js'
import { messageOf } from './message.js'
import { CameraPicker } from './picker.js'
import { Stage, type Picture } from './stage.js'
import { dress } from './style.js'
import { LANGUAGES, type Language } from './texts/texts.js'

/** Everything that is shown. */
export interface Scene extends Picture {
  language: Language
  /** Whether files are taken. */
  hasFile: boolean
  cameras: readonly CameraDevice[]
  /** The open camera. */
  cameraId: string | undefined
}

/** What the applicant does. */
export interface Handlers extends Omit<ActionHandlers, 'onBrowse'> {
  onFile(file: File): void
  onCamera(deviceId: string): void
}

/** Formats that the SDK decodes itself. Phones turn HEIC into JPEG for a page that does not ask for it. */
const FILE_TYPES = 'image/jpeg,image/png,image/webp'

/** The element's inside. */
export class View {
  readonly #shadow: ShadowRoot
  readonly #root: HTMLElement
  readonly #stage = new Stage()
  readonly #actions: ActionBar
  readonly #picker: CameraPicker
  readonly #title = el('h2', { class: 'title', part: 'title', tabindex: -1 })
  readonly #advice = el('p', { class: 'advice', part: 'advice' })
  readonly #warnings = el('ul', { class: 'list', part: 'warnings', role: 'list' })
  readonly #tips = el('ul', { class: 'list tips', part: 'tips', role: 'list' })
  readonly #hint = el('div', { class: 'hint', part: 'hint' })
  readonly #privacy = el('p', { class: 'privacy', part: 'privacy' })
  readonly #spoken = el('div', { class: 'spoken', role: 'status', 'aria-live': 'polite', 'aria-atomic': 'true' })
  readonly #input = el('input', { type: 'file', accept: FILE_TYPES, hidden: true })
  /** Whether the applicant has used the element; before that, the focus is the page's. */
  #isEngaged = false
  /** Where the element put the focus last. */
  #place: HTMLElement | undefined

  constructor(shadow: ShadowRoot, handlers: Handlers) {
    this.#shadow = shadow
    this.#actions = new ActionBar({ ...handlers, onBrowse: () => this.#input.click() })
    this.#picker = new CameraPicker(handlers.onCamera)
    this.#root = el('div', { class: 'root', part: 'root' },
      this.#title, this.#advice, this.#warnings,
      el('div', { class: 'scene' }, this.#stage.root, this.#hint, this.#tips),
      this.#picker.root, this.#actions.root, this.#privacy, this.#spoken, this.#input)
    this.#root.addEventListener('click', () => { this.#isEngaged = true })
    this.#input.addEventListener('change', () => this.#takeFile(handlers))
    dress(shadow)
    shadow.append(this.#root)
  }

  /** Where the camera is shown. */
  get video(): HTMLVideoElement {
    return this.#stage.video
  }

  /** Shows a scene. The focus moves on where its place is gone. */
  show(scene: Scene): void {
    const focused = this.#shadow.activeElement
    const { snapshot: { state }, language, role } = scene
    const texts = LANGUAGES[language]
    const isOther = this.#root.dataset['state'] !== state.name
    this.#root.lang = language
    this.#root.dataset['photo'] = role
    this.#root.dataset['state'] = state.name
    this.#showText(scene)
    this.#stage.show(scene, texts.photos[role])
    this.#picker.show({ ...scene, isShown: state.name === 'asking' || isLooking(state) }, texts)
    this.#actions.show(state, texts, scene.hasFile)
    // Safari focuses no button that is clicked, so that there the focus is nowhere.
    const isNowhere = isOther && this.#isEngaged && document.activeElement === document.body
    // Where the element put the focus for one step, it puts it for the next.
    const isPlaced = isOther && focused === this.#place
    if (focused ? isPlaced || !isVisible(focused) : isNowhere) this.#focusOn(state.name)
  }

  /** Shows a hint over the picture, or none; without `hint`, something is under way. */
  hint(text: string | undefined, hint?: Hint): void {
    this.#hint.hidden = text === undefined
    if (text === undefined) return
    this.#hint.dataset['tone'] = hint === 'hold' || hint === 'ready' ? 'good' : 'warn'
    const sign = hint ? icon(HINT_ICONS[hint]) : el('span', { class: 'spinner' })
    this.#hint.replaceChildren(sign, el('span', {}, text))
  }

  /** Draws what was found in the live picture; nothing without it. */
  mark(detection: Detection | undefined): void {
    this.#stage.mark(detection)
  }

  /** Tells a screen reader. */
  speak(text: string): void {
    this.#spoken.textContent = text
  }

  #showText({ snapshot, role, rules, hasFile, language }: Scene): void {
    const texts = LANGUAGES[language]
    const isIdle = snapshot.state.name === 'idle'
    const { title, advice, warnings } = messageOf({ snapshot, role, rules, hasFile }, texts)
    this.#title.textContent = title
    this.#advice.textContent = advice
    this.#advice.hidden = advice === ''
    fillList(this.#warnings, warnings, 'warning')
    fillList(this.#tips, isIdle ? texts.photos[role].tips : [], 'check')
    this.#privacy.textContent = texts.privacy
    this.#privacy.hidden = !isIdle
  }

  #takeFile(handlers: Handlers): void {
    const [file] = this.#input.files ?? []
    // So that the same file can be chosen again.
    this.#input.value = ''
    if (file) handlers.onFile(file)
  }

  #focusOn(name: StateName): void {
    this.#place = this.#actions.place(name) ?? this.#title
    this.#place.focus({ preventScroll: true })
  }
}

function fillList(list: HTMLUListElement, lines: readonly string[], sign: IconName): void {
  list.hidden = lines.length === 0
  list.replaceChildren(...lines.map((line) => el('li', {}, icon(sign), el('span', {}, line))))
}

function isVisible(element: Element): boolean {
  return element.isConnected && element.closest('[hidden]') === null
}
