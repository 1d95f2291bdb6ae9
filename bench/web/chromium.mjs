import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Starts Chromium without a window, on a profile folder of its own that goes when it closes. */
export function launchChromium(modules) {
  const executablePath = process.env.FACEMATCH_CHROMIUM ?? PLACES.find((path) => existsSync(path))
  if (!executablePath) throw new Error('no Chromium: set FACEMATCH_CHROMIUM')
  const { chromium } = createRequire(join(modules, '..', 'package.json'))('playwright-core')
  return chromium.launch({ executablePath, args: ARGUMENTS })
}

/** A new context (nothing cached, no code cache) with one page, whose script errors are printed. */
export async function openPage(browser, url) {
  const context = await browser.newContext()
  const page = await context.newPage()
  page.on('pageerror', (error) => console.error(`page: ${error}`))
  await page.goto(url)
  return page
}
