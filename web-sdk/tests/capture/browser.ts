/** Serves the harness under a strict CSP and opens it in Chromium. */

import { createServer } from 'node:http'
import { readFile, mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { chromium, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core'

/** Where Debian puts it. */
export const CHROMIUM = process.env['FACEMATCH_CHROMIUM'] ?? '/usr/bin/chromium'

/** No inline script or style, no markup from strings, no picture from elsewhere, blobs included. */
const CSP = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "require-trusted-types-for 'script'", "trusted-types 'none'",
].join('; ')

const HERE = new URL('.', import.meta.url)

/** A page that has loaded, and how to end it. */
export interface Opened {
  page: Page
  context: BrowserContext
  /** What the page logged as errors and warnings, violations of the CSP included. */
  complaints: string[]
  close(): Promise<void>
}

/** How the browser is opened. */
export interface OpenOptions extends BrowserContextOptions {
  /** Fake cameras; default: two. */
  cameras?: number
  /** What they show: an MJPEG file. */
  picture?: string
}

/** The harness, built and served. */
export class Bench {
  readonly #files: Map<string, [type: string, body: string | Uint8Array]>
  readonly #server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://bench').pathname
    const [type, body] = this.#files.get(path) ?? ['text/plain', '']
    response.writeHead(body ? 200 : 204, { 'content-type': type, 'content-security-policy': CSP })
    response.end(body)
  })

  private constructor(files: Map<string, [string, string | Uint8Array]>) {
    this.#files = files
  }

  /** Builds the harness and listens on a free port. */
  static async start(): Promise<Bench> {
    const script = await build({
      entryPoints: [new URL('harness.ts', HERE).pathname],
      bundle: true, format: 'esm', target: 'es2022', write: false, external: ['../client.js'],
      // package.json tells bundlers which files of `dist` define elements; here they are those of `src`.
      ignoreAnnotations: true,
    })
    const bench = new Bench(new Map([
      ['/', ['text/html', await readFile(new URL('harness.html', HERE))]],
      ['/harness.css', ['text/css', await readFile(new URL('harness.css', HERE))]],
      ['/harness.js', ['text/javascript', script.outputFiles[0]?.contents ?? '']],
    ]))
    await new Promise<void>((done) => bench.#server.listen(0, '127.0.0.1', done))
    return bench
  }

  /** Where the harness is; `query` sets attributes. */
  url(query: Record<string, string> = {}): string {
    const { port } = this.#server.address() as AddressInfo
    return `http://127.0.0.1:${port}/?${new URLSearchParams(query)}`
  }

  /** Opens the harness in a browser of its own with two fake cameras, or with none. */
  async open(query: Record<string, string>, options: OpenOptions = {}): Promise<Opened> {
    const profile = await mkdtemp(join(tmpdir(), 'face-capture-'))
    const { cameras = 2, picture, ...contextOptions } = options
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM, ...contextOptions,
      args: [
        '--no-sandbox', '--disable-gpu', '--use-fake-ui-for-media-stream',
        `--use-fake-device-for-media-stream=device-count=${cameras}`,
        ...(picture ? [`--use-file-for-fake-video-capture=${picture}`] : []),
      ],
    })
    const [page = await context.newPage()] = context.pages()
    const complaints: string[] = []
    page.on('console', (message) => { if (message.type() !== 'log') complaints.push(message.text()) })
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(this.url(query))
    await page.waitForFunction(() => 'harness' in window)
    const close = async () => {
      await context.close()
      await rm(profile, { recursive: true, force: true })
    }
    return { page, context, complaints, close }
  }

  /** Ends the server. */
  async stop(): Promise<void> {
    await new Promise((done) => this.#server.close(done))
  }
}

/** Waits until the element is in one of these states. */
export async function until(page: Page, ...states: string[]): Promise<void> {
  await page.waitForFunction((wanted) => wanted.includes(window.harness.element.state), states)
}
