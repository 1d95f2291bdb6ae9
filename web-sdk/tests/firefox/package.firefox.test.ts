import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { valueOf } from '../browser/kit/steps.js'
import { World } from '../browser/kit/world.js'
import { Firefox } from './kit/firefox.js'
import { prepareBoth, send } from './kit/steps.js'

const ABORTED = { name: 'AbortError' }

/** What Firefox logs, now and then, of a connection that was cut. */
const CUT = /CORS request did not succeed/

let world: World
let firefox: Firefox
before(async () => {
  world = await World.start()
  firefox = await Firefox.start()
})
beforeEach(() => world.reset())
after(async () => {
  await firefox.stop()
  await world.stop()
})

test('files of a card and of a selfie lead to a decision, under the CSP that the README asks for', async (t) => {
  const page = await firefox.open(t, world.site)
  const prepared = await prepareBoth(page)
  assert.deepEqual(valueOf(await send(page)), { state: 'completed' })
  const [created] = world.partner.created
  const declared = created?.images.map(({ role, sizeBytes, sha256 }) => ({ role, sizeBytes, sha256 }))
  assert.deepEqual(declared, prepared.map(({ role, sizeBytes, sha256 }) => ({ role, sizeBytes, sha256 })))
  assert.deepEqual(world.bucket.passages.map(({ method, status }) => [method, status]), [['PUT', 200], ['PUT', 200]])
  assert.equal((await world.partner.result(created?.correlationId ?? '')).decision, 'match')
  const total = prepared.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  assert.deepEqual(await page.evaluate(() => window.app.progress.at(-1)), { sentBytes: total, totalBytes: total })
})

test('a violation of the CSP is seen, in the page and by its server', async (t) => {
  const page = await firefox.open(t, world.site, { expected: /Content-Security-Policy/ })
  await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'window.intruder = true'
    document.body.append(script)
  })
  await page.waitForFunction(() => window.app.violations.splice(0).includes('script-src-elem'))
  while (world.site.reports.length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
  assert.match(world.site.reports.splice(0).join(), /script-src-elem/)
  assert.equal(await page.evaluate(() => 'intruder' in window), false)
})

test('an upload that is aborted rejects with AbortError, confirms nothing, and can be sent again', async (t) => {
  const page = await firefox.open(t, world.site)
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
  assert.deepEqual(world.api.passages, [], 'the page called the API')
  world.bucket.fate = () => 'pass'
  assert.deepEqual(valueOf(await send(page)), { state: 'completed' })
  assert.equal(world.partner.created.length, 1)
})

test('what the bucket and the API refuse is told by its code, and connections that are cut are made again', async (t) => {
  const page = await firefox.open(t, world.site, { expected: CUT })
  await prepareBoth(page)
  const forged = await send(page, { trap: 'forged' })
  assert.deepEqual(forged, { name: 'FaceMatchError', code: 'upload_refused', status: 403, retryable: false })
  await page.evaluate(() => { window.app.submission = undefined })
  assert.deepEqual(valueOf(await send(page, { trap: 'expired' })), { state: 'completed' })
  world.reset()
  for (const gate of [world.bucket, world.api]) gate.fate = () => gate.passages.length < 2 ? 'cut' : 'pass'
  assert.deepEqual(valueOf(await send(page)), { state: 'completed' })
  assert.ok(world.bucket.passages.some(({ status }) => status === undefined))
})
