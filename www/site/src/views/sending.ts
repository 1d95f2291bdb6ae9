/** From “Send” to the answer: the bank opens a submission, the SDK carries it through, the bank gets the result. */

import type { ClientSubmission, UploadProgress } from '@facematch/web'
import { waitForResult, type Shown } from '../backend.js'
import { button, el } from '../dom.js'
import * as format from '../format.js'
import { say } from '../language.js'
import { Tasks, type TaskName } from '../parts/tasks.js'
import type { View } from '../parts/stage.js'
import { sdk } from '../sdk.js'
import type { Shot } from './capture.js'
import { isSpent, trouble } from './trouble.js'

/** What came of it, and how long it took. */
export interface Outcome extends Shown {
  shots: readonly Shot[]
  tookMs: ReadonlyMap<TaskName, number>
  totalMs: number
}

/** What the two journeys do differently. */
export interface SendingWays {
  /** Lets the bank open the submission. */
  create(signal: AbortSignal): Promise<ClientSubmission>
  onOutcome(outcome: Outcome): void
  onCancel(): void
}

/** The view; the work begins at once and ends when the view is left. */
export function sending(shots: readonly Shot[], ways: SendingWays): View {
  const left = new AbortController()
  const place = el('div', { class: 'sending' })
  let submission: ClientSubmission | undefined
  const attempt = async (): Promise<void> => {
    const tasks = new Tasks()
    const progress = new Progress()
    place.replaceChildren(progress.element, tasks.element)
    const startedMs = performance.now()
    try {
      tasks.begin('create')
      submission ??= await ways.create(left.signal)
      const shown = await carry(submission, shots, { tasks, progress, signal: left.signal })
      tasks.finish()
      ways.onOutcome({ ...shown, shots, tookMs: tasks.tookMs, totalMs: performance.now() - startedMs })
    } catch (error) {
      if (left.signal.aborted) return
      // What is uploaded stays uploaded, unless the submission itself is spent.
      if (isSpent(error)) submission = undefined
      tasks.fail()
      progress.element.replaceWith(trouble(error, { onRetry: () => void attempt() }))
    }
  }
  void attempt()
  const content = el('section', { class: 'panel' },
    el('h1', {}, (t) => t.sending.title),
    place,
    el('div', { class: 'actions end' }, button('quiet', (t) => t.sending.cancel, ways.onCancel)))
  return { step: 'result', content, leave: () => left.abort() }
}

interface Signs {
  tasks: Tasks
  progress: Progress
  signal: AbortSignal
}

async function carry(submission: ClientSubmission, shots: readonly Shot[], { tasks, progress, signal }: Signs): Promise<Shown> {
  const images = shots.map(({ image }) => image)
  tasks.begin('upload')
  await (await sdk()).verify({
    submission,
    images,
    signal,
    onProgress: (at) => {
      progress.show(at)
      if (at.sentBytes >= at.totalBytes) tasks.begin('confirm')
    },
    onState: () => tasks.begin('match'),
  })
  tasks.begin('result')
  return waitForResult(submission.correlationId, signal)
}

/** How much of the photos has gone out. */
class Progress {
  readonly #bar = el('progress', { max: 1, value: 0, 'aria-label': (t) => t.sending.progress })
  readonly #text = el('p', { class: 'muted small' })
  readonly element = el('div', { class: 'upload' },
    el('p', { class: 'lead' }, (t) => t.sending.lead), this.#bar, this.#text)

  show({ sentBytes, totalBytes }: UploadProgress): void {
    this.#bar.value = totalBytes > 0 ? sentBytes / totalBytes : 1
    this.#text.replaceChildren(say((t) => t.sending.sent(format.bytes(sentBytes), format.bytes(totalBytes))))
  }
}
