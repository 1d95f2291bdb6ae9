/** One SDK for all elements of a page that were given none. */

import { FaceMatchError } from '../errors.js'
import type { FaceMatchSdk } from '../options.js'

let shared: Promise<FaceMatchSdk> | undefined
let borrowers = 0

/** One element's share of it. */
export class BorrowedSdk {
  #isBorrowed = false

  /** Loads it at the first call. Rejects with a `FaceMatchError`; the next call then tries again. */
  get(): Promise<FaceMatchSdk> {
    if (!this.#isBorrowed) borrowers += 1
    this.#isBorrowed = true
    return shared ??= load()
  }

  /** Gives it back; the last one closes it. */
  giveBack(): void {
    if (!this.#isBorrowed) return
    this.#isBorrowed = false
    borrowers -= 1
    if (borrowers > 0) return
    shared?.then((sdk) => sdk.close(), () => undefined)
    shared = undefined
  }
}

async function load(): Promise<FaceMatchSdk> {
  try {
    const { FaceMatch } = await imported()
    return await FaceMatch.load()
  } catch (error) {
    shared = undefined
    throw error
  }
}

/** A page that brings its own SDK never loads ours. */
async function imported(): Promise<typeof import('../client.js')> {
  try {
    return await import('../client.js')
  } catch (cause) {
    throw new FaceMatchError('asset_missing', "the SDK's own module cannot be loaded", { cause })
  }
}
