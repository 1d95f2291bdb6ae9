/** An SDK that sees what it is told to see. */

import type { Quality, QualityFault } from '../../src/contract.js'
import { FaceMatchError, type FaceMatchErrorCode } from '../../src/errors.js'
import { SHAPES, outlineIn } from '../../src/capture/shape.js'
import type { CaptureRole, Detection, Face, ImageInput, PreparedImage } from '../../src/options.js'
import type { Eyes } from '../../src/capture/controller.js'

/** What the next photo comes to. */
export type PhotoPlan = { warnings: QualityFault[] } | { code: FaceMatchErrorCode } | 'never'

/** Replaces the SDK; `faults` and `plan` are set from outside. */
export class FakeSdk implements Eyes {
  /** What live frames show. */
  faults: QualityFault[] = ['no_face']
  /** What `prepare` does. */
  plan: PhotoPlan = { warnings: [] }
  /** Photos that were prepared, and those that were released. */
  prepared = 0
  released = 0
  /** Sizes of the frames that were looked at. */
  frames: [number, number][] = []

  async detect(source: ImageInput, { role, signal }: { role: CaptureRole, signal?: AbortSignal }): Promise<Detection> {
    await Promise.resolve()
    signal?.throwIfAborted()
    const bitmap = source as ImageBitmap
    const [widthPx, heightPx] = [bitmap.width, bitmap.height]
    this.frames.push([widthPx, heightPx])
    if (this.faults.includes('no_face')) return { widthPx, heightPx, faces: [], faults: this.faults }
    const face = faceIn(widthPx, heightPx, role)
    return { widthPx, heightPx, faces: [face], face, quality: {} as Quality, faults: this.faults }
  }

  async prepare(source: ImageInput, { role, signal }: { role: CaptureRole, signal?: AbortSignal }): Promise<PreparedImage> {
    if (this.plan === 'never') return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
    if ('code' in this.plan) throw new FaceMatchError(this.plan.code, 'as planned')
    const bitmap = source instanceof Blob ? await createImageBitmap(source) : source as ImageBitmap
    const [widthPx, heightPx] = [bitmap.width, bitmap.height]
    const canvas = new OffscreenCanvas(widthPx, heightPx)
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0)
    const blob = await canvas.convertToBlob({ type: 'image/jpeg' })
    this.prepared += 1
    return {
      role, blob, contentType: 'image/jpeg', sha256: '0'.repeat(64), sizeBytes: blob.size, widthPx, heightPx,
      face: faceIn(widthPx, heightPx, role), quality: {} as Quality, preview: '', bytesSaved: 0, warnings: this.plan.warnings,
      release: () => { this.released += 1 },
    }
  }
}

/** A face that fills the guide as it should. */
function faceIn(widthPx: number, heightPx: number, role: CaptureRole): Face {
  const guide = outlineIn(SHAPES[role], { width: widthPx, height: heightPx })
  const share = role === 'selfie' ? 0.8 : 0.3
  const [width, height] = [guide.width * share * (role === 'selfie' ? 1 : 0.5), guide.height * share]
  const centre = { x: guide.x + guide.width / 2, y: guide.y + guide.height / 2 }
  return {
    box: { x: centre.x - width / 2, y: centre.y - height / 2, width, height },
    landmarks: [centre, centre, centre, centre, centre], score: 0.99, interEyeDistancePx: width / 2,
  }
}
