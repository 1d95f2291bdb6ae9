/** Chromium with a fresh profile and the cameras that a test wants. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core'

const CHROMIUM = process.env['FACEMATCH_CHROMIUM'] ?? '/usr/bin/chromium'

/** How the browser is opened. */
export interface BrowserOptions extends BrowserContextOptions {
  /** Fake cameras; default: one. */
  cameras?: number
  /** What they show: an MJPEG file. */
  picture?: string
  /** Who answers when the page asks for the camera; default: a fake applicant who says yes. */
  permission?: 'granted' | 'denied'
}

/** A page that has loaded. */
export interface Opened {
  page: Page
  context: BrowserContext
  /** What the page logged as errors and warnings. */
  complaints: string[]
  close(): Promise<void>
}

/** Opens `url` and waits until the page has loaded the SDK. */
export async function launch(url: string, options: BrowserOptions): Promise<Opened> {
  const { cameras = 1, picture, permission = 'granted', ...contextOptions } = options
  const profile = await mkdtemp(join(tmpdir(), 'facematch-profile-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM, ...contextOptions,
    args: [
      '--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP *.example 127.0.0.1',
      `--use-fake-device-for-media-stream=device-count=${cameras}`,
      ...(permission === 'granted' ? ['--use-fake-ui-for-media-stream'] : ['--deny-permission-prompts']),
      ...(picture ? [`--use-file-for-fake-video-capture=${picture}`] : []),
    ],
  })
  // What tsx makes of functions that are named calls a helper that pages do not have.
  await context.addInitScript('globalThis.__name = (named) => named')
  const page = context.pages()[0] ?? await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => { if (message.type() !== 'log') complaints.push(`${message.type()}: ${message.text()}`) })
  page.on('pageerror', (error) => complaints.push(String(error)))
  const close = async () => {
    await context.close()
    await rm(profile, { recursive: true, force: true })
  }
  try {
    await page.goto(url)
    await page.waitForFunction(() => 'app' in window)
  } catch (error) {
    await close()
    throw new Error(`the page does not start: ${complaints.join('; ')}`, { cause: error })
  }
  return { page, context, complaints, close }
}
