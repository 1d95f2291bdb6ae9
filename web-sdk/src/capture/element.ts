/** `<face-capture>`: guides an applicant to one good photo. */

import type { CaptureRole, Detection, FaceMatchSdk } from '../options.js'
import { Announcer } from './announcer.js'
import type { CameraRequest, Facing } from './camera.js'
import { Controller } from './controller.js'
import type { FaceCaptureEventMap } from './events.js'
import { HintPacer, hintOf, type Hint } from './hints.js'
import { languageOf } from './lang.js'
import { BorrowedSdk } from './lazy.js'
import { DEFAULT_RULES, isLooking, needsCamera, type Rules, type Snapshot, type StateName } from './machine.js'
import { messageOf } from './message.js'
import { LANGUAGES, type Texts } from './texts/texts.js'
import { View, type Scene } from './view.js'
import { Viewfinder } from './viewfinder.js'

/** Servers that render pages import this module too; they have no elements. */
const Base: typeof HTMLElement = globalThis.HTMLElement ?? (class {} as unknown as typeof HTMLElement)

/** The photo each value of the attribute `photo` stands for. */
const PHOTOS: readonly string[] = ['selfie', 'id_portrait'] satisfies CaptureRole[]

/**
 * Shows the camera with a guide, says what to change, takes the photo when it is good, and lets the applicant confirm it.
 *
 * Attributes: `photo` (`selfie`, the default, or `id_portrait`; not `role`, which is ARIA's and takes ARIA's values only),
 * `lang` (`en` or `id`; default: the nearest one above), `auto="off"`, `facing` (`user` or `environment`), `no-file`,
 * `theme` (`light` or `dark`; default: the system's), `overlay` (draws the face's box and landmarks over the live picture).
 *
 * @fires facecapture-state
 * @fires facecapture-hint
 * @fires facecapture-captured
 * @fires facecapture-error
 */
export class FaceCaptureElement extends Base {
  static readonly observedAttributes = ['photo', 'lang', 'auto', 'no-file', 'overlay']

  readonly #view: View
  readonly #viewfinder: Viewfinder
  readonly #controller: Controller
  readonly #announcer: Announcer
  readonly #pacer = new HintPacer()
  readonly #borrowed = new BorrowedSdk()
  #sdk: FaceMatchSdk | undefined
  /** Pages that switch their language do it at their root. */
  readonly #langObserver = new MutationObserver(() => this.#show())
  #hint: Hint | undefined
  #cameraId: string | undefined

