/** The camera in the stage: opens it, shows it, and takes out what the applicant sees of it. */

import { FaceMatchError } from '../errors.js'
import { closeCamera, listCameras, openCamera, systemDevices, type CameraDevice, type CameraRequest } from './camera.js'
import { videoFrames, type NextFrame } from './loop.js'
import { visiblePart } from './shape.js'

/** A camera that shows nothing for so long shows nothing at all: another app holds it, or its shutter is closed for good. */
const FIRST_FRAME_MS = 10_000

/** Shows one camera in one `<video>`. */
export class Viewfinder {
  readonly frames: NextFrame
  readonly #video: HTMLVideoElement
  readonly #request: () => CameraRequest
  readonly #onLost: (error: FaceMatchError) => void
  #stream: MediaStream | undefined
  #cameras: CameraDevice[] = []

  /** `onLost` is told when an open camera goes away. */
  constructor(video: HTMLVideoElement, request: () => CameraRequest, onLost: (error: FaceMatchError) => void) {
    this.#video = video
    this.#request = request
    this.#onLost = onLost
    this.frames = videoFrames(video)
  }

  /** The cameras to choose from, as known since the last opening. */
  get cameras(): readonly CameraDevice[] {
    return this.#cameras
  }

  /** What the open camera says of itself. */
  get settings(): MediaTrackSettings {
    return this.#stream?.getVideoTracks()[0]?.getSettings() ?? {}
  }

  /** Opens the camera that is asked for and waits for its first frame. Throws as `openCamera` does. */
  async open(signal: AbortSignal): Promise<void> {
    this.close()
    const devices = systemDevices()
    const stream = await openCamera(devices, this.#request(), signal)
    this.#show(stream)
    try {
      await firstFrame(this.#video, signal)
      this.#cameras = await listCameras(devices)
    } catch (error) {
      closeCamera(stream)
      throw error
    }
  }

  /** Ends the camera. */
  close(): void {
    if (!this.#stream) return
    closeCamera(this.#stream)
    this.#stream = undefined
    this.#video.srcObject = null
  }

  /** Keeps the picture that is shown. */
  freeze(): void {
    this.#video.pause()
  }

  /** Goes on after `freeze`. */
  thaw(): void {
    // Some WebViews reject `play` although they play; a camera that does not is found by its missing frames.
    this.#video.play().catch(() => undefined)
  }

  /** The part of the current frame that the applicant sees, at full resolution and not mirrored. The caller closes it. */
  async grab(): Promise<ImageBitmap> {
    const { videoWidth: width, videoHeight: height, clientWidth, clientHeight } = this.#video
    const part = visiblePart({ width, height }, { width: clientWidth, height: clientHeight })
    return createImageBitmap(this.#video, part.x, part.y, part.width, part.height)
  }

  #show(stream: MediaStream): void {
    this.#stream = stream
    this.#video.srcObject = stream
    this.thaw()
    for (const track of stream.getVideoTracks()) {
      track.addEventListener('ended', () => {
        if (this.#stream === stream) this.#onLost(new FaceMatchError('camera_missing', 'the camera was disconnected'))
      })
    }
  }
}

function firstFrame(video: HTMLVideoElement, signal: AbortSignal): Promise<void> {
  if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.videoWidth > 0) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const settled = new AbortController()
    const settle = (then: () => void) => {
      settled.abort()
      clearTimeout(timer)
      then()
    }
    const timer = setTimeout(() => settle(() =>
      reject(new FaceMatchError('camera_in_use', 'the camera shows no picture'))), FIRST_FRAME_MS)
    video.addEventListener('loadeddata', () => settle(resolve), { signal: settled.signal })
    signal.addEventListener('abort', () => settle(() => reject(signal.reason)), { signal: settled.signal })
  })
}
