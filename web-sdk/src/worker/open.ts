/** From what the page sent to a picture. */

import { limits } from '../contract.js'
import { FaceMatchError } from '../errors.js'
import type { SentPicture } from '../messages.js'
import type { Size } from './geometry.js'
import { isHeif } from './heif.js'
import { BitmapPicture, type Picture } from './picture.js'
import type { Easel } from './pixels.js'
import { RawPicture } from './raw-picture.js'
import type { Vision } from './vision.js'

/** What the worker's work is done with. */
export interface Tools {
  vision: Vision
  easel: Easel
  createImageBitmap: typeof createImageBitmap
}

/** Opens what the page sent; the caller closes it. Throws the image codes of `FaceMatchErrorCode`. */
export async function open(sent: SentPicture, tools: Tools, signal: AbortSignal): Promise<Picture> {
  if ('bitmap' in sent) return new BitmapPicture(sent.bitmap, tools.easel)
  const picture = await openFile(sent.file, tools, signal)
  if (!signal.aborted) return picture
  picture.close()
  throw signal.reason
}

/** Throws `image_size` if the server would not take a picture of this size. */
export function checkSize({ widthPx, heightPx }: Size): void {
  const [short, long] = [Math.min(widthPx, heightPx), Math.max(widthPx, heightPx)]
  const { minImageSidePx, maxImageSidePx, maxImagePixels } = limits
  if (short < minImageSidePx || long > maxImageSidePx || widthPx * heightPx > maxImagePixels) {
    throw new FaceMatchError('image_size', `${widthPx}x${heightPx} pixels are too many or too few`)
  }
}

async function openFile(file: Blob, tools: Tools, signal: AbortSignal): Promise<Picture> {
  const bytes = await read(file)
  signal.throwIfAborted()
  const size = inspected(bytes, tools.vision)
  if (size === 'heif') return openHeif(file, tools)
  if (tools.easel.trust !== 'exact') return new RawPicture(tools.vision.decode(bytes))
  const bitmap = await decoded(file, tools).catch(() => undefined)
  if (bitmap?.width === size.widthPx && bitmap.height === size.heightPx) return new BitmapPicture(bitmap, tools.easel)
  // The browser does not know the format, or does not turn pictures as their EXIF data say.
  bitmap?.close()
  return new RawPicture(tools.vision.decode(bytes))
}

async function read(file: Blob): Promise<Uint8Array> {
  if (file.size === 0) throw new FaceMatchError('image_empty', 'the file has no bytes')
  if (file.size > limits.maxImageBytes) {
    throw new FaceMatchError('image_size', `the file has ${file.size} bytes, ${limits.maxImageBytes} are allowed`)
  }
  try {
    return new Uint8Array(await file.arrayBuffer())
  } catch (cause) {
    throw new FaceMatchError('source_not_ready', 'the file can no longer be read: choose it again', { cause })
  }
}

/** The upright size. Truncated and broken files end here: browsers show what there is of them. */
function inspected(bytes: Uint8Array, vision: Vision): Size | 'heif' {
  try {
    return vision.inspect(bytes)
  } catch (error) {
    if (isHeif(bytes)) return 'heif'
    throw error
  }
}

async function openHeif(file: Blob, tools: Tools): Promise<Picture> {
  const bitmap = await decoded(file, tools).catch((cause: unknown) => {
    throw new FaceMatchError('image_unsupported', 'this browser cannot read HEIC pictures', { cause })
  })
  return new BitmapPicture(bitmap, tools.easel)
}

function decoded(file: Blob, { createImageBitmap }: Tools): Promise<ImageBitmap> {
  return createImageBitmap(file, { imageOrientation: 'from-image' })
}
