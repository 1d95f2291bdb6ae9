/** The engine's files: where they are, and how they are fetched. */

import { FaceMatchError } from '../errors.js'

/** The WebAssembly module. */
export function wasmUrl(): URL {
  return new URL('./facematch_web_bg.wasm', import.meta.url)
}

/** The detector's file. */
export function modelUrl(): URL {
  return new URL('./yunet.fmnn', import.meta.url)
}

/** Fetches and compiles the WebAssembly module. */
export async function fetchCode(url: string | URL, fetcher: typeof fetch): Promise<WebAssembly.Module> {
  const response = await fetchAsset(url, 'WebAssembly module', fetcher)
  try {
    // Streaming insists on exactly this type; many static hosts do not send it.
    return response.headers.get('content-type') === 'application/wasm'
      ? await WebAssembly.compileStreaming(response)
      : await WebAssembly.compile(await response.arrayBuffer())
  } catch (error) {
    throw notCompiled(error)
  }
}

/** Fetches the detector's file. */
export async function fetchNetwork(url: string | URL, fetcher: typeof fetch): Promise<Uint8Array> {
  const response = await fetchAsset(url, 'face detector', fetcher)
  try {
    return new Uint8Array(await response.arrayBuffer())
  } catch (error) {
    throw cutOff('face detector', error)
  }
}

async function fetchAsset(url: string | URL, name: string, fetcher: typeof fetch): Promise<Response> {
  const response = await fetcher(url, { credentials: 'same-origin' }).catch((error: unknown) => {
    throw cutOff(name, error)
  })
  if (response.status >= 500) throw new FaceMatchError('network', `the ${name}'s server answers ${response.status}`)
  if (!response.ok) throw missing(name, `its URL answers ${response.status}`)
  // Servers of single-page apps answer every unknown path with their page.
  if (response.headers.get('content-type')?.startsWith('text/html')) throw missing(name, 'its URL answers with a page')
  return response
}

function missing(name: string, why: string): FaceMatchError {
  return new FaceMatchError('asset_missing', `the ${name} is not where it should be: ${why}`)
}

function cutOff(name: string, cause: unknown): FaceMatchError {
  const message = `the ${name} cannot be fetched: no network, or connect-src does not allow it`
  return new FaceMatchError('network', message, { cause })
}

function notCompiled(cause: unknown): FaceMatchError {
  const text = String(cause)
  if (/content security policy|\bCSP\b|unsafe-eval/i.test(text)) {
    return new FaceMatchError('csp_blocked', "script-src needs 'wasm-unsafe-eval'", { cause })
  }
  if (cause instanceof WebAssembly.CompileError) {
    return new FaceMatchError('asset_broken', 'the WebAssembly module cannot be compiled', { cause })
  }
  return cutOff('WebAssembly module', cause)
}
