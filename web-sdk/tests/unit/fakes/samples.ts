/** Values that many tests need, and how they judge errors. */

import assert from 'node:assert/strict'
import type { ErrorCode, Problem, State, SubmissionStatus, UploadTarget } from '../../../src/contract.js'
import { FaceMatchError, type FaceMatchErrorCode } from '../../../src/errors.js'
import type { CaptureRole, ClientSubmission, PreparedImage } from '../../../src/options.js'
import { faceIn, quality } from './engine.js'

/** Something that must never show in an error's message. */
export const SECRET = 'X-Amz-Signature=5ec7e7'

export function target(role: CaptureRole = 'selfie', expiresAt = '2026-11-23T06:15:00.000Z'): UploadTarget {
  const headers = { 'content-type': 'image/jpeg', 'if-none-match': '*', 'x-amz-checksum-sha256': 'n4bQ=' }
  return { role, method: 'PUT', url: `https://bucket.example/up/${role}?${SECRET}`, headers, expiresAt }
}

export function image(role: CaptureRole = 'selfie', sizeBytes = 1000): PreparedImage {
  const blob = new Blob([new Uint8Array(sizeBytes)], { type: 'image/jpeg' })
  return {
    role, blob, sizeBytes, contentType: 'image/jpeg', sha256: 'ab'.repeat(32), widthPx: 200, heightPx: 200,
    face: faceIn(50, 50, 100), quality, preview: 'blob:none', bytesSaved: 0, warnings: [], release() {},
  }
}

export function submission(roles: CaptureRole[] = ['selfie', 'id_portrait']): ClientSubmission {
  const uploads = roles.map((role) => target(role))
  return { apiUrl: 'https://api.example/', correlationId: '019a', clientToken: 'token-5ec7e7', uploads }
}

export function status(state: State): SubmissionStatus {
  return {
    correlationId: '019a', mode: 'selfie_to_id', state, images: [],
    createdAt: '2026-11-23T06:00:00.000Z', updatedAt: '2026-11-23T06:00:00.000Z',
  }
}

export function problem(code: ErrorCode, httpStatus: number, retryable: boolean): Problem {
  return { type: `urn:facematch:error:${code}`, title: 'A title', status: httpStatus, code, retryable, hint: 'A hint.' }
}

/** `work` must reject with this code, and must not tell secrets. Gives the error for more questions. */
export async function rejectsWith(work: Promise<unknown>, code: FaceMatchErrorCode, name = ''): Promise<FaceMatchError> {
  const error = await work.then(() => undefined, (reason: unknown) => reason)
  assert.ok(error instanceof FaceMatchError, `${name}: ${String(error)}`)
  assert.equal(error.code, code, `${name}: ${error.message}`)
  assert.doesNotMatch(error.message, /5ec7e7|secret/, name)
  return error
}

/** `work` must reject with the platform's `AbortError`. */
export async function rejectsAborted(work: Promise<unknown>, name = ''): Promise<void> {
  const error = await work.then(() => undefined, (reason: unknown) => reason)
  assert.ok(error instanceof DOMException && error.name === 'AbortError', `${name}: ${String(error)}`)
}

/** Resolves when everything that can run has run. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
