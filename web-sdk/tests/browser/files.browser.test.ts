import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { photos } from './kit/photos.js'
import { prepareBoth, send, valueOf } from './kit/steps.js'
import { World } from './kit/world.js'

let world: World
before(async () => { world = await World.start() })
after(() => world.stop())

test('files of a card and of a selfie lead to a decision, under the CSP that the README asks for', async (t) => {
  const { page } = await world.page(t)
  const prepared = await prepareBoth(page)
  assert.deepEqual(valueOf(await send(page)), { state: 'completed' })

  const [created] = world.partner.created
  const declared = created?.images.map(({ role, sizeBytes, sha256 }) => ({ role, sizeBytes, sha256 }))
  assert.deepEqual(declared, prepared.map(({ role, sizeBytes, sha256 }) => ({ role, sizeBytes, sha256 })))
  // The bucket takes only what has the declared size and hash, so that a PUT that it accepts is that photo.
  assert.deepEqual(world.bucket.passages.map(({ method, status }) => [method, status]), [['PUT', 200], ['PUT', 200]])
  const result = await world.partner.result(created?.correlationId ?? '')
  assert.equal(result.decision, 'match')
})

test('what is uploaded is the crop, and progress adds up to it', async (t) => {
  const { page } = await world.page(t)
  const [card, selfie] = await prepareBoth(page)
  valueOf(await send(page))
  const total = (card?.sizeBytes ?? 0) + (selfie?.sizeBytes ?? 0)
  const progress = await page.evaluate(() => window.app.progress)
  const sent = progress.map(({ sentBytes }) => sentBytes)
  assert.deepEqual(progress.at(-1), { sentBytes: total, totalBytes: total })
  assert.deepEqual(sent, [...sent].sort((a, b) => a - b))
  const { size } = statSync(photos().card)
  assert.equal(card?.bytesSaved, size - (card?.sizeBytes ?? 0))
  const states = await page.evaluate(() => window.app.states)
  assert.equal(states.at(-1), 'completed')
})

test('a violation of the CSP is seen, in the page and by its server', async (t) => {
  const { page } = await world.page(t, { expected: /Content Security Policy/ })
  await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'window.intruder = true'
    document.body.append(script)
  })
  await page.waitForFunction(() => window.app.violations.splice(0).includes('script-src-elem'))
  while (world.site.reports.length === 0) await page.waitForTimeout(20)
  assert.match(world.site.reports.splice(0).join(), /script-src-elem/)
  assert.equal(await page.evaluate(() => 'intruder' in window), false)
})
