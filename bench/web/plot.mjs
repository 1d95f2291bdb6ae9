/**
 * node plot.mjs FILE.json … > ratios.svg
 * Each file: `{ title, rows: [{ name, unit?, ours, peer, ratio, goal? }] }`.
 */

import { readFileSync } from 'node:fs'
import { chart } from './chart.mjs'

const files = process.argv.slice(2)
if (files.length === 0) {
  console.error('node plot.mjs FILE.json … > ratios.svg')
  process.exit(2)
}
process.stdout.write(chart(files.map((file) => JSON.parse(readFileSync(file, 'utf8')))))
