/** The bank's own backend. It holds the secrets; the page holds none. */

import type {
  BoundingBox, ClientSubmission, Point, PreparedImage, Quality, Role,
} from '@facematch/web'

/** The answer to "is this the same person?". */
export type Decision = 'match' | 'review' | 'no_match' | 'inconclusive'

/** Why there is no answer. */
export type ReasonCode =
  | 'no_face' | 'several_faces' | 'face_too_small' | 'not_an_image' | 'image_damaged' | 'image_size' | 'image_unsupported'
  | 'processing_failed'

/** How `fmr` is to be read. */
export type FmrRelation = 'at_least' | 'about' | 'at_most'

/** What was found in one photo. */
export interface ImageReport {
  role: Role
  widthPx: number
  heightPx: number
  face?: { box: BoundingBox, landmarks: Point[] }
  quality?: Quality
}

/** What Face Match decided, as the bank passes it on. */
export interface Result {
  correlationId: string
  decision: Decision
  reasons: { code: ReasonCode, role?: Role }[]
  score?: { cosine: number, fmr: number, fmrRelation: FmrRelation }
  policy: { matchFmr: number, reviewFmr: number, matchThreshold: number, reviewThreshold: number }
  images: ImageReport[]
  pad: { status: 'not_performed' }
  versions: { facematch: string, pack: string, detector: string, embedder: string, calibration: string }
}

/** A result, and whether the signed callback is here. */
export interface Shown {
  result: Result
  callback: boolean
}

/** The bank refused, or cannot be reached (`code` is `network` then). */
export class BackendError extends Error {
  override readonly name = 'BackendError'
  readonly code: string
  readonly status: number

  constructor(code: string, status: number) {
    super(`the bank's backend answered ${status} ${code}`)
    this.code = code
    this.status = status
  }
}

/** Opens an onboarding: a selfie against an identity card. */
export function startOnboarding(images: readonly PreparedImage[], signal: AbortSignal): Promise<ClientSubmission> {
  return json('POST', '/api/onboarding', { consent: true, images: images.map(declaration) }, signal)
}

/** Opens a step-up: a new selfie against the stored one. */
export function startStepUp(customer: string, images: readonly PreparedImage[], signal: AbortSignal): Promise<ClientSubmission> {
  return json('POST', '/api/step-up', { customer, consent: true, images: images.map(declaration) }, signal)
}

/** Waits for a result. */
export async function waitForResult(correlationId: string, signal: AbortSignal): Promise<Shown> {
  for (;;) {
    const shown = await json<Shown | null>('GET', `/api/results/${correlationId}?wait=20`, undefined, signal)
    if (shown) return shown
  }
}

/** A result that is there. */
export function lookAgain(correlationId: string): Promise<Shown | null> {
  return json('GET', `/api/results/${correlationId}?wait=0`)
}

/** Keeps the selfie of an onboarding that ended with a match. */
export async function enrol(correlationId: string, selfie: PreparedImage): Promise<void> {
  const headers = { 'content-type': selfie.contentType }
  const query = new URLSearchParams({ correlationId })
  await call(`/api/customers?${query}`, { method: 'POST', headers, body: selfie.blob })
}

/** The customer that this visitor is, if any. */
export async function currentCustomer(): Promise<string | undefined> {
  const { customer } = await json<{ customer: string | null }>('GET', '/api/customers/current')
  return customer ?? undefined
}

/** Where the customer's stored selfie is. */
export function storedSelfie(customer: string): string {
  return `/api/customers/${customer}/selfie`
}

function declaration({ role, contentType, sizeBytes, sha256 }: PreparedImage): object {
  return { role, contentType, sizeBytes, sha256 }
}

async function json<T>(method: string, path: string, body?: object, signal?: AbortSignal): Promise<T> {
  const response = await call(path, {
    method,
    ...(signal && { signal }),
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  return await response.json() as T
}

async function call(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(path, init).catch((error: unknown) => {
    if (init.signal?.aborted) throw error
    throw new BackendError('network', 0)
  })
  if (response.ok) return response
  const problem = await response.json().catch(() => ({})) as { code?: string }
  throw new BackendError(problem.code ?? 'unknown', response.status)
}
