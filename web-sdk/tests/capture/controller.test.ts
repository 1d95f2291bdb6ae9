import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Controller, type Eyes, type Optics } from '../../src/capture/controller.js'
import type { Captured } from '../../src/capture/events.js'
import { DEFAULT_RULES, type Snapshot } from '../../src/capture/machine.js'
import { SHAPES } from '../../src/capture/shape.js'
import type { Quality, QualityFault } from '../../src/contract.js'
import { FaceMatchError } from '../../src/errors.js'
import type { Detection, Face, PreparedImage } from '../../src/options.js'

const { outline, view } = SHAPES.selfie

/** Everything around a controller, faked. */
class World implements Optics, Eyes {
  readonly log: string[] = []
  readonly captured: Captured[] = []
  faults: QualityFault[] = []
  warnings: QualityFault[] = []
  isHidden = false
  nowMs = 1000
  openFails: unknown
  detectFails: unknown
  prepareFails: unknown
  openFrames = 0
  released = 0
  /** Holds `prepare` until it is called. */
  preparing: Promise<void> = Promise.resolve()
  onState: (name: string) => void = () => undefined
  #frame: ((nowMs: number) => void) | undefined

  readonly frames = (callback: (nowMs: number) => void) => {
    this.#frame = callback
    return () => { this.#frame = undefined }
  }

  readonly controller = new Controller({
    optics: this,
    eyes: async () => this,
    role: () => 'selfie',
    rules: () => ({ ...DEFAULT_RULES, holdFrames: 2, settleFrames: 1 }),
    nowMs: () => this.nowMs,
    isPageHidden: () => this.isHidden,
    onChange: ({ state }: Snapshot, before: Snapshot) => {
      if (state.name === before.state.name) return
      this.log.push(state.name)
      this.onState(state.name)
    },
    onLook: () => undefined,
    onCaptured: (captured) => this.captured.push(captured),
    onError: ({ code }) => this.log.push(`error ${code}`),
  })

  async open(): Promise<void> {
    this.log.push('camera on')
    if (this.openFails !== undefined) throw this.openFails
  }

  close(): void {
    if (this.log.lastIndexOf('camera on') > this.log.lastIndexOf('camera off')) this.log.push('camera off')
  }

  freeze(): void { this.log.push('freeze') }
  thaw(): void { this.log.push('thaw') }

  async grab(): Promise<ImageBitmap> {
    this.openFrames += 1
    return { close: () => { this.openFrames -= 1 } } as ImageBitmap
  }

  async detect(): Promise<Detection> {
    if (this.detectFails !== undefined) throw this.detectFails
    const nose = { x: 0, y: 0 }
    const face: Face = { box: outline, landmarks: [nose, nose, nose, nose, nose], score: 1, interEyeDistancePx: 1 }
    return { widthPx: view.width, heightPx: view.height, faces: [face], face, quality: {} as Quality, faults: this.faults }
  }

  async prepare(): Promise<PreparedImage> {
    await this.preparing
    if (this.prepareFails !== undefined) throw this.prepareFails
    return { warnings: this.warnings, release: () => { this.released += 1 } } as PreparedImage
  }

  /** The next frames of the camera, 100 ms apart. */
  async see(count: number): Promise<void> {
    for (let frame = 0; frame < count; frame += 1) {
      this.nowMs += 100
      const callback = this.#frame
      this.#frame = undefined
      callback?.(this.nowMs)
      await settled()
    }
  }

  async start(): Promise<void> {
    this.controller.send({ type: 'start' })
    await settled()
  }
}

const settled = () => new Promise((done) => setImmediate(done))

test('good frames end in a photo that is handed over with how it came about', async () => {
  const world = new World()
  await world.start()
  await world.see(2)
  world.nowMs = 5000
  world.controller.send({ type: 'accept' })
  assert.deepEqual(world.log, [
    'asking', 'camera on', 'live', 'thaw', 'holding', 'preparing', 'freeze', 'camera off', 'review', 'done',
  ])
  assert.deepEqual(world.captured.map(({ metadata }) => metadata), [{ source: 'camera-auto', attempts: 1, elapsedMs: 4000 }])
  assert.deepEqual([world.openFrames, world.released], [0, 0])
})

test('a photo that nobody confirmed is released', async () => {
  for (const type of ['retake', 'stop'] as const) {
    const world = new World()
    await world.start()
    await world.see(2)
    world.controller.send({ type })
    assert.equal(world.released, 1, type)
    assert.equal(world.controller.photo, undefined)
  }
})

test('an automatic photo with warnings is released and taken again', async () => {
  const world = new World()
  world.warnings = ['blurred']
  await world.start()
  await world.see(2)
  assert.equal(world.controller.snapshot.state.name, 'live')
  assert.deepEqual([world.released, world.log.at(-1)], [1, 'thaw'])
})

test('a photo that is ready after the cancel is released and not shown', async () => {
  const world = new World()
  let finish = () => undefined as void
  world.preparing = new Promise((done) => { finish = done })
  await world.start()
  world.controller.send({ type: 'shutter' })
  await settled()
  world.controller.send({ type: 'stop' })
  finish()
  await settled()
  assert.deepEqual([world.released, world.openFrames, world.controller.snapshot.state.name], [1, 0, 'idle'])
})

test('what fails is told once, and the camera is off', async () => {
  const cases: { make: (world: World) => void, frames: number, code: string }[] = [
    { make: (world) => { world.openFails = new FaceMatchError('camera_denied', '') }, frames: 0, code: 'camera_denied' },
    { make: (world) => { world.openFails = new TypeError('unknown') }, frames: 0, code: 'internal' },
    { make: (world) => { world.detectFails = new FaceMatchError('closed', '') }, frames: 2, code: 'closed' },
    { make: (world) => { world.prepareFails = new FaceMatchError('over_budget', '') }, frames: 2, code: 'over_budget' },
  ]
  for (const { make, frames, code } of cases) {
    const world = new World()
    make(world)
    await world.start()
    await world.see(frames)
    assert.deepEqual(world.log.slice(-3), ['camera off', 'failed', `error ${code}`])
    assert.equal(world.openFrames, 0)
  }
})

test('a photo without one face leads back to the camera without an error', async () => {
  for (const code of ['no_face', 'several_faces'] as const) {
    const world = new World()
    world.prepareFails = new FaceMatchError(code, '')
    await world.start()
    await world.see(2)
    assert.deepEqual(world.controller.snapshot.state, { name: 'live', fault: code, settleFrames: 1 })
    assert.ok(!world.log.some((line) => line.startsWith('error')))
  }
})

test('a file without a face is an error', async () => {
  const world = new World()
  world.prepareFails = new FaceMatchError('no_face', '')
  world.controller.takeFile(new Blob())
  await settled()
  assert.deepEqual(world.log, ['preparing', 'failed', 'error no_face'])
})

test('a file is flagged, and closes the camera', async () => {
  const world = new World()
  await world.start()
  world.controller.takeFile(new Blob())
  await settled()
  world.controller.send({ type: 'accept' })
  assert.deepEqual(world.log.slice(-4), ['camera off', 'preparing', 'review', 'done'])
  assert.equal(world.captured[0]?.metadata.source, 'file')
})

test('a page that was hidden while the camera opened has no camera on', async () => {
  const world = new World()
  world.isHidden = true
  await world.start()
  assert.deepEqual(world.log, ['asking', 'camera on', 'live', 'camera off', 'paused'])
})

test('a listener may stop the capture from within an event', async () => {
  const world = new World()
  world.onState = (name) => { if (name === 'review') world.controller.send({ type: 'stop' }) }
  await world.start()
  await world.see(2)
  assert.equal(world.controller.snapshot.state.name, 'idle')
  assert.equal(world.released, 1)
})
