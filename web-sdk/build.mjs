// Builds dist/: three bundles, their types, the engine's files, and a hash of each.

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { notices } from './notices.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const dist = join(here, 'dist')
const pkg = join(here, 'wasm/pkg')

/** What `cargo xtask web` puts into wasm/pkg and the package ships as it is. */
const ENGINE_FILES = ['facematch_web_bg.wasm', 'yunet.fmnn']

/** `./engine.js` is known to TypeScript by engine.d.ts alone; the code is what wasm-bindgen wrote. */
const engine = {
  name: 'engine',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/engine\.js$/ }, () => ({ path: join(pkg, 'facematch_web.js') }))
  },
}

await mustExist(join(pkg, 'facematch_web.js'), ...ENGINE_FILES.map((name) => join(pkg, name)))
await rm(dist, { recursive: true, force: true })
await mkdir(dist)
await bundle()
await types()
for (const name of ENGINE_FILES) await copyFile(join(pkg, name), join(dist, name))
await copyFile(join(here, '../LICENSE'), join(here, 'LICENSE'))
await writeFile(join(here, 'NOTICES'), await notices(join(here, 'wasm')))
await writeIntegrity()

async function mustExist(...files) {
  for (const file of files) {
    const content = await readFile(file).catch(() => undefined)
    if (content !== undefined) continue
    console.error(`${file} is missing: run \`cargo xtask web\` first, which builds the WebAssembly module.`)
    process.exit(1)
  }
}

async function bundle() {
  const shared = {
    absWorkingDir: here, outdir: dist, bundle: true, format: 'esm', target: 'es2022', minify: true, logLevel: 'warning',
  }
  // One copy of what both share, so that `instanceof FaceMatchError` holds across them.
  await build({
    ...shared,
    entryPoints: { index: 'src/index.ts', capture: 'src/capture/index.ts' },
    splitting: true,
    chunkNames: '[name]-[hash]',
  })
  // A worker is one request: nothing is shared with the page.
  await build({ ...shared, entryPoints: { worker: 'src/worker.ts' }, plugins: [engine] })
}

async function types() {
  const tsc = join(here, 'node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [tsc, '-p', join(here, 'tsconfig.build.json')], { stdio: 'inherit' })
  const needed = new Set()
  for (const entry of ['index.d.ts', 'capture/index.d.ts']) await reach(join(dist, entry), needed)
  for (const name of await readdir(dist, { recursive: true })) {
    const file = join(dist, name)
    if (name.endsWith('.d.ts') && !needed.has(file)) await rm(file)
  }
}

/** Collects the types that `file` refers to: the others are of no use to anyone. */
async function reach(file, needed) {
  if (needed.has(file)) return
  needed.add(file)
  const text = await readFile(file, 'utf8')
  for (const [, path] of text.matchAll(/(?:from|import)\s*\(?['"](\.[^'"]+)\.js['"]/g)) {
    await reach(resolve(dirname(file), `${path}.d.ts`), needed)
  }
}

/** Subresource Integrity (SRI) of each file, for pages and mirrors that check. */
async function writeIntegrity() {
  const names = (await readdir(dist)).filter((name) => /\.(js|wasm|fmnn)$/.test(name)).sort()
  const hashes = {}
  for (const name of names) {
    hashes[name] = `sha384-${createHash('sha384').update(await readFile(join(dist, name))).digest('base64')}`
  }
  await writeFile(join(dist, 'integrity.json'), `${JSON.stringify(hashes, null, 2)}\n`)
}
