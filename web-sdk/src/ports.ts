/** What the page's code needs from the browser. Tests replace it. */

import type { FromWorker, ToWorker } from './messages.js'

/** A started worker. */
export interface WorkerPort {
  postMessage(message: ToWorker, transfer: Transferable[]): void
  terminate(): void
  addEventListener(type: 'message', listener: (event: { data: FromWorker }) => void): void
  addEventListener(type: 'error' | 'messageerror', listener: (event: Event) => void): void
}

/** Time. */
export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number
  /** Resolves after `ms`; rejects with the signal's reason when it ends before. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** Whether there is a network at all. */
export interface Connection {
  /** False only where the browser is sure. */
  isOnline(): boolean
  /** Resolves when it is back; rejects with the signal's reason when it ends before. */
  whenOnline(signal: AbortSignal): Promise<void>
}

/** One upload of one file. */
export interface PutRequest {
  url: string
  headers: Record<string, string>
  body: Blob
  signal: AbortSignal
  onProgress(sentBytes: number): void
}

/** What came of it. */
export type PutOutcome =
  | { kind: 'answer'; status: number; body: string; retryAfter: string | null }
  /** No answer. `stalled`: nothing moved for too long. */
  | { kind: 'fault'; stalled: boolean }

/** Sends a file, once. Rejects with the signal's reason; what the network does is an outcome. */
export type Put = (request: PutRequest) => Promise<PutOutcome>

/** Everything that talks to servers needs. */
export interface NetworkPorts {
  fetch: typeof fetch
  put: Put
  clock: Clock
  connection: Connection
  /** 0 to 1. */
  random(): number
}

/** `createImageBitmap`, of a whole source. */
export type MakeBitmap = (source: ImageBitmapSource, options?: ImageBitmapOptions) => Promise<ImageBitmap>

/** Everything that the SDK needs. */
export interface Ports extends NetworkPorts {
  /** Starts the worker; without a URL, the one beside this module. */
  startWorker(url?: string | URL): WorkerPort
  makeBitmap: MakeBitmap
  /** What this browser lacks; `undefined` if nothing. */
  missingFeature(): string | undefined
  /** The page's address, which URLs in options are relative to. */
  baseUrl(): string | undefined
}
