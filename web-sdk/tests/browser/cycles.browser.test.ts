import assert from 'node:assert/strict'
import { after, before, test, type TestContext } from 'node:test'
import type { Opened } from './kit/chromium.js'
import { footprint, unmeasurable, type Footprint } from './kit/footprint.js'
import { photos } from './kit/photos.js'
import type { Site } from './kit/site.js'
import { openPage, startSite } from './kit/world.js'

const CYCLES = 100

/** The first loads grow caches: of code, of fonts, of the allocator. */
const WARM_UP = 10

/** Loads of the controls: fewer, so that no bound is one which only a flood would break. */
const FORGOTTEN = 20
const KEPT = 60

/** Every so many loads a photo is prepared too, for which the engine asks for the most memory. */
const PREPARE_EVERY = 10

/** Over the warm page. One SDK that stays takes 9 MB, 4 of them WebAssembly's, and 2 kB of the page's heap. */
const MOST: Footprint = { workers: 0, heapBytes: 80_000, residentBytes: 40e6 }

/** What becomes of each SDK: closed and forgotten, forgotten alone, or closed and kept. */
type Fate = 'close' | 'forget' | 'keep'

let site: Site
before(async () => { site = await startSite() })
after(() => site.close())

test(`loading, looking and closing ${CYCLES} times leaves nothing behind`, { skip: unmeasurable }, async (t) => {
  const opened = await warmPage(t)
  assert.deepEqual(exceeded(t, await growth(opened, CYCLES, 'close')), [])
})

test('an SDK that is not closed, and one that is kept, are seen by that measure', { skip: unmeasurable }, async (t) => {
  const opened = await warmPage(t)
  assert.deepEqual(exceeded(t, await growth(opened, FORGOTTEN, 'forget')), ['workers', 'residentBytes'])
  assert.deepEqual(exceeded(t, await growth(opened, KEPT, 'keep')), ['heapBytes'])
})

async function warmPage(t: TestContext): Promise<Opened> {
  const opened = await openPage(t, site)
  await opened.page.locator('#selfie').setInputFiles(photos().selfie)
  await cycle(opened, WARM_UP, 'close')
  return opened
}

async function growth(opened: Opened, loads: number, fate: Fate): Promise<Footprint> {
  const from = await footprint(opened)
  await cycle(opened, loads, fate)
  const to = await footprint(opened)
  return {
    workers: to.workers - from.workers,
    heapBytes: to.heapBytes - from.heapBytes,
    residentBytes: to.residentBytes - from.residentBytes,
  }
}

/** The names of what has grown by more than it may. */
function exceeded(t: TestContext, grown: Footprint): string[] {
  t.diagnostic(`grown by ${JSON.stringify(grown)}`)
  return (Object.keys(MOST) as (keyof Footprint)[]).filter((name) => grown[name] > MOST[name])
}

function cycle({ page }: Opened, loads: number, fate: Fate): Promise<void> {
  return page.evaluate(async ([count, every, fateOfEach]) => {
    const kept: unknown[] = []
    Object.assign(window, { kept })
    const file = document.querySelector<HTMLInputElement>('#selfie')?.files?.[0] ?? new Blob()
    for (let at = 0; at < count; at += 1) {
      const sdk = await window.app.FaceMatch.load()
      const detection = await sdk.detect(file, { role: 'selfie' })
      if (detection.face === undefined) throw new Error('no face was found')
      if (at % every === 0) (await sdk.prepare(file, { role: 'selfie' })).release()
      if (fateOfEach !== 'forget') sdk.close()
      if (fateOfEach === 'keep') kept.push(sdk, detection)
    }
  }, [loads, PREPARE_EVERY, fate] as const)
}
