/** What went wrong, and what can be done. */

import { FaceMatchError, type FaceMatchErrorCode } from '@facematch/web'
import { BackendError } from '../backend.js'
import { button, el, linkButton } from '../dom.js'
import { icon } from '../icons.js'
import type { Texts } from '../texts/texts.js'

type Kind = Exclude<keyof Texts['trouble'], 'title' | 'code' | 'retry' | 'restart'>

/** Where the message leads. */
export interface TroubleWays {
  /** Does the same once more; without it, or where that is no use, the way leads to the start. */
  onRetry?: () => void
}

const OF_SDK: Partial<Record<FaceMatchErrorCode, Kind>> = {
  network: 'offline',
  timeout: 'busy',
  upload_expired: 'expired',
  upload_refused: 'expired',
  unsupported_browser: 'browser',
}

const OF_BACKEND: Readonly<Record<string, Kind>> = {
  network: 'offline',
  api_unreachable: 'busy',
  overloaded: 'busy',
  engine_unavailable: 'busy',
  storage_unavailable: 'busy',
  submission_expired: 'expired',
  submission_not_found: 'expired',
  customer_not_found: 'customer',
  other_site: 'refused',
  no_consent: 'refused',
}

/** Kinds after which the same once more is no use. */
const FINAL: readonly Kind[] = ['customer', 'browser', 'refused']

/** A message about an error, with buttons. */
export function trouble(error: unknown, { onRetry }: TroubleWays): HTMLElement {
  const kind = kindOf(error)
  const code = codeOf(error)
  const canRetry = onRetry && !FINAL.includes(kind)
  return el('div', { class: 'trouble', role: 'alert' },
    icon('warning'),
    el('div', {},
      el('h2', {}, (t) => t.trouble.title),
      el('p', {}, (t) => t.trouble[kind]),
      el('p', { class: 'muted small' }, (t) => t.trouble.code(code)),
      el('div', { class: 'actions' },
        canRetry ? button('primary', (t) => t.trouble.retry, onRetry) : linkButton('primary', (t) => t.trouble.restart, '/onboarding.html'))))
}

/** Whether the submission that failed is of no more use. */
export function isSpent(error: unknown): boolean {
  return kindOf(error) === 'expired'
}

function kindOf(error: unknown): Kind {
  if (error instanceof FaceMatchError) {
    const known = error.problem && OF_BACKEND[error.problem.code]
    return known ?? OF_SDK[error.code] ?? 'unexpected'
  }
  if (error instanceof BackendError) return OF_BACKEND[error.code] ?? 'unexpected'
  return 'unexpected'
}

function codeOf(error: unknown): string {
  if (error instanceof FaceMatchError) return error.problem?.code ?? error.code
  return error instanceof BackendError ? error.code : 'page_failed'
}
