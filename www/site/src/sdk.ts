/** The one SDK of the page. */

import { FaceMatch } from '@facematch/web'

let loading: Promise<FaceMatch> | undefined

/** Loads it at the first call; a call after a failure tries again. */
export function sdk(): Promise<FaceMatch> {
  loading ??= FaceMatch.load().catch((error: unknown) => {
    loading = undefined
    throw error
  })
  return loading
}
