/** The browser's build and the native one on the same pixels: both decode the file with the same code. */

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { BoundingBox } from '../../src/contract.js'
import type { Face } from '../../src/face.js'
import { engineModule, network } from './engine.js'

// The browser's detector has weights of 16 bits: places move by a fraction of a pixel, scores in the third digit.
const LEAST_IOU = 0.98
const MOST_LANDMARK_ERROR = 0.01 // of the box's width
const MOST_SCORE_ERROR = 0.01
const LEAST_PHOTOS = 10

const { FACEMATCH_BIN: bin, FACEMATCH_SAMPLES: samples, FACEMATCH_REQUIRE_DATA: required } = process.env
const missing = bin && samples ? false : 'FACEMATCH_BIN or FACEMATCH_SAMPLES is not set'
if (missing && required) throw new Error(missing)

test('faces are where the native build finds them', { skip: missing }, async () => {
  const module = await engineModule()
  const engine = new module.Engine(network())
  const photos = ['portraits', 'groups', 'no-face'].flatMap((folder) => jpegs(join(samples ?? '', folder)))
  assert.ok(photos.length >= LEAST_PHOTOS, `${photos.length} photos are too few to tell`)
  for (const photo of photos) {
    const { rgba, widthPx, heightPx } = module.decode(new Uint8Array(readFileSync(photo)))
    const got = engine.find(rgba, widthPx, heightPx, 'selfie', 1).faces
    // It ends with an error where there is no face.
    const native = spawnSync(bin ?? '', ['detect', '--json', photo], { encoding: 'utf8' })
    const want = (JSON.parse(native.stdout) as { faces: Face[] }).faces
    assert.equal(got.length, want.length, photo)
    for (const face of want) near(face, got, photo)
  }
})

/** The first photos of one folder: the test stays quick. */
function jpegs(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.jpg')).sort().slice(0, 6).map((name) => join(folder, name))
}

function near(want: Face, faces: Face[], name: string): void {
  const [got] = [...faces].sort((a, b) => iou(b.box, want.box) - iou(a.box, want.box))
  assert.ok(got && iou(got.box, want.box) >= LEAST_IOU, `${name}: the box is elsewhere`)
  assert.ok(Math.abs(got.score - want.score) <= MOST_SCORE_ERROR, `${name}: score ${got.score}, not ${want.score}`)
  want.landmarks.forEach(({ x, y }, index) => {
    const point = got.landmarks[index]
    const far = point ? Math.hypot(point.x - x, point.y - y) / want.box.width : Infinity
    assert.ok(far <= MOST_LANDMARK_ERROR, `${name}: landmark ${index} is off by ${far.toFixed(4)} of the width`)
  })
}

function iou(a: BoundingBox, b: BoundingBox): number {
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  const both = Math.max(0, across) * Math.max(0, down)
  return both / (a.width * a.height + b.width * b.height - both)
}
