/** Small tools for `AbortSignal`, whose own `any` is younger than the browsers that we support. */

/** `work`, given up at once when `signal` ends; what it comes to later is dropped. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

/** Runs `work` with a signal that ends when one of `signals` does, with its reason. */
export async function withSignals<T>(
  signals: readonly (AbortSignal | undefined)[], work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const unlink = signals.map((signal) => follow(controller, signal))
  try {
    controller.signal.throwIfAborted()
    return await abortable(work(controller.signal), controller.signal)
  } finally {
    for (const each of unlink) each()
  }
}

function follow(controller: AbortController, signal: AbortSignal | undefined): () => void {
  const stop = () => controller.abort(signal?.reason)
  if (signal?.aborted) stop()
  signal?.addEventListener('abort', stop, { once: true })
  return () => signal?.removeEventListener('abort', stop)
}
