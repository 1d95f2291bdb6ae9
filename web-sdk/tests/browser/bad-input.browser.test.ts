import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { badFiles } from './kit/bad-files.js'
import { photos } from './kit/photos.js'
import type { Site } from './kit/site.js'
import { prepare, valueOf } from './kit/steps.js'
import { openPage, startSite } from './kit/world.js'

let site: Site
before(async () => { site = await startSite() })
after(() => site.close())

test('a file that is no photo of one face is refused by its own code, and the next one is taken', async (t) => {
  const { page } = await openPage(t, site)
  for (const { code, name, mimeType, buffer } of await badFiles(page)) {
    const outcome = await prepare(page, 'selfie', { name, mimeType, buffer })
    const refused = { name: 'FaceMatchError', code, retryable: false }
    assert.deepEqual(outcome, refused, name)
    // To `detect`, a picture of nobody or of two is no error.
    if (code !== 'no_face' && code !== 'several_faces') assert.deepEqual(await page.evaluate(() => window.app.look()), refused, `${name}, looked at`)
  }
  valueOf(await prepare(page, 'selfie', photos().selfie))
  assert.equal(valueOf(await page.evaluate(() => window.app.look())).faces.length, 1)
})

test('a source without a picture is refused by its own code', async (t) => {
  const { page } = await openPage(t, site)
  const codes = await page.evaluate(async () => {
    const { sdk } = window.app
    const video = document.querySelector('video') ?? document.createElement('video')
    // A canvas has pixels once it has a context.
    const gone = await createImageBitmap(new ImageData(40, 40))
    gone.close()
    const [blank, small] = [new OffscreenCanvas(400, 400), new OffscreenCanvas(20, 20)]
    for (const canvas of [blank, small]) canvas.getContext('2d')
    const sources: Record<string, Parameters<typeof sdk.prepare>[0]> = {
      'a video without frames': video,
      'an image that is not loaded': new Image(),
      'a canvas without pixels': new OffscreenCanvas(0, 0),
      'a canvas that was never drawn on': new OffscreenCanvas(400, 400),
      'a canvas without a face': blank,
      'a canvas that is too small': small,
      'a bitmap that is closed': gone,
      'a div': document.createElement('div') as unknown as HTMLCanvasElement,
    }
    const found: Record<string, string> = {}
    for (const [name, source] of Object.entries(sources)) {
      const outcome = await window.app.outcome(sdk.prepare(source, { role: 'selfie' }))
      found[name] = 'code' in outcome ? outcome.code ?? '' : JSON.stringify(outcome)
    }
    return found
  })
  assert.deepEqual(codes, {
    'a video without frames': 'source_not_ready',
    'an image that is not loaded': 'source_not_ready',
    'a canvas without pixels': 'image_empty',
    'a canvas that was never drawn on': 'source_not_ready',
    'a canvas without a face': 'no_face',
    'a canvas that is too small': 'image_size',
    'a bitmap that is closed': 'image_empty',
    'a div': 'invalid_call',
  })
})

test('a closed SDK refuses every call, the running one included', async (t) => {
  const { page } = await openPage(t, site)
  await page.locator('#selfie').setInputFiles(photos().selfie)
  const outcomes = await page.evaluate(async () => {
    const { app } = window
    const file = document.querySelector<HTMLInputElement>('#selfie')?.files?.[0] ?? new Blob()
    const photo = await app.prepare('selfie')
    const running = app.outcome(app.sdk.prepare(file, { role: 'selfie' }))
    app.sdk.close()
    const target = { role: 'selfie', method: 'PUT', url: location.href, headers: {}, expiresAt: '' } as const
    const submission = { apiUrl: location.href, correlationId: '1', clientToken: '1', uploads: [] }
    return Promise.all([
      running,
      app.outcome(app.sdk.prepare(file, { role: 'selfie' })),
      app.outcome(app.sdk.detect(file, { role: 'selfie' })),
      app.outcome(app.sdk.upload(photo, target)),
      app.outcome(app.sdk.verify({ submission, images: [] })),
    ])
  })
  for (const outcome of outcomes) assert.deepEqual(outcome, { name: 'FaceMatchError', code: 'closed', retryable: false })
})
