/** What the page and its worker say to each other. */

import type { Quality, QualityFault } from './contract.js'
import type { FaceMatchErrorCode } from './errors.js'
import type { CaptureRole, Detection, Face } from './face.js'

/** Changes when a page and a worker of two versions can no longer work together. */
export const PROTOCOL = 1

/** A file, or pixels with the size of the picture that they were shrunk from. */
export type SentPicture = { file: Blob } | { bitmap: ImageBitmap; widthPx: number; heightPx: number }

/** Where the engine's files are; default: beside the worker. */
export interface LoadRequest {
  protocol: number
  wasmUrl?: string
  modelUrl?: string
}

/** One look. */
export interface DetectRequest {
  picture: SentPicture
  role: CaptureRole
}

/** One photo. */
export interface PrepareRequest {
  picture: SentPicture
  role: CaptureRole
  crop: boolean
  maxBytes: number
  maxSidePx: number
}

/** A photo as the worker hands it over: `bytes` is the JPEG, and moves. */
export interface PreparedPhoto {
  bytes: Uint8Array<ArrayBuffer>
  sha256: string
  widthPx: number
  heightPx: number
  face: Face
  quality: Quality
  bytesSaved: number
  warnings: QualityFault[]
}

/** What can be asked, and what comes back. */
export interface Calls {
  load: { request: LoadRequest; value: null }
  detect: { request: DetectRequest; value: Detection }
  prepare: { request: PrepareRequest; value: PreparedPhoto }
}

/** Names of the calls. */
export type CallName = keyof Calls

/** One call on its way. */
export type CallMessage<Name extends CallName = CallName> = {
  [N in Name]: { type: N; id: number; request: Calls[N]['request'] }
}[Name]

/** Says that nobody waits for call `id` any more. */
export interface CancelMessage {
  type: 'cancel'
  id: number
}

/** Everything that the worker gets. */
export type ToWorker = CallMessage | CancelMessage

/** An error on its way: a class does not survive the crossing. */
export interface SentError {
  code: FaceMatchErrorCode
  message: string
}

/** Everything that the page gets. */
export type FromWorker = { id: number; value: Calls[CallName]['value'] } | { id: number; error: SentError }
