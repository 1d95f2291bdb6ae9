/** Everything that a test needs: the server, gates before it, the partner, its page, and browsers. */

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { launch, type BrowserOptions, type Opened } from './chromium.js'
import { Gate } from './gate.js'
import { Partner } from './partner.js'
import { freePorts, Server } from './server.js'
import { Site } from './site.js'

/** How a page is opened. */
export interface PageOptions extends BrowserOptions {
  /** What the console may say: browsers log every request that fails. */
  expected?: RegExp
  /** Another host name for the page's server. */
  host?: string
}

/** One server and one site. A test file has one of its own. */
export class World {
  readonly server: Server
  /** Before the API, as the page sees it. */
  readonly api: Gate
  /** Before the bucket, as the page sees it. */
  readonly bucket: Gate
  readonly site: Site
  readonly partner: Partner
  readonly #folder: string

  private constructor(parts: Pick<World, 'server' | 'api' | 'bucket' | 'site' | 'partner'>, folder: string) {
    ({ server: this.server, api: this.api, bucket: this.bucket, site: this.site, partner: this.partner } = parts)
    this.#folder = folder
  }

  /** Starts the server and the site. */
  static async start(): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), 'facematch-browser-'))
    const ports = await freePorts()
    const [api, bucket] = [new Gate(ports[0]), new Gate(ports[1])]
    await Promise.all([api.open(), bucket.open()])
    const site = new Site(builtApp(), [api.url, bucket.url])
    await site.open()
    const server = new Server(folder, ports, bucket.url)
    const credentials = server.addPartner(site.origin)
    await server.start()
    const partner = new Partner(`http://127.0.0.1:${ports[0]}`, api.url, credentials)
    site.partner = partner
    return new World({ server, api, bucket, site, partner }, folder)
  }

  /** Forgets what an earlier test did. */
  reset(): void {
    this.api.reset()
    this.bucket.reset()
    this.partner.created.length = 0
  }

  /** Ends it all. */
  async stop(): Promise<void> {
    await this.server.kill()
    for (const each of [this.api, this.bucket, this.site]) each.close()
    await rm(this.#folder, { recursive: true, force: true })
  }

  /** Opens the page; after the test, nothing may have been complained about, by the console or the CSP. */
  async page(t: TestContext, options: PageOptions = {}): Promise<Opened> {
    return openPage(t, this.site, options)
  }
}

/** Only the built page, for tests that send nothing. */
export async function startSite(): Promise<Site> {
  const site = new Site(builtApp(), [])
  await site.open()
  return site
}

/** Opens a site's page in a browser of its own. */
export async function openPage(t: TestContext, site: Site, options: PageOptions = {}): Promise<Opened> {
  const { expected, host = '127.0.0.1', ...rest } = options
  const opened = await launch(`http://${host}:${site.port}/`, rest)
  const reported = site.reports.length
  t.after(async () => {
    const violations = await opened.page.evaluate(() => window.app.violations).catch(() => [])
    await opened.close()
    assert.deepEqual(violations, [], 'violations of the CSP')
    assert.deepEqual(site.reports.slice(reported), [], 'reports of the CSP')
    assert.deepEqual(opened.complaints.filter((line) => !expected?.test(line)), [])
  })
  return opened
}

function builtApp(): string {
  const folder = process.env['FACEMATCH_APP']
  if (folder === undefined) throw new Error('run these tests by `npm run browser`: it builds the page that they need')
  return folder
}
