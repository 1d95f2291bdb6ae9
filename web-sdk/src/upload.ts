/** Puts one photo where its presigned URL says. */

import type { UploadTarget } from './contract.js'
import { FaceMatchError } from './errors.js'
import type { PreparedImage, UploadOptions } from './options.js'
import type { NetworkPorts, PutOutcome } from './ports.js'
import { Again, retrying } from './retry.js'

/** What is needed of a prepared photo. */
export type UploadImage = Pick<PreparedImage, 'blob' | 'sizeBytes'>

/** What is needed of the options; the signal is always there. */
export type UploadCall = Pick<UploadOptions, 'onProgress' | 'refresh'> & { signal: AbortSignal }

/** A URL that is of no more use; the API knows whether there is another, or whether none is needed. */
class Over {
  /** What is thrown where it cannot be asked, or its URL is no better. */
  readonly error: FaceMatchError

  constructor(error: FaceMatchError) {
    this.error = error
  }
}

/** Uploads `image` to `target`. Throws `upload_refused`, `upload_expired`, `network` or `timeout`. */
export async function upload(
  image: UploadImage, target: UploadTarget, { signal, onProgress, refresh }: UploadCall, ports: NetworkPorts,
): Promise<void> {
  const report = (sentBytes: number) => onProgress?.({ sentBytes, totalBytes: image.sizeBytes })
  let at = target
  let isFresh = false

  const attempt = async (): Promise<Again | Over | 'done'> => {
    const { url, headers } = at
    const outcome = await ports.put({
      url, headers, body: image.blob, signal, onProgress: (bytes) => report(Math.min(bytes, image.sizeBytes)),
    })
    return judge(outcome, at, ports.clock.nowMs())
  }

  for (;;) {
    const end = await retrying(attempt, ports, signal)
    if (end === 'done') break
    if (refresh === undefined || isFresh) throw end.error
    isFresh = true
    const fresh = await refresh()
    signal.throwIfAborted()
    if (fresh === undefined) break
    at = fresh
  }
  report(image.sizeBytes)
}

function judge(outcome: PutOutcome, target: UploadTarget, nowMs: number): Again | Over | 'done' {
  if (outcome.kind === 'fault') {
    return new Again(outcome.stalled
      ? new FaceMatchError('timeout', 'the upload stood still')
      : new FaceMatchError('network', 'the connection to the bucket broke'))
  }
  const { status, body, retryAfter } = outcome
  if (status >= 200 && status < 300) return 'done'
  // The URL takes exactly this photo, once: so it is there. Chromium repeats a broken PUT without a word.
  if (status === 412) return 'done'
  if (status === 403 && hasExpired(target, body, nowMs)) {
    return new Over(new FaceMatchError('upload_expired', 'the upload URL has expired', { status }))
  }
  const code = /<Code>(\w{1,64})<\/Code>/.exec(body)?.[1] ?? ''
  const message = `the bucket answered ${status} ${code}`.trimEnd()
  if (status >= 500 || status === 429) return new Again(new FaceMatchError('network', message), retryAfter)
  const refused = new FaceMatchError('upload_refused', message, { status })
  // A submission that is over takes no photo: an earlier call may have brought it there. A signature that is wrong says so.
  if (status === 403 && code === 'AccessDenied') return new Over(refused)
  throw refused
}

/** The bucket says so, or the clock does. */
function hasExpired({ expiresAt }: UploadTarget, body: string, nowMs: number): boolean {
  return /expired/i.test(body) || nowMs >= Date.parse(expiresAt)
}
