// Builds the pages with the packed SDK: node build.mjs --sdk facematch-web-0.1.0.tgz --out DIR

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const here = dirname(fileURLToPath(import.meta.url))
const modules = join(here, 'node_modules')
const { sdk, out } = parseArgs({ options: { sdk: { type: 'string' }, out: { type: 'string' } } }).values
if (!sdk || !out) {
  console.error('usage: node build.mjs --sdk TARBALL --out DIR')
  process.exit(2)
}
const tarball = resolve(sdk)

await installTools()
await installSdk()
tool('typescript/bin/tsc')
tool('vite/bin/vite.js', 'build', '--outDir', resolve(out), '--logLevel', 'warn')

/** As the lock file says; not again while it says the same. */
async function installTools() {
  const mark = join(modules, '.lock-hash')
  const hash = createHash('sha256').update(await readFile(join(here, 'package-lock.json'))).digest('hex')
  if (await readFile(mark, 'utf8').catch(() => '') === hash) return
  npm('ci', '--no-audit', '--no-fund')
  await mkdir(modules, { recursive: true })
  await writeFile(mark, hash)
}

/** As a partner would. The old one goes first: npm keeps a package whose version has not changed. */
async function installSdk() {
  await rm(join(modules, '@facematch'), { recursive: true, force: true })
  npm('install', '--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts', tarball)
}

function npm(...args) {
  execFileSync('npm', args, { cwd: here, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' })
}

function tool(path, ...args) {
  execFileSync(process.execPath, [join(modules, path), ...args], { cwd: here, stdio: 'inherit' })
}
