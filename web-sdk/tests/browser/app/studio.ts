/** Draws what the tests need: what a camera sees, and what is no portrait. */

import type { FaceMatch } from '@facematch/web'

/** What the fake camera shows, in pixels. */
const CAMERA = { width: 1280, height: 960 }

/** Long side of what one look needs (the SDK's `src/client.ts`). */
const FRAME_PX = 320

/** In the element's oval (the SDK's `src/capture/shape.ts`), but beside its middle, so that a mirror can be told. */
const FACE = { centreX: 690, centreY: 440, height: 500 }

/** Pictures as bytes, which is what crosses to the tests. */
export class Studio {
  readonly #sdk: FaceMatch

  constructor(sdk: FaceMatch) {
    this.#sdk = sdk
  }

  /** A wall with a window, a table and a cup: nobody is there. */
  room(type: string, width = CAMERA.width, height = CAMERA.height): Promise<number[]> {
    const { canvas, context } = sheet(width, height)
    const fill = (style: string, x: number, y: number, w: number, h: number) => {
      context.fillStyle = style
      context.fillRect(x * width, y * height, w * width, h * height)
    }
    fill('#cfc4b0', 0, 0, 1, 1)
    fill('#9fc4e8', 0.55, 0.1, 0.3, 0.35)
    fill('#f4f1ea', 0.69, 0.1, 0.02, 0.35)
    fill('#7a5230', 0, 0.7, 1, 0.3)
    fill('#b23b3b', 0.2, 0.58, 0.1, 0.14)
    return bytesOf(canvas, type)
  }

  /** The photo in the selfie's input, beside itself. */
  async twins(): Promise<number[]> {
    const photo = await chosen()
    const [width, height] = [600, Math.round((600 * photo.height) / photo.width)]
    const { canvas, context } = sheet(2 * width, height)
    for (const x of [0, width]) context.drawImage(photo, x, 0, width, height)
    return bytesOf(canvas, 'image/png')
  }

  /** The photo in the selfie's input, no larger than what one look needs. */
  async frame(): Promise<number[]> {
    const photo = await chosen()
    const scale = Math.min(1, FRAME_PX / Math.max(photo.width, photo.height))
    const { canvas, context } = sheet(Math.round(photo.width * scale), Math.round(photo.height * scale))
    context.drawImage(photo, 0, 0, canvas.width, canvas.height)
    return bytesOf(canvas, 'image/png')
  }

  /** The photo in the selfie's input, as a camera sees it when the face is in the oval. */
  async portrait(): Promise<number[]> {
    const photo = await chosen()
    const { face } = await this.#sdk.detect(photo, { role: 'selfie' })
    if (!face) throw new Error('the photo has no face')
    const { canvas, context } = sheet(CAMERA.width, CAMERA.height)
    context.fillStyle = '#8a8f94'
    context.fillRect(0, 0, CAMERA.width, CAMERA.height)
    const scale = FACE.height / face.box.height
    const x = FACE.centreX - (face.box.x + face.box.width / 2) * scale
    const y = FACE.centreY - (face.box.y + face.box.height / 2) * scale
    context.drawImage(photo, x, y, photo.width * scale, photo.height * scale)
    return bytesOf(canvas, 'image/jpeg')
  }
}

function sheet(width: number, height: number): { canvas: OffscreenCanvas, context: OffscreenCanvasRenderingContext2D } {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('there is no canvas')
  return { canvas, context }
}

function chosen(): Promise<ImageBitmap> {
  return createImageBitmap(document.querySelector<HTMLInputElement>('#selfie')?.files?.[0] ?? new Blob())
}

async function bytesOf(canvas: OffscreenCanvas, type: string): Promise<number[]> {
  const blob = await canvas.convertToBlob({ type, quality: 0.95 })
  return [...new Uint8Array(await blob.arrayBuffer())]
}
