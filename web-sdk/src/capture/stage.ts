/** The picture: the camera with its guide, the taken photo, or a sign where there is neither. */

import type { CaptureRole, Detection, PreparedImage } from '../options.js'
import { el } from './dom.js'
import { Guide } from './guide.js'
import { icon, type IconName } from './icons.js'
import { holdProgress, isLooking, showsCamera, type CaptureState, type Rules, type Snapshot } from './machine.js'
import { isOfCamera, isOfFile } from './message.js'
import { Overlay } from './overlay.js'
import type { PhotoTexts } from './texts/texts.js'

/** What the stage shows. */
export interface Picture {
  snapshot: Snapshot
  role: CaptureRole
  rules: Rules
  /** Whether the camera's picture is shown as in a mirror. */
  isMirrored: boolean
  /** The photo under review. */
  photo: PreparedImage | undefined
}

/** The stage. */
export class Stage {
  readonly root = el('div', { class: 'stage', part: 'stage' })
  readonly video = el('video', { class: 'video', part: 'video', playsinline: true, muted: true })
  readonly #preview = el('canvas', { class: 'preview', part: 'preview', role: 'img' })
  readonly #overlay = new Overlay()
  readonly #emblem = el('div', { class: 'emblem', part: 'emblem' })
  readonly #badge = el('div', { class: 'badge', part: 'badge' }, icon('check'))
  #guide: Guide | undefined
  #guideRole: CaptureRole | undefined
  #drawn: PreparedImage | undefined

  constructor() {
    // The attribute alone mutes only what markup made.
    this.video.muted = true
    this.root.append(this.video, this.#overlay.root, this.#preview, this.#emblem, this.#badge)
  }

  /** Shows a picture. */
  show(picture: Picture, texts: PhotoTexts): void {
    const { snapshot: { state }, isMirrored, photo } = picture
    this.root.toggleAttribute('data-camera', showsCamera(state))
    // Laid out while the camera opens: some browsers play no video that is not.
    this.video.hidden = !showsCamera(state) && state.name !== 'asking'
    this.video.setAttribute('aria-label', texts.video)
    this.video.toggleAttribute('data-mirrored', isMirrored)
    this.#overlay.isMirrored = isMirrored
    // What was seen before is not what the next picture shows.
    if (!isLooking(state)) this.#overlay.show(undefined)
    this.#preview.setAttribute('aria-label', texts.preview)
    this.#showPhoto(state, photo)
    this.#showSigns(state)
    this.#showGuide(picture)
  }

  /** Draws what was found in the live picture; nothing without it. */
  mark(detection: Detection | undefined): void {
    this.#overlay.show(detection)
  }

  #showPhoto(state: CaptureState, photo: PreparedImage | undefined): void {
    const hasPhoto = state.name === 'review' || state.name === 'done'
    this.#preview.hidden = !hasPhoto
    if (!hasPhoto) this.#forget()
    else if (photo && photo !== this.#drawn) void this.#draw(photo)
  }

  /** A canvas, not an `<img>`: a page then needs no `img-src blob:`, and the picture outlives `release()`. */
  async #draw(photo: PreparedImage): Promise<void> {
    this.#drawn = photo
    const bitmap = await createImageBitmap(photo.blob)
    if (this.#drawn === photo) {
      this.#preview.width = bitmap.width
      this.#preview.height = bitmap.height
      this.#preview.getContext('2d')?.drawImage(bitmap, 0, 0)
    }
    bitmap.close()
  }

  /** Keeps no face that is not shown. */
  #forget(): void {
    this.#drawn = undefined
    this.#preview.width = 0
  }

  #showSigns(state: CaptureState): void {
    const sign = signOf(state)
    this.#badge.hidden = state.name !== 'done'
    this.#emblem.hidden = sign === undefined
    if (sign) this.#emblem.replaceChildren(icon(sign))
    this.#emblem.toggleAttribute('data-busy', state.name === 'asking' || state.name === 'preparing')
    this.#emblem.dataset['tone'] = state.name === 'failed' ? 'bad' : 'calm'
  }

  #showGuide({ snapshot, role, rules }: Picture): void {
    const { state } = snapshot
    const guide = this.#guideOf(role)
    const isLive = showsCamera(state)
    guide.root.toggleAttribute('hidden', !isLive && state.name !== 'idle')
    guide.root.toggleAttribute('data-live', isLive)
    guide.root.toggleAttribute('data-good', isLive && !(state.name === 'live' && state.fault !== undefined))
    guide.setProgress(holdProgress(snapshot, rules))
  }

  #guideOf(role: CaptureRole): Guide {
    if (this.#guide && this.#guideRole === role) return this.#guide
    this.#guide?.root.remove()
    this.#guide = new Guide(role)
    this.#guideRole = role
    this.video.after(this.#guide.root)
    return this.#guide
  }
}

/** The big sign of a state that has no picture. */
function signOf(state: CaptureState): IconName | undefined {
  switch (state.name) {
    case 'asking': return 'camera'
    case 'paused': return 'pause'
    case 'preparing': return state.source === 'file' ? 'photo' : undefined
    case 'failed': return isOfFile(state.code) ? 'photoOff' : isOfCamera(state.code) ? 'cameraOff' : 'warning'
    default: return undefined
  }
}
