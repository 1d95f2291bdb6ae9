/** What a state says: its headline, its advice and, for a photo that might be better, why. Pure. */

import type { FaceMatchErrorCode } from '../errors.js'
import type { CaptureRole } from '../options.js'
import type { Rules, Snapshot } from './machine.js'
import { problemText, type Message, type Texts } from './texts/texts.js'

/** A message with the faults of the photo under review. */
export interface StateMessage extends Message {
  warnings: readonly string[]
}

/** What has to be known to choose it. */
export interface Occasion {
  snapshot: Snapshot
  role: CaptureRole
  rules: Rules
  hasFile: boolean
}

/** The message of a state. */
export function messageOf(occasion: Occasion, texts: Texts): StateMessage {
  const { state } = occasion.snapshot
  const photo = texts.photos[occasion.role]
  switch (state.name) {
    case 'idle': return plain({ ...photo.idle, advice: occasion.rules.auto ? photo.idle.advice : photo.manualAdvice })
    case 'asking': return plain(texts.asking)
    case 'paused': return plain(texts.paused)
    case 'live':
    case 'holding': return plain({ title: photo.live, advice: '' })
    case 'preparing': return plain({ title: state.source === 'file' ? texts.preparing : texts.taken, advice: '' })
    case 'done': return plain(photo.done)
    case 'failed': return plain(problem(occasion, texts, state.code))
    case 'review': {
      // `turned` and `tilted_up_down` say the same of a card.
      const warnings = [...new Set(state.warnings.map((fault) => photo.warnings[fault]))]
      return { ...(warnings.length > 0 ? photo.reviewWithWarnings : photo.review), warnings }
    }
  }
}

/** Whether an error is the chosen file's: of the camera's photos, those without a face only lead back to the camera. */
export function isOfFile(code: FaceMatchErrorCode): boolean {
  return code.startsWith('image_') || code === 'not_an_image' || code === 'no_face' || code === 'several_faces'
}

/** Whether an error is the camera's. */
export function isOfCamera(code: FaceMatchErrorCode): boolean {
  return code.startsWith('camera_') || code === 'insecure_context'
}

function problem({ hasFile }: Occasion, texts: Texts, code: FaceMatchErrorCode): Message {
  const { title, advice } = problemText(texts, code)
  return { title, advice: hasFile && isOfCamera(code) ? `${advice} ${texts.orChooseFile}` : advice }
}

function plain(message: Message): StateMessage {
  return { ...message, warnings: [] }
}
