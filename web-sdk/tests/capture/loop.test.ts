import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FrameLoop, type NextFrame } from '../../src/capture/loop.js'

/** A camera whose frames come when the test says. */
class FakeFrames {
  #callback: ((nowMs: number) => void) | undefined

  readonly next: NextFrame = (callback) => {
    this.#callback = callback
    return () => { this.#callback = undefined }
  }

  get isAwaited(): boolean {
    return this.#callback !== undefined
  }

  async at(nowMs: number): Promise<void> {
    const callback = this.#callback
    this.#callback = undefined
    callback?.(nowMs)
    await new Promise((done) => setImmediate(done))
  }
}

test('frames are looked at no faster than the interval', async () => {
  const frames = new FakeFrames()
  let looks = 0
  const loop = new FrameLoop(frames.next, async () => { looks += 1 }, 100)
  loop.start()
  loop.start()
  for (let nowMs = 0; nowMs <= 1000; nowMs += 33) await frames.at(nowMs)
  assert.ok(looks >= 10 && looks <= 11, `${looks} looks in a second`)
})

test('while one look is under way, frames are dropped', async () => {
  const frames = new FakeFrames()
  const looks: (() => void)[] = []
  const loop = new FrameLoop(frames.next, () => new Promise((done) => looks.push(done)), 100)
  loop.start()
  for (const nowMs of [0, 200, 400, 600]) await frames.at(nowMs)
  assert.equal(looks.length, 1)
  looks[0]?.()
  await frames.at(800)
  await frames.at(1000)
  assert.equal(looks.length, 2)
})

test('a stopped loop waits for no frame, and its last look starts no other', async () => {
  const frames = new FakeFrames()
  const looks: (() => void)[] = []
  const loop = new FrameLoop(frames.next, () => new Promise((done) => looks.push(done)), 100)
  loop.start()
  await frames.at(0)
  loop.stop()
  looks[0]?.()
  await new Promise((done) => setImmediate(done))
  assert.equal(frames.isAwaited, false)
  loop.start()
  assert.equal(frames.isAwaited, true)
})
