import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import type { FaceMatchErrorCode } from '../../src/errors.js'
import { fetchCode, fetchNetwork, modelUrl, wasmUrl } from '../../src/worker/assets.js'
import { rejectsWith } from './fakes/samples.js'

/** The smallest WebAssembly module. */
const EMPTY = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])

const URL_OF_ASSET = 'https://page.example/asset'

function serving(body: BodyInit | null, type?: string, status = 200): typeof fetch {
  return async () => new Response(body, { status, ...(type && { headers: { 'content-type': type } }) })
}

const failing: typeof fetch = () => Promise.reject(new TypeError('Failed to fetch'))

/** A body that breaks off. */
const broken = () => new ReadableStream({ pull: (controller) => controller.error(new TypeError('cut off')) })

test('the module is compiled, whatever type its server gives it', async () => {
  for (const type of ['application/wasm', 'application/wasm; charset=utf-8', 'application/octet-stream', undefined]) {
    assert.ok(await fetchCode(URL_OF_ASSET, serving(EMPTY, type)) instanceof WebAssembly.Module, type)
  }
})

test('the detector is fetched whole', async () => {
  assert.deepEqual(await fetchNetwork(URL_OF_ASSET, serving(EMPTY)), EMPTY)
})

test('both stand beside the worker', () => {
  const names = [wasmUrl(), modelUrl()].map(({ pathname }) => pathname.split('/').at(-1))
  assert.deepEqual(names, ['facematch_web_bg.wasm', 'yunet.fmnn'])
})

test('an asset that cannot be had says why', async () => {
  interface Case { name: string; fetcher: typeof fetch; want: FaceMatchErrorCode }
  const both: Case[] = [
    { name: 'not found', fetcher: serving('', undefined, 404), want: 'asset_missing' },
    { name: 'forbidden', fetcher: serving('', undefined, 403), want: 'asset_missing' },
    { name: 'a page instead', fetcher: serving('<!doctype html>', 'text/html; charset=utf-8'), want: 'asset_missing' },
    { name: 'server down', fetcher: serving('', undefined, 503), want: 'network' },
    { name: 'no network', fetcher: failing, want: 'network' },
    { name: 'cut off', fetcher: serving(broken()), want: 'network' },
  ]
  for (const { name, fetcher, want } of both) {
    await rejectsWith(fetchCode(URL_OF_ASSET, fetcher), want, name)
    if (name !== 'cut off') await rejectsWith(fetchNetwork(URL_OF_ASSET, fetcher), want, name)
  }
  await rejectsWith(fetchNetwork(URL_OF_ASSET, serving(broken())), 'network')
  for (const type of ['application/wasm', undefined]) {
    await rejectsWith(fetchCode(URL_OF_ASSET, serving('not wasm', type)), 'asset_broken', type)
  }
})

test('a policy that forbids WebAssembly is told apart from a broken module', async () => {
  const texts = [
    "Refused to compile or instantiate WebAssembly module because 'unsafe-eval' is not an allowed source of script in the following Content Security Policy directive",
    'call to WebAssembly.compile() blocked by CSP',
  ]
  for (const text of texts) {
    const compile = mock.method(WebAssembly, 'compile', () => Promise.reject(new WebAssembly.CompileError(text)))
    await rejectsWith(fetchCode(URL_OF_ASSET, serving(EMPTY)), 'csp_blocked', text)
    compile.mock.restore()
  }
})
