import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FaceMatchErrorCode } from '../../src/index.js'
import { photos } from './kit/photos.js'
import type { Site } from './kit/site.js'
import { choose, press, until } from './kit/steps.js'
import { openPage, startSite, type PageOptions } from './kit/world.js'

let site: Site
before(async () => { site = await startSite() })
after(() => site.close())

test('without a camera the element says why, and a file does as well', async (t) => {
  const cases: [code: FaceMatchErrorCode, title: RegExp, options: PageOptions][] = [
    ['camera_denied', /The camera is blocked/, { permission: 'denied' }],
    ['camera_missing', /No camera found/, { cameras: 0 }],
    // Not the machine's own address, so that it is no secure context.
    ['insecure_context', /The camera cannot be used here/, { host: 'bank.example' }],
  ]
  for (const [code, title, options] of cases) {
    const { page } = await openPage(t, site, options)
    await press(page, 'start')
    assert.equal(await until(page, 'live', 'failed'), 'failed', code)
    assert.deepEqual(await page.evaluate(() => window.app.errors), [code])
    assert.match(await page.locator('face-capture [part~="title"]').innerText(), title)
    assert.match(await page.locator('face-capture [part~="advice"]').innerText(), /Or choose a photo/)
    assert.equal(await page.locator('face-capture [part~="file"]').isVisible(), true)
    await choose(page, photos().selfie)
    assert.equal(await until(page, 'review', 'failed'), 'review', code)
    await press(page, 'use')
    assert.deepEqual(await page.evaluate(() => window.app.sources), ['file'])
  }
})
