import assert from 'node:assert/strict'
import { test } from 'node:test'
import { delayMs, retryAfterMs } from '../../src/retry.js'

test('waits double, are spread over their upper half, and have a ceiling', () => {
  const cases: [tries: number, random: number, want: number][] = [
    [1, 0, 250], [1, 1, 500], [1, 0.5, 375],
    [2, 0, 500], [3, 1, 2000], [5, 0, 4000],
    [6, 1, 15_000], [99, 1, 15_000],
  ]
  for (const [tries, random, want] of cases) assert.equal(delayMs(tries, random), want, `${tries}, ${random}`)
})

test('Retry-After is seconds or a date, and never negative', () => {
  const nowMs = Date.parse('2026-11-23T06:00:00Z')
  const cases: [value: string | null, want: number][] = [
    [null, 0], ['0', 0], ['12', 12_000], ['Mon, 23 Nov 2026 06:00:30 GMT', 30_000],
    ['Mon, 23 Nov 2026 05:00:00 GMT', 0], ['-5', 0], ['', 0], ['later', 0],
  ]
  for (const [value, want] of cases) assert.equal(retryAfterMs(value, nowMs), want, String(value))
})
