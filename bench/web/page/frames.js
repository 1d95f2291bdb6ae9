import { load } from './contenders.js'
import { emptyFrame, pictureFrame } from './frame.js'

/** One engine a contender, however many frames it looks at. */
const loaded = new Map()
const opened = new Map()

/** Makes a contender ready for one frame, under `key`; gives what it finds there. */
export async function open({ key, name, variant, width, height, photo }) {
  if (!loaded.has(`${name} ${variant}`)) loaded.set(`${name} ${variant}`, await load(name, variant))
  const frame = photo ? await pictureFrame(photo, width, height) : emptyFrame(width, height)
  opened.set(key, await loaded.get(`${name} ${variant}`).open(frame))
  const { run, boxes } = opened.get(key)
  return boxes(await run())
}

/** Looks `count` times; milliseconds that took. */
export async function turn({ key, count }) {
  const { run } = opened.get(key)
  const start = performance.now()
  for (let i = 0; i < count; i++) await run()
  return performance.now() - start
}

/** The frame as a PNG: what the cold starts look at. */
export async function framePng({ width, height, photo }) {
  const { canvas } = await pictureFrame(photo, width, height)
  return canvas.toDataURL('image/png')
}
