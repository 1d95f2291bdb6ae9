/** What a page holds: workers, the heap of its scripts, and the memory of its process. */

import { readFile } from 'node:fs/promises'
import type { Opened } from './chromium.js'

/** One measurement, after everything that can be freed has been freed. */
export interface Footprint {
  workers: number
  /** The page's own objects; a worker's are in a heap of its own. */
  heapBytes: number
  /** Memory that the renderers really use: WebAssembly memories and the workers' heaps are in it. */
  residentBytes: number
}

/** Why there can be no measurement here; `false` if there can. */
export const unmeasurable = process.platform === 'linux' ? false : 'the memory of a process is read from /proc'

/** Looks at each of these times until a look is no better than the one before. */
const LOOKS = 12
const PAUSE_MS = 500

/** Least of some looks: a worker that has ended frees its memory a little later, on a thread of its own. */
export async function footprint({ page, context }: Opened): Promise<Footprint> {
  const session = await context.newCDPSession(page)
  const browser = await context.browser()?.newBrowserCDPSession()
  if (browser === undefined) throw new Error('the browser cannot be asked for its processes')
  const look = async (): Promise<Footprint> => {
    // The second collection takes what the first one's finalizers have let go.
    for (let turn = 0; turn < 2; turn += 1) await session.send('HeapProfiler.collectGarbage')
    const { usedSize: heapBytes } = await session.send('Runtime.getHeapUsage')
    const { processInfo } = await browser.send('SystemInfo.getProcessInfo')
    const renderers = processInfo.filter(({ type }) => type === 'renderer')
    const resident = await Promise.all(renderers.map(({ id }) => anonymousBytes(id)))
    const residentBytes = resident.reduce((sum, bytes) => sum + bytes, 0)
    return { workers: page.workers().length, heapBytes, residentBytes }
  }
  let least = await look()
  for (let count = 1; count < LOOKS; count += 1) {
    await page.waitForTimeout(PAUSE_MS)
    const { workers, heapBytes, residentBytes } = await look()
    const isSettled = residentBytes >= least.residentBytes && workers === least.workers
    least = {
      workers,
      heapBytes: Math.min(heapBytes, least.heapBytes),
      residentBytes: Math.min(residentBytes, least.residentBytes),
    }
    if (isSettled) break
  }
  await session.detach()
  await browser.detach()
  return least
}

/** Pages of a process that no file backs. */
async function anonymousBytes(pid: number): Promise<number> {
  const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]
  if (kilobytes === undefined) throw new Error(`/proc/${pid}/status tells no RssAnon`)
  return Number(kilobytes) * 1024
}
