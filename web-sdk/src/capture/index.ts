/** `@facematch/web/capture`: importing it defines `<face-capture>`. */

import { FaceCaptureElement } from './element.js'

export { FaceCaptureElement }
export type { CaptureMetadata, Captured, FaceCaptureEventMap } from './events.js'
export type { Hint } from './hints.js'
export type { CaptureSource, StateName } from './machine.js'

const registry = globalThis.customElements as CustomElementRegistry | undefined
if (registry && !registry.get('face-capture')) registry.define('face-capture', FaceCaptureElement)
