/** From the package's tarball to a built page, as a partner would do it. */

import { execFileSync } from 'node:child_process'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

const SDK = resolve(import.meta.dirname, '../../..')
const SOURCE = resolve(import.meta.dirname, '../app')
const NPM = process.platform === 'win32' ? 'npm.cmd' : 'npm'

/** Installs the tarball into a fresh app below `folder` and builds it; returns the folder of the built page. */
export async function buildApp(folder: string, tarball = pack(folder)): Promise<string> {
  const app = join(folder, 'app')
  await mkdir(app, { recursive: true })
  await cp(SOURCE, app, { recursive: true })
  await writeFile(join(app, 'package.json'), '{ "name": "app", "private": true, "type": "module" }\n')
  // The package needs no other, so that no registry is asked.
  run(NPM, app, 'install', '--offline', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', tarball)
  tool(app, 'typescript/bin/tsc', '-p', '.')
  tool(app, 'vite/bin/vite.js', 'build', '--logLevel', 'warn')
  return join(app, 'dist')
}

function pack(folder: string): string {
  const said = run(NPM, SDK, 'pack', '--silent', '--pack-destination', folder)
  // npm ends with the name of the file.
  return join(folder, said.trimEnd().split('\n').at(-1) ?? '')
}

function tool(cwd: string, path: string, ...args: string[]): void {
  run(process.execPath, cwd, join(SDK, 'node_modules', path), ...args)
}

function run(program: string, cwd: string, ...args: string[]): string {
  return execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}
