/** What the worker does. */

import { FaceMatchError } from '../errors.js'
import { PROTOCOL, type LoadRequest } from '../messages.js'
import { fetchCode, fetchNetwork, modelUrl, wasmUrl } from './assets.js'
import { detect } from './detect.js'
import type { Tools } from './open.js'
import { Easel, type MakeCanvas } from './pixels.js'
import { prepare } from './prepare.js'
import type { Handlers } from './serve.js'
import { Vision, type EngineModule } from './vision.js'

/** What the worker gets from its platform, and the engine. */
export interface Platform {
  engine: EngineModule
  fetch: typeof fetch
  createImageBitmap: typeof createImageBitmap
  makeCanvas: MakeCanvas
}

/** The handlers of a worker on `platform`. The first call must be `load`. */
export function handlers(platform: Platform): Handlers {
  let tools: Tools | undefined
  const loaded = (): Tools => {
    if (tools === undefined) throw new FaceMatchError('internal', 'the worker is not loaded')
    return tools
  }
  return {
    async load(request) {
      const { createImageBitmap, makeCanvas } = platform
      tools = { vision: await loadVision(request, platform), easel: new Easel(makeCanvas), createImageBitmap }
      return null
    },
    detect: async (request, signal) => detect(request, loaded(), signal),
    prepare: async (request, signal) => prepare(request, loaded(), signal),
  }
}

async function loadVision(request: LoadRequest, { engine, fetch }: Platform): Promise<Vision> {
  if (request.protocol !== PROTOCOL) {
    throw new FaceMatchError('asset_broken', 'the worker script is of another version than the page')
  }
  const [code, network] = await Promise.all([
    fetchCode(request.wasmUrl ?? wasmUrl(), fetch),
    fetchNetwork(request.modelUrl ?? modelUrl(), fetch),
  ])
  return Vision.load(engine, code, network)
}
