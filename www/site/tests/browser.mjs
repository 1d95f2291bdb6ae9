// A browser with a fresh profile, and what every state of a page must hold.

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** A page on a phone or a desktop. `problems` collects what the console, the CSP and axe have to say. */
export async function browser({ executablePath, viewport, colorScheme, locale, problems }) {
  const profile = await mkdtemp(join(tmpdir(), 'facematch-site-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath, viewport, colorScheme, locale, args: ['--no-sandbox', '--disable-gpu'],
  })
  const page = context.pages()[0] ?? await context.newPage()
  page.on('console', (message) => {
    const isWanted = /net::ERR_FAILED|status of (404|503)/.test(message.text())
    if (['error', 'warning'].includes(message.type()) && !isWanted) problems.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => problems.push(`page: ${error}`))
  const close = async () => {
    await context.close()
    await rm(profile, { recursive: true, force: true })
  }
  return { page, close }
}

/** Keeps a screenshot; no axe violation, nothing wider than the screen. */
export async function inspect(page, path, problems) {
  // Until what is drawn in has been drawn.
  await page.waitForTimeout(950)
  await page.screenshot({ path, fullPage: true })
  await page.evaluate(axe)
  const { violations } = await page.evaluate((values) => globalThis.axe.run(document, { runOnly: { type: 'tag', values } }), TAGS)
  for (const { id, nodes } of violations) problems.push(`axe: ${path}: ${id}: ${nodes.map(({ target }) => target).join(' | ')}`)
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  if (excess > 0) problems.push(`${path} is ${excess} px wider than the screen`)
}
