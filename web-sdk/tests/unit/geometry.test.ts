import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Point } from '../../src/contract.js'
import { cropping, fitted, moved, scaling, turned, turning, type Size, type Turn } from '../../src/worker/geometry.js'
import { faceIn } from './fakes/engine.js'

const SIZE: Size = { widthPx: 40, heightPx: 30 }

test('a clockwise turn brings the left edge to the top', () => {
  const cases: [turn: Turn, size: Size, topLeft: Point, bottomRight: Point][] = [
    [0, { widthPx: 40, heightPx: 30 }, { x: 0, y: 0 }, { x: 40, y: 30 }],
    [90, { widthPx: 30, heightPx: 40 }, { x: 30, y: 0 }, { x: 0, y: 40 }],
    [180, { widthPx: 40, heightPx: 30 }, { x: 40, y: 30 }, { x: 0, y: 0 }],
    [270, { widthPx: 30, heightPx: 40 }, { x: 0, y: 40 }, { x: 30, y: 0 }],
  ]
  for (const [turn, size, topLeft, bottomRight] of cases) {
    const move = turning(turn, SIZE)
    assert.deepEqual(turned(turn, SIZE), size)
    assert.deepEqual([move({ x: 0, y: 0 }), move({ x: 40, y: 30 })], [topLeft, bottomRight], String(turn))
  }
})

test('four quarter turns change nothing', () => {
  const face = faceIn(3, 4, 10)
  const quarter = [turning(90, SIZE), turning(90, turned(90, SIZE))]
  assert.deepEqual(moved(face, ...quarter, ...quarter), face)
})

test('sizes shrink to fit and never grow or vanish', () => {
  const cases: [Size, longSidePx: number, Size][] = [
    [{ widthPx: 4000, heightPx: 3000 }, 1280, { widthPx: 1280, heightPx: 960 }],
    [{ widthPx: 3000, heightPx: 4000 }, 1280, { widthPx: 960, heightPx: 1280 }],
    [{ widthPx: 100, heightPx: 50 }, 1280, { widthPx: 100, heightPx: 50 }],
    [{ widthPx: 8000, heightPx: 2 }, 320, { widthPx: 320, heightPx: 1 }],
  ]
  for (const [size, longSidePx, want] of cases) assert.deepEqual(fitted(size, longSidePx), want)
})

test('a face moves as a whole, and its eyes are measured anew', () => {
  const got = moved(faceIn(10, 20, 8), cropping({ x: 6, y: 10, width: 20, height: 20 }), scaling({ widthPx: 20, heightPx: 20 }, { widthPx: 40, heightPx: 40 }))
  assert.deepEqual(got, faceIn(8, 20, 16))
})
