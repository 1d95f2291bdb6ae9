/** Every text of the element. A language is a value of `Texts`: one that lacks a text does not compile. */

import type { QualityFault } from '../../contract.js'
import type { FaceMatchErrorCode } from '../../errors.js'
import type { CaptureRole } from '../../options.js'
import type { Hint } from '../hints.js'
import { en } from './en.js'
import { id } from './id.js'

/** A headline and what to do. */
export interface Message {
  title: string
  advice: string
}

/** Codes that have a message of their own; every other one gets `other`. */
export type Problem = Extract<FaceMatchErrorCode,
  | 'camera_denied' | 'camera_missing' | 'camera_in_use' | 'insecure_context' | 'unsupported_browser'
  | 'no_face' | 'several_faces' | 'not_an_image' | 'image_empty' | 'image_damaged' | 'image_size' | 'image_unsupported'
> | 'other'

/** Texts that depend on what is photographed. */
export interface PhotoTexts {
  /** Before the camera opens. */
  idle: Message
  /** Advice before the camera opens, where the applicant releases the shutter. */
  manualAdvice: string
  /** What makes a good photo, three short lines. */
  tips: readonly [string, string, string]
  /** Headline while the camera is on. */
  live: string
  /** What the camera's picture is, for a screen reader. */
  video: string
  /** What the taken photo is, for a screen reader. */
  preview: string
  /** Before the applicant decides. */
  review: Message
  /** The same, where something might be better. */
  reviewWithWarnings: Message
  /** After the applicant decided. */
  done: Message
  /** One line each, an instruction. */
  hints: Record<Hint, string>
  /** What is not perfect in the taken photo. */
  warnings: Record<QualityFault, string>
}

/** One language. */
export interface Texts {
  photos: Record<CaptureRole, PhotoTexts>
  asking: Message
  paused: Message
  preparing: string
  /** Headline while a photo from the camera is checked. */
  taken: string
  problems: Record<Problem, Message>
  /** Follows a camera problem's advice where files are taken. */
  orChooseFile: string
  buttons: {
    start: string
    resume: string
    retry: string
    cancel: string
    shutter: string
    chooseFile: string
    use: string
    retake: string
    chooseAnother: string
  }
  camera: string
  /** Name of a camera that has none: `{number}`. */
  cameraNumber: string
  privacy: string
}

/** The languages. */
export const LANGUAGES = { en, id } satisfies Record<string, Texts>

/** A language that there are texts in. */
export type Language = keyof typeof LANGUAGES

/** The message for an error. */
export function problemText(texts: Texts, code: FaceMatchErrorCode): Message {
  const problems: Partial<Record<string, Message>> = texts.problems
  return problems[code] ?? texts.problems.other
}

/** Puts values into a text's placeholders: `{name}`. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder))
}
