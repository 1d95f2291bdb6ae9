/** Packs the package, builds the page with it, and runs one browser's test files on it. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { buildApp } from './package.js'

const TESTS = resolve(import.meta.dirname, '../..')

/** The test files of one browser. */
export interface Suite {
  /** What it is, for messages. */
  name: string
  /** How its files' names end. */
  ending: string
  /** Where its files are that need nothing but a browser. */
  alone?: string
}

/** Runs it; the command line may name parts of the wanted files' names. Sets the process' status. */
export async function run({ name, ending, alone }: Suite): Promise<void> {
  const { FACEMATCH_BIN: bin, FACEMATCH_SAMPLES: samples, FACEMATCH_REQUIRE_DATA: required } = process.env
  const missing = bin && samples ? undefined : 'FACEMATCH_BIN or FACEMATCH_SAMPLES is not set'
  if (missing && required) throw new Error(missing)
  if (missing) console.log(`*** ${missing}: tests of ${name} are SKIPPED.`)

  const wanted = process.argv.slice(2)
  const all = (readdirSync(TESTS, { recursive: true }) as string[]).filter((file) => file.endsWith(ending)).sort()
  const able = all.filter((file) => !missing || (alone !== undefined && file.startsWith(alone)))
  const files = able.filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  if (missing && able.length === 0) return
  // Without names, node would look for tests of its own choice.
  if (files.length === 0) throw new Error(`no test file to run, of ${all.join(', ')}`)

  const folder = mkdtempSync(join(tmpdir(), 'facematch-app-'))
  try {
    const env = { ...process.env }
    if (!missing) env['FACEMATCH_APP'] = await buildApp(folder, env['FACEMATCH_TARBALL'])
    const args = ['--import', 'tsx', '--test', '--test-reporter=spec', ...files.map((file) => join(TESTS, file))]
    process.exitCode = spawnSync(process.execPath, args, { env, stdio: 'inherit' }).status ?? 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
