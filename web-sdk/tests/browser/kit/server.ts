/** The real server, on free ports and a data directory of its own. It can be killed and started again. */

import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'

const BIN = process.env['FACEMATCH_BIN'] ?? 'facematch'

/** Longest wait for a start. */
const START_MS = 60_000

/** What `facematch partner add` prints. */
export interface Credentials {
  clientId: string
  clientSecret: string
}

/** `facematch serve`. */
export class Server {
  readonly #folder: string
  readonly #apiPort: number
  readonly #bucketPort: number
  /** Where uploaders are sent: a gate before the bucket. */
  readonly #bucketUrl: string
  #process: ChildProcess | undefined

  constructor(folder: string, [apiPort, bucketPort]: readonly [number, number], bucketUrl: string) {
    this.#folder = folder
    this.#apiPort = apiPort
    this.#bucketPort = bucketPort
    this.#bucketUrl = bucketUrl
  }

  /** Registers the partner whose pages are at `origin`. */
  addPartner(origin: string): Credentials {
    const args = ['partner', 'add', 'Test bank', '--json', '--data-dir', this.#data, '--origin', origin]
    return JSON.parse(execFileSync(BIN, args, { encoding: 'utf8' })) as Credentials
  }

  /** Starts it and waits until it is ready. */
  async start(): Promise<void> {
    const log = join(this.#folder, 'server.log')
    const started = spawn(BIN, [
      'serve', '--data-dir', this.#data, '--bucket-url', this.#bucketUrl,
      '--listen', `127.0.0.1:${this.#apiPort}`, '--bucket-listen', `127.0.0.1:${this.#bucketPort}`,
    ], { stdio: ['ignore', 'ignore', openSync(log, 'a')] })
    this.#process = started
    const end = Date.now() + START_MS
    while (!await answers(`http://127.0.0.1:${this.#apiPort}/readyz`)) {
      const isOver = started.exitCode !== null || Date.now() > end
      if (isOver) throw new Error(`the server does not start:\n${readFileSync(log, 'utf8')}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    const running = this.#process
    this.#process = undefined
    if (running === undefined || running.exitCode !== null) return
    running.kill('SIGKILL')
    await once(running, 'exit')
  }

  get #data(): string {
    return join(this.#folder, 'data')
  }
}

/** Ports that nobody listens on. */
export async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()] as const
  const ports = servers.map(async (server) => {
    await once(server.listen(0, '127.0.0.1'), 'listening')
    return (server.address() as AddressInfo).port
  })
  const [first, second] = await Promise.all(ports) as [number, number]
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return [first, second]
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(({ ok }) => ok, () => false)
}
