/** The WebAssembly module, behind typed errors. The only file that calls it. */

import type { BoundingBox } from '../contract.js'
import type { Assessment, Engine, Pixels } from '../engine.js'
import { FaceMatchError, isErrorCode } from '../errors.js'
import type { CaptureRole } from '../face.js'
import type { Size } from './geometry.js'

/** The generated module: `../engine.js`, or a fake of it. */
export type EngineModule = typeof import('../engine.js')

/** A loaded engine. Every method throws `FaceMatchError`. */
export class Vision {
  readonly #module: EngineModule
  readonly #engine: Engine

  private constructor(module: EngineModule, engine: Engine) {
    this.#module = module
    this.#engine = engine
  }

  /** Starts `module` with its compiled code and the bytes of the detector's file. */
  static async load(module: EngineModule, code: WebAssembly.Module, network: Uint8Array): Promise<Vision> {
    try {
      await module.default({ module_or_path: code })
    } catch (error) {
      throw new FaceMatchError('asset_broken', 'the WebAssembly module does not fit this worker', { cause: error })
    }
    return new Vision(module, guarded(() => new module.Engine(network)))
  }

  /** One look; `source` is the size of the picture that `pixels` were shrunk from. */
  look(pixels: Pixels, longSidePx: number, role: CaptureRole, source: Size): Assessment {
    const { rgba, widthPx, heightPx } = pixels
    return guarded(() => this.#engine.look(rgba, widthPx, heightPx, longSidePx, role, source.widthPx / widthPx))
  }

  /** All looks; `source` as for `look`. */
  find(pixels: Pixels, role: CaptureRole, source: Size): Assessment {
    const { rgba, widthPx, heightPx } = pixels
    return guarded(() => this.#engine.find(rgba, widthPx, heightPx, role, source.widthPx / widthPx))
  }

  /** What a file is. */
  inspect(file: Uint8Array): { contentType: string } & Size {
    return guarded(() => this.#module.inspect(file))
  }

  /** A file's pixels, upright, by our own decoder. */
  decode(file: Uint8Array): Pixels {
    return guarded(() => this.#module.decode(file))
  }

  /** The part of a picture of `size` that holds `box` and a margin. */
  cropBox({ widthPx, heightPx }: Size, box: BoundingBox, margin: number): BoundingBox {
    return guarded(() => this.#module.crop_box(widthPx, heightPx, box, margin))
  }

  /** A JPEG of at most `maxBytes`. */
  encode({ rgba, widthPx, heightPx }: Pixels, maxBytes: number, maxSidePx: number): ReturnType<EngineModule['encode']> {
    return guarded(() => this.#module.encode(rgba, widthPx, heightPx, maxBytes, maxSidePx))
  }

  /** SHA-256 in hexadecimal digits. */
  sha256(bytes: Uint8Array): string {
    return guarded(() => this.#module.sha256(bytes))
  }
}

/** Runs `call`; what it throws becomes ours. A trap has no code: it is a fault of ours. */
function guarded<T>(call: () => T): T {
  try {
    return call()
  } catch (error) {
    const code = error instanceof Error && 'code' in error && isErrorCode(error.code) ? error.code : 'internal'
    throw new FaceMatchError(code, error instanceof Error ? error.message : String(error), { cause: error })
  }
}
