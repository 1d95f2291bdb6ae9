import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
}
const PICTURE = /^image\//
const compress = promisify(brotliCompress)
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }

/**
 * Serves folders on 127.0.0.1, everything but pictures as brotli (quality 11), the same way for every contender.
 * Compressed once, on first request; nothing may be cached by the browser.
 */
export class BenchServer {
  /** What was asked for since it was last emptied: `{ path, sizeBytes }`, the size as sent. */
  requests = []
  #folders
  #answers = new Map()
  #http = createServer((request, response) => this.#serve(request, response))

  /** `folders`: the first part of a path (such as `engine`) to the folder that it stands for. */
  constructor(folders) {
    this.#folders = folders
  }

  async listen() {
    await new Promise((resolve) => this.#http.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${this.#http.address().port}`
  }

  close() {
    this.#http.close()
    this.#http.closeAllConnections()
  }

  /** Puts a picture made by the benchmark at `path`. */
  add(path, bytes) {
    const headers = { 'content-type': TYPES[extname(path)], 'content-length': bytes.length }
    this.#answers.set(path, Promise.resolve({ bytes, headers }))
  }

  async #serve(request, response) {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://bench').pathname))
    if (!this.#answers.has(path)) this.#answers.set(path, this.#answer(path))
    try {
      const { bytes, headers } = await this.#answers.get(path)
      this.requests.push({ path, sizeBytes: bytes.length })
      response.writeHead(200, { ...headers, 'cache-control': 'no-store' }).end(bytes)
    } catch {
      this.#answers.delete(path)
      response.writeHead(404).end()
    }
  }

  async #answer(path) {
    const [, first, ...rest] = path.split('/')
    const raw = await readFile(join(this.#folders[first], ...rest))
    const type = TYPES[extname(path)] ?? 'application/octet-stream'
    const packed = !PICTURE.test(type)
    const bytes = packed ? await compress(raw, QUALITY) : raw
    const headers = { 'content-type': type, 'content-length': bytes.length }
    return { bytes, headers: packed ? { ...headers, 'content-encoding': 'br' } : headers }
  }
}
