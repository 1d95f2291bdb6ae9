import assert from 'node:assert/strict'
import { test } from 'node:test'
import { missingFeature, type Scope } from '../../src/support.js'

/** As browsers read options: all of them, before the URL. */
class ModuleWorker {
  constructor(_url: string, options: { readonly type: string }) {
    assert.equal(options.type, 'module')
    throw new DOMException('not a URL', 'SyntaxError')
  }
}

/** A browser that does not know the option. */
class ClassicWorker {
  constructor(_url: string) {
    throw new DOMException('not a URL', 'SyntaxError')
  }
}

/** A page where only trusted URLs may be used. */
class GuardedWorker {
  constructor(_url: string) {
    throw new TypeError('This document requires TrustedScriptURL assignment.')
  }
}

const MODERN: Scope = { WebAssembly, Worker: ModuleWorker, OffscreenCanvas: class {}, createImageBitmap: () => undefined }

test('what a browser lacks is named', () => {
  const cases: [name: string, scope: Partial<Scope>, want: string | undefined][] = [
    ['all there', {}, undefined],
    ['no WebAssembly', { WebAssembly: undefined }, 'WebAssembly'],
    ['no SIMD', { WebAssembly: { validate: () => false } }, 'WebAssembly SIMD'],
    ['no workers', { Worker: undefined }, 'workers'],
    ['classic workers', { Worker: ClassicWorker }, 'module workers'],
    ['Trusted Types', { Worker: GuardedWorker }, undefined],
    ['no OffscreenCanvas', { OffscreenCanvas: undefined }, 'OffscreenCanvas'],
    ['no createImageBitmap', { createImageBitmap: undefined }, 'createImageBitmap'],
  ]
  for (const [name, scope, want] of cases) assert.equal(missingFeature({ ...MODERN, ...scope }), want, name)
})

test('the SIMD module is one: it is refused once a byte of its instructions is wrong', () => {
  let seen: Uint8Array | undefined
  missingFeature({ ...MODERN, WebAssembly: { validate: (bytes) => { seen = bytes as Uint8Array; return true } } })
  assert.ok(seen && WebAssembly.validate(Uint8Array.from(seen)))
  assert.equal(WebAssembly.validate(Uint8Array.from(seen).fill(0xff, -4)), false)
})
