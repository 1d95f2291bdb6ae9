/**
 * All public types. No code.
 *
 * A `signal` ends its call as it ends a `fetch`: the call rejects with the signal's reason, which is an `AbortError`
 * unless the page gave another.
 */

import type { Quality, QualityFault, SubmissionStatus, UploadTarget } from './contract.js'
import type { CaptureRole, Detection, Face } from './face.js'

export type { CaptureRole, Detection, Face } from './face.js'

/** Where the SDK's files are. */
export interface LoadOptions {
  /** The worker script, of the page's own origin; default: beside this module. */
  workerUrl?: string | URL
  /** The WebAssembly module; default: beside the worker. */
  wasmUrl?: string | URL
  /** The face detector's file; default: beside the worker. */
  modelUrl?: string | URL
  /** Ends the loading: rejects with the signal's reason. */
  signal?: AbortSignal
}

/** What the SDK can take a picture from. */
export type ImageInput = Blob | ImageBitmap | HTMLCanvasElement | OffscreenCanvas | HTMLVideoElement | HTMLImageElement

/** How a picture is looked at. */
export interface DetectOptions {
  /** What it should show; decides which faults count. */
  role: CaptureRole
  /** Ends the call: rejects with the signal's reason. */
  signal?: AbortSignal
}

/** How a photo is prepared. */
export interface PrepareOptions {
  /** What the photo shows. */
  role: CaptureRole
  /** Whether only the face and a margin are kept. Default: true. */
  crop?: boolean
  /** Most bytes of the JPEG. Default: 400,000; at most 12,582,912. */
  maxBytes?: number
  /** Longest side of the JPEG, in pixels. Default: 1280; 32 to 8192. */
  maxSidePx?: number
  /** Ends the call: rejects with the signal's reason. */
  signal?: AbortSignal
}

/** A photo that is ready for its upload. */
export interface PreparedImage {
  /** What it shows. */
  role: CaptureRole
  /** JPEG, upright, without metadata. */
  blob: Blob
  /** Always `image/jpeg`. */
  contentType: 'image/jpeg'
  /** SHA-256 of `blob`, 64 lower-case hexadecimal digits. */
  sha256: string
  /** Size of `blob`, in bytes. */
  sizeBytes: number
  /** Width of the JPEG, in pixels. */
  widthPx: number
  /** Height of the JPEG, in pixels. */
  heightPx: number
  /** The main face, in pixels of the JPEG. */
  face: Face
  /** Quality of the main face. */
  quality: Quality
  /** An object URL of `blob`, for an `<img>`; it outlives the SDK and holds memory until `release()`. */
  preview: string
  /** Bytes that the upload saves against the file that was given; 0 if none was. */
  bytesSaved: number
  /** What might be better, the most important first. The photo can be sent all the same. */
  warnings: QualityFault[]
  /** Frees `preview`. */
  release(): void
}

/** How far an upload is. */
export interface UploadProgress {
  /** Bytes sent so far. */
  sentBytes: number
  /** Bytes in all. */
  totalBytes: number
}

/** How a photo is uploaded. */
export interface UploadOptions {
  /** Ends the upload: rejects with the signal's reason. */
  signal?: AbortSignal
  /** Called as bytes go out. */
  onProgress?: (progress: UploadProgress) => void
  /** Called once when the URL has expired: a fresh target for the same photo, or nothing if the bucket has it. */
  refresh?: () => Promise<UploadTarget | undefined>
}

/** What the partner's backend got from `POST /v1/submissions` and gave to the page. */
export interface ClientSubmission {
  /** Base URL of the gateway, such as `https://api.example.com`. */
  apiUrl: string
  /** Names the submission. */
  correlationId: string
  /** The browser's token for this one submission. */
  clientToken: string
  /** Where each photo goes. */
  uploads: UploadTarget[]
}

/** How a submission is carried through. */
export interface VerifyOptions {
  /** What the partner's backend created. */
  submission: ClientSubmission
  /** One prepared photo for each upload target that the page fills; empty if all are uploaded. */
  images: PreparedImage[]
  /** Called as bytes go out, for all photos together. */
  onProgress?: (progress: UploadProgress) => void
  /** Called at each state change. */
  onState?: (status: SubmissionStatus) => void
  /** Longest wait for the result once the submission is confirmed; then `timeout`. Default: 120,000. */
  timeoutMs?: number
  /** Ends it: rejects with the signal's reason. */
  signal?: AbortSignal
}

/** Everything that the SDK can do, once loaded. */
export interface FaceMatchSdk {
  /** Looks at a picture once, fast. One runs at a time: a later call waits, and takes its frame only then. */
  detect(source: ImageInput, options: DetectOptions): Promise<Detection>
  /** Finds the face, checks it, crops, compresses and hashes. */
  prepare(source: ImageInput, options: PrepareOptions): Promise<PreparedImage>
  /** Puts a photo where its presigned URL says. */
  upload(image: PreparedImage, target: UploadTarget, options?: UploadOptions): Promise<void>
  /** Uploads, confirms and waits for a final state. May be called again after an error: what is done stays done. */
  verify(options: VerifyOptions): Promise<SubmissionStatus>
  /** Ends the worker and frees its memory. Running and later calls reject with `closed`. Photos stay with the page. */
  close(): void
}
