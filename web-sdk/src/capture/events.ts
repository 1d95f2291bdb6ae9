/** What the element tells the page. Only `facecapture-captured` carries anything about the applicant. */

import type { FaceMatchError } from '../errors.js'
import type { CaptureRole, PreparedImage } from '../options.js'
import type { Hint } from './hints.js'
import type { CaptureSource, StateName } from './machine.js'

/** How the photo came about: for the page's records and funnels. */
export interface CaptureMetadata {
  /** Whether guidance watched it (`camera-auto`), the applicant released it, or it is a file. */
  source: CaptureSource
  /** Photos that were taken or chosen, this one included. */
  attempts: number
  /** From the first start to the applicant's confirmation. */
  elapsedMs: number
}

/** A photo that the applicant confirmed. From here on it is the page's, which calls `image.release()`. */
export interface Captured {
  image: PreparedImage
  metadata: CaptureMetadata
}

/** The element's events; all of them bubble, also out of shadow trees. */
export interface FaceCaptureEventMap {
  /** The state changed. */
  'facecapture-state': CustomEvent<{ state: StateName, previous: StateName, photo: CaptureRole }>
  /** The applicant reads another hint. */
  'facecapture-hint': CustomEvent<{ hint: Hint, photo: CaptureRole }>
  /** The applicant confirmed a photo. */
  'facecapture-captured': CustomEvent<Captured>
  /** Something failed; the element shows it and offers a way on. */
  'facecapture-error': CustomEvent<FaceMatchError>
}

declare global {
  interface HTMLElementEventMap extends FaceCaptureEventMap {}
}
