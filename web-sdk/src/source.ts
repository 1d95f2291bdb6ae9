/** From what a page has to what the worker gets. */

import { FaceMatchError } from './errors.js'
import type { SentPicture } from './messages.js'
import type { ImageInput } from './options.js'
import type { MakeBitmap } from './ports.js'

/** All of `source`; files go as they are, so that the worker reads them. */
export async function wholePicture(source: ImageInput, makeBitmap: MakeBitmap): Promise<SentPicture> {
  if (source instanceof Blob) return { file: source }
  const [widthPx, heightPx] = sizeOf(source)
  return { bitmap: await bitmapOf(makeBitmap(source)), widthPx, heightPx }
}

/** `source` with its long side at most `longSidePx`: what one look needs. */
export async function smallPicture(
  source: ImageInput, longSidePx: number, makeBitmap: MakeBitmap,
): Promise<SentPicture> {
  if (source instanceof Blob) return { file: source }
  const [widthPx, heightPx] = sizeOf(source)
  const scale = Math.min(1, longSidePx / Math.max(widthPx, heightPx))
  const [resizeWidth, resizeHeight] = [widthPx, heightPx].map((px) => Math.max(1, Math.round(px * scale)))
  const bitmap = await bitmapOf(makeBitmap(source, { resizeWidth, resizeHeight, resizeQuality: 'medium' }))
  return { bitmap, widthPx, heightPx }
}

/** What moves to the worker with a picture. */
export function movingParts(picture: SentPicture): Transferable[] {
  return 'bitmap' in picture ? [picture.bitmap] : []
}

/** Frees a picture that is not sent after all. */
export function discard(picture: SentPicture): void {
  if ('bitmap' in picture) picture.bitmap.close()
}

/** Width and height in pixels. By their fields, not their classes: an element may be another frame's. */
function sizeOf(source: Exclude<ImageInput, Blob>): [number, number] {
  if (typeof source !== 'object' || source === null || !('width' in source)) {
    throw new FaceMatchError('invalid_call', 'this is no picture: pass a Blob, bitmap, canvas, video or img')
  }
  if ('videoWidth' in source) {
    // HAVE_CURRENT_DATA: there is a frame to take.
    return source.readyState >= 2 ? ready([source.videoWidth, source.videoHeight]) : ready([0, 0])
  }
  if ('naturalWidth' in source) return ready([source.naturalWidth, source.naturalHeight])
  if (source.width * source.height === 0) throw new FaceMatchError('image_empty', 'the picture has no pixels')
  return [source.width, source.height]
}

function ready(size: [number, number]): [number, number] {
  if (size[0] * size[1] > 0) return size
  throw new FaceMatchError('source_not_ready', 'the video has no frame yet, or the image is not loaded')
}

async function bitmapOf(making: Promise<ImageBitmap>): Promise<ImageBitmap> {
  try {
    return await making
  } catch (cause) {
    throw refusal(cause)
  }
}

function refusal(cause: unknown): FaceMatchError {
  switch (cause instanceof DOMException ? cause.name : '') {
    case 'SecurityError':
      return new FaceMatchError('source_tainted', 'the picture comes from another origin', { cause })
    case 'InvalidStateError':
      return new FaceMatchError('source_not_ready', 'there is no picture to take yet', { cause })
    default:
      return new FaceMatchError('image_unsupported', 'the browser cannot take this picture', { cause })
  }
}
