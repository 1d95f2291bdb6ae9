import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cameraError, listCameras, openCamera, systemDevices, type Devices } from '../../src/capture/camera.js'
import { FaceMatchError } from '../../src/errors.js'

class FakeTrack {
  stopped = false
  stop(): void { this.stopped = true }
}

class FakeStream {
  readonly track = new FakeTrack()
  getTracks(): FakeTrack[] { return [this.track] }
}

/** Devices that answer each call in turn, and what they were asked. */
function devices(...answers: (FakeStream | Error)[]): { devices: Devices, asked: MediaStreamConstraints[] } {
  const asked: MediaStreamConstraints[] = []
  const getUserMedia = async (constraints: MediaStreamConstraints = {}) => {
    asked.push(constraints)
    const answer = answers.shift() ?? new Error('asked too often')
    if (answer instanceof Error) throw answer
    return answer as unknown as MediaStream
  }
  return { devices: { getUserMedia, enumerateDevices: async () => [] }, asked }
}

const fault = (name: string) => Object.assign(new Error('as planned'), { name })
const never = new AbortController().signal
const coded = (code: string) => (error: unknown) => error instanceof FaceMatchError && error.code === code

test('every failure of the platform has a code', () => {
  const cases: [name: string, code: string][] = [
    ['NotAllowedError', 'camera_denied'], ['SecurityError', 'camera_denied'], ['PermissionDeniedError', 'camera_denied'],
    ['NotFoundError', 'camera_missing'], ['DevicesNotFoundError', 'camera_missing'], ['OverconstrainedError', 'camera_missing'],
    ['NotReadableError', 'camera_in_use'], ['TrackStartError', 'camera_in_use'], ['AbortError', 'camera_in_use'],
    ['TypeError', 'unsupported_browser'], ['SomethingNewError', 'camera_missing'],
  ]
  for (const [name, code] of cases) {
    const cause = fault(name)
    const error = cameraError(cause)
    assert.equal(error.code, code, name)
    assert.equal(error.cause, cause)
  }
  assert.equal(cameraError(new DOMException('', 'NotReadableError')).code, 'camera_in_use')
  assert.equal(cameraError('a string').code, 'camera_missing')
})

test('the camera is asked for what the photo needs', async () => {
  const selfie = devices(new FakeStream())
  await openCamera(selfie.devices, { facing: 'user', role: 'selfie' }, never)
  assert.deepEqual(selfie.asked, [
    { audio: false, video: { width: { ideal: 1280 }, height: { ideal: 960 }, facingMode: { ideal: 'user' } } },
  ])
  const card = devices(new FakeStream())
  await openCamera(card.devices, { facing: 'environment', role: 'id_portrait', deviceId: 'x' }, never)
  assert.deepEqual(card.asked, [
    { audio: false, video: { width: { ideal: 1920 }, height: { ideal: 1080 }, deviceId: { exact: 'x' } } },
  ])
})

test('a chosen camera that is gone is replaced, and one that is busy is not', async () => {
  const request = { facing: 'user', role: 'selfie', deviceId: 'gone' } as const
  const gone = devices(fault('OverconstrainedError'), new FakeStream())
  await openCamera(gone.devices, request, never)
  assert.equal(gone.asked.length, 2)
  const busy = devices(fault('NotReadableError'), new FakeStream())
  await assert.rejects(openCamera(busy.devices, request, never), coded('camera_in_use'))
  const none = devices(fault('NotFoundError'), fault('NotFoundError'))
  await assert.rejects(openCamera(none.devices, request, never), coded('camera_missing'))
})

test('a camera that opens after the cancel is closed at once', async () => {
  const stream = new FakeStream()
  const cancel = new AbortController()
  const opening = openCamera(devices(stream).devices, { facing: 'user', role: 'selfie' }, cancel.signal)
  cancel.abort()
  await assert.rejects(opening, { name: 'AbortError' })
  assert.equal(stream.track.stopped, true)
})

test('only cameras that can be chosen are listed', async () => {
  const device = (kind: string, deviceId: string) => ({ kind, deviceId, label: `${kind} ${deviceId}` }) as MediaDeviceInfo
  const all = [device('audioinput', 'a'), device('videoinput', 'b'), device('videoinput', ''), device('videoinput', 'c')]
  const listed = await listCameras({ ...devices().devices, enumerateDevices: async () => all })
  assert.deepEqual(listed.map(({ deviceId }) => deviceId), ['b', 'c'])
  const broken = { ...devices().devices, enumerateDevices: () => Promise.reject(fault('NotAllowedError')) }
  assert.deepEqual(await listCameras(broken), [])
})

test('an insecure page and a browser without cameras are told apart', () => {
  const set = (isSecureContext: boolean, mediaDevices: unknown) => {
    Object.defineProperty(globalThis, 'isSecureContext', { configurable: true, value: isSecureContext })
    Object.defineProperty(globalThis, 'navigator', { configurable: true, value: { mediaDevices } })
  }
  set(false, undefined)
  assert.throws(systemDevices, coded('insecure_context'))
  set(true, undefined)
  assert.throws(systemDevices, coded('unsupported_browser'))
  const ours = devices().devices
  set(true, ours)
  assert.equal(systemDevices(), ours)
})
