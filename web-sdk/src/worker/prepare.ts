/** From a picture to the JPEG that is uploaded. */

import { limits, type BoundingBox, type Quality, type QualityFault } from '../contract.js'
import { FaceMatchError } from '../errors.js'
import type { CaptureRole, Face } from '../face.js'
import type { PrepareRequest, PreparedPhoto } from '../messages.js'
import { cropping, moved, scaling, turned, turning, type Size, type Turn } from './geometry.js'
import { checkSize, open, type Tools } from './open.js'
import type { Picture } from './picture.js'
import type { Vision } from './vision.js'

/** Long side of the picture in which the face is looked for; the finest look needs no more. */
const VIEW_PX = 1280

/** What is kept around the face, in shares of its box: on a card less, so that little else of it is sent. */
const MARGIN: Record<CaptureRole, number> = { selfie: 0.6, id_portrait: 0.5 }

/** What a crop around the face mends by itself. */
const MENDED_BY_CROP: ReadonlySet<QualityFault> = new Set(['off_centre'])

/** The face that counts, in pixels of the picture. */
interface Found {
  face: Face
  quality: Quality
  faults: QualityFault[]
  turn: Turn
}

/** Prepares one photo. Throws `no_face`, `several_faces`, `over_budget` and the image codes. */
export async function prepare(request: PrepareRequest, tools: Tools, signal: AbortSignal): Promise<PreparedPhoto> {
  const picture = await open(request.picture, tools, signal)
  try {
    signal.throwIfAborted()
    checkSize(picture)
    const found = find(picture, request.role, tools.vision)
    const warnings = found.faults.filter((fault) => !(request.crop && MENDED_BY_CROP.has(fault)))
    const part = request.crop ? cropped(picture, found.face, request.role, tools.vision) : whole(picture)
    const pixels = picture.cut(part, found.turn, request.maxSidePx)
    const jpeg = tools.vision.encode(pixels, request.maxBytes, request.maxSidePx)
    checkSize(jpeg)
    return {
      bytes: jpeg.bytes,
      sha256: tools.vision.sha256(jpeg.bytes),
      widthPx: jpeg.widthPx,
      heightPx: jpeg.heightPx,
      face: inJpeg(found, part, jpeg),
      quality: found.quality,
      bytesSaved: 'file' in request.picture ? Math.max(0, request.picture.file.size - jpeg.bytes.length) : 0,
      warnings,
    }
  } finally {
    picture.close()
  }
}

function find(picture: Picture, role: CaptureRole, vision: Vision): Found {
  const view = picture.view(VIEW_PX)
  const { face, quality, faults, turnDegrees } = vision.find(view, role, picture)
  if (face === undefined || quality === undefined) throw new FaceMatchError('no_face', 'no face was found')
  if (faults.includes('several_faces')) throw new FaceMatchError('several_faces', 'there is more than one face')
  return { face: moved(face, scaling(view, picture)), quality, faults, turn: turnDegrees }
}

/** The face and its margin, grown to the smallest size that the server takes. */
function cropped(picture: Picture, face: Face, role: CaptureRole, vision: Vision): BoundingBox {
  const part = vision.cropBox(picture, face.box, MARGIN[role])
  const [x, width] = grown(part.x, part.width, picture.widthPx)
  const [y, height] = grown(part.y, part.height, picture.heightPx)
  return { x, y, width, height }
}

function grown(from: number, length: number, available: number): [from: number, length: number] {
  const wanted = Math.max(length, Math.min(limits.minImageSidePx, available))
  return [Math.min(from, available - wanted), wanted]
}

function whole({ widthPx, heightPx }: Size): BoundingBox {
  return { x: 0, y: 0, width: widthPx, height: heightPx }
}

function inJpeg({ face, turn }: Found, part: BoundingBox, jpeg: Size): Face {
  const lying = { widthPx: part.width, heightPx: part.height }
  return moved(face, cropping(part), turning(turn, lying), scaling(turned(turn, lying), jpeg))
}
