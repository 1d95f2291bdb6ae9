/** Tries again what the network broke. */

import { FaceMatchError } from './errors.js'
import type { NetworkPorts } from './ports.js'

/** Tries in all. */
export const MAX_TRIES = 5

/** Wait after the first try; it doubles each time. */
const FIRST_DELAY_MS = 500

/** Longest wait of our own choice. */
const MAX_DELAY_MS = 15_000

/** Longest wait that a server may ask for; one that asks for more will not be asked again. */
const MAX_RETRY_AFTER_MS = 60_000

/** A try that failed in a way that another may not. */
export class Again {
  /** What is thrown after the last try. */
  readonly error: FaceMatchError
  /** The server's `Retry-After`. */
  readonly retryAfter: string | null

  constructor(error: FaceMatchError, retryAfter: string | null = null) {
    this.error = error
    this.retryAfter = retryAfter
  }
}

/** Runs `attempt` until it gives anything but `Again`, at most five times. Waits, and counts no try, while offline. */
export async function retrying<T>(
  attempt: () => Promise<T | Again>,
  { clock, connection, random }: Pick<NetworkPorts, 'clock' | 'connection' | 'random'>,
  signal: AbortSignal,
): Promise<T> {
  let tries = 0
  for (;;) {
    if (!connection.isOnline()) await connection.whenOnline(signal)
    const result = await attempt()
    signal.throwIfAborted()
    if (!(result instanceof Again)) return result
    if (!connection.isOnline()) continue
    tries += 1
    const asked = retryAfterMs(result.retryAfter, clock.nowMs())
    if (tries >= MAX_TRIES || asked > MAX_RETRY_AFTER_MS) throw result.error
    await clock.sleep(Math.max(asked, delayMs(tries, random())), signal)
  }
}

/** Half of the doubled wait for certain, the other half by chance, so that clients do not come back together. */
export function delayMs(tries: number, random: number): number {
  const most = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (tries - 1))
  return (most / 2) * (1 + random)
}

/** `Retry-After` in milliseconds from now: it is a number of seconds or a date (RFC 9110, 10.2.3). */
export function retryAfterMs(value: string | null, nowMs: number): number {
  if (value === null) return 0
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - nowMs
  return Number.isNaN(ms) ? 0 : Math.max(0, ms)
}
