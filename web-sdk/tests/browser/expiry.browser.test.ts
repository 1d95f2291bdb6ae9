import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { prepareBoth, send, valueOf } from './kit/steps.js'
import { World } from './kit/world.js'

/** Browsers log every answer that is no success. */
const REFUSED = /status of 403/

let world: World
before(async () => { world = await World.start() })
beforeEach(() => world.reset())
after(() => world.stop())

test('expired URLs are refused by the bucket, renewed by the SDK, and the submission completes', async (t) => {
  const { page } = await world.page(t, { expected: REFUSED })
  await prepareBoth(page)
  assert.deepEqual(valueOf(await send(page, { trap: 'expired' })), { state: 'completed' })
  const statuses = world.bucket.passages.map(({ status }) => status)
  assert.deepEqual(statuses.sort(), [200, 200, 403, 403])
  assert.ok(world.api.count('POST', /\/uploads$/) > 0)
  assert.equal(world.partner.created.length, 1)
})

test('where there is no way to fresh URLs, an expired one is told', async (t) => {
  const { page } = await world.page(t, { expected: REFUSED })
  await prepareBoth(page)
  const outcome = await page.evaluate(async () => {
    const { app } = window
    const photo = app.photos.get('selfie')
    const { uploads } = await app.create('expired')
    const target = uploads.find(({ role }) => role === 'selfie')
    if (!photo || !target) throw new Error('there is nothing to send')
    return app.outcome(app.sdk.upload(photo, target))
  })
  assert.deepEqual(outcome, { name: 'FaceMatchError', code: 'upload_expired', status: 403, retryable: false })
  assert.equal(world.bucket.passages.length, 1)
})
