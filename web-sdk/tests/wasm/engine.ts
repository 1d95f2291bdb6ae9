/** The built module, in node. */

import { readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

type EngineModule = typeof import('../../src/engine.js')

const file = (name: string) => fileURLToPath(new URL(`../../wasm/pkg/${name}`, import.meta.url))

/** The module, started. `cargo xtask web` builds it. */
export async function engineModule(): Promise<EngineModule> {
  const module = (await import(pathToFileURL(file('facematch_web.js')).href)) as EngineModule
  await module.default({ module_or_path: readFileSync(file('facematch_web_bg.wasm')) })
  return module
}

/** The detector's file. */
export function network(): Uint8Array {
  return new Uint8Array(readFileSync(file('yunet.fmnn')))
}
