import { checkAgreement } from './agreement.mjs'
import { openPage } from './chromium.mjs'
import { interleave, quartiles } from './statistics.mjs'

/** Frames a turn: enough that the clock's 0.1 ms and the calls around a turn weigh little. */
const FRAMES = 16
const WARM_UP_TURNS = 4
/** A turn of no frames: what the calls around every turn cost. */
const NOTHING = 'nothing'

export function open(page, contender) {
  return page.evaluate(async (given) => (await import('/page/frames.js')).open(given), contender)
}

/** Milliseconds on the page's clock. */
export function turn(page, key, count) {
  const given = { key, count }
  return page.evaluate(async (given) => (await import('/page/frames.js')).turn(given), given)
}

/**
 * Times `contenders` (`{ key, name, variant, photo, width, height }`; without `photo`: a frame without a face)
 * turn by turn in one page. Gives the boxes' agreement and, by key, milliseconds a frame: CPU time of the
 * page's thread, and wall.
 */
export async function measureFrames(browser, base, contenders, rounds) {
  const page = await openPage(browser, `${base}/page/empty.html`)
  const best = new Map()
  for (const contender of contenders) {
    const [box] = await open(page, contender)
    if (contender.photo) best.set(contender.key, box)
  }
  const agreement = checkAgreement(best)

  const keys = contenders.map(({ key }) => key)
  await interleave(keys, WARM_UP_TURNS, (key) => turn(page, key, FRAMES))
  const threadMs = await threadClock(page)
  // The engine opened first stands for no engine: a turn of no frames runs none of it.
  const turns = await interleave([...keys, NOTHING], rounds, async (key) => {
    const startMs = await threadMs()
    const wallMs = await turn(page, key === NOTHING ? keys[0] : key, key === NOTHING ? 0 : FRAMES)
    return { wallMs, cpuMs: (await threadMs()) - startMs }
  })
  await page.context().close()

  const aroundMs = quartiles(turns.get(NOTHING).map(({ cpuMs }) => cpuMs)).median
  const times = keys.map((key) => [key, summary(turns.get(key), aroundMs)])
  return { agreement, times: Object.fromEntries(times) }
}

function summary(turns, aroundMs) {
  return {
    cpuMs: quartiles(turns.map(({ cpuMs }) => (cpuMs - aroundMs) / FRAMES)),
    wallMs: quartiles(turns.map(({ wallMs }) => wallMs / FRAMES)),
  }
}

/** Reads the CPU time that the page's main thread has used, which neighbours on the machine do not lengthen. */
async function threadClock(page) {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'ThreadTime').value * 1e3
  }
}
