/** The SDK's one class. */

import { limits, type SubmissionStatus, type UploadTarget } from './contract.js'
import { withSignals } from './abort.js'
import { browser } from './browser.js'
import { FaceMatchError } from './errors.js'
import { Lane } from './lane.js'
import { WorkerLink } from './link.js'
import { PROTOCOL, type LoadRequest, type PrepareRequest } from './messages.js'
import type {
  Detection, DetectOptions, FaceMatchSdk, ImageInput, LoadOptions, PreparedImage, PrepareOptions, UploadOptions,
  VerifyOptions,
} from './options.js'
import type { Ports } from './ports.js'
import { preparedImage } from './prepared.js'
import { discard, movingParts, smallPicture, wholePicture } from './source.js'
import { upload } from './upload.js'
import { verify } from './verify.js'

/** Long side of the frames that `detect` sends: what the network sees. */
const FRAME_PX = 320

/** Bytes of a JPEG unless the page says otherwise. */
const MAX_BYTES = 400_000

/** Long side of a JPEG unless the page says otherwise: the finest look of the server needs no more. */
const MAX_SIDE_PX = 1280

/** Finds, checks, prepares and uploads faces. All work on pixels is done in a worker. */
export class FaceMatch implements FaceMatchSdk {
  readonly #link: WorkerLink
  readonly #ports: Ports
  readonly #detecting = new Lane()
  readonly #closing = new AbortController()

  private constructor(link: WorkerLink, ports: Ports) {
    this.#link = link
    this.#ports = ports
  }

  /**
   * Starts the worker and loads the engine. Throws `unsupported_browser`, `csp_blocked`, `asset_missing`,
   * `asset_broken` or `network`.
   */
  static load(options: LoadOptions = {}): Promise<FaceMatch> {
    return FaceMatch.loadOn(browser, options)
  }

  /** @internal As `load`, on any ports. */
  static loadOn(ports: Ports, options: LoadOptions): Promise<FaceMatch> {
    return withSignals([options.signal], async (signal) => {
      const missing = ports.missingFeature()
      if (missing !== undefined) throw new FaceMatchError('unsupported_browser', `this browser has no ${missing}`)
      const link = new WorkerLink(started(ports, options.workerUrl))
      try {
        await link.call('load', { protocol: PROTOCOL, ...assetUrls(options, ports.baseUrl()) }, [], signal)
        return new FaceMatch(link, ports)
      } catch (error) {
        link.end(closed())
        throw error
      }
    })
  }

  detect(source: ImageInput, { role, signal }: DetectOptions): Promise<Detection> {
    return this.#run(signal, (ends) => this.#detecting.run(async () => {
      const picture = await smallPicture(source, FRAME_PX, this.#ports.makeBitmap)
      if (ends.aborted) discard(picture)
      return this.#link.call('detect', { picture, role }, movingParts(picture), ends)
    }, ends))
  }

  prepare(source: ImageInput, options: PrepareOptions): Promise<PreparedImage> {
    return this.#run(options.signal, async (signal) => {
      const settings = prepareSettings(options)
      const picture = await wholePicture(source, this.#ports.makeBitmap)
      if (signal.aborted) discard(picture)
      const photo = await this.#link.call('prepare', { picture, ...settings }, movingParts(picture), signal)
      signal.throwIfAborted()
      return preparedImage(photo, options.role)
    })
  }

  upload(image: PreparedImage, target: UploadTarget, options: UploadOptions = {}): Promise<void> {
    return this.#run(options.signal, (signal) => upload(image, target, { ...options, signal }, this.#ports))
  }

  verify(options: VerifyOptions): Promise<SubmissionStatus> {
    return this.#run(options.signal, (signal) => verify({ ...options, signal }, this.#ports))
  }

  close(): void {
    if (this.#closing.signal.aborted) return
    const error = closed()
    this.#closing.abort(error)
    this.#link.end(error)
  }

  /** Every call ends with its own signal, and with the SDK. */
  #run<T>(signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return withSignals([this.#closing.signal, signal], work)
  }
}

function closed(): FaceMatchError {
  return new FaceMatchError('closed', 'the SDK has been closed')
}

function started(ports: Ports, url: string | URL | undefined): ReturnType<Ports['startWorker']> {
  try {
    return ports.startWorker(url)
  } catch (cause) {
    const message = "the worker cannot be started: it must be of the page's own origin"
    throw new FaceMatchError('asset_missing', message, { cause })
  }
}

/** Absolute, because the worker stands somewhere else than the page. */
function assetUrls({ wasmUrl, modelUrl }: LoadOptions, base: string | undefined): Omit<LoadRequest, 'protocol'> {
  return {
    ...(wasmUrl !== undefined && { wasmUrl: new URL(wasmUrl, base).href }),
    ...(modelUrl !== undefined && { modelUrl: new URL(modelUrl, base).href }),
  }
}

function prepareSettings(options: PrepareOptions): Omit<PrepareRequest, 'picture'> {
  const { role, crop = true, maxBytes = MAX_BYTES, maxSidePx = MAX_SIDE_PX } = options
  inRange('maxBytes', maxBytes, 1, limits.maxImageBytes)
  inRange('maxSidePx', maxSidePx, limits.minImageSidePx, limits.maxImageSidePx)
  return { role, crop, maxBytes, maxSidePx }
}

function inRange(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw new FaceMatchError('invalid_call', `${name} must be a whole number from ${least} to ${most}`)
}
