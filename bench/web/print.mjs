import { fastest, shippedBytes } from './comparisons.mjs'

/** Prints everything that was measured, as Markdown tables whose columns also line up as plain text. */
export function print({ machine, versions, variants, frames, cold, upload, rows }) {
  const { cpu, cores } = machine
  console.log(`\n${cpu}, ${cores} cores; Chromium ${versions.chromium}; one thread, medians (quartiles)`)
  Object.entries(variants).forEach(([name, tried]) => printVariants(`${name} ${versions[name]}`, tried))
  Object.entries(frames).forEach(([input, measured]) => printFrames(input, measured))
  printCold(cold)
  if (upload) printUpload(upload)
  const head = ['what : peer', 'unit', 'ours', 'peer', 'ratio', 'goal', '']
  printTable('against the peers', head, rows.map(comparisonCells))
}

function printVariants(name, tried) {
  const each = tried.map(({ variant, medianMs }) => `${variant} ${medianMs.toFixed(1)} ms`)
  console.log(`${name}, a frame 320×320 on: ${each.join(', ')}`)
}

function printFrames(input, { times, agreement }) {
  const cells = Object.entries(times).map(([key, { cpuMs, wallMs }]) => [key, spread(cpuMs), spread(wallMs)])
  printTable(`frame ${input}`, ['contender', 'CPU ms', 'wall ms'], cells)
  printAgreement(agreement)
}

function printCold(cold) {
  const { wallMs, files, agreement } = cold
  const starts = Object.entries(wallMs).map(([key, ms]) => [key, spread(ms), kilobytes(shippedBytes(files[key]))])
  printTable('cold start to the first box', ['contender', 'wall ms', 'kB, brotli'], starts)
  printAgreement(agreement)
  const slower = ['onnxruntime-web', 'face-api'].flatMap((name) =>
    Object.keys(files).filter((key) => key.startsWith(name) && key !== fastest(cold, name)),
  )
  const shown = Object.entries(files).filter(([key]) => !slower.includes(key))
  const cells = shown.flatMap(([key, all]) => all.map(({ path, sizeBytes }) => [key, path, kilobytes(sizeBytes)]))
  printTable('what each needs until then', ['contender', 'file', 'kB, brotli'], cells)
}

function printUpload({ source: { width, height, sizeBytes }, ways }) {
  const cells = Object.entries(ways).map(([way, made]) => [way, spread(made.wallMs), kilobytes(made.sizeBytes)])
  printTable(`${width}×${height} JPEG of ${kilobytes(sizeBytes)} kB to upload`, ['way', 'wall ms', 'kB'], cells)
}

function printAgreement(agreement) {
  const [{ pair, overlap }] = [...agreement].sort((a, b) => a.overlap - b.overlap)
  console.log(`\nAll find the same face; the boxes furthest apart: ${pair}, IoU ${overlap.toFixed(2)}`)
}

function comparisonCells({ name, unit, ours, peer, ratio, goal }) {
  const figures = [ours, peer, ratio].map((value) => value.toFixed(2))
  if (goal === undefined) return [name, unit, ...figures, '', '']
  return [name, unit, ...figures, `≤ ${goal.toFixed(2)}`, ratio <= goal ? 'reached' : 'missed']
}

const spread = ({ q1, median, q3 }) => `${median.toFixed(2)} (${q1.toFixed(2)}–${q3.toFixed(2)})`
const kilobytes = (bytes) => (bytes / 1e3).toFixed(1)

function printTable(title, head, rows) {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((cells) => cells[column].length)))
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`
  const rule = line(widths.map((width) => '-'.repeat(width)))
  console.log(`\n### ${title}\n\n${[line(head), rule, ...rows.map(line)].join('\n')}`)
}
