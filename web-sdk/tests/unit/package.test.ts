import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { faceMatchErrorCodes } from '../../src/errors.js'

const root = join(import.meta.dirname, '../..')

const read = (name: string) => readFileSync(join(root, name), 'utf8')

/** Files of `folder` and their text, but for the custom element, which has rules of its own. */
function sources(folder: string): [name: string, text: string][] {
  const names = readdirSync(join(root, folder), { recursive: true }) as string[]
  return names.filter((name) => name.endsWith('.ts') && !name.startsWith('capture')).map((name) => [name, read(join(folder, name))])
}

test('the package needs no other at run time, and only the element has side effects', () => {
  const manifest = JSON.parse(read('package.json')) as Record<string, unknown>
  assert.equal(manifest['dependencies'], undefined)
  assert.equal(manifest['peerDependencies'], undefined)
  assert.deepEqual(manifest['sideEffects'], ['./dist/capture.js'])
})

test('the lock file names no registry', () => {
  const lock = read('package-lock.json')
  assert.doesNotMatch(lock, /"resolved"/)
  assert.doesNotMatch(lock, /registry\.|\/-\/[\w.-]+\.tgz/)
})

test('bundlers can see the worker and the assets', () => {
  assert.match(read('src/browser.ts'), /new Worker\(new URL\('\.\/worker\.js', import\.meta\.url\), \{ type: 'module' \}\)/)
  for (const name of ['facematch_web_bg.wasm', 'yunet.fmnn']) {
    assert.ok(read('src/worker/assets.ts').includes(`new URL('./${name}', import.meta.url)`), name)
  }
})

test('only the worker knows the engine, and only one file of it calls the engine', () => {
  for (const [name, text] of sources('src')) {
    const knows = /from '\.\.?\/engine\.js'/.test(text)
    const calls = /^import (?!type)[^\n]*engine\.js'/m.test(text)
    assert.ok(!knows || name === 'worker.ts' || name.startsWith('worker/'), name)
    assert.ok(!calls || name === 'worker.ts', name)
  }
})

test('the page does not import the worker, nor the worker the page', () => {
  const pageOnly = /\.\.\/(client|browser|link|ports|upload|verify|api|xhr|retry|abort|options|source)\.js/
  for (const [name, text] of sources('src')) {
    if (name === 'worker.ts') continue
    if (name.startsWith('worker/')) assert.doesNotMatch(text, pageOnly, name)
    else assert.doesNotMatch(text, /from '\.\/worker/, name)
  }
})

test('every error code is in the README', () => {
  const readme = read('README.md')
  for (const code of faceMatchErrorCodes) assert.match(readme, new RegExp(`^\\| \`${code}\` \\|`, 'm'), code)
})

test('every attribute of the element is in the README', () => {
  const element = read('src/capture/element.ts')
  const names = new Set([...element.matchAll(/[tgs]Attribute\('([\w-]+)'/g)].map(([, name = '']) => name))
  assert.ok(names.size >= 5, [...names].join())
  for (const name of names) assert.match(read('README.md'), new RegExp(`^\\| \`${name}["=\`]`, 'm'), name)
})
