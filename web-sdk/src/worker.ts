/** The worker's entry: the only file that knows the platform and the engine by name. */

import * as engine from './engine.js'
import { handlers } from './worker/handlers.js'
import { serve, type ServePort } from './worker/serve.js'

declare const self: DedicatedWorkerGlobalScope & ServePort

serve(self, handlers({
  engine,
  fetch: (input, init) => fetch(input, init),
  createImageBitmap: self.createImageBitmap.bind(self),
  makeCanvas: (widthPx, heightPx) => new OffscreenCanvas(widthPx, heightPx),
}))
