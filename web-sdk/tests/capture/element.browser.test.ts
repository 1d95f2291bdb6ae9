import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, test, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { Bench, CHROMIUM, until, type OpenOptions, type Opened } from './browser.js'
import { SCENES, file, live, press, see, violations } from './scenes.js'

const skip = existsSync(CHROMIUM) ? false : `no browser at ${CHROMIUM}; set FACEMATCH_CHROMIUM`
let bench: Bench

before(async () => { bench = await Bench.start() })
after(async () => { await bench.stop() })

/** A fresh harness; afterwards it must have complained about nothing, the CSP included. */
async function harness(t: TestContext, query: Record<string, string> = {}, options: OpenOptions = {}): Promise<Page> {
  const opened: Opened = await bench.open(query, options)
  t.after(async () => {
    await opened.close()
    assert.deepEqual(opened.complaints, [])
  })
  return opened.page
}

const state = (page: Page) => page.evaluate(() => window.harness.element.state)
const heard = (page: Page, type: string) => page.evaluate((wanted) =>
  window.harness.heard.filter((event) => event.type === wanted).map(({ detail }) => detail), type)
const tracksOn = (page: Page) => page.evaluate(() =>
  window.harness.streams.flatMap((stream) => stream.getTracks()).filter((track) => track.readyState === 'live').length)
/** The focused element's part or, for the headline, `title`. */
const focus = (page: Page) => page.evaluate(() =>
  window.harness.element.shadowRoot?.activeElement?.getAttribute('part') ?? 'nothing')
const text = (page: Page, part: string) => page.locator(`face-capture [part~="${part}"]`).innerText()

test('the keyboard alone leads to a photo, and the focus is always where the next step is', { skip }, async (t) => {
  const page = await harness(t)
  await see(page, ['too_dark'])
  await page.keyboard.press('Tab')
  assert.equal(await focus(page), 'primary start')
  await page.keyboard.press('Enter')
  await until(page, 'live')
  assert.equal(await focus(page), 'shutter')
  await page.waitForFunction(() => window.harness.sdk.frames.length > 10)
  assert.equal(await focus(page), 'shutter', 'a new hint moves no focus')
  await see(page, [])
  await until(page, 'review')
  assert.equal(await focus(page), 'title')
  await page.keyboard.press('Tab')
  assert.equal(await focus(page), 'primary use')
  await page.keyboard.press('Space')
  await until(page, 'done')
  assert.equal(await focus(page), 'title')
  const states = (await heard(page, 'facecapture-state')).map((detail) => (detail as { state: string }).state)
  assert.deepEqual(states.filter((name, at) => states[at - 1] !== name),
    ['asking', 'live', 'holding', 'preparing', 'review', 'done'])
})

/** What is checked of a captured photo. */
interface Heard {
  image: { contentType: string }
  metadata: Record<string, unknown>
}

test('a captured photo says how it came about', { skip }, async (t) => {
  const cases: { take: (page: Page) => Promise<void>, source: string, attempts: number }[] = [
    { take: async (page) => { await see(page, []); await press(page, 'start') }, source: 'camera-auto', attempts: 1 },
    {
      take: async (page) => {
        await live(page, ['too_dark'])
        await press(page, 'shutter')
      },
      source: 'camera-manual', attempts: 1,
    },
    { take: (page) => file(page, { warnings: [] }), source: 'file', attempts: 1 },
    {
      take: async (page) => {
        await live(page, ['too_dark'])
        await press(page, 'shutter')
        await until(page, 'review')
        await press(page, 'retake')
        await until(page, 'live')
        await press(page, 'shutter')
      },
      source: 'camera-manual', attempts: 2,
    },
  ]
  for (const { take, source, attempts } of cases) {
    const page = await harness(t)
    await take(page)
    await until(page, 'review')
    await press(page, 'use')
    const [detail] = await heard(page, 'facecapture-captured') as Heard[]
    assert.deepEqual([detail?.metadata['source'], detail?.metadata['attempts']], [source, attempts])
    assert.ok(Number(detail?.metadata['elapsedMs']) > 0)
    assert.equal(detail?.image.contentType, 'image/jpeg')
    assert.equal(await page.evaluate(() => window.harness.sdk.released), attempts - 1, 'the confirmed photo is the page’s')
    assert.equal(await tracksOn(page), 0)
  }
})

test('no event but the captured photo carries anything but names', { skip }, async (t) => {
  const page = await harness(t)
  await live(page, ['too_dark'])
  await see(page, ['blurred'])
  await page.waitForTimeout(900)
  const details = [...await heard(page, 'facecapture-state'), ...await heard(page, 'facecapture-hint')]
  for (const detail of details) {
    assert.deepEqual(Object.values(detail as object).filter((value) => !/^[a-z_]+$/.test(String(value))), [])
  }
  assert.deepEqual(await heard(page, 'facecapture-hint'),
    [{ hint: 'too_dark', photo: 'selfie' }, { hint: 'blurred', photo: 'selfie' }])
})

