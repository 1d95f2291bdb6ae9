/** One look at a picture, for live guidance. */

import type { Detection } from '../face.js'
import type { DetectRequest } from '../messages.js'
import { moved, scaling, type Size } from './geometry.js'
import { open, type Tools } from './open.js'

/** Long side that the network sees; the page shrinks live frames to it before it sends them. */
export const LOOK_PX = 320

/** Looks at `picture` once. The answer is in pixels of the source. */
export async function detect(request: DetectRequest, tools: Tools, signal: AbortSignal): Promise<Detection> {
  const { picture: sent, role } = request
  const picture = await open(sent, tools, signal)
  try {
    signal.throwIfAborted()
    const source: Size = 'bitmap' in sent ? sent : picture
    const view = picture.view(LOOK_PX)
    const { faces, face, quality, faults } = tools.vision.look(view, LOOK_PX, role, source)
    const toSource = scaling(view, source)
    return {
      widthPx: source.widthPx,
      heightPx: source.heightPx,
      faces: faces.map((each) => moved(each, toSource)),
      ...(face && { face: moved(face, toSource) }),
      ...(quality && { quality }),
      faults,
    }
  } finally {
    picture.close()
  }
}
