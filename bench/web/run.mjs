/**
 * Our engine and SDK against onnxruntime-web and face-api, turn by turn in one Chromium, each on one thread.
 * Run by `cargo xtask bench web`; by hand, see arguments.mjs.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readArguments } from './arguments.mjs'
import { launchChromium, openPage } from './chromium.mjs'
import { measureCold } from './cold.mjs'
import { comparisons } from './comparisons.mjs'
import { measureFrames } from './frames.mjs'
import { print } from './print.mjs'
import { BenchServer } from './server.mjs'
import { measureUpload } from './upload.mjs'
import { findVariants, startable } from './variants.mjs'

const COLD_SIDE = 320
const PEERS = ['onnxruntime-web', '@vladmandic/face-api', '@tensorflow/tfjs-backend-wasm']

const given = readArguments()
const photo = `/photo/${basename(given.photo)}`
const entry = given.sdk && sdkEntry(given.sdk)
const server = new BenchServer({
  page: join(dirname(fileURLToPath(import.meta.url)), 'page'),
  modules: given.modules,
  engine: given.engine,
  models: given.models,
  photo: dirname(given.photo),
  sdk: given.sdk,
})
const base = await server.listen()
const browser = await launchChromium(given.modules)
try {
  const report = await measure()
  print(report)
  if (given.json) writeFileSync(given.json, `${JSON.stringify(report, null, 2)}\n`)
} finally {
  await browser.close()
  server.close()
}

async function measure() {
  const input = { width: COLD_SIDE, height: COLD_SIDE, photo }
  const variants = await findVariants(browser, base, input)
  const best = (name) => ({ name, variant: variants.get(name)[0].variant })

  const frames = {}
  for (const [width, height] of [[320, 320], [640, 480]]) {
    const peers = width === COLD_SIDE ? ['onnxruntime-web', 'face-api'] : ['onnxruntime-web']
    const contenders = [
      { key: 'ours', name: 'engine', photo },
      // No face, so no quality: conversion, network, decoding and NMS alone.
      { key: 'ours, no face in the frame', name: 'engine' },
      ...peers.map((name) => ({ key: name, photo, ...best(name) })),
    ].map((contender) => ({ ...contender, width, height }))
    frames[`${width}×${height}`] = await measureFrames(browser, base, contenders, given.rounds)
  }

  server.add('/frame.png', await framePng(input))
  const starters = [
    { key: 'engine', name: 'engine' },
    ...(entry ? [{ key: 'sdk', name: 'sdk', variant: entry }] : []),
    // A start may be quickest with another variant than a frame is.
    ...[...variants].flatMap(([name, working]) =>
      startable(working).map(({ variant }) => ({ key: `${name}, ${variant}`, name, variant })),
    ),
  ]
  const settings = { side: COLD_SIDE, rounds: given.slowRounds }
  const cold = await measureCold(browser, server, base, starters, settings)
  const upload =
    entry && (await measureUpload(browser, base, { photo, entry, rounds: given.slowRounds }))

  return {
    title: 'In the browser, one thread',
    rows: comparisons({ frames, cold, upload }),
    machine: { cpu: cpus()[0].model, cores: cpus().length },
    versions: versions(),
    rounds: { frames: given.rounds, cold: given.slowRounds, upload: given.slowRounds },
    variants: Object.fromEntries(variants),
    frames,
    cold,
    upload,
  }
}

/** The address of the SDK's module, by its package.json; nothing before it has been built. */
function sdkEntry(folder) {
  const manifest = join(folder, 'package.json')
  if (!existsSync(manifest)) return undefined
  const { exports } = JSON.parse(readFileSync(manifest, 'utf8'))
  const main = exports['.'].import ?? exports['.'].default ?? exports['.']
  return existsSync(join(folder, main)) ? `/sdk/${main.replace(/^\.\//, '')}` : undefined
}

async function framePng(input) {
  const page = await openPage(browser, `${base}/page/empty.html`)
  const url = await page.evaluate(
    async (input) => (await import('/page/frames.js')).framePng(input),
    input,
  )
  await page.context().close()
  return Buffer.from(url.split(',')[1], 'base64')
}

function versions() {
  const peers = PEERS.map((name) => {
    const { version } = JSON.parse(readFileSync(join(given.modules, name, 'package.json'), 'utf8'))
    return [name.replace('@vladmandic/', ''), version]
  })
  return { chromium: browser.version(), node: process.versions.node, ...Object.fromEntries(peers) }
}
