import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { prepareBoth, send, valueOf } from './kit/steps.js'
import { World } from './kit/world.js'

/** Browsers log every request that fails. */
const BROKEN = /net::ERR_|status of 50\d/

let world: World
before(async () => { world = await World.start() })
beforeEach(() => world.reset())
after(() => world.stop())

test('a server that is killed under an upload and comes back gets the same submission', async (t) => {
  const { page } = await world.page(t, { expected: BROKEN })
  await prepareBoth(page)
  let restarted: Promise<void> | undefined
  world.bucket.fate = () => {
    restarted ??= world.server.kill().then(() => world.server.start())
    return 'pass'
  }
  const outcome = await send(page)
  await restarted
  // Where the machine is slow to start it again, all tries may be over: then the page's next one goes on.
  if ('code' in outcome) assert.equal(outcome.code, 'network')
  const { state } = 'value' in outcome ? outcome.value : valueOf(await send(page))
  assert.equal(state, 'completed')
  assert.ok(world.bucket.passages.length > 2, 'it was tried again')
  assert.equal(world.partner.created.length, 1)
  const [created] = world.partner.created
  assert.equal((await world.partner.result(created?.correlationId ?? '')).decision, 'match')
})

test('connections that are cut, to the bucket and then to the API, are made again', async (t) => {
  const { page } = await world.page(t, { expected: BROKEN })
  await prepareBoth(page)
  for (const gate of [world.bucket, world.api]) gate.fate = () => gate.passages.length < 2 ? 'cut' : 'pass'
  assert.deepEqual(valueOf(await send(page)), { state: 'completed' })
  assert.ok(world.bucket.passages.filter(({ status }) => status === undefined).length >= 2)
  assert.ok(world.api.passages.filter(({ status }) => status === undefined).length >= 2)
  assert.equal(world.partner.created.length, 1)
})

test('a bucket that stays away is told as network, after a few tries, and the page may go on later', async (t) => {
  const { page } = await world.page(t, { expected: BROKEN })
  await prepareBoth(page)
  world.bucket.fate = () => 'cut'
  const outcome = await send(page)
  assert.deepEqual(outcome, { name: 'FaceMatchError', code: 'network', retryable: true })
  const tries = world.bucket.passages.length
  // Chromium repeats a request whose connection is cut by itself, once; five tries of two photos.
  assert.ok(tries >= 5 && tries <= 20, `${tries} requests`)
  assert.equal(world.api.passages.length, 0)
  world.bucket.fate = () => 'pass'
  assert.deepEqual(valueOf(await send(page)), { state: 'completed' })
  assert.equal(world.partner.created.length, 1)
})

test('offline, sending waits; back online, it goes on by itself', async (t) => {
  const { page, context } = await world.page(t, { expected: BROKEN })
  await prepareBoth(page)
  await page.evaluate(() => window.app.create())
  await context.setOffline(true)
  const sending = send(page)
  await page.waitForTimeout(3000)
  assert.deepEqual(world.bucket.passages, [])
  await context.setOffline(false)
  assert.deepEqual(valueOf(await sending), { state: 'completed' })
})

test('offline, the page can give up waiting with its own limit', async (t) => {
  const { page, context } = await world.page(t, { expected: BROKEN })
  await prepareBoth(page)
  await page.evaluate(() => window.app.create())
  await context.setOffline(true)
  const outcome = await page.evaluate(() => window.app.outcome(window.app.send({ signal: AbortSignal.timeout(500) })))
  assert.deepEqual(outcome, { name: 'TimeoutError' })
  await context.setOffline(false)
  assert.deepEqual(valueOf(await send(page)), { state: 'completed' })
})
