/** Whether this browser can run the SDK. */

/** The part of the global scope that is looked at. */
export interface Scope {
  WebAssembly?: { validate(bytes: BufferSource): boolean }
  Worker?: new (url: string, options: { readonly type: 'module' }) => unknown
  OffscreenCanvas?: unknown
  createImageBitmap?: unknown
}

/** A function that returns a vector: `i32.const 0; i8x16.splat; i8x16.popcnt`. Valid only where there is SIMD. */
const SIMD_MODULE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
])

/** Names the first thing that is missing, for the error's message. */
export function missingFeature(scope: Scope): string | undefined {
  if (scope.WebAssembly === undefined) return 'WebAssembly'
  if (!scope.WebAssembly.validate(SIMD_MODULE)) return 'WebAssembly SIMD'
  if (scope.Worker === undefined) return 'workers'
  if (!hasModuleWorkers(scope.Worker)) return 'module workers'
  if (scope.OffscreenCanvas === undefined) return 'OffscreenCanvas'
  if (scope.createImageBitmap === undefined) return 'createImageBitmap'
  return undefined
}

/** Browsers that know the option read it before they find the URL invalid, and start nothing. */
function hasModuleWorkers(Worker: NonNullable<Scope['Worker']>): boolean {
  let known = false
  const options = {
    get type(): 'module' {
      known = true
      return 'module'
    },
  }
  try {
    new Worker('https://[', options)
  } catch (error) {
    // Another refusal, as by Trusted Types, tells nothing: let the real worker try.
    if (!(error instanceof DOMException && error.name === 'SyntaxError')) return true
  }
  return known
}
