import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { keep } from './kit/artifacts.js'
import { Films } from './kit/films.js'
import type { Site } from './kit/site.js'
import { press, until } from './kit/steps.js'
import { openPage, startSite } from './kit/world.js'

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

/** Where the studio puts the face, in shares of what the element shows: 720 x 960 pixels of the camera's 1280 x 960. */
const CENTRE = { x: (690 - 280) / 720, y: 440 / 960 }
const HEIGHT = 500 / 960

/** Least exactness: the camera's picture is looked at smaller than the one the studio measured. */
const SLACK = 0.03

/** The box that is drawn, in shares of the stage as the applicant sees it; nothing if none is. */
function drawn(page: Page): Promise<{ x: number, y: number, height: number } | undefined> {
  return page.evaluate(() => {
    const shadow = window.app.element.shadowRoot
    const stage = shadow?.querySelector('.stage')?.getBoundingClientRect()
    const box = shadow?.querySelector('.overlay .box')?.getBoundingClientRect()
    if (!stage || !box || box.width === 0) return undefined
    return {
      x: (box.x + box.width / 2 - stage.x) / stage.width,
      y: (box.y + box.height / 2 - stage.y) / stage.height,
      height: box.height / stage.height,
    }
  })
}

/** The landmarks that are drawn, in pixels of the frame that was looked at. */
function dots(page: Page): Promise<{ x: number, y: number }[]> {
  return page.locator('face-capture [part~="overlay"] .dots:not(.shade)').evaluate((path) =>
    [...(path.getAttribute('d') ?? '').matchAll(/M(\S+) (\S+)h0/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) })))
}

async function live(page: Page): Promise<void> {
  await press(page, 'start')
  await until(page, 'live')
  await page.waitForTimeout(800)
}

test('the overlay lies on the face that the applicant sees, in the mirror', async (t) => {
  const { page } = await openPage(t, site, { picture: films.portrait })
  await page.evaluate(() => window.app.element.setAttribute('auto', 'off'))
  await live(page)
  await keep(page, 'overlay')
  const box = await drawn(page)
  assert.ok(box && Math.abs(box.x - (1 - CENTRE.x)) < SLACK, `${box?.x}, not ${1 - CENTRE.x}`)
  assert.ok(Math.abs(box.y - CENTRE.y) < SLACK && Math.abs(box.height - HEIGHT) < SLACK, JSON.stringify(box))
  const [left, right, nose, mouthLeft, mouthRight] = await dots(page)
  assert.ok(left && right && nose && mouthLeft && mouthRight, 'five landmarks')
  assert.ok(left.x < right.x && mouthLeft.x < mouthRight.x && left.y < nose.y && nose.y < mouthLeft.y)
})

test('the overlay of a card is not mirrored, as the card is not', async (t) => {
  const { page } = await openPage(t, site, { picture: films.portrait })
  await page.evaluate(() => { window.app.element.photo = 'id_portrait' })
  await live(page)
  const x = (await drawn(page))?.x ?? 0
  // A card's stage shows the whole width of this camera.
  assert.ok(Math.abs(x - 690 / 1280) < SLACK, `${x}`)
})

test('there is no overlay unless it is asked for, nor over a picture that is not live', async (t) => {
  const { page } = await openPage(t, site, { picture: films.portrait })
  await page.evaluate(() => window.app.element.setAttribute('auto', 'off'))
  await live(page)
  assert.ok(await drawn(page))
  await page.evaluate(() => window.app.element.removeAttribute('overlay'))
  assert.equal(await drawn(page), undefined)
  await page.waitForTimeout(500)
  assert.equal(await drawn(page), undefined)
  await page.evaluate(() => window.app.element.setAttribute('overlay', ''))
  await page.waitForTimeout(500)
  assert.ok(await drawn(page))
  await press(page, 'shutter')
  await until(page, 'review')
  assert.equal(await drawn(page), undefined)
})

test('where nobody is seen, nothing is drawn', async (t) => {
  const { page } = await openPage(t, site, { picture: films.room })
  await live(page)
  assert.equal(await drawn(page), undefined)
})
