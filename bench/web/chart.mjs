const WIDTH_PX = 860
const PADDING_PX = 24
const NAME_PX = 350
const RATIO_PX = 60
const FIGURES_PX = 140
const ROW_PX = 26
const BAR_PX = 14
const TITLE_PX = 40
const LEGEND_PX = 44
/** A bar that is longer ends at the edge; its figure tells the rest. */
const MOST_RATIO = 1.25

const PLOT_LEFT = PADDING_PX + NAME_PX
const PLOT_WIDTH = WIDTH_PX - PLOT_LEFT - RATIO_PX - FIGURES_PX - PADDING_PX
const RATIO_RIGHT = PLOT_LEFT + PLOT_WIDTH + RATIO_PX

/** Both themes bring their own background, so that the picture reads whatever page it stands on. */
const STYLE = `
  text { font: 13px -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 15px }
  .strong { font-weight: 600 }
  .quiet { fill: #59636e }
  .end { text-anchor: end }
  .middle { text-anchor: middle }
  .back { fill: #ffffff; stroke: #d1d9e0 }
  .track { fill: #eff2f5 }
  .bar { fill: #0969da }
  .missed { fill: #bc4c00 }
  .peer { stroke: #818b98; stroke-dasharray: 3 3 }
  .goal { stroke: #1f2328; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc }
    .quiet { fill: #9198a1 }
    .back { fill: #0d1117; stroke: #3d444d }
    .track { fill: #1c2128 }
    .bar { fill: #4493f8 }
    .missed { fill: #f0883e }
    .peer { stroke: #656c76 }
    .goal { stroke: #f0f6fc }
  }`

/** One bar a row, its length the ratio of ours to the peer's; a mark where the goal is. Gives a whole SVG file. */
export function chart(sections) {
  const shapes = []
  let y = PADDING_PX
  for (const { title, rows } of sections) {
    shapes.push(text(PADDING_PX, y + 16, title, 'title'))
    y += TITLE_PX
    rows.forEach((row, index) => shapes.push(bar(row, y + index * ROW_PX)))
    shapes.push(peerLine(y, rows.length))
    y += rows.length * ROW_PX + PADDING_PX
  }
  shapes.push(legend(y))
  return svg(y + LEGEND_PX, shapes)
}

function svg(height, shapes) {
  const size = `viewBox="0 0 ${WIDTH_PX} ${height}" width="${WIDTH_PX}" height="${height}"`
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img">
<title>Ours as a share of each peer; less is better</title>
<style>${STYLE}
</style>
<rect class="back" x="0.5" y="0.5" width="${WIDTH_PX - 1}" height="${height - 1}" rx="6"/>
${shapes.join('\n')}
</svg>
`
}

function bar({ name, unit, ours, peer, ratio, goal }, y) {
  const middle = y + BAR_PX - 3
  const hasGoal = typeof goal === 'number'
  const missed = hasGoal && ratio > goal
  const figures = `${figure(ours)} / ${figure(peer)}${unit ? ` ${unit}` : ''}`
  return [
    text(PADDING_PX, middle, name),
    rect('track', y, PLOT_WIDTH),
    rect(missed ? 'missed' : 'bar', y, across(ratio) - PLOT_LEFT),
    hasGoal ? line('goal', across(goal), y - 3, y + BAR_PX + 3) : '',
    text(WIDTH_PX - PADDING_PX, middle, figures, 'quiet end'),
    text(RATIO_RIGHT, middle, `${ratio.toFixed(2)}×`, `${missed ? 'missed' : ''} strong end`),
  ].join('')
}

function peerLine(y, rows) {
  return [
    text(across(1), y - 8, 'peer', 'quiet middle'),
    line('peer', across(1), y - 4, y + rows * ROW_PX - 6),
  ].join('')
}

function legend(y) {
  const middle = y + 12
  return [
    line('goal', PADDING_PX + 4, y, y + 16),
    text(PADDING_PX + 14, middle, 'goal', 'quiet'),
    text(PADDING_PX + 60, middle, 'orange: missed', 'quiet'),
    text(WIDTH_PX - PADDING_PX, middle, 'ours / peer, turn by turn in one run; less is better', 'quiet end'),
  ].join('')
}

const across = (ratio) => PLOT_LEFT + (Math.min(ratio, MOST_RATIO) / MOST_RATIO) * PLOT_WIDTH
const figure = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))
const rect = (name, y, width) =>
  `<rect class="${name}" x="${PLOT_LEFT}" y="${y}" width="${width.toFixed(1)}" height="${BAR_PX}" rx="2"/>`
const line = (name, x, from, to) =>
  `<line class="${name}" x1="${x.toFixed(1)}" x2="${x.toFixed(1)}" y1="${from}" y2="${to}"/>`
const text = (x, y, content, name = '') =>
  `<text class="${name}" x="${x.toFixed(1)}" y="${y}">${escape(content)}</text>`
const escape = (content) => content.replace(/&/g, '&amp;').replace(/</g, '&lt;')