test('the camera is off after stop, on a hidden page, on another photo, and when the element is gone', { skip }, async (t) => {
  const page = await harness(t)
  const hide = (hidden: boolean) => page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { configurable: true, value })
    document.dispatchEvent(new Event('visibilitychange'))
  }, hidden)
  const offs: [name: string, off: () => Promise<unknown>, state: string][] = [
    ['cancel', () => press(page, 'cancel'), 'idle'],
    ['stop', () => page.evaluate(() => window.harness.element.stop()), 'idle'],
    ['hidden', () => hide(true), 'paused'],
    ['photo', () => page.evaluate(() => { window.harness.element.photo = 'id_portrait' }), 'idle'],
    ['removed', () => page.evaluate(() => window.harness.element.remove()), 'idle'],
  ]
  for (const [name, off, want] of offs) {
    await page.evaluate(() => window.harness.element.start())
    await until(page, 'live')
    assert.equal(await tracksOn(page), 1, name)
    await off()
    assert.deepEqual([await state(page), await tracksOn(page)], [want, 0], name)
    if (name !== 'hidden') continue
    await hide(false)
    await until(page, 'live')
  }
})

test('twenty captures leave nothing open and nothing unreleased', { skip }, async (t) => {
  const page = await harness(t)
  for (let round = 0; round < 20; round += 1) {
    await page.evaluate(() => window.harness.element.start())
    await until(page, 'live')
    if (round % 2) await page.evaluate(() => window.harness.element.stop())
    else {
      await press(page, 'shutter')
      await until(page, 'review')
      await page.evaluate(() => window.harness.element.stop())
    }
  }
  assert.equal(await tracksOn(page), 0)
  assert.deepEqual(await page.evaluate(() => [window.harness.sdk.prepared, window.harness.sdk.released]), [10, 10])
})

test('with two cameras the applicant may choose, and keeps the focus', { skip }, async (t) => {
  const page = await harness(t, {}, { cameras: 2 })
  await live(page, ['too_dark'])
  const select = page.getByRole('combobox', { name: 'Camera' })
  assert.equal(await select.locator('option').count(), 2)
  const first = await select.inputValue()
  await select.focus()
  await select.selectOption({ index: 1 })
  await page.waitForFunction(() => window.harness.streams.length === 2)
  await until(page, 'live')
  assert.notEqual(await select.inputValue(), first)
  assert.equal(await focus(page), 'camera-select')
  assert.equal(await tracksOn(page), 1)
  const opened = await page.evaluate(() => window.harness.streams.at(-1)?.getVideoTracks()[0]?.getSettings().deviceId)
  assert.equal(opened, await select.inputValue())
})

test('with one camera there is nothing to choose', { skip }, async (t) => {
  const page = await harness(t, {}, { cameras: 1 })
  await live(page, ['too_dark'])
  assert.equal(await page.locator('face-capture select').isVisible(), false)
})

test('a selfie is shown as in a mirror, a card is not, and what is looked at is what is shown', { skip }, async (t) => {
  for (const [photo, isMirrored, aspect] of [['selfie', true, 3 / 4], ['id_portrait', false, 400 / 272]] as const) {
    const page = await harness(t, { photo })
    await live(page, ['too_dark'])
    assert.equal(await page.locator('face-capture video[data-mirrored]').count() === 1, isMirrored, photo)
    const [width = 0, height = 1] = await page.evaluate(() => window.harness.sdk.frames.at(-1) ?? [])
    assert.ok(Math.abs(width / height - aspect) < 0.01, `${photo}: ${width} x ${height}`)
  }
})

test('failures are shown with a way on, and told', { skip }, async (t) => {
  const cases: [name: string, code: string, title: RegExp][] = [
    ['NotAllowedError', 'camera_denied', /blocked/],
    ['NotFoundError', 'camera_missing', /No camera/],
    ['NotReadableError', 'camera_in_use', /busy/],
  ]
  const page = await harness(t)
  for (const [name, code, title] of cases) {
    await page.goto(bench.url())
    await page.waitForFunction(() => 'harness' in window)
    await page.evaluate((error) => {
      const open = navigator.mediaDevices.getUserMedia
      navigator.mediaDevices.getUserMedia = () => {
        navigator.mediaDevices.getUserMedia = open
        return Promise.reject(new DOMException('as planned', error))
      }
    }, name)
    await press(page, 'start')
    await until(page, 'failed')
    assert.match(await text(page, 'title'), title)
    assert.deepEqual(await heard(page, 'facecapture-error'), [{ code }])
    assert.equal(await page.locator('face-capture [part~="file"]').isVisible(), true)
    await press(page, 'start')
    await until(page, 'live')
  }
})

