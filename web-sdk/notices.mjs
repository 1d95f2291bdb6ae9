// What the licences of others ask to be said, for everything that is compiled into the WebAssembly module.

import { execFileSync } from 'node:child_process'
import { readFile, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const HEAD = `@facematch/web contains work of others. What is offered under the Apache License 2.0 is used under it: its
text is in LICENSE. All other licences follow. This software is based in part on the work of the Independent JPEG Group.

Face detector (yunet.fmnn): YuNet, or a network distilled from it, Apache-2.0
`

/** The text of NOTICES for the crate in `folder`. */
export async function notices(folder) {
  const parts = await Promise.all(foreign(folder).map(async ({ name, version, license, manifest_path }) => {
    const head = `${name} ${version}, ${license}`
    return apacheSuffices(license) ? head : `\n${[head, ...await texts(dirname(manifest_path))].join('\n\n')}\n`
  }))
  return `${HEAD}${parts.sort((a, b) => a.trim().localeCompare(b.trim())).join('\n')}\n`
}

/** Packages from elsewhere that end up in the module. */
function foreign(folder) {
  const cargo = (...args) => execFileSync('cargo', args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 })
  // The tree knows which features this one crate uses, the metadata where the files are.
  const tree = cargo(
    'tree', '--locked', '--package=facematch-web', '--target=wasm32-unknown-unknown', '--edges=normal,no-proc-macro',
    '--prefix=none', '--format={p}',
  )
  const used = new Set(tree.split('\n').map((line) => line.split(' ').slice(0, 2).join(' ')))
  const { packages } = JSON.parse(cargo('metadata', '--format-version=1', '--locked'))
  return packages.filter(({ name, version, source }) => source !== null && used.has(`${name} v${version}`))
}

/** Whether every part of an SPDX expression offers Apache-2.0. */
function apacheSuffices(license) {
  return license.split(' AND ').every((part) => part.includes('Apache-2.0'))
}

/** The licence files of a package, but for the Apache License. */
async function texts(folder) {
  const names = await readdir(folder)
  const wanted = names.filter((name) => /^(licen[cs]e|copying|unlicense|notice)/i.test(name) && !/apache/i.test(name))
  if (wanted.length === 0) throw new Error(`${folder} has no licence file`)
  return Promise.all(wanted.sort().map(async (name) => (await readFile(join(folder, name), 'utf8')).trim()))
}
