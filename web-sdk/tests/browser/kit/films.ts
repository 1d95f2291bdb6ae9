/** What fake cameras show: a face in the oval, and a room without one. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launch } from './chromium.js'
import { photos } from './photos.js'
import { filmed } from './pictures.js'
import type { Site } from './site.js'

/** Two MJPEG files. */
export class Films {
  readonly portrait: string
  readonly room: string
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
    this.portrait = join(folder, 'portrait.mjpeg')
    this.room = join(folder, 'room.mjpeg')
  }

  /** Makes them, with a page of `site`. */
  static async make(site: Site): Promise<Films> {
    const films = new Films(await mkdtemp(join(tmpdir(), 'facematch-films-')))
    const { page, close } = await launch(`${site.origin}/`, {})
    await filmed(page, films.portrait, photos().selfie)
    await filmed(page, films.room)
    await close()
    return films
  }

  /** Deletes them. */
  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }
}
