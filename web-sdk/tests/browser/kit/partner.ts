/** The partner's backend: holds the secret, creates submissions, and gives the page what it may have. */

import { randomUUID } from 'node:crypto'
import type { ClientSubmission, Role, UploadTarget } from '../../../src/index.js'
import type { Credentials } from './server.js'

/** Ways to spoil what the page gets. */
export type Trap = '' | 'expired' | 'forged' | 'stale-token'

/** A photo, as the page declares it. */
export interface Declaration {
  role: Role
  contentType: string
  sizeBytes: number
  sha256: string
}

/** What a result says; what the tests need of it. */
export interface Result {
  state: string
  decision: string
}

/** One partner. */
export class Partner {
  /** Submissions that were created, in order. */
  readonly created: { correlationId: string, images: Declaration[] }[] = []
  readonly #api: string
  /** The API as the page sees it. */
  readonly #pageApi: string
  readonly #credentials: Credentials
  #token: string | undefined

  constructor(api: string, pageApi: string, credentials: Credentials) {
    this.#api = api
    this.#pageApi = pageApi
    this.#credentials = credentials
  }

  /** Declares photos; `trap` spoils what the page gets. */
  async create(images: Declaration[], trap: Trap): Promise<ClientSubmission> {
    const body = JSON.stringify({ mode: 'selfie_to_id', images, reference: 'test' })
    const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() }
    const created = await this.#call<Omit<ClientSubmission, 'apiUrl'>>('/v1/submissions', { method: 'POST', headers, body })
    const { correlationId, clientToken, uploads } = created
    this.created.push({ correlationId, images })
    return {
      apiUrl: this.#pageApi, correlationId,
      clientToken: trap === 'stale-token' ? `${clientToken}x` : clientToken,
      uploads: uploads.map((upload) => spoilt(upload, trap)),
    }
  }

  /** The submission, as its partner sees it. */
  status(id: string): Promise<{ state: string }> {
    return this.#call(`/v1/submissions/${id}`)
  }

  /** What was decided. */
  result(id: string): Promise<Result> {
    return this.#call(`/v1/submissions/${id}/result`)
  }

  async #call<T>(path: string, init: RequestInit = {}): Promise<T> {
    this.#token ??= await this.#fetchToken()
    const headers = { ...init.headers, authorization: `Bearer ${this.#token}` }
    return json(await fetch(this.#api + path, { ...init, headers }))
  }

  async #fetchToken(): Promise<string> {
    const { clientId, clientSecret } = this.#credentials
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
    const body = new URLSearchParams({ grant_type: 'client_credentials' })
    const headers = { authorization: `Basic ${basic}` }
    const answer = await fetch(`${this.#api}/v1/token`, { method: 'POST', headers, body })
    return (await json<{ access_token: string }>(answer)).access_token
  }
}

/** A URL whose time is over, or one that nobody signed. */
function spoilt(upload: UploadTarget, trap: Trap): UploadTarget {
  if (trap === 'expired') return { ...upload, url: upload.url.replace(/X-Amz-Expires=\d+/, 'X-Amz-Expires=0') }
  if (trap === 'forged') return { ...upload, url: upload.url.replace(/(?<name>X-Amz-Signature=)\w{8}/, '$<name>00000000') }
  return upload
}

async function json<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error(`the API answered ${response.status}: ${await response.text()}`)
  return await response.json() as T
}
