/** Carries out what the states mean: camera on and off, looking, preparing. It knows no page and no texts. */

import { FaceMatchError } from '../errors.js'
import type { CaptureRole, Detection, FaceMatchSdk, PreparedImage } from '../options.js'
import type { Captured } from './events.js'
import { nextFault } from './fit.js'
import { FrameLoop, type NextFrame } from './loop.js'
import {
  FRESH, isLooking, needsCamera, step, type CaptureEvent, type CaptureSource, type CaptureState, type Rules, type Snapshot,
} from './machine.js'

/** What is needed of the SDK. */
export type Eyes = Pick<FaceMatchSdk, 'detect' | 'prepare'>

/** The camera. */
export interface Optics {
  /** Where frames come from. */
  frames: NextFrame
  /** Opens the camera. Throws a `FaceMatchError`. */
  open(signal: AbortSignal): Promise<void>
  close(): void
  freeze(): void
  thaw(): void
  /** What the applicant sees now. */
  grab(): Promise<ImageBitmap>
}

/** What the controller needs, and whom it tells. */
export interface Ports {
  optics: Optics
  eyes(): Promise<Eyes>
  role(): CaptureRole
  rules(): Rules
  nowMs(): number
  isPageHidden(): boolean
  /** The state changed. */
  onChange(now: Snapshot, before: Snapshot): void
  /** A live frame was looked at. */
  onLook(now: Snapshot, detection: Detection): void
  onCaptured(captured: Captured): void
  onError(error: FaceMatchError): void
}

/** Runs one capture after the other. */
export class Controller {
  readonly #ports: Ports
  readonly #loop: FrameLoop
  #snapshot: Snapshot = FRESH
  /** Ended when the work of a state is no longer wanted. */
  #work = new AbortController()
  #file: Blob | undefined
  #photo: PreparedImage | undefined
  #startedMs = 0

  constructor(ports: Ports) {
    this.#ports = ports
    this.#loop = new FrameLoop(ports.optics.frames, () => this.#look())
  }

  /** Where it stands. */
  get snapshot(): Snapshot {
    return this.#snapshot
  }

  /** The photo under review. */
  get photo(): PreparedImage | undefined {
    return this.#photo
  }

  /** Takes a photo that the applicant chose. */
  takeFile(file: Blob): void {
    this.#file = file
    this.send({ type: 'file' })
  }

  /** Ends with an error, where there is something to end. */
  fail(error: unknown): void {
    const known = error instanceof FaceMatchError
      ? error : new FaceMatchError('internal', 'capture failed unexpectedly', { cause: error })
    const before = this.#snapshot
    this.send({ type: 'failed', code: known.code })
    if (this.#snapshot !== before) this.#ports.onError(known)
  }

  /** Lets something happen. */
  send(event: CaptureEvent): void {
    const before = this.#snapshot
    const now = step(before, event, this.#ports.rules())
    if (now === before) return
    this.#snapshot = now
    if (before.state.name === 'idle' && before.attempts === 0) this.#startedMs = this.#ports.nowMs()
    if (isSameWork(before.state, now.state)) {
      this.#ports.onChange(now, before)
      return
    }
    const signal = this.#turnTo(now)
    this.#ports.onChange(now, before)
    // A listener may have moved on.
    if (!signal.aborted) this.#begin(now.state, signal)
  }

  /** Ends the old state's work. */
  #turnTo(now: Snapshot): AbortSignal {
    this.#work.abort()
    this.#work = new AbortController()
    if (!isLooking(now.state)) this.#loop.stop()
    if (!needsCamera(now)) this.#ports.optics.close()
    if (now.state.name !== 'review' && now.state.name !== 'done') this.#release()
    return this.#work.signal
  }

  #begin(state: CaptureState, signal: AbortSignal): void {
    switch (state.name) {
      case 'asking': return void this.#open(signal)
      case 'live': return this.#watch()
      case 'preparing': return void this.#prepare(state.source, signal)
      case 'done': return this.#handOver(state.source)
      default: return
    }
  }

  async #open(signal: AbortSignal): Promise<void> {
    try {
      await Promise.all([this.#ports.optics.open(signal), this.#ports.eyes()])
      if (!signal.aborted) this.send({ type: 'opened' })
    } catch (error) {
      if (!signal.aborted) this.fail(error)
    }
  }

  #watch(): void {
    // The page may have been hidden while the camera was opening.
    if (this.#ports.isPageHidden()) return this.send({ type: 'hide' })
    this.#ports.optics.thaw()
    this.#loop.start()
  }

  async #look(): Promise<void> {
    const { signal } = this.#work
    const role = this.#ports.role()
    try {
      const eyes = await this.#ports.eyes()
      const detection = await withFrame(this.#ports.optics, (frame) => eyes.detect(frame, { role, signal }))
      if (signal.aborted) return
      const fault = nextFault(detection, role)
      this.send(fault ? { type: 'looked', fault } : { type: 'looked' })
      this.#ports.onLook(this.#snapshot, detection)
    } catch (error) {
      if (!signal.aborted) this.fail(error)
    }
  }

  async #prepare(source: CaptureSource, signal: AbortSignal): Promise<void> {
    try {
      const photo = await this.#prepared(source, signal)
      this.#photo = photo
      if (signal.aborted) return this.#release()
      this.send({ type: 'prepared', warnings: photo.warnings })
    } catch (error) {
      if (!signal.aborted) this.#refuse(error)
    }
  }

  async #prepared(source: CaptureSource, signal: AbortSignal): Promise<PreparedImage> {
    const { optics, eyes, role } = this.#ports
    const options = { role: role(), signal }
    if (source === 'file') return (await eyes()).prepare(this.#file ?? new Blob(), options)
    return withFrame(optics, async (frame) => {
      optics.freeze()
      return (await eyes()).prepare(frame, options)
    })
  }

  /** A camera's photo without one face leads back to the camera; everything else is an end. */
  #refuse(error: unknown): void {
    const code = error instanceof FaceMatchError ? error.code : undefined
    const before = this.#snapshot
    if (code === 'no_face' || code === 'several_faces') this.send({ type: 'refused', fault: code })
    if (this.#snapshot === before) this.fail(error)
  }

  #handOver(source: CaptureSource): void {
    const image = this.#photo
    this.#photo = undefined
    if (!image) return
    const elapsedMs = Math.round(this.#ports.nowMs() - this.#startedMs)
    this.#ports.onCaptured({ image, metadata: { source, attempts: this.#snapshot.attempts, elapsedMs } })
  }

  #release(): void {
    this.#photo?.release()
    this.#photo = undefined
  }
}

/** Whether the change needs no other work: live and holding look at the same frames. */
function isSameWork(before: CaptureState, now: CaptureState): boolean {
  return isLooking(before) && isLooking(now)
}

async function withFrame<Result>(optics: Optics, use: (frame: ImageBitmap) => Promise<Result>): Promise<Result> {
  const frame = await optics.grab()
  try {
    return await use(frame)
  } finally {
    frame.close()
  }
}
