/** Whether two builds, or two browsers, say the same of the same pixels. */

import assert from 'node:assert/strict'
import type { BoundingBox, Quality } from '../../src/contract.js'
import type { Face } from '../../src/face.js'

// The browser's detector has weights of 16 bits: places move by a fraction of a pixel, scores in the third digit.
export const LEAST_IOU = 0.98
const MOST_LANDMARK_ERROR = 0.01 // of the box's width
const MOST_SCORE_ERROR = 0.01

/** Of 100: components are whole numbers. */
export const MOST_QUALITY_ERROR = 1

/** One of `faces` must be `want`. */
export function near(want: Face, faces: Face[], name: string): void {
  const [got] = [...faces].sort((a, b) => iou(b.box, want.box) - iou(a.box, want.box))
  assert.ok(got && iou(got.box, want.box) >= LEAST_IOU, `${name}: the box is elsewhere`)
  assert.ok(Math.abs(got.score - want.score) <= MOST_SCORE_ERROR, `${name}: score ${got.score}, not ${want.score}`)
  want.landmarks.forEach(({ x, y }, index) => {
    const point = got.landmarks[index]
    const far = point ? Math.hypot(point.x - x, point.y - y) / want.box.width : Infinity
    assert.ok(far <= MOST_LANDMARK_ERROR, `${name}: landmark ${index} is off by ${far.toFixed(4)} of the width`)
  })
}

/** The largest difference of a component. */
export function farthest(got: Quality, want: Quality): number {
  const names = Object.keys(want) as (keyof Quality)[]
  return Math.max(...names.map((name) => Math.abs(got[name] - want[name])))
}

/** What two boxes share of what they cover. */
export function iou(a: BoundingBox, b: BoundingBox): number {
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  const both = Math.max(0, across) * Math.max(0, down)
  return both / (a.width * a.height + b.width * b.height - both)
}
