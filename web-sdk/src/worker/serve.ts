/** Answers the page's calls, one at a time and in order. */

import { FaceMatchError } from '../errors.js'
import type { CallMessage, CallName, Calls, FromWorker, SentError, ToWorker } from '../messages.js'

/** Does one kind of call. */
export type Handler<Name extends CallName> = (
  request: Calls[Name]['request'], signal: AbortSignal,
) => Promise<Calls[Name]['value']>

/** Does every kind of call. */
export type Handlers = { [Name in CallName]: Handler<Name> }

/** The worker's global scope, or a fake of it. */
export interface ServePort {
  addEventListener(type: 'message', listener: (event: { data: ToWorker }) => void): void
  postMessage(message: FromWorker, transfer: Transferable[]): void
}

/** Answers what comes in at `port`. A cancelled call gets no answer. */
export function serve(port: ServePort, handlers: Handlers): void {
  const running = new Map<number, AbortController>()
  // One after the other: two photos of a phone, decoded at once, may be more than it can hold.
  let queue: Promise<void> = Promise.resolve()
  port.addEventListener('message', ({ data }) => {
    if (data.type === 'cancel') {
      running.get(data.id)?.abort()
      return
    }
    const controller = new AbortController()
    running.set(data.id, controller)
    queue = queue.then(async () => {
      const reply = await answer(data, handlers, controller.signal)
      running.delete(data.id)
      if (!controller.signal.aborted) port.postMessage(reply, moving(reply))
    })
  })
}

async function answer<Name extends CallName>(
  call: CallMessage<Name>, handlers: Handlers, signal: AbortSignal,
): Promise<FromWorker> {
  try {
    return { id: call.id, value: await handlers[call.type](call.request, signal) }
  } catch (error) {
    return { id: call.id, error: sent(error) }
  }
}

function sent(error: unknown): SentError {
  if (error instanceof FaceMatchError) return { code: error.code, message: error.message }
  return { code: 'internal', message: String(error) }
}

/** What moves to the page instead of being copied. */
function moving(reply: FromWorker): Transferable[] {
  const value = 'value' in reply ? reply.value : null
  return value !== null && 'bytes' in value ? [value.bytes.buffer] : []
}
