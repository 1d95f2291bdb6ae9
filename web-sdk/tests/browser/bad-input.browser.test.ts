import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import type { FaceMatchErrorCode } from '../../src/index.js'
import type { Outcome } from './app/main.js'
import * as bad from './kit/bad-files.js'
import { room, twins } from './kit/pictures.js'
import { photos } from './kit/photos.js'
import type { Site } from './kit/site.js'
import { prepare, valueOf } from './kit/steps.js'
import { openPage, startSite } from './kit/world.js'

let site: Site
before(async () => { site = await startSite() })
after(() => site.close())

test('a file that is no photo of one face is refused by its own code, and the next one is taken', async (t) => {
  const { page } = await openPage(t, site)
  const { card, selfie } = photos()
  const jpeg = readFileSync(selfie)
  const cases: [name: string, mimeType: string, file: Buffer, code: FaceMatchErrorCode][] = [
    ['text.jpg', 'image/jpeg', Buffer.from('hello, I am a photo'), 'not_an_image'],
    ['page.svg', 'image/svg+xml', bad.SVG, 'not_an_image'],
    ['empty.jpg', 'image/jpeg', Buffer.alloc(0), 'image_empty'],
    ['half.jpg', 'image/jpeg', half(jpeg), 'image_damaged'],
    ['half.png', 'image/png', half(await room(page, 'image/png', 640, 480)), 'image_damaged'],
    ['half.webp', 'image/webp', half(await room(page, 'image/webp', 640, 480)), 'image_damaged'],
    ['endless.jpg', 'image/jpeg', jpeg.subarray(0, -2), 'image_damaged'],
    ['large.png', 'image/png', bad.png(8000, 6250), 'image_size'],
    ['heavy.jpg', 'image/jpeg', Buffer.concat([jpeg, Buffer.alloc(13 << 20)]), 'image_size'],
    ['moving.webp', 'image/webp', await bad.animatedWebp(page), 'image_unsupported'],
    ['phone.heic', 'image/heic', bad.HEIC, 'image_unsupported'],
    ['room.png', 'image/png', await room(page, 'image/png', 640, 480), 'no_face'],
    ['crowd.png', 'image/png', await twins(page, card), 'several_faces'],
  ]
  for (const [name, mimeType, buffer, code] of cases) {
    const outcome = await prepare(page, 'selfie', { name, mimeType, buffer })
    const refused = { name: 'FaceMatchError', code, retryable: false }
    assert.deepEqual(outcome, refused, name)
    // To `detect`, a picture of nobody or of two is no error.
    if (code !== 'no_face' && code !== 'several_faces') assert.deepEqual(await look(page), refused, `${name}, looked at`)
  }
  valueOf(await prepare(page, 'selfie', selfie))
  assert.deepEqual(await look(page), { value: 1 })
})

function half(file: Buffer): Buffer {
  return file.subarray(0, file.length / 2)
}

/** How many faces `detect` finds in the file that the selfie's input holds. */
function look(page: Page): Promise<Outcome<number>> {
  return page.evaluate(() => {
    const file = document.querySelector<HTMLInputElement>('#selfie')?.files?.[0] ?? new Blob()
    return window.app.outcome(window.app.sdk.detect(file, { role: 'selfie' }).then(({ faces }) => faces.length))
  })
}

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
