/** Every state that can be seen, brought about on the harness; and axe. */

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { until } from './browser.js'
import type { Harness } from './harness.js'

/** Brings the element into a state. */
export type Scene = (page: Page) => Promise<void>

/** Clicks a part. */
export const press = (page: Page, part: string) => page.locator(`face-capture [part~="${part}"]`).click()

/** Sets what live frames show. */
export const see = (page: Page, faults: string[]) =>
  page.evaluate((now) => { window.harness.sdk.faults = now as Harness['sdk']['faults'] }, faults)

/** Sets what the next photo comes to. */
export const plan = (page: Page, next: Harness['sdk']['plan']) =>
  page.evaluate((now) => { window.harness.sdk.plan = now }, next)

/** Opens the camera on frames with these faults. */
export async function live(page: Page, faults: string[]): Promise<void> {
  await see(page, faults)
  await press(page, 'start')
  await until(page, 'live')
  await page.waitForTimeout(900)
}

async function review(page: Page, next: Harness['sdk']['plan']): Promise<void> {
  await live(page, ['too_small'])
  await plan(page, next)
  await press(page, 'shutter')
  await until(page, 'review', 'failed')
  await page.waitForTimeout(300)
}

/** Chooses a file. */
export async function file(page: Page, next: Harness['sdk']['plan']): Promise<void> {
  await plan(page, next)
  const data = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(600, 800)
    const context = canvas.getContext('2d')
    context?.fillRect(0, 0, 600, 800)
    return [...new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer())]
  })
  await page.locator('face-capture input[type=file]')
    .setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from(data) })
}

function deny(name: string): Scene {
  return async (page) => {
    await page.evaluate((error) => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('as planned', error))
    }, name)
    await press(page, 'start')
    await until(page, 'failed')
  }
}

/** By name. */
export const SCENES: Record<string, Scene> = {
  idle: async () => undefined,
  asking: async (page) => {
    await page.evaluate(() => { navigator.mediaDevices.getUserMedia = () => new Promise(() => undefined) })
    await press(page, 'start')
    await until(page, 'asking')
  },
  'live-no-face': (page) => live(page, ['no_face']),
  'live-hint': (page) => live(page, ['too_bright']),
  holding: async (page) => {
    await live(page, ['too_small'])
    // Frames alternate, so that the hold is never over.
    await page.evaluate(() => {
      const { sdk } = window.harness
      const detect = sdk.detect.bind(sdk)
      let frames = 0
      sdk.detect = async (...args) => {
        frames += 1
        if (frames === 4) await new Promise(() => undefined)
        return detect(...args)
      }
      sdk.faults = []
    })
    await until(page, 'holding')
    await page.waitForTimeout(700)
  },
  paused: async (page) => {
    await live(page, ['too_small'])
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { configurable: true, value: true })
      document.dispatchEvent(new Event('visibilitychange'))
    })
    await until(page, 'paused')
  },
  preparing: async (page) => {
    await live(page, ['too_small'])
    await plan(page, 'never')
    await press(page, 'shutter')
    await until(page, 'preparing')
    await page.waitForTimeout(300)
  },
  'preparing-file': async (page) => {
    await file(page, 'never')
    await until(page, 'preparing')
  },
  review: (page) => review(page, { warnings: [] }),
  'review-warnings': (page) => review(page, { warnings: ['too_dark', 'blurred'] }),
  'review-file': async (page) => {
    await file(page, { warnings: [] })
    await until(page, 'review')
    await page.waitForTimeout(300)
  },
  done: async (page) => {
    await review(page, { warnings: [] })
    await press(page, 'use')
    await until(page, 'done')
  },
  denied: deny('NotAllowedError'),
  missing: deny('NotFoundError'),
  'file-damaged': async (page) => {
    await file(page, { code: 'image_damaged' })
    await until(page, 'failed')
  },
}

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds wrong on the page. */
export async function violations(page: Page): Promise<string[]> {
  // The page's CSP lets no test script in, either: the debugger's door is not the page's.
  await page.evaluate(axe)
  return page.evaluate(async () => {
    const { violations: found } = await (window as unknown as { axe: typeof import('axe-core') }).axe.run(document)
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
  })
}
