import assert from 'node:assert/strict'
import { test } from 'node:test'

test('a server that renders pages may import the element', async () => {
  assert.equal(globalThis.HTMLElement, undefined)
  const { FaceCaptureElement } = await import('../../src/capture/index.js')
  assert.equal(typeof FaceCaptureElement, 'function')
})
