/** What an applicant does on the page, in Firefox. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElementHandle, Page } from 'puppeteer-core'
import type { StateName } from '../../../src/capture/index.js'
import type { CaptureRole } from '../../../src/index.js'
import type { Facts, Outcome, SendOptions } from '../../browser/app/main.js'
import { photos } from '../../browser/kit/photos.js'
import { valueOf } from '../../browser/kit/steps.js'

/** A file that is made up. */
export interface MadeUp {
  name: string
  bytes: Uint8Array
}

/** Puts a file into the role's input. The file must stay until the page has read it. */
export async function choose(page: Page, role: CaptureRole, path: string): Promise<void> {
  const input = await page.$(`#${role}`) as ElementHandle<HTMLInputElement>
  await input.uploadFile(path)
}

/** Puts a file of the disk into the role's input and prepares it. */
export async function prepare(page: Page, role: CaptureRole, path: string): Promise<Facts> {
  await choose(page, role, path)
  return valueOf(await page.evaluate((which) => window.app.facts(which), role))
}

/** Gives the element a file, as its own button does once the system's dialogue is over. */
export async function chooseInElement(page: Page, path: string): Promise<void> {
  const input = await page.$('face-capture >>> input[type=file]') as ElementHandle<HTMLInputElement>
  await input.uploadFile(path)
}

/** Prepares a card and a selfie of one person. */
export async function prepareBoth(page: Page): Promise<Facts[]> {
  const { card, selfie } = photos()
  return [await prepare(page, 'id_portrait', card), await prepare(page, 'selfie', selfie)]
}

/** Writes a made-up file, and deletes it when `use` is through with it. */
export async function withFile<T>({ name, bytes }: MadeUp, use: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'facematch-file-'))
  try {
    await writeFile(join(folder, name), bytes)
    return await use(join(folder, name))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Sends all prepared photos; how it ended. */
export function send(page: Page, options: Omit<SendOptions, 'signal'> = {}): Promise<Outcome<{ state: string }>> {
  return page.evaluate((given) => window.app.outcome(window.app.send(given).then(({ state }) => ({ state }))), options)
}

/** Clicks a part of the element. */
export async function press(page: Page, part: string): Promise<void> {
  await page.locator(`face-capture >>> [part~="${part}"]`).click()
}

/** Waits until the element is in one of these states. */
export async function until(page: Page, ...states: StateName[]): Promise<StateName> {
  await page.waitForFunction((wanted) => wanted.includes(window.app.element.state), {}, states)
  return page.evaluate(() => window.app.element.state)
}
