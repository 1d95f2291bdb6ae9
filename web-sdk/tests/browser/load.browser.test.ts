import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FaceMatchErrorCode } from '../../src/index.js'
import type { Mishap, Site } from './kit/site.js'
import { openPage, startSite } from './kit/world.js'

let site: Site
before(async () => { site = await startSite() })
after(() => site.close())

/** Browsers log what they cannot load. */
const REFUSED = /status of (404|503)|Content Security Policy|Failed to load/

test('a package that is served wrongly says by its code what is wrong, and loads once it is mended', { timeout: 120_000 }, async (t) => {
  const { page } = await openPage(t, site, { expected: REFUSED })
  const half = (body: Buffer) => body.subarray(0, body.length / 2)
  const cases: [name: string, file: RegExp, mishap: (body: Buffer) => Mishap, code: FaceMatchErrorCode][] = [
    ['a policy without wasm-unsafe-eval', /worker.*js$/, () => ({ csp: "script-src 'self'" }), 'csp_blocked'],
    ['a policy that allows no fetch', /worker.*js$/, () => ({ csp: "connect-src 'none'" }), 'network'],
    ['no worker', /worker.*js$/, () => ({ status: 404 }), 'asset_missing'],
    ['a page instead of the worker', /worker.*js$/, () => ({ type: 'text/html' }), 'asset_missing'],
    ['no module', /wasm$/, () => ({ status: 404 }), 'asset_missing'],
    ['a page instead of the module', /wasm$/, () => ({ type: 'text/html' }), 'asset_missing'],
    ['half a module', /wasm$/, (body) => ({ body: half(body) }), 'asset_broken'],
    ['half a module of an unknown type', /wasm$/, (body) => ({ body: half(body), type: 'text/plain' }), 'asset_broken'],
    ['a module of something else', /wasm$/, () => ({ body: Buffer.from('\0asm\x01\0\0\0', 'latin1') }), 'asset_broken'],
    ['no detector', /fmnn$/, () => ({ status: 404 }), 'asset_missing'],
    ['half a detector', /fmnn$/, (body) => ({ body: half(body) }), 'asset_broken'],
    ['a server that is down for a while', /fmnn$/, () => ({ status: 503 }), 'network'],
  ]
  for (const [name, file, mishap, code] of cases) {
    site.mishap = (path, body) => file.test(path) ? mishap(body) : {}
    const outcome = await page.evaluate(() => window.app.outcome(window.app.FaceMatch.load()))
    assert.equal('code' in outcome && outcome.code, code, `${name}: ${JSON.stringify(outcome)}`)
    // The failed worker's end is told a little later; if it stays, this goes on until the test's time is over.
    while (page.workers().length > 1) await page.waitForTimeout(20)
  }
  site.mishap = (path) => path.endsWith('wasm') ? { type: 'text/plain' } : {}
  const faces = await page.evaluate(async () => {
    const sdk = await window.app.FaceMatch.load()
    const canvas = new OffscreenCanvas(64, 64)
    canvas.getContext('2d')
    const { faces: found } = await sdk.detect(canvas, { role: 'selfie' })
    sdk.close()
    return found
  })
  assert.deepEqual(faces, [], 'a module of another type is compiled too')
})
