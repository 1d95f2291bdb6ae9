import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

const USAGE = `node run.mjs --modules DIR --engine DIR --models DIR --photo FILE [--sdk DIR] [--json FILE] [--rounds N]

  --modules  node_modules with what package-lock.json lists
  --engine   folder with facematch_web.js, facematch_web_bg.wasm and yunet.fmnn
  --models   folder with yunet_n_dynamic.onnx
  --photo    a photo with one face
  --sdk      the SDK's package folder; counted and measured once it has been built
  --json     where the figures go, for plot.mjs
  --rounds   turns of each contender (default 41; cold starts and uploads take a third of it, at least 9)`

/** What must be given, and what must lie there. */
const NEEDED = {
  modules: ['playwright-core', 'onnxruntime-web', '@vladmandic/face-api', '@tensorflow/tfjs-backend-wasm'],
  engine: ['facematch_web.js', 'facematch_web_bg.wasm', 'yunet.fmnn'],
  models: ['yunet_n_dynamic.onnx'],
  photo: [''],
}

/** Reads the command line, or ends the process with the usage. */
export function readArguments() {
  const needed = Object.keys(NEEDED)
  const names = [...needed, 'sdk', 'json', 'rounds']
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' }]))
  const { values } = parseArgs({ options })
  const rounds = Number(values.rounds ?? 41)
  if (needed.some((name) => !values[name]) || !Number.isInteger(rounds) || rounds < 1) fail(USAGE)
  const files = needed.flatMap((name) => NEEDED[name].map((file) => join(values[name], file)))
  const absent = files.filter((file) => !existsSync(file))
  if (absent.length > 0) fail(`not there: ${absent.join(', ')}`)
  const paths = names.filter((name) => name !== 'rounds' && values[name])
  return {
    ...Object.fromEntries(paths.map((name) => [name, resolve(values[name])])),
    rounds,
    slowRounds: Math.max(9, Math.ceil(rounds / 3)),
  }
}

function fail(message) {
  console.error(message)
  process.exit(2)
}
