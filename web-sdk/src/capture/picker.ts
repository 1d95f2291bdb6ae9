/** Chooses between cameras, where there is more than one. */

import type { CameraDevice } from './camera.js'
import { el } from './dom.js'
import { fill, type Texts } from './texts/texts.js'

/** What is chosen from. */
export interface Choice {
  cameras: readonly CameraDevice[]
  /** The open camera. */
  cameraId: string | undefined
  /** Whether there is anything to choose now. */
  isShown: boolean
}

/** A labelled `<select>`. */
export class CameraPicker {
  readonly root = el('label', { class: 'camera', part: 'camera' })
  readonly #label = el('span')
  readonly #select = el('select', { part: 'camera-select' })

  constructor(onCamera: (deviceId: string) => void) {
    this.root.append(this.#label, this.#select)
    this.#select.addEventListener('change', () => onCamera(this.#select.value))
  }

  /** Shows a choice. An open list is left alone while the cameras are the same. */
  show({ cameras, cameraId, isShown }: Choice, texts: Texts): void {
    this.root.hidden = !isShown || cameras.length < 2
    this.#label.textContent = texts.camera
    const names = cameras.map(({ label }, at) => label || fill(texts.cameraNumber, { number: at + 1 }))
    if (!this.#has(cameras, names)) {
      this.#select.replaceChildren(
        ...cameras.map(({ deviceId }, at) => el('option', { value: deviceId }, names[at] ?? '')))
    }
    if (cameraId !== undefined) this.#select.value = cameraId
  }

  #has(cameras: readonly CameraDevice[], names: readonly string[]): boolean {
    const { options } = this.#select
    return options.length === names.length
      && cameras.every(({ deviceId }, at) => options[at]?.value === deviceId && options[at].text === names[at])
  }
}
