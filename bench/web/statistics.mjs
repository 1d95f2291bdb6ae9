/** Median with quartiles, by nearest rank, as bench/networks.py takes them. */
export function quartiles(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const [q1, median, q3] = [1, 2, 3].map((part) => sorted[Math.floor((sorted.length * part) / 4)])
  return { q1, median, q3 }
}

/** Calls `turn` for each key in turn (A B C A B C …) and gives the results by key. The first round warms up. */
export async function interleave(keys, rounds, turn) {
  const kept = new Map(keys.map((key) => [key, []]))
  for (let round = 0; round <= rounds; round++) {
    for (const key of keys) {
      const result = await turn(key)
      if (round > 0) kept.get(key).push(result)
    }
  }
  return kept
}
