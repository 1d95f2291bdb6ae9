import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page as ChromiumPage } from 'playwright-core'
import type { Page } from 'puppeteer-core'
import { violations } from '../browser/kit/artifacts.js'
import { badFiles } from '../browser/kit/bad-files.js'
import { photos } from '../browser/kit/photos.js'
import type { Site } from '../browser/kit/site.js'
import { prepare as prepareInChromium, valueOf } from '../browser/kit/steps.js'
import { openPage, startSite } from '../browser/kit/world.js'
import { farthest, MOST_QUALITY_ERROR, near } from '../wasm/agreement.js'
import { Firefox } from './kit/firefox.js'
import { choose, chooseInElement, press, prepare, until, withFile } from './kit/steps.js'

const ABORTED = { name: 'AbortError' }
const LIMITED = { timeout: 120_000 }

/** What decoders and scalers that differ may make of a photo: a side in pixels, and of 100. */
const MOST_PIXELS = 2
const MOST_QUALITY_ERROR_OF_PHOTOS = 3

let site: Site
let firefox: Firefox
before(async () => {
  site = await startSite()
  firefox = await Firefox.start()
})
after(async () => {
  await firefox.stop()
  site.close()
})

const look = (page: Page) => page.evaluate(() => window.app.look()).then(valueOf)

test('on the same pixels, Firefox finds what Chromium finds', async (t) => {
  const page = await firefox.open(t, site)
  const chromium = await openPage(t, site)
  for (const photo of Object.values(photos()) as string[]) {
    const bytes = await framed(chromium.page, photo)
    const file = { name: 'frame.png', mimeType: 'image/png', buffer: Buffer.from(bytes) }
    await chromium.page.locator('#selfie').setInputFiles(file)
    const want = valueOf(await chromium.page.evaluate(() => window.app.look()))
    const got = await withFile({ name: 'frame.png', bytes }, async (path) => {
      await choose(page, 'selfie', path)
      return look(page)
    })
    assert.ok(want.quality && got.quality, photo)
    assert.equal(got.faces.length, want.faces.length, photo)
    for (const face of want.faces) near(face, got.faces, photo)
    assert.ok(farthest(got.quality, want.quality) <= MOST_QUALITY_ERROR, photo)
    assert.deepEqual(got.faults, want.faults, photo)
  }
})

test('a photo that each browser decodes and shrinks in its own way becomes the same crop, but for a pixel', async (t) => {
  const page = await firefox.open(t, site)
  const chromium = await openPage(t, site)
  for (const photo of Object.values(photos()) as string[]) {
    const want = valueOf(await prepareInChromium(chromium.page, 'selfie', photo))
    const got = await prepare(page, 'selfie', photo)
    const [width, height] = [got.widthPx - want.widthPx, got.heightPx - want.heightPx].map(Math.abs) as [number, number]
    assert.ok(width <= MOST_PIXELS && height <= MOST_PIXELS, `${photo}: ${width} x ${height} pixels more or less`)
    assert.ok(farthest(got.quality, want.quality) <= MOST_QUALITY_ERROR_OF_PHOTOS, photo)
    assert.deepEqual(got.warnings, want.warnings, photo)
  }
})

/** A photo, no larger than what one look needs, so that no browser has to shrink it. */
async function framed(page: ChromiumPage, photo: string): Promise<Uint8Array> {
  await page.locator('#selfie').setInputFiles(photo)
  return Uint8Array.from(await page.evaluate(() => window.app.studio.frame()))
}

test('a file that is no photo of one face is refused by its own code, and the next one is taken', async (t) => {
  const page = await firefox.open(t, site)
  const { page: draws } = await openPage(t, site)
  for (const { name, buffer, code } of await badFiles(draws)) {
    const outcome = await withFile({ name, bytes: buffer }, async (path) => {
      await choose(page, 'selfie', path)
      return page.evaluate(() => window.app.facts('selfie'))
    })
    assert.deepEqual(outcome, { name: 'FaceMatchError', code, retryable: false }, name)
  }
  await prepare(page, 'selfie', photos().selfie)
})

test('loading, looking and preparing end at once when they are aborted', async (t) => {
  const page = await firefox.open(t, site)
  await choose(page, 'selfie', photos().selfie)
  const outcomes = await page.evaluate(async () => {
    const { app } = window
    const file = document.querySelector<HTMLInputElement>('#selfie')?.files?.[0] ?? new Blob()
    const aborted = async (call: (signal: AbortSignal) => Promise<unknown>) => {
      const controller = new AbortController()
      const running = app.outcome(call(controller.signal))
      await Promise.resolve()
      controller.abort()
      return running
    }
    return [
      await aborted((signal) => app.FaceMatch.load({ signal })),
      await aborted((signal) => app.sdk.detect(file, { role: 'selfie', signal })),
      await aborted((signal) => app.sdk.prepare(file, { role: 'selfie', signal })),
    ]
  })
  assert.deepEqual(outcomes, [ABORTED, ABORTED, ABORTED])
})

test('a closed SDK ends its worker, and refuses every call, the running one included', LIMITED, async (t) => {
  const page = await firefox.open(t, site)
  await choose(page, 'selfie', photos().selfie)
  const outcomes = await page.evaluate(async () => {
    const { app } = window
    const file = document.querySelector<HTMLInputElement>('#selfie')?.files?.[0] ?? new Blob()
    const ended: unknown[] = []
    for (let at = 0; at < 10; at += 1) {
      const sdk = await app.FaceMatch.load()
      const { face } = await sdk.detect(file, { role: 'selfie' })
      if (face === undefined) throw new Error('no face was found')
      const running = app.outcome(sdk.prepare(file, { role: 'selfie' }))
      sdk.close()
      ended.push(await running, await app.outcome(sdk.detect(file, { role: 'selfie' })))
    }
    return ended
  })
  for (const outcome of outcomes) assert.deepEqual(outcome, { name: 'FaceMatchError', code: 'closed', retryable: false })
  // The last one's end is told a little later; if any stays, this goes on until the test's time is over.
  while (page.workers().length > 1) await new Promise((resolve) => setTimeout(resolve, 20))
})

test('a camera that shows nobody asks for a face', async (t) => {
  const page = await firefox.open(t, site)
  await press(page, 'start')
  await until(page, 'live')
  await page.waitForFunction(() => window.app.hints.length > 0)
  assert.deepEqual(await page.evaluate(() => [window.app.hints, window.app.errors]), [['no_face'], []])
})

test('a camera that is blocked is told, and a file does as well', async (t) => {
  const blocked = await Firefox.start('denied')
  try {
    const page = await blocked.open(t, site)
    await press(page, 'start')
    assert.equal(await until(page, 'live', 'failed'), 'failed')
    assert.deepEqual(await page.evaluate(() => window.app.errors), ['camera_denied'])
    await chooseInElement(page, photos().selfie)
    assert.equal(await until(page, 'review', 'failed'), 'review')
    await press(page, 'use')
    await until(page, 'done')
    assert.deepEqual(await page.evaluate(() => window.app.sources), ['file'])
  } finally {
    await blocked.stop()
  }
})

test('axe finds nothing on the page, nor on a photo that is looked through', async (t) => {
  const page = await firefox.open(t, site)
  assert.deepEqual(await violations(page), [])
  await chooseInElement(page, photos().selfie)
  await until(page, 'review')
  assert.deepEqual(await violations(page), [])
})
