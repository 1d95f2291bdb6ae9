/** The page that tests and screenshots drive: the element, an SDK that sees what it is told to, and what was heard. */

import '../../src/capture/index.js'
import type { FaceCaptureElement } from '../../src/capture/index.js'
import type { FaceMatchSdk } from '../../src/options.js'
import { FakeSdk } from './fake-sdk.js'

/** What the tests reach on the page. */
export interface Harness {
  element: FaceCaptureElement
  sdk: FakeSdk
  /** Every event: its type and what of its detail can be written as JSON. */
  heard: { type: string, detail: unknown }[]
  /** Every stream that was opened. */
  streams: MediaStream[]
  /** Everything that a screen reader was told. */
  spoken: string[]
}

declare global {
  interface Window { harness: Harness }
}

const found = document.querySelector('face-capture')
if (!found) throw new Error('no element')
const element: FaceCaptureElement = found
const sdk = new FakeSdk()
window.harness = { element, sdk, heard: [], streams: [], spoken: [] }
element.sdk = sdk as unknown as FaceMatchSdk

for (const [name, value] of new URLSearchParams(location.search)) {
  if (name === 'lang') document.documentElement.lang = value
  else element.setAttribute(name, value)
}

for (const type of ['facecapture-state', 'facecapture-hint', 'facecapture-captured', 'facecapture-error']) {
  document.addEventListener(type, (event) => {
    const { detail } = event as CustomEvent<unknown>
    const told = detail instanceof Error ? { code: 'code' in detail ? detail.code : '' } : detail
    window.harness.heard.push({ type, detail: told })
  })
}

const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
navigator.mediaDevices.getUserMedia = async (constraints) => {
  const stream = await open(constraints)
  window.harness.streams.push(stream)
  return stream
}

const status = element.shadowRoot?.querySelector('[role=status]')
if (status) {
  new MutationObserver(() => window.harness.spoken.push(status.textContent ?? '')).observe(status, { childList: true })
}
