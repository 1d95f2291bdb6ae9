import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { Films } from './kit/films.js'
import { photos } from './kit/photos.js'
import { prepare, press, send, until, valueOf } from './kit/steps.js'
import { World } from './kit/world.js'

let world: World
let films: Films
before(async () => {
  world = await World.start()
  films = await Films.make(world.site)
})
beforeEach(() => world.reset())
after(async () => {
  await world.stop()
  await films.remove()
})

test('a face in the oval is photographed by itself, and matches its card', async (t) => {
  const { page } = await world.page(t, { picture: films.portrait })
  await press(page, 'start')
  assert.equal(await until(page, 'review', 'failed'), 'review')
  await press(page, 'use')
  assert.equal(await until(page, 'done', 'failed'), 'done')
  assert.deepEqual(await page.evaluate(() => [window.app.sources, window.app.errors]), [['camera-auto'], []])
  valueOf(await prepare(page, 'id_portrait', photos().card))
  assert.deepEqual(valueOf(await send(page)), { state: 'completed' })
  const result = await world.partner.result(world.partner.created[0]?.correlationId ?? '')
  assert.equal(result.decision, 'match')
})

test('a camera that shows nobody asks for a face and takes no photo, by itself or by hand', async (t) => {
  const { page } = await world.page(t, { picture: films.room })
  await press(page, 'start')
  await until(page, 'live')
  // Several times what a good face needs.
  await page.waitForTimeout(6000)
  assert.deepEqual(await page.evaluate(() => window.app.hints), ['no_face'])
  assert.match(await page.locator('face-capture [part~="hint"]').innerText(), /Put your face in the oval/)
  await press(page, 'shutter')
  await until(page, 'preparing')
  assert.equal(await until(page, 'live', 'review', 'failed'), 'live')
  assert.deepEqual(await page.evaluate(() => [window.app.photos.size, window.app.errors]), [0, []])
})

test('by hand, the photo says so', async (t) => {
  const { page } = await world.page(t, { picture: films.portrait })
  await page.evaluate(() => window.app.element.setAttribute('auto', 'off'))
  await press(page, 'start')
  await until(page, 'live')
  await press(page, 'shutter')
  await until(page, 'review')
  await press(page, 'use')
  await until(page, 'done')
  assert.deepEqual(await page.evaluate(() => window.app.sources), ['camera-manual'])
})
