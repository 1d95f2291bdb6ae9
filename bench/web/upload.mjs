import { openPage } from './chromium.mjs'
import { interleave, quartiles } from './statistics.mjs'

export const UPLOAD_WAYS = ['SDK, face and margin', 'SDK, whole picture', 'canvas']

/** A 12-megapixel JPEG → what is uploaded, each way in turn: wall milliseconds and bytes. */
export async function measureUpload(browser, base, { photo, entry, rounds }) {
  const page = await openPage(browser, `${base}/page/empty.html`)
  const given = { url: photo, entry }
  const source = await page.evaluate(
    async (given) => (await import('/page/upload.js')).prepare(given),
    given,
  )
  const turns = await interleave(UPLOAD_WAYS, rounds, (way) =>
    page.evaluate(async (way) => (await import('/page/upload.js')).turn(way), way),
  )
  await page.context().close()
  const ways = [...turns].map(([way, all]) => [
    way,
    { wallMs: quartiles(all.map(({ ms }) => ms)), sizeBytes: all[0].sizeBytes },
  ])
  return { source, ways: Object.fromEntries(ways) }
}
