/** The browser's build and the native one on the same pixels: both decode the file with the same code. */

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { MatchResult } from '../../src/contract.js'
import type { Assessment } from '../../src/engine.js'
import type { Face } from '../../src/face.js'
import { farthest, iou, LEAST_IOU, MOST_QUALITY_ERROR, near } from './agreement.js'
import { engineModule, network } from './engine.js'

const LEAST_PHOTOS = 10
const LEAST_MEASURED = 5

const { FACEMATCH_BIN: bin, FACEMATCH_SAMPLES: samples, FACEMATCH_REQUIRE_DATA: required } = process.env
const missing = bin && samples ? false : 'FACEMATCH_BIN or FACEMATCH_SAMPLES is not set'
if (missing && required) throw new Error(missing)

const module = await engineModule()
const engine = new module.Engine(network())

test('faces are where the native build finds them', { skip: missing }, () => {
  const photos = jpegs('portraits', 'groups', 'no-face')
  assert.ok(photos.length >= LEAST_PHOTOS, `${photos.length} photos are too few to tell`)
  for (const photo of photos) {
    const got = browserBuild(photo).faces
    const want = native<{ faces: Face[] }>('detect', photo).faces
    assert.equal(got.length, want.length, photo)
    for (const face of want) near(face, got, photo)
  }
})

test('the face that counts, and every component of its quality, are as the native build says', { skip: missing }, (t) => {
  const measured = jpegs('portraits', 'groups').flatMap((photo) => {
    // What the server measures of a photo, it tells of the two that it compares; of several people or of none, nothing.
    const [report] = native<MatchResult>('compare', photo, photo).images
    if (!report?.face || !report.quality) return []
    const { face, quality } = browserBuild(photo)
    assert.ok(face && quality && iou(face.box, report.face.box) >= LEAST_IOU, `${photo}: another face counts`)
    return [{ photo, got: quality, want: report.quality }]
  })
  assert.ok(measured.length >= LEAST_MEASURED, `${measured.length} photos are too few to tell`)
  for (const { photo, got, want } of measured) {
    assert.ok(farthest(got, want) <= MOST_QUALITY_ERROR, `${photo}: ${JSON.stringify(got)}, not ${JSON.stringify(want)}`)
  }
  t.diagnostic(`${measured.length} photos, off by ${Math.max(...measured.map(({ got, want }) => farthest(got, want)))} of 100`)
  // The control: another photo's quality is farther off than that.
  measured.forEach(({ got }, at) => {
    const other = measured[(at + 1) % measured.length]
    assert.ok(other && farthest(got, other.want) > MOST_QUALITY_ERROR, `${other?.photo}: any quality would do`)
  })
})

/** The same pixels, by the same decoder. */
function browserBuild(photo: string): Assessment {
  const { rgba, widthPx, heightPx } = module.decode(new Uint8Array(readFileSync(photo)))
  return engine.find(rgba, widthPx, heightPx, 'selfie', 1)
}

/** What the native build prints; it ends with a status of its own where there is no face or no match. */
function native<T>(command: string, ...photos: string[]): T {
  return JSON.parse(spawnSync(bin ?? '', [command, '--json', ...photos], { encoding: 'utf8' }).stdout) as T
}

/** The first photos of each folder: the test stays quick. */
function jpegs(...folders: string[]): string[] {
  return folders.flatMap((name) => {
    const folder = join(samples ?? '', name)
    return readdirSync(folder).filter((file) => file.endsWith('.jpg')).sort().slice(0, 6).map((file) => join(folder, file))
  })
}
