/** The numbers that the project wants to reach: ours over the peer's, and kilobytes. */
const GOALS = {
  frame320: 0.65,
  frame640: 0.75,
  frameFaceApi: 0.3,
  coldFaceApi: 0.5,
  shippedKilobytes: 300,
}
const OURS = ['engine', 'sdk']

/** Everything against its peer, for the table and for plot.mjs: `{ name, unit, ours, peer, ratio, goal? }`. */
export function comparisons({ frames, cold, upload }) {
  const ours = OURS.filter((key) => key in cold.wallMs)
  return [
    ...frameRows(frames),
    ...ours.flatMap((key) => coldRows(cold, key)),
    ...ours.flatMap((key) => bytesRows(cold, key)),
    ...(upload ? uploadRows(upload) : []),
  ]
}

/** Bytes of all files that a contender asked for. */
export const shippedBytes = (files) => files.reduce((total, { sizeBytes }) => total + sizeBytes, 0)

/** The variant of a peer that starts fastest. */
export function fastest({ wallMs }, name) {
  const variants = Object.keys(wallMs).filter((key) => key.startsWith(name))
  return variants.sort((a, b) => wallMs[a].median - wallMs[b].median)[0]
}

function frameRows(frames) {
  const compared = [
    ['320×320', 'onnxruntime-web', ', network only', GOALS.frame320],
    ['640×480', 'onnxruntime-web', ', network only', GOALS.frame640],
    ['320×320', 'face-api', '', GOALS.frameFaceApi],
  ]
  return compared.map(([input, peer, note, goal]) => {
    const cpuMs = (key) => frames[input].times[key].cpuMs.median
    return row(`frame ${input} : ${peer}${note}`, 'CPU ms', cpuMs('ours'), cpuMs(peer), goal)
  })
}

function coldRows(cold, key) {
  const ms = (contender) => cold.wallMs[contender].median
  const against = (name, goal) =>
    row(`cold start, ${key} : ${name}`, 'ms', ms(key), ms(fastest(cold, name)), goal)
  return [against('onnxruntime-web'), against('face-api', GOALS.coldFaceApi)]
}

function bytesRows(cold, key) {
  const kilobytes = (contender) => shippedBytes(cold.files[contender]) / 1e3
  const faceApi = kilobytes(fastest(cold, 'face-api'))
  const against = (name, goal) =>
    row(`bytes to first box, ${key} : ${name}`, 'kB', kilobytes(key), kilobytes(fastest(cold, name)), goal)
  // The goal is a number of bytes; beside the smaller peer it reads as a ratio.
  return [against('onnxruntime-web'), against('face-api', GOALS.shippedKilobytes / faceApi)]
}

function uploadRows({ ways: { canvas, ...sdk } }) {
  return Object.entries(sdk).flatMap(([way, { wallMs, sizeBytes }]) => [
    row(`12 MP to upload, ${way} : canvas`, 'ms', wallMs.median, canvas.wallMs.median),
    row(`12 MP to upload, ${way} : canvas`, 'kB', sizeBytes / 1e3, canvas.sizeBytes / 1e3),
  ])
}

function row(name, unit, ours, peer, goal) {
  return { name, unit, ours, peer, ratio: ours / peer, goal }
}
