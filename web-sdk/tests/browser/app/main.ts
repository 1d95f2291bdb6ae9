/** A partner's page that uses the packed package. Tests drive it by `window.app`. */

import { FaceMatch, FaceMatchError } from '@facematch/web'
import type { CaptureRole, ClientSubmission, Detection, PreparedImage, SubmissionStatus, UploadProgress } from '@facematch/web'
import type { FaceCaptureElement } from '@facematch/web/capture'
import '@facematch/web/capture'
import { Studio } from './studio.js'

/** How a call ended, as tests can read it. */
export type Outcome<T> =
  | { value: T }
  | { name: string, code?: string, status?: number, problem?: string, retryable?: boolean }

/** A prepared photo, without what cannot cross to the tests. */
export type Facts = Omit<PreparedImage, 'blob' | 'face' | 'preview' | 'release'>

/** How a submission is sent. */
export interface SendOptions {
  /** Which traps the backend sets: see `Partner`. */
  trap?: string
  signal?: AbortSignal
}

/** The page, as tests see it. */
export class App {
  /** The submission that was created last: another try goes on with it. */
  submission: ClientSubmission | undefined
  readonly FaceMatch = FaceMatch
  readonly element: FaceCaptureElement
  readonly sdk: FaceMatch
  readonly studio: Studio
  readonly photos = new Map<CaptureRole, PreparedImage>()
  /** What `onProgress` told of the last submission. */
  readonly progress: UploadProgress[] = []
  readonly states: string[] = []
  /** Every event of the element that is an error. */
  readonly errors: string[] = []
  /** How the photos of the element came about. */
  readonly sources: string[] = []
  readonly hints: string[] = []
  readonly violations: string[] = []

  constructor(sdk: FaceMatch, element: FaceCaptureElement) {
    this.sdk = sdk
    this.studio = new Studio(sdk)
    this.element = element
    element.sdk = sdk
    element.addEventListener('facecapture-captured', ({ detail: { image, metadata } }) => {
      this.photos.set(image.role, image)
      this.sources.push(metadata.source)
    })
    element.addEventListener('facecapture-error', ({ detail }) => this.errors.push(detail.code))
    element.addEventListener('facecapture-hint', ({ detail }) => this.hints.push(detail.hint))
    document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => this.violations.push(violatedDirective))
  }

  /** Prepares the file that the role's input holds. */
  async prepare(role: CaptureRole): Promise<PreparedImage> {
    const photo = await this.sdk.prepare(chosen(role), { role })
    this.photos.set(role, photo)
    return photo
  }

  /** As `prepare`; what the tests can have of it. */
  facts(role: CaptureRole): Promise<Outcome<Facts>> {
    return this.outcome(this.prepare(role).then((photo) => {
      const { contentType, sizeBytes, sha256, widthPx, heightPx, quality, bytesSaved, warnings } = photo
      return { role, contentType, sizeBytes, sha256, widthPx, heightPx, quality, bytesSaved, warnings }
    }))
  }

  /** One look at the file that the selfie's input holds. */
  look(): Promise<Outcome<Detection>> {
    return this.outcome(this.sdk.detect(chosen('selfie'), { role: 'selfie' }))
  }

  /** Asks the partner's backend for a submission of all photos. */
  async create(trap = ''): Promise<ClientSubmission> {
    const images = [...this.photos.values()].map(declaration)
    const answer = await fetch(`/backend/submissions?trap=${trap}`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ images }),
    })
    if (!answer.ok) throw new Error(`the backend answered ${answer.status}`)
    this.submission = await answer.json() as ClientSubmission
    return this.submission
  }

  /** Sends all photos with a new submission, or with the one that a failed try has left. */
  async send({ trap, signal }: SendOptions = {}): Promise<SubmissionStatus> {
    const submission = this.submission ?? await this.create(trap)
    const status = await this.sdk.verify({
      submission, images: [...this.photos.values()], ...(signal && { signal }),
      onProgress: (progress) => this.progress.push(progress),
      onState: ({ state }) => this.states.push(state),
    })
    this.submission = undefined
    return status
  }

  /** Whatever `work` comes to. */
  async outcome<T>(work: Promise<T>): Promise<Outcome<T>> {
    try {
      return { value: await work }
    } catch (error) {
      if (error instanceof FaceMatchError) {
        const { name, code, status, retryable, problem } = error
        return { name, code, retryable, ...(status !== undefined && { status }), ...(problem && { problem: problem.code }) }
      }
      return { name: error instanceof Error || error instanceof DOMException ? error.name : String(error) }
    }
  }
}

function chosen(role: CaptureRole): Blob {
  return document.querySelector<HTMLInputElement>(`#${role}`)?.files?.[0] ?? new Blob()
}

function declaration({ role, contentType, sizeBytes, sha256 }: PreparedImage): object {
  return { role, contentType, sizeBytes, sha256 }
}

declare global {
  interface Window { app: App }
}

const element = document.querySelector('face-capture')
if (element === null) throw new Error('the page has no element')
window.app = new App(await FaceMatch.load(), element)
