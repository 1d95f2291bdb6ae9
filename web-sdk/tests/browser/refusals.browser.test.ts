import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { prepareBoth, send, valueOf } from './kit/steps.js'
import { World } from './kit/world.js'

let world: World
before(async () => { world = await World.start() })
beforeEach(() => world.reset())
after(() => world.stop())

test('a URL that nobody signed is refused, and not tried again', async (t) => {
  const { page } = await world.page(t, { expected: /status of 403/ })
  await prepareBoth(page)
  const outcome = await send(page, { trap: 'forged' })
  assert.deepEqual(outcome, { name: 'FaceMatchError', code: 'upload_refused', status: 403, retryable: false })
  await page.waitForTimeout(1500)
  assert.equal(world.bucket.passages.length, 2, 'one PUT for each photo')
  assert.equal(world.api.passages.length, 0, 'nothing is confirmed')
})

test('a token that the API does not know is refused, and not tried again', async (t) => {
  const { page } = await world.page(t, { expected: /status of 401/ })
  await prepareBoth(page)
  const outcome = await send(page, { trap: 'stale-token' })
  const want = { name: 'FaceMatchError', code: 'api_refused', status: 401, problem: 'token_invalid', retryable: false }
  assert.deepEqual(outcome, want)
  await page.waitForTimeout(1500)
  assert.deepEqual(world.api.passages.map(({ method, status }) => [method, status]), [['POST', 401]])
})

test('a photo of another hash than was declared never gets into the bucket', async (t) => {
  const { page } = await world.page(t, { expected: /status of 4\d\d/ })
  await prepareBoth(page)
  const outcome = await page.evaluate(async () => {
    const { app } = window
    const submission = await app.create()
    const [card, selfie] = [app.photos.get('id_portrait'), app.photos.get('selfie')]
    if (!card || !selfie) throw new Error('there is nothing to send')
    // Of the declared size, so that only the hash can tell.
    const blob = new Blob([card.blob, new Uint8Array(selfie.sizeBytes)]).slice(0, selfie.sizeBytes)
    return app.outcome(app.sdk.verify({ submission, images: [card, { ...selfie, blob }] }))
  })
  assert.equal('code' in outcome && outcome.code, 'upload_refused', JSON.stringify(outcome))
  assert.equal(world.api.count('POST', /confirm$/), 0)
  assert.deepEqual(valueOf(await send(page)), { state: 'completed' }, 'the true photo is taken')
})