  constructor() {
    super()
    this.#view = new View(this.attachShadow({ mode: 'open' }), {
      onStart: () => this.start(),
      onStop: () => this.stop(),
      onShutter: () => this.#controller.send({ type: 'shutter' }),
      onAccept: () => this.#controller.send({ type: 'accept' }),
      onRetake: () => this.retake(),
      onFile: (file) => this.#controller.takeFile(file),
      onCamera: (deviceId) => this.#turnTo(deviceId),
    })
    this.#viewfinder = new Viewfinder(
      this.#view.video, () => this.#request(), (error) => this.#controller.fail(error))
    this.#announcer = new Announcer((text) => this.#view.speak(text))
    this.#controller = new Controller({
      optics: this.#viewfinder,
      eyes: async () => this.#sdk ?? this.#borrowed.get(),
      role: () => this.photo,
      rules: () => this.#rules(),
      nowMs: () => performance.now(),
      isPageHidden: () => document.hidden,
      onChange: (now, before) => this.#changed(now, before),
      onLook: (now, detection) => this.#looked(now, detection),
      onCaptured: (detail) => this.#tell('facecapture-captured', detail),
      onError: (error) => this.#tell('facecapture-error', error),
    })
  }

  /** The page's SDK. Without one, the element loads its own when it needs it and closes it when it leaves the page. */
  get sdk(): FaceMatchSdk | undefined {
    return this.#sdk
  }

  set sdk(sdk: FaceMatchSdk | undefined) {
    this.#sdk = sdk ?? undefined
  }

  /** What is photographed. Changing it stops the capture. */
  get photo(): CaptureRole {
    return this.getAttribute('photo') === 'id_portrait' ? 'id_portrait' : 'selfie'
  }

  set photo(photo: CaptureRole) {
    this.setAttribute('photo', photo)
  }

  /** Where the capture stands. */
  get state(): StateName {
    return this.#controller.snapshot.state.name
  }

  /** Opens the camera; does nothing while it is open or a photo is under review. */
  start(): void {
    if (!needsCamera(this.#controller.snapshot)) this.#controller.send({ type: 'start' })
  }

  /** Throws the photo under review away and takes another. */
  retake(): void {
    this.#controller.send({ type: 'retake' })
  }

  /** Closes the camera, throws an unconfirmed photo away and begins anew. */
  stop(): void {
    this.#controller.send({ type: 'stop' })
  }

  /** @internal */
  connectedCallback(): void {
    this.#adopt('sdk')
    this.#adopt('photo')
    document.addEventListener('visibilitychange', this.#onVisibility)
    this.#langObserver.observe(document.documentElement, { attributeFilter: ['lang'] })
    this.#show()
  }

  /** @internal */
  disconnectedCallback(): void {
    document.removeEventListener('visibilitychange', this.#onVisibility)
    this.#langObserver.disconnect()
    this.stop()
    this.#announcer.reset()
    this.#borrowed.giveBack()
  }

  /** @internal */
  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (name === 'photo' && before !== now) {
      if (now !== null && !PHOTOS.includes(now)) console.warn('face-capture: photo is neither selfie nor id_portrait')
      this.stop()
    }
    if (name === 'overlay' && now === null) this.#view.mark(undefined)
    if (this.isConnected) this.#show()
  }

  readonly #onVisibility = () => this.#controller.send({ type: document.hidden ? 'hide' : 'show' })

  /** A property that was set before the element was defined hides the accessor. */
  #adopt(name: 'sdk' | 'photo'): void {
    const early = Object.getOwnPropertyDescriptor(this, name)
    if (!early) return
    delete (this as Partial<Pick<FaceCaptureElement, 'sdk' | 'photo'>>)[name]
    Reflect.set(this, name, early.value)
  }

  #rules(): Rules {
    return { ...DEFAULT_RULES, auto: this.getAttribute('auto') !== 'off' }
  }

  #texts(): Texts {
    return LANGUAGES[languageOf(this)]
  }

  #request(): CameraRequest {
    const request = { facing: this.#facing(), role: this.photo }
    return this.#cameraId === undefined ? request : { ...request, deviceId: this.#cameraId }
  }

  #facing(): Facing {
    const asked = this.getAttribute('facing')
    if (asked === 'user' || asked === 'environment') return asked
    return this.photo === 'selfie' ? 'user' : 'environment'
  }

  #turnTo(deviceId: string): void {
    this.#cameraId = deviceId
    this.#controller.send({ type: 'start' })
  }

  #scene(): Scene {
    const { facingMode, deviceId } = this.#viewfinder.settings
    return {
      snapshot: this.#controller.snapshot,
      role: this.photo,
      rules: this.#rules(),
      language: languageOf(this),
      hasFile: !this.hasAttribute('no-file'),
      isMirrored: this.photo === 'selfie' && facingMode !== 'environment',
      cameras: this.#viewfinder.cameras,
      cameraId: deviceId ?? this.#cameraId,
      photo: this.#controller.photo,
    }
  }

  #show(): void {
    this.#view.show(this.#scene())
    const { state } = this.#controller.snapshot
    const texts = this.#texts()
    if (isLooking(state)) this.#view.hint(this.#hint && texts.photos[this.photo].hints[this.#hint], this.#hint)
    else this.#view.hint(state.name === 'preparing' && state.source !== 'file' ? texts.preparing : undefined)
  }

  #changed(now: Snapshot, before: Snapshot): void {
    if (!isLooking(now.state)) this.#forgetHint()
    this.#show()
    const [state, previous] = [now.state.name, before.state.name]
    if (state === previous) return
    if (!(isLooking(now.state) && isLooking(before.state))) this.#announceState()
    this.#tell('facecapture-state', { state, previous, photo: this.photo })
  }

  #looked(now: Snapshot, detection: Detection): void {
    this.#view.mark(isLooking(now.state) && this.hasAttribute('overlay') ? detection : undefined)
    const wanted = hintOf(now, this.#rules().auto)
    if (!wanted) return
    const hint = this.#pacer.show(wanted, performance.now())
    if (hint === this.#hint) return
    this.#hint = hint
    this.#show()
    this.#announcer.say(this.#texts().photos[this.photo].hints[hint])
    this.#tell('facecapture-hint', { hint, photo: this.photo })
  }

  #forgetHint(): void {
    this.#hint = undefined
    this.#pacer.reset()
    this.#announcer.reset()
  }

  #announceState(): void {
    const { title, advice, warnings } = messageOf(this.#scene(), this.#texts())
    this.#announcer.say([title, advice, ...warnings].filter(Boolean).join('. '))
  }

  #tell<Name extends keyof FaceCaptureEventMap>(name: Name, detail: FaceCaptureEventMap[Name]['detail']): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }))
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'face-capture': FaceCaptureElement
  }
}