test('a bad file offers the next one first; without files there is no such button', { skip }, async (t) => {
  const page = await harness(t)
  await file(page, { code: 'image_damaged' })
  await until(page, 'failed')
  assert.equal(await page.locator('face-capture button:visible').first().innerText(), 'Choose another')
  await file(page, { warnings: [] })
  await until(page, 'review')
  await press(page, 'retake')
  assert.equal(await state(page), 'idle')
  await page.evaluate(() => window.harness.element.toggleAttribute('no-file', true))
  assert.deepEqual(await page.locator('face-capture button:visible').allInnerTexts(), ['Open camera'])
})

test('auto="off" leaves the shutter to the applicant', { skip }, async (t) => {
  const page = await harness(t, { auto: 'off' })
  await live(page, [])
  await page.waitForFunction(() => window.harness.sdk.frames.length > 20)
  assert.equal(await state(page), 'live')
  assert.match(await text(page, 'hint'), /take the photo/)
})

test('the language follows the page, and the element’s own wins', { skip }, async (t) => {
  const page = await harness(t, { lang: 'id' })
  assert.equal(await text(page, 'title'), 'Ambil foto selfie')
  await page.evaluate(() => { document.documentElement.lang = 'en' })
  assert.equal(await text(page, 'title'), 'Take a selfie')
  await page.evaluate(() => { window.harness.element.lang = 'id-ID' })
  assert.equal(await text(page, 'title'), 'Ambil foto selfie')
  assert.equal(await page.locator('face-capture [part="root"]').getAttribute('lang'), 'id')
})

test('a screen reader hears each step, and hints no faster than every two seconds', { skip }, async (t) => {
  const page = await harness(t)
  await live(page, ['too_dark'])
  for (const fault of ['blurred', 'glare', 'too_small', 'turned']) {
    await see(page, [fault])
    await page.waitForTimeout(700)
  }
  const spoken = await page.evaluate(() => window.harness.spoken)
  assert.match(spoken[0] ?? '', /^Opening the camera/)
  assert.ok(spoken.length >= 2 && spoken.length <= 4, spoken.join(' | '))
})

test('a property that was set before the element was defined is taken over', { skip }, async (t) => {
  const page = await harness(t)
  const taken = await page.evaluate(() => {
    const early = document.createElement('face-capture')
    const { sdk } = window.harness.element
    Object.defineProperty(early, 'sdk', { configurable: true, enumerable: true, writable: true, value: sdk })
    document.body.append(early)
    return !Object.hasOwn(early, 'sdk') && early.sdk === sdk
  })
  assert.equal(taken, true)
})

test('an SDK that cannot be loaded is a typed error', { skip }, async (t) => {
  const opened = await bench.open({})
  t.after(() => opened.close())
  await opened.page.evaluate(() => { window.harness.element.sdk = undefined })
  await press(opened.page, 'start')
  await until(opened.page, 'failed')
  assert.deepEqual(await heard(opened.page, 'facecapture-error'), [{ code: 'asset_missing' }])
  assert.equal(await tracksOn(opened.page), 0)
})

test('nothing moves for those who asked for no motion', { skip }, async (t) => {
  const page = await harness(t, {}, { reducedMotion: 'reduce' })
  await SCENES['asking']?.(page)
  assert.equal(await page.evaluate(() => window.harness.element.shadowRoot?.getAnimations().length), 0)
})

test('on the narrowest phone everything fits its width, and every control is big enough', { skip }, async (t) => {
  const page = await harness(t, {}, { viewport: { width: 320, height: 568 } })
  for (const photo of ['selfie', 'id_portrait']) {
    for (const lang of ['en', 'id']) {
      for (const [name, scene] of Object.entries(SCENES)) {
        await page.goto(bench.url({ photo, lang }))
        await page.waitForFunction(() => 'harness' in window)
        await scene(page)
        const found = await page.evaluate(() => {
          const root = window.harness.element.shadowRoot
          const small = [...root?.querySelectorAll('button, select') ?? []].filter((control) => {
            const { width, height } = control.getBoundingClientRect()
            return width > 0 && (width < 44 || height < 44)
          })
          const overflow = document.documentElement.scrollWidth - innerWidth
          return { overflow, small: small.map((control) => control.textContent) }
        })
        assert.ok(found.overflow <= 0, `${photo} ${lang} ${name}: ${found.overflow} px too wide`)
        assert.deepEqual(found.small, [], `${photo} ${lang} ${name}`)
      }
    }
  }
})

test('axe finds nothing in any state', { skip }, async (t) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await harness(t, {}, { colorScheme, viewport: { width: 360, height: 740 } })
    for (const [name, scene] of Object.entries(SCENES)) {
      await page.goto(bench.url())
      await page.waitForFunction(() => 'harness' in window)
      await scene(page)
      assert.deepEqual(await violations(page), [], `${colorScheme} ${name}`)
    }
  }
})
