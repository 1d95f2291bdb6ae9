import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Quality, QualityFault } from '../../src/contract.js'
import { nextFault } from '../../src/capture/fit.js'
import { CARD_ASPECT, SHAPES, outlineIn, visiblePart } from '../../src/capture/shape.js'
import type { CaptureRole, Detection, Face } from '../../src/options.js'

const SHOWN: Record<CaptureRole, { width: number, height: number }> = {
  selfie: { width: 720, height: 960 },
  id_portrait: { width: 1588, height: 1080 },
}

/** A detection of one face: its centre and height in the guide's terms. */
function seen(role: CaptureRole, across: number, down: number, share: number, faults: QualityFault[] = []): Detection {
  const { width: widthPx, height: heightPx } = SHOWN[role]
  const guide = outlineIn(SHAPES[role], SHOWN[role])
  const [width, height] = [guide.height * share * 0.75, guide.height * share]
  const box = { x: guide.x + guide.width * across - width / 2, y: guide.y + guide.height * down - height / 2, width, height }
  const nose = { x: 0, y: 0 }
  const face: Face = { box, landmarks: [nose, nose, nose, nose, nose], score: 1, interEyeDistancePx: 1 }
  return { widthPx, heightPx, faces: [face], face, quality: {} as Quality, faults }
}

test('a face is asked to fill the oval that is drawn', () => {
  const cases: { across?: number, down?: number, share?: number, faults?: QualityFault[], want: QualityFault | undefined }[] = [
    { want: undefined },
    { share: 0.49, want: 'too_small' },
    { share: 0.51, want: undefined },
    { share: 1.11, want: 'too_close' },
    { across: 0.3, want: 'off_centre' },
    { across: 0.7, want: 'off_centre' },
    { across: 0.6, want: undefined },
    { down: 0.2, want: 'off_centre' },
    { faults: ['blurred'], want: 'blurred' },
    { share: 0.3, faults: ['blurred'], want: 'too_small' }, // Place before looks: moving blurs.
    { share: 0.3, faults: ['several_faces'], want: 'several_faces' },
    { across: 0, faults: ['cut_off'], want: 'cut_off' },
  ]
  for (const { across = 0.5, down = 0.5, share = 0.8, faults = [], want } of cases) {
    assert.equal(nextFault(seen('selfie', across, down, share, faults), 'selfie'), want, `${across} ${down} ${share} ${faults}`)
  }
})

test('a portrait is asked to be on the card, wherever the card has it', () => {
  const cases: { across: number, down: number, share: number, want: QualityFault | undefined }[] = [
    { across: 0.83, down: 0.48, share: 0.3, want: undefined }, // KTP
    { across: 0.15, down: 0.6, share: 0.3, want: undefined }, // Driving licences have it at the left.
    { across: 1.1, down: 0.5, share: 0.3, want: 'off_centre' },
    { across: 0.8, down: 0.5, share: 0.1, want: 'too_small' },
    { across: 0.5, down: 0.5, share: 0.7, want: 'too_close' },
  ]
  for (const { across, down, share, want } of cases) {
    assert.equal(nextFault(seen('id_portrait', across, down, share), 'id_portrait'), want, `${across} ${down} ${share}`)
  }
})

test('no face is no face, whatever the faults say', () => {
  const empty: Detection = { widthPx: 10, heightPx: 10, faces: [], faults: [] }
  assert.equal(nextFault(empty, 'selfie'), 'no_face')
})

test('what is shown of a picture is its middle, in the aspect of the stage', () => {
  const cases = [
    { picture: [1280, 960], box: [300, 400], want: [280, 0, 720, 960] },
    { picture: [720, 1280], box: [300, 400], want: [0, 160, 720, 960] },
    { picture: [300, 400], box: [300, 400], want: [0, 0, 300, 400] },
    { picture: [641, 481], box: [0, 0], want: [0, 0, 641, 481] }, // Not laid out yet.
    { picture: [3, 5], box: [1000, 999], want: [0, 1, 3, 3] },
  ] as const
  for (const { picture: [width, height], box: [boxWidth, boxHeight], want } of cases) {
    const part = visiblePart({ width, height }, { width: boxWidth, height: boxHeight })
    assert.deepEqual([part.x, part.y, part.width, part.height], want, `${width}x${height}`)
    assert.ok(part.x + part.width <= width && part.y + part.height <= height)
  }
})

test('the card guide has the proportions of a card', () => {
  const { outline, view } = SHAPES.id_portrait
  assert.ok(Math.abs(outline.width / outline.height - CARD_ASPECT) < 1e-9)
  for (const shape of Object.values(SHAPES)) {
    assert.ok(shape.outline.x >= 0 && shape.outline.x + shape.outline.width <= shape.view.width)
    assert.ok(shape.outline.y >= 0 && shape.outline.y + shape.outline.height <= shape.view.height)
  }
  assert.ok(view.width / view.height > 4 / 3)
})
