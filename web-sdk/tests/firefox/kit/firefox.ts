/** Firefox, driven by WebDriver BiDi: Playwright knows only a Firefox of its own. */

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { launch, type Browser, type BrowserContext, type Page } from 'puppeteer-core'
import type { Site } from '../../browser/kit/site.js'

const FIREFOX = process.env['FACEMATCH_FIREFOX'] ?? '/usr/bin/firefox-esr'

/** Firefox takes its time to start where other work is done. */
const START_MS = 120_000
const WAIT_MS = 60_000

/** How a page is opened. */
export interface FirefoxOptions {
  /** What the console may say: browsers log every request that fails. */
  expected?: RegExp
}

/** One browser, whose camera shows moving colours and nobody. A test file has one of its own. */
export class Firefox {
  readonly #browser: Browser

  private constructor(browser: Browser) {
    this.#browser = browser
  }

  /** Starts it. `camera`: who answers when a page asks for one. */
  static async start(camera: 'granted' | 'denied' = 'granted'): Promise<Firefox> {
    return new Firefox(await launch({
      browser: 'firefox', executablePath: FIREFOX, headless: true, timeout: START_MS,
      extraPrefsFirefox: {
        'media.navigator.streams.fake': true,
        // 1 and 2: allowed and blocked, without a question.
        'permissions.default.camera': camera === 'granted' ? 1 : 2,
      },
    }))
  }

  /** Ends it. */
  async stop(): Promise<void> {
    await this.#browser.close()
  }

  /** Opens a site's page for a new visitor; after the test, neither the console nor the CSP may have complained. */
  async open(t: TestContext, site: Site, { expected }: FirefoxOptions = {}): Promise<Page> {
    const visitor = await this.#browser.createBrowserContext()
    const complaints: string[] = []
    const reported = site.reports.length
    const page = await visit(visitor, site, complaints).catch(async (error: unknown) => {
      await visitor.close()
      throw new Error(`the page does not start: ${complaints.join('; ')}`, { cause: error })
    })
    t.after(async () => {
      const violations = await page.evaluate(() => window.app.violations).catch(() => [])
      await visitor.close()
      assert.deepEqual(violations, [], 'violations of the CSP')
      assert.deepEqual(site.reports.slice(reported), [], 'reports of the CSP')
      assert.deepEqual(complaints.filter((line) => !expected?.test(line)), [])
    })
    return page
  }
}

async function visit(visitor: BrowserContext, site: Site, complaints: string[]): Promise<Page> {
  const page = await visitor.newPage()
  page.setDefaultTimeout(WAIT_MS)
  page.on('console', (message) => { if (message.type() !== 'log') complaints.push(`${message.type()}: ${message.text()}`) })
  page.on('pageerror', (error) => complaints.push(String(error)))
  // What tsx makes of functions that are named calls a helper that pages do not have.
  await page.evaluateOnNewDocument('globalThis.__name = (named) => named')
  await page.goto(`${site.origin}/`)
  await page.waitForFunction(() => 'app' in window)
  return page
}
