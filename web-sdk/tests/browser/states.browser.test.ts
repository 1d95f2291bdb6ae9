import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { keep, violations } from './kit/artifacts.js'
import { Films } from './kit/films.js'
import { photos } from './kit/photos.js'
import type { Site } from './kit/site.js'
import { choose, press, until } from './kit/steps.js'
import { openPage, startSite, type PageOptions } from './kit/world.js'

let site: Site
let films: Films
before(async () => {
  site = await startSite()
  films = await Films.make(site)
})
after(async () => {
  site.close()
  await films.remove()
})

/** Looks at the page as it is now. */
type Look = (state: string) => Promise<void>

const VARIANTS: [name: string, options: PageOptions][] = [
  ['phone-light', { viewport: { width: 360, height: 740 }, colorScheme: 'light' }],
  ['desktop-dark', { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' }],
]

/** Every state that the engine and the camera lead to, by the browser that leads there. */
const WALKS: [camera: PageOptions, walk: (page: Page, look: Look) => Promise<void>][] = [
  [{}, async (page, look) => {
    await look('idle')
    await choose(page, photos().selfie)
    await until(page, 'review')
    await look('review-file')
    await press(page, 'use')
    await until(page, 'done')
    await look('done')
    await page.evaluate(() => window.app.element.stop())
    await choose(page, { name: 'text.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('hello, I am a photo') })
    await until(page, 'failed')
    await look('failed-file')
  }],
  [{ permission: 'denied' }, async (page, look) => {
    await press(page, 'start')
    await until(page, 'failed')
    await look('failed-denied')
  }],
  [{ cameras: 0 }, async (page, look) => {
    await press(page, 'start')
    await until(page, 'failed')
    await look('failed-missing')
  }],
]

/** Those with a camera that shows something. */
const FILMED: [film: 'portrait' | 'room', walk: (page: Page, look: Look) => Promise<void>][] = [
  ['room', async (page, look) => {
    await press(page, 'start')
    await until(page, 'live')
    await page.waitForTimeout(1000)
    await look('live-no-face')
  }],
  ['portrait', async (page, look) => {
    await press(page, 'start')
    await until(page, 'holding')
    await look('holding')
    await until(page, 'review')
    await look('review-camera')
    await press(page, 'retake')
    await page.evaluate(() => { window.app.element.photo = 'id_portrait' })
    await press(page, 'start')
    await until(page, 'live')
    await page.waitForTimeout(1000)
    await look('live-card')
  }],
]

test('every state of the page is free of what axe finds, fits its screen, and is kept as a picture', async (t) => {
  const seen = new Set<string>()
  for (const [variant, options] of VARIANTS) {
    const walks = [...WALKS, ...FILMED.map(([film, walk]) => [{ picture: films[film] }, walk] as const)]
    for (const [camera, walk] of walks) {
      const { page } = await openPage(t, site, { ...options, ...camera })
      await walk(page, async (state) => {
        seen.add(state)
        await keep(page, `${state}.${variant}`)
        await inspect(page, `${state}, ${variant}`)
      })
    }
  }
  assert.equal(seen.size, 10, [...seen].join())
})

test('axe sees a field without a name, in the page and in the element', async (t) => {
  const { page } = await openPage(t, site)
  await page.evaluate(() => {
    for (const root of [document.body, window.app.element.shadowRoot]) root?.append(document.createElement('input'))
  })
  const found = (await violations(page)).join('\n')
  assert.match(found, /^label: .*face-capture/m)
  assert.match(found, /^label: .*input/m)
})

async function inspect(page: Page, name: string): Promise<void> {
  assert.deepEqual(await violations(page), [], name)
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  assert.ok(excess <= 0, `${name}: ${excess} px wider than the screen`)
}
