/**
 * Packs the package, builds a page with it, and runs all browser tests on it:
 *
 *     npm run browser [-- part-of-a-test's-file-name …]
 *
 * | variable | |
 * |---|---|
 * | `FACEMATCH_BIN` | the server's program |
 * | `FACEMATCH_SAMPLES` | folder of photos in which photos of one person share a name but for digits at its end |
 * | `FACEMATCH_TARBALL` | the packed package; default: it is packed now |
 * | `FACEMATCH_CHROMIUM` | the browser; default: where Debian puts it |
 * | `FACEMATCH_ARTIFACTS` | where screenshots are kept; default: nowhere |
 * | `FACEMATCH_REQUIRE_DATA` | without the first two, fail instead of leaving out what needs them |
 */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { buildApp } from './kit/package.js'

const TESTS = resolve(import.meta.dirname, '..')

/** The suite that needs nothing but a browser. */
const ALONE = 'capture/'

const { FACEMATCH_BIN: bin, FACEMATCH_SAMPLES: samples, FACEMATCH_REQUIRE_DATA: required } = process.env
const missing = bin && samples ? undefined : 'FACEMATCH_BIN or FACEMATCH_SAMPLES is not set'
if (missing && required) throw new Error(missing)
if (missing) console.log(`*** ${missing}: tests of the packed package in the browser are SKIPPED.`)

const wanted = process.argv.slice(2)
const all = (readdirSync(TESTS, { recursive: true }) as string[]).filter((name) => name.endsWith('.browser.test.ts')).sort()
const files = all.filter((name) =>
  (!missing || name.startsWith(ALONE)) && (wanted.length === 0 || wanted.some((part) => name.includes(part))))
// Without names, node would look for tests of its own choice.
if (files.length === 0) throw new Error(`no test file to run, of ${all.join(', ')}`)

const folder = mkdtempSync(join(tmpdir(), 'facematch-app-'))
try {
  const env = { ...process.env }
  if (!missing) env['FACEMATCH_APP'] = await buildApp(folder, env['FACEMATCH_TARBALL'])
  const args = ['--import', 'tsx', '--test', '--test-reporter=spec', ...files.map((name) => join(TESTS, name))]
  process.exitCode = spawnSync(process.execPath, args, { env, stdio: 'inherit' }).status ?? 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
