/** Opens, lists and closes cameras, and says in our codes why one cannot be had. */

import { FaceMatchError, type FaceMatchErrorCode } from '../errors.js'
import type { CaptureRole } from '../options.js'

/** The part of `navigator.mediaDevices` that is used; tests replace it. */
export type Devices = Pick<MediaDevices, 'getUserMedia' | 'enumerateDevices'>

/** Which way a camera looks. */
export type Facing = 'user' | 'environment'

/** Which camera is wanted. */
export interface CameraRequest {
  facing: Facing
  role: CaptureRole
  /** The applicant's own choice; it wins over `facing`. */
  deviceId?: string
}

/** One camera. */
export interface CameraDevice {
  deviceId: string
  /** The system's name for it; empty before permission. */
  label: string
}

/** A face fills most of a selfie; a portrait is a small part of a card, which needs the pixels. */
const IDEAL: Record<CaptureRole, { width: number, height: number }> = {
  selfie: { width: 1280, height: 960 },
  id_portrait: { width: 1920, height: 1080 },
}

/** Names of the specification, and those that older WebViews use for the same. */
const CODES: Record<string, FaceMatchErrorCode> = {
  NotAllowedError: 'camera_denied',
  PermissionDeniedError: 'camera_denied',
  PermissionDismissedError: 'camera_denied',
  SecurityError: 'camera_denied',
  NotFoundError: 'camera_missing',
  DevicesNotFoundError: 'camera_missing',
  OverconstrainedError: 'camera_missing',
  ConstraintNotSatisfiedError: 'camera_missing',
  NotReadableError: 'camera_in_use',
  TrackStartError: 'camera_in_use',
  AbortError: 'camera_in_use',
  TypeError: 'unsupported_browser',
  NotSupportedError: 'unsupported_browser',
}

/** This browser's cameras; throws `insecure_context` or `unsupported_browser` where it lets no page have any. */
export function systemDevices(): Devices {
  if (!globalThis.isSecureContext) {
    throw new FaceMatchError('insecure_context', 'cameras need https or localhost')
  }
  const devices: Devices | undefined = navigator.mediaDevices
  if (typeof devices?.getUserMedia !== 'function') {
    throw new FaceMatchError('unsupported_browser', 'this browser gives pages no camera')
  }
  return devices
}

/**
 * Asks for a camera and opens it. A camera that was chosen earlier and is gone is replaced by one that faces the right way.
 *
 * Throws a `FaceMatchError`, or the platform's `AbortError` if `signal` ended it; then no camera stays open.
 */
export async function openCamera(devices: Devices, request: CameraRequest, signal: AbortSignal): Promise<MediaStream> {
  signal.throwIfAborted()
  const stream = await asked(devices, request)
  if (!signal.aborted) return stream
  closeCamera(stream)
  throw signal.reason
}

/** All cameras; names are known only once permission was given. */
export async function listCameras(devices: Devices): Promise<CameraDevice[]> {
  const all = await devices.enumerateDevices().catch(() => [])
  return all.filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '')
    .map(({ deviceId, label }) => ({ deviceId, label }))
}

/** Ends every track, so that the camera's light goes out. */
export function closeCamera(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}

/** What a failed `getUserMedia` means. */
export function cameraError(error: unknown): FaceMatchError {
  const name = error instanceof Error || error instanceof DOMException ? error.name : ''
  const code = CODES[name] ?? 'camera_missing'
  return new FaceMatchError(code, `the camera cannot be opened: ${name || 'unknown reason'}`, { cause: error })
}

async function asked(devices: Devices, request: CameraRequest): Promise<MediaStream> {
  try {
    return await devices.getUserMedia(constraints(request))
  } catch (error) {
    const { deviceId, ...anyDevice } = request
    if (deviceId !== undefined && isGone(error)) return asked(devices, anyDevice)
    throw cameraError(error)
  }
}

function isGone(error: unknown): boolean {
  return cameraError(error).code === 'camera_missing'
}

function constraints({ facing, role, deviceId }: CameraRequest): MediaStreamConstraints {
  const { width, height } = IDEAL[role]
  const which = deviceId === undefined ? { facingMode: { ideal: facing } } : { deviceId: { exact: deviceId } }
  return { audio: false, video: { width: { ideal: width }, height: { ideal: height }, ...which } }
}
