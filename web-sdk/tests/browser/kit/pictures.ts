/** Pictures that the page's studio draws, as files. */

import { writeFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'

/** A room without a face. */
export async function room(page: Page, type: string, width: number, height: number): Promise<Buffer> {
  const size = [type, width, height] as const
  return Buffer.from(await page.evaluate((wanted) => window.app.studio.room(...wanted), size))
}

/** A photo beside itself, as PNG. */
export async function twins(page: Page, photo: string): Promise<Buffer> {
  await page.locator('#selfie').setInputFiles(photo)
  return Buffer.from(await page.evaluate(() => window.app.studio.twins()))
}

/** Writes an MJPEG file for a fake camera: a photo's face in the oval or, without a photo, the room. */
export async function filmed(page: Page, path: string, photo?: string): Promise<string> {
  if (photo !== undefined) await page.locator('#selfie').setInputFiles(photo)
  const jpeg = Buffer.from(await page.evaluate((isRoom) =>
    isRoom ? window.app.studio.room('image/jpeg') : window.app.studio.portrait(), photo === undefined))
  // MJPEG is one JPEG after the other; Chromium begins anew at the end.
  await writeFile(path, Buffer.concat([jpeg, jpeg]))
  return path
}
