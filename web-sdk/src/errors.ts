/** What can go wrong, as a closed union of codes. */

import type { Problem } from './contract.js'

/** Every code that a `FaceMatchError` can have. */
export const faceMatchErrorCodes = [
  // The camera.
  'camera_denied',
  'camera_missing',
  'camera_in_use',
  'insecure_context',
  // The browser and the package's own files.
  'unsupported_browser',
  'csp_blocked',
  'asset_missing',
  'asset_broken',
  // The picture.
  'image_empty',
  'not_an_image',
  'image_damaged',
  'image_size',
  'image_unsupported',
  'source_not_ready',
  'source_tainted',
  'no_face',
  'several_faces',
  'over_budget',
  // The way to the server.
  'upload_refused',
  'upload_expired',
  'api_refused',
  'network',
  'timeout',
  // The caller, and us.
  'invalid_call',
  'closed',
  'internal',
] as const

/** Why a call failed. Stable: branch on this. */
export type FaceMatchErrorCode = (typeof faceMatchErrorCodes)[number]

/** Codes after which the same call, made again, can succeed. */
const RETRYABLE: ReadonlySet<FaceMatchErrorCode> = new Set([
  'camera_in_use',
  'source_not_ready',
  'network',
  'timeout',
])

/** What an error carries besides its code. */
export interface FaceMatchErrorDetails {
  /** What the platform threw. */
  cause?: unknown
  /** What the API answered. */
  problem?: Problem
  /** HTTP status of the answer that was refused. */
  status?: number
}

/**
 * Every failure but a cancelled call, which rejects with its signal's reason: the platform's `AbortError`, unless the
 * page gave another. `message` is for developers; it never holds tokens, URLs or personal data.
 */
export class FaceMatchError extends Error {
  override readonly name = 'FaceMatchError'
  /** Why. */
  readonly code: FaceMatchErrorCode
  /** Whether the same call, made again, can succeed. */
  readonly retryable: boolean
  /** What the API answered; only with `api_refused`. */
  readonly problem?: Problem
  /** HTTP status of the answer, with `upload_refused`, `upload_expired` and `api_refused`. */
  readonly status?: number

  constructor(code: FaceMatchErrorCode, message: string, details: FaceMatchErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined)
    this.code = code
    this.retryable = details.problem?.retryable ?? RETRYABLE.has(code)
    if (details.problem !== undefined) this.problem = details.problem
    if (details.status !== undefined) this.status = details.status
  }
}

/** Whether `value` is one of our codes. */
export function isErrorCode(value: unknown): value is FaceMatchErrorCode {
  return faceMatchErrorCodes.some((code) => code === value)
}
