/** Carries a submission from its photos to its final state. */

import { limits, type State, type SubmissionStatus, type UploadTarget } from './contract.js'
import { withSignals } from './abort.js'
import { Api, limited } from './api.js'
import { FaceMatchError } from './errors.js'
import type { PreparedImage, UploadProgress, VerifyOptions } from './options.js'
import type { NetworkPorts } from './ports.js'
import { upload } from './upload.js'

/** States that nothing follows but erasure. */
const FINAL: ReadonlySet<State> = new Set(['completed', 'failed', 'expired', 'erased'])

/** Longest wait for the result. */
const TIMEOUT_MS = 120_000

/** Least time from one poll to the next, for servers that do not wait. */
const POLL_MS = 1000

/** What is needed of the options; the signal is always there. */
export type VerifyCall = Omit<VerifyOptions, 'signal'> & { signal: AbortSignal }

/** Uploads, confirms and waits. Throws what `upload` and `Api` throw, and `timeout`. */
export async function verify(call: VerifyCall, ports: NetworkPorts): Promise<SubmissionStatus> {
  const api = new Api(call.submission, ports)
  await uploadAll(call, api, ports)
  const confirmed = await api.confirm(call.signal)
  return limited(call.timeoutMs ?? TIMEOUT_MS, call.signal, ports, (signal) => {
    return untilFinal(confirmed, { ...call, signal }, api, ports)
  })
}

/** All at once; the first that fails ends the others. */
async function uploadAll(call: VerifyCall, api: Api, ports: NetworkPorts): Promise<void> {
  const { submission, images, onProgress, signal } = call
  const pairs = images.map((image) => ({ image, target: targetOf(image, submission.uploads) }))
  const report = total(images, onProgress)
  const failed = new AbortController()
  await withSignals([signal, failed.signal], (ends) => Promise.all(pairs.map(async ({ image, target }) => {
    try {
      await uploadOne(image, target, { signal: ends, report }, api, ports)
    } catch (error) {
      failed.abort(error)
      throw error
    }
  })))
}

interface OneUpload {
  signal: AbortSignal
  report(image: PreparedImage, progress: UploadProgress): void
}

async function uploadOne(
  image: PreparedImage, target: UploadTarget, { signal, report }: OneUpload, api: Api, ports: NetworkPorts,
): Promise<void> {
  const onProgress = (progress: UploadProgress) => report(image, progress)
  await upload(image, target, { signal, onProgress, refresh: () => freshTarget(image, api, signal) }, ports)
}

/** Nothing if the bucket has the photo, or if the submission is beyond uploads: confirm will tell. */
async function freshTarget(image: PreparedImage, api: Api, signal: AbortSignal): Promise<UploadTarget | undefined> {
  try {
    return (await api.freshTargets(signal)).find(({ role }) => role === image.role)
  } catch (error) {
    if (error instanceof FaceMatchError && error.problem?.code === 'wrong_state') return undefined
    throw error
  }
}

function targetOf({ role }: PreparedImage, uploads: readonly UploadTarget[]): UploadTarget {
  const target = uploads.find((each) => each.role === role)
  if (target === undefined) throw new FaceMatchError('invalid_call', `the submission has no upload for role ${role}`)
  return target
}

/** Adds up the progress of all photos. */
function total(images: readonly PreparedImage[], onProgress: VerifyOptions['onProgress']): OneUpload['report'] {
  const sent = new Map<PreparedImage, number>()
  const totalBytes = images.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return (image, progress) => {
    sent.set(image, progress.sentBytes)
    onProgress?.({ sentBytes: [...sent.values()].reduce((sum, bytes) => sum + bytes, 0), totalBytes })
  }
}

async function untilFinal(
  first: SubmissionStatus, call: VerifyCall, api: Api, { clock }: NetworkPorts,
): Promise<SubmissionStatus> {
  let status = first
  call.onState?.(status)
  while (!FINAL.has(status.state)) {
    const before = status.state
    const startMs = clock.nowMs()
    status = await api.status(limits.maxWaitS, call.signal)
    if (status.state !== before) call.onState?.(status)
    const restMs = POLL_MS - (clock.nowMs() - startMs)
    if (!FINAL.has(status.state) && restMs > 0) await clock.sleep(restMs, call.signal)
  }
  return status
}
