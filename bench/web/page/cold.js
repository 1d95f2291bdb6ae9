import { load } from './contenders.js'
import { pictureFrame } from './frame.js'

async function firstBox() {
  const query = new URLSearchParams(location.search)
  const side = Number(query.get('side'))
  const [contender, frame] = await Promise.all([
    load(query.get('name'), query.get('variant')),
    pictureFrame('/frame.png', side, side),
  ])
  const { run, boxes } = await contender.open(frame)
  const [box] = boxes(await run())
  // Counted from the start of the navigation.
  return { box, ms: performance.now() }
}

globalThis.firstBox = firstBox()
