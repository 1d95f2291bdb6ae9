/** A proxy before the API or the bucket: it counts what passes, and breaks what it is told to break. */

import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

/** What becomes of a request: it passes, its connection is cut, or it is read in part and never answered. */
export type Fate = 'pass' | 'cut' | 'stall'

/** A request that came, and how it was answered; no status if it was not. */
export interface Passage {
  method: string
  path: string
  status?: number
}

/** One gate. Preflights always pass and are not counted. */
export class Gate {
  /** Everything that came, but for preflights. */
  readonly passages: Passage[] = []
  /** Decides what becomes of a request. */
  fate: (passage: Passage) => Fate = () => 'pass'
  readonly #port: number
  #running = 0
  /** Paused; a paused request does not notice that its browser has gone. */
  readonly #stalled = new Set<IncomingMessage>()
  readonly #server = createServer((request, response) => this.#take(request, response))

  /** Leads to `port` of this machine. */
  constructor(port: number) {
    this.#port = port
  }

  /** Opens it; `url` is known from then on. */
  async open(): Promise<void> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening')
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** How many requests of a method came for a path like this. */
  count(method: string, path: RegExp): number {
    return this.passages.filter((each) => each.method === method && path.test(each.path)).length
  }

  /** Waits until so many requests of a method have come. */
  async waitFor(method: string, count: number): Promise<void> {
    while (this.count(method, /^/) < count) await new Promise((resolve) => setTimeout(resolve, 20))
  }

  /** Waits until nothing is under way. What was stalled is read on, so that its end is seen. */
  async idle(): Promise<void> {
    for (const request of this.#stalled) request.resume()
    while (this.#running > 0) await new Promise((resolve) => setTimeout(resolve, 20))
  }

  /** Lets everything pass again and forgets what came. */
  reset(): void {
    this.fate = () => 'pass'
    this.passages.length = 0
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url: path = '' } = request
    const passage: Passage = { method, path }
    const fate = method === 'OPTIONS' ? 'pass' : this.fate(passage)
    if (method !== 'OPTIONS') this.passages.push(passage)
    this.#running += 1
    response.once('close', () => { this.#running -= 1 })
    if (fate === 'cut') request.socket.destroy()
    else if (fate === 'stall') this.#stall(request)
    else this.#forward(request, response, passage)
  }

  /** Paused after what one packet holds: the browser goes on sending until the buffers are full. */
  #stall(request: IncomingMessage): void {
    request.once('data', () => {
      request.pause()
      this.#stalled.add(request)
    })
    request.once('close', () => { this.#stalled.delete(request) })
  }

  /** Headers go on as they are: the bucket's URLs are signed for the gate's host. */
  #forward(request: IncomingMessage, response: ServerResponse, passage: Passage): void {
    const { method, url, headers } = request
    const onward = send({ host: '127.0.0.1', port: this.#port, method, path: url, headers, agent: false }, (answer) => {
      passage.status = answer.statusCode ?? 0
      response.writeHead(passage.status, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => request.socket.destroy())
    request.pipe(onward)
  }
}
