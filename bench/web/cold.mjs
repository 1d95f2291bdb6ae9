import { checkAgreement } from './agreement.mjs'
import { openPage } from './chromium.mjs'
import { interleave, quartiles } from './statistics.mjs'

/** The benchmark's own files, which no contender has to ship. */
const NOT_SHIPPED = /^\/(page\/|frame\.png$)/

/**
 * Starts each of `contenders` (`{ key, name, variant }`) in a fresh context, nothing cached, until its first
 * box in `/frame.png`. By key: wall milliseconds from the navigation on, and the files that it asked for,
 * with their sizes as brotli.
 */
export async function measureCold(browser, server, base, contenders, { side, rounds }) {
  const byKey = new Map(contenders.map((contender) => [contender.key, contender]))
  const starts = await interleave([...byKey.keys()], rounds, async (key) => {
    server.requests = []
    const start = await coldStart(browser, base, { ...byKey.get(key), side })
    return { ...start, files: server.requests.filter(({ path }) => !NOT_SHIPPED.test(path)) }
  })
  const best = [...starts].map(([key, [{ box }]]) => [key, box])
  const times = [...starts].map(([key, all]) => [key, quartiles(all.map(({ ms }) => ms))])
  const files = [...starts].map(([key, [{ files }]]) => [key, unique(files)])
  return {
    agreement: checkAgreement(best),
    wallMs: Object.fromEntries(times),
    files: Object.fromEntries(files),
  }
}

async function coldStart(browser, base, { name, variant, side }) {
  const query = new URLSearchParams({ name, variant: variant ?? '', side })
  const page = await openPage(browser, `${base}/page/cold.html?${query}`)
  try {
    return await page.evaluate(() => globalThis.firstBox)
  } finally {
    await page.context().close()
  }
}

/** A file asked for twice is shipped once. */
function unique(files) {
  return [...new Map(files.map((file) => [file.path, file])).values()]
}
