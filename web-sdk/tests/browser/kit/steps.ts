/** What an applicant does on the page. */

import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import type { CaptureRole } from '../../../src/index.js'
import type { StateName } from '../../../src/capture/index.js'
import type { Facts, Outcome, SendOptions } from '../app/main.js'
import { photos } from './photos.js'

/** A file for an input: of the disk, or made up. */
export type FileSource = string | { name: string, mimeType: string, buffer: Buffer }

/** Puts a file into the role's input and prepares it. */
export async function prepare(page: Page, role: CaptureRole, file: FileSource): Promise<Outcome<Facts>> {
  await page.locator(`#${role}`).setInputFiles(file)
  return page.evaluate((which) => window.app.facts(which), role)
}

/** Prepares a card and a selfie of one person. */
export async function prepareBoth(page: Page): Promise<Facts[]> {
  const { card, selfie } = photos()
  return [valueOf(await prepare(page, 'id_portrait', card)), valueOf(await prepare(page, 'selfie', selfie))]
}

/** Sends all prepared photos; how it ended. */
export function send(page: Page, options: Omit<SendOptions, 'signal'> = {}): Promise<Outcome<{ state: string }>> {
  return page.evaluate((given) => window.app.outcome(window.app.send(given).then(({ state }) => ({ state }))), options)
}

/** What a call came to; the test ends here if it failed. */
export function valueOf<T>(outcome: Outcome<T>): T {
  if ('value' in outcome) return outcome.value
  return assert.fail(JSON.stringify(outcome))
}

/** Waits until the element is in one of these states. */
export async function until(page: Page, ...states: StateName[]): Promise<StateName> {
  await page.waitForFunction((wanted) => wanted.includes(window.app.element.state), states)
  return page.evaluate(() => window.app.element.state)
}

/** Clicks a part of the element. */
export function press(page: Page, part: string): Promise<void> {
  return page.locator(`face-capture [part~="${part}"]`).click()
}

/** Gives the element a file, as its own button does once the system's dialogue is over. */
export function choose(page: Page, file: FileSource): Promise<void> {
  return page.locator('face-capture input[type=file]').setInputFiles(file)
}
