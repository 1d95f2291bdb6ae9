/**
 * Pictures of every state, for people to look at, and axe on each.
 *
 *     node --import tsx tests/capture/shots.ts /tmp/fc-shots [selfie.mjpeg [card.mjpeg]]
 */

import { mkdir } from 'node:fs/promises'
import { Bench } from './browser.js'
import { SCENES, violations } from './scenes.js'

const [folder = '/tmp/fc-shots', selfie, card] = process.argv.slice(2)

const SIZES = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 800 } }

async function main(): Promise<void> {
  await mkdir(folder, { recursive: true })
  const bench = await Bench.start()
  const only = process.env['ONLY']?.split(',')
  let bad = 0
  for (const photo of ['selfie', 'id_portrait']) {
    for (const lang of ['en', 'id']) {
      for (const colorScheme of ['light', 'dark'] as const) {
        const picture = photo === 'selfie' ? selfie : card
        const opened = await bench.open({ photo, lang }, { colorScheme, ...(picture ? { picture } : {}) })
        for (const [name, scene] of Object.entries(SCENES)) {
          if (only && !only.includes(name)) continue
          for (const [size, viewport] of Object.entries(SIZES)) {
            await opened.page.setViewportSize(viewport)
            await opened.page.goto(bench.url({ photo, lang }))
            await opened.page.waitForFunction(() => 'harness' in window)
            await scene(opened.page)
            await opened.page.mouse.move(0, 0)
            const label = `${photo}-${name}-${size}-${colorScheme}-${lang}`
            await opened.page.screenshot({ path: `${folder}/${label}.png` })
            const found = await violations(opened.page)
            bad += found.length
            for (const line of found) console.log(label, line)
          }
        }
        for (const line of new Set(opened.complaints)) console.log(photo, lang, colorScheme, 'console:', line)
        await opened.close()
      }
    }
  }
  await bench.stop()
  console.log(`axe violations: ${bad}`)
  process.exitCode = bad > 0 ? 1 : 0
}

await main()
