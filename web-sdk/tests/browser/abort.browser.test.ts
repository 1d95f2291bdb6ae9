import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { photos } from './kit/photos.js'
import { prepareBoth, send, valueOf } from './kit/steps.js'
import { World } from './kit/world.js'

const ABORTED = { name: 'AbortError' }

let world: World
before(async () => { world = await World.start() })
beforeEach(() => world.reset())
after(() => world.stop())

test('an upload that is aborted rejects with AbortError, confirms nothing, and can be sent again', async (t) => {
  const { page } = await world.page(t)
  await prepareBoth(page)
  world.bucket.fate = () => 'stall'
  const sending = page.evaluate(() => {
    const controller = new AbortController()
    Object.assign(window, { abort: () => controller.abort() })
    return window.app.outcome(window.app.send({ signal: controller.signal }))
  })
  await world.bucket.waitFor('PUT', 2)
  await page.evaluate(() => (window as unknown as { abort(): void }).abort())
  assert.deepEqual(await sending, ABORTED)
  await world.bucket.idle()

  const [created] = world.partner.created
  assert.equal((await world.partner.status(created?.correlationId ?? '')).state, 'awaiting_upload')
  assert.deepEqual(world.api.passages, [], 'the page called the API')
  world.bucket.fate = () => 'pass'
  assert.deepEqual(valueOf(await send(page)), { state: 'completed' })
  assert.equal(world.partner.created.length, 1)
})

test('waiting for the result can be aborted, and taken up again', async (t) => {
  const { page } = await world.page(t, { expected: /status of (403|409|412)/ })
  await prepareBoth(page)
  world.api.fate = ({ method }) => method === 'GET' ? 'stall' : 'pass'
  const outcome = await page.evaluate(() => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 1500)
    return window.app.outcome(window.app.send({ signal: controller.signal }))
  })
  assert.deepEqual(outcome, ABORTED)
  const id = world.partner.created[0]?.correlationId ?? ''
  // By then the photos may have been erased, so that the bucket takes no other.
  while ((await world.partner.status(id)).state !== 'completed') await page.waitForTimeout(50)
  world.api.fate = () => 'pass'
  assert.deepEqual(valueOf(await send(page)), { state: 'completed' })
  assert.equal(world.partner.created.length, 1)
  assert.equal((await world.partner.result(id)).decision, 'match')
})

test('loading, looking and preparing end at once when they are aborted, and leave the SDK in order', async (t) => {
  const { page } = await world.page(t)
  await page.locator('#selfie').setInputFiles(photos().selfie)
  const workers = page.workers().length
  const outcomes = await page.evaluate(async () => {
    const { app } = window
    const file = document.querySelector<HTMLInputElement>('#selfie')?.files?.[0] ?? new Blob()
    const aborted = async (call: (signal: AbortSignal) => Promise<unknown>, reason?: unknown) => {
      const controller = new AbortController()
      const running = app.outcome(call(controller.signal))
      await Promise.resolve()
      controller.abort(reason)
      return running
    }
    return [
      await aborted((signal) => app.FaceMatch.load({ signal })),
      await aborted((signal) => app.sdk.detect(file, { role: 'selfie', signal })),
      await aborted((signal) => app.sdk.prepare(file, { role: 'selfie', signal })),
      await aborted((signal) => app.sdk.prepare(file, { role: 'selfie', signal }), new TypeError('of its own')),
    ]
  })
  assert.deepEqual(outcomes, [ABORTED, ABORTED, ABORTED, { name: 'TypeError' }])
  const { sizeBytes } = await page.evaluate(() => window.app.prepare('selfie'))
  assert.ok(sizeBytes > 10_000)
  assert.equal(page.workers().length, workers, 'the worker of the aborted load is gone')
})
