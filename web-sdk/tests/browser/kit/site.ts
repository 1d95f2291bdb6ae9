/** The partner's web server: the built page under a strict CSP, its reports, and the way to the partner's backend. */

import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import type { Declaration, Partner, Trap } from './partner.js'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm',
}

/** What the README asks for, and nothing else. */
function policy(connect: readonly string[]): string {
  return [
    "default-src 'self'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "worker-src 'self'",
    "img-src 'self' blob:", `connect-src 'self' ${connect.join(' ')}`, "object-src 'none'", "base-uri 'none'",
    'report-uri /csp-reports',
  ].join('; ')
}

/** How a file is served wrongly. */
export interface Mishap {
  status?: number
  type?: string
  csp?: string
  body?: Buffer
}

/** One page's server. */
export class Site {
  /** Violations of the CSP that browsers have reported. */
  readonly reports: string[] = []
  /** Requests for files, in order. */
  readonly served: string[] = []
  /** What goes wrong with a file. */
  mishap: (path: string, body: Buffer) => Mishap = () => ({})
  /** The backend; set before a page needs it. */
  partner: Partner | undefined
  readonly #folder: string
  readonly #csp: string
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
  })

  /** Serves the built page of `folder`, which may connect to `connect`. */
  constructor(folder: string, connect: readonly string[]) {
    this.#folder = folder
    this.#csp = policy(connect)
  }

  async open(): Promise<void> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening')
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.origin)
    if (pathname === '/csp-reports') {
      this.reports.push(await textOf(request))
      response.writeHead(204).end()
    } else if (pathname === '/favicon.ico') {
      response.writeHead(204).end()
    } else if (pathname === '/backend/submissions' && this.partner) {
      const { images } = JSON.parse(await textOf(request)) as { images: Declaration[] }
      const submission = await this.partner.create(images, (searchParams.get('trap') ?? '') as Trap)
      response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(submission))
    } else {
      await this.#file(pathname === '/' ? '/index.html' : pathname, response)
    }
  }

  async #file(path: string, response: ServerResponse): Promise<void> {
    const found = await readFile(join(this.#folder, normalize(path))).catch(() => undefined)
    this.served.push(path)
    const { status, type, csp, body } = {
      status: found ? 200 : 404, type: TYPES[extname(path)] ?? 'application/octet-stream', csp: this.#csp, body: found,
      ...found && this.mishap(path, found),
    }
    response.writeHead(status, { 'content-type': type, 'content-security-policy': csp }).end(body)
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}
