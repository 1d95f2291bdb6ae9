import { openPage } from './chromium.mjs'
import { open, turn } from './frames.mjs'
import { quartiles } from './statistics.mjs'

/** Ways to configure each peer. Each is tried; those that do not start here are left out, with their reason. */
const VARIANTS = {
  'onnxruntime-web': ['wasm'],
  'face-api': ['wasm', 'webgl', 'cpu'],
}
/** A variant this many times slower than the best cannot start faster either: one frame outlasts the other's start. */
const HOPELESS = 10
const TURNS = 5
const FRAMES = 6

/** The working variants of each peer, the fastest per frame (on the clock) first: `{ variant, medianMs }`. */
export async function findVariants(browser, base, input) {
  const found = new Map()
  for (const [name, variants] of Object.entries(VARIANTS)) {
    const working = []
    for (const variant of variants) {
      const medianMs = await probe(browser, base, { ...input, name, variant, key: variant })
      if (medianMs !== undefined) working.push({ variant, medianMs })
    }
    if (working.length === 0) throw new Error(`${name} does not run in this Chromium`)
    found.set(name, working.sort((a, b) => a.medianMs - b.medianMs))
  }
  return found
}

/** Of what `findVariants` gave for one peer: those worth a cold start. */
export function startable(working) {
  return working.filter(({ medianMs }) => medianMs < HOPELESS * working[0].medianMs)
}

async function probe(browser, base, contender) {
  const page = await openPage(browser, `${base}/page/empty.html`)
  try {
    const boxes = await open(page, contender)
    if (boxes.length === 0) throw new Error('finds no face')
    const times = []
    for (let i = 0; i < TURNS; i++) times.push((await turn(page, contender.key, FRAMES)) / FRAMES)
    // The first turn warms up.
    return quartiles(times.slice(1)).median
  } catch (error) {
    console.log(`${contender.name} (${contender.variant}) is left out: ${error.message.split('\n')[0]}`)
    return undefined
  } finally {
    await page.context().close()
  }
}
