const LEAST_OVERLAP = 0.5

/** Throws unless all contenders found a face, and the same one. `best`: each contender's best box, by its label. */
export function checkAgreement(best) {
  const found = [...best]
  for (const [label, box] of found) {
    if (!box) throw new Error(`${label} finds no face`)
  }
  return found.flatMap(([label, box], index) =>
    found.slice(index + 1).map(([other, otherBox]) => {
      const overlap = intersectionOverUnion(box, otherBox)
      if (!(overlap > LEAST_OVERLAP)) {
        throw new Error(`${label} and ${other} find different faces: IoU ${overlap.toFixed(2)}`)
      }
      return { pair: `${label} / ${other}`, overlap }
    }),
  )
}

function intersectionOverUnion(a, b) {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  const both = Math.max(0, width) * Math.max(0, height)
  return both / (a.width * a.height + b.width * b.height - both)
}
