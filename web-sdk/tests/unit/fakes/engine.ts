/** An engine that finds what it is told to find. */

import type { BoundingBox, Quality, QualityFault } from '../../../src/contract.js'
import type { Assessment, Pixels } from '../../../src/engine.js'
import type { Face } from '../../../src/face.js'
import { moved, scaling, type Size, type Turn } from '../../../src/worker/geometry.js'
import type { EngineModule } from '../../../src/worker/vision.js'

export const quality: Quality = {
  sharpness: 90, underExposurePrevention: 90, overExposurePrevention: 90, dynamicRange: 90, illuminationUniformity: 90,
  interEyeDistance: 90, headSize: 90, headPoseYaw: 90, headPosePitch: 90, headPoseRoll: 90, faceCompleteness: 90,
}

/** A face in a picture of `source`'s size. */
export function faceIn(x: number, y: number, side: number): Face {
  const at = (dx: number, dy: number) => ({ x: x + dx * side, y: y + dy * side })
  return {
    box: { x, y, width: side, height: side },
    landmarks: [at(0.25, 0.375), at(0.75, 0.375), at(0.5, 0.625), at(0.375, 0.75), at(0.625, 0.75)],
    score: 0.95,
    interEyeDistancePx: side / 2,
  }
}

/** An error as the WebAssembly module throws it. */
export function coded(code: string): Error {
  return Object.assign(new Error(`${code} it is`), { code })
}

export class FakeEngine {
  /** Size of the picture that `face` is given in. */
  source: Size = { widthPx: 400, heightPx: 300 }
  face: Face | undefined = faceIn(100, 80, 80)
  faults: QualityFault[] = []
  turnDegrees: Turn = 0
  header: { contentType: string } & Size = { contentType: 'image/jpeg', ...this.source }
  pixels: Pixels | undefined
  /** What each function throws, by its name. */
  throws: Record<string, Error | undefined> = {}
  /** How much smaller than asked the JPEG becomes. */
  encodeShrink = 1
  /** What was asked of it. */
  readonly calls: string[] = []
  /** What was encoded last. */
  encoded: Pixels | undefined

  /** As the generated module. */
  get module(): EngineModule {
    const fake = this
    const { called } = this
    class Engine {
      constructor() { called('Engine') }
      look = (...[, widthPx, heightPx, , , scale]: unknown[]) => fake.#assess('look', { widthPx, heightPx } as Size, scale)
      find = (...[, widthPx, heightPx, , scale]: unknown[]) => fake.#assess('find', { widthPx, heightPx } as Size, scale)
      free() {}
    }
    return {
      Engine,
      default: async () => called('init'),
      inspect: () => { called('inspect'); return fake.header },
      decode: () => { called('decode'); return fake.pixels as Pixels },
      crop_box: cropBox,
      encode: (rgba: Uint8ClampedArray<ArrayBuffer>, widthPx: number, heightPx: number) => {
        called('encode')
        fake.encoded = { rgba, widthPx, heightPx }
        const size = { widthPx: widthPx * fake.encodeShrink, heightPx: heightPx * fake.encodeShrink }
        return { bytes: new Uint8Array([0xff, 0xd8, 0xff]), ...size, quality: 92 }
      },
      sha256: () => 'ab'.repeat(32),
    } as unknown as EngineModule
  }

  readonly called = (name: string): void => {
    this.calls.push(name)
    const error = this.throws[name]
    if (error) throw error
  }

  #assess(name: string, view: Size, scale: unknown): Assessment {
    this.called(`${name} ${view.widthPx}x${view.heightPx} scale ${scale}`)
    this.called(name)
    const face = this.face && moved(this.face, scaling(this.source, view))
    return {
      faces: face ? [face] : [], turnDegrees: this.turnDegrees, faults: this.faults, ...(face && { face, quality }),
    }
  }
}

function cropBox(widthPx: number, heightPx: number, box: BoundingBox, margin: number): BoundingBox {
  const x = Math.max(0, Math.floor(box.x - box.width * margin))
  const y = Math.max(0, Math.floor(box.y - box.height * margin))
  const right = Math.min(widthPx, Math.ceil(box.x + box.width * (1 + margin)))
  const bottom = Math.min(heightPx, Math.ceil(box.y + box.height * (1 + margin)))
  return { x, y, width: right - x, height: bottom - y }
}
