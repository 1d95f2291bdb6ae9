/** Whether a face fills the guide that is drawn, so that what is asked and what is shown agree. Pure. */

import type { BoundingBox, QualityFault } from '../contract.js'
import type { CaptureRole, Detection } from '../options.js'
import { SHAPES, outlineIn } from './shape.js'

/** What fits; chosen by hand on the guides, generous enough that a steady hand reaches it. */
interface Limits {
  /** Least and most height of the face, as shares of the guide's height. */
  height: [least: number, most: number]
  /** Most distance of the face's centre from the guide's, as a share of half the guide. */
  offset: { x: number, y: number }
}

/**
 * The oval is a fifth wider than a face that fills it. The portrait of a KTP is at its right and a driving licence's at
 * its left, so that on a card only "on the card" is asked; a printed face is about a quarter of the card's height.
 */
const LIMITS: Record<CaptureRole, Limits> = {
  selfie: { height: [0.5, 1.1], offset: { x: 0.35, y: 0.35 } },
  id_portrait: { height: [0.14, 0.6], offset: { x: 0.95, y: 0.9 } },
}

/** Faults that make a look at the guide pointless: there is no one face, or not all of it. */
const FIRST: readonly QualityFault[] = ['no_face', 'several_faces', 'cut_off']

/** The one thing the applicant should change next; nothing if the frame is good. */
export function nextFault(detection: Detection, role: CaptureRole): QualityFault | undefined {
  const [worst] = detection.faults
  if (worst && FIRST.includes(worst)) return worst
  if (!detection.face) return 'no_face'
  const shown = { width: detection.widthPx, height: detection.heightPx }
  return misfit(detection.face.box, outlineIn(SHAPES[role], shown), LIMITS[role]) ?? worst
}

function misfit(face: BoundingBox, guide: BoundingBox, { height: [least, most], offset }: Limits): QualityFault | undefined {
  const share = face.height / guide.height
  if (share < least) return 'too_small'
  if (share > most) return 'too_close'
  const isInside = distance(face.x, face.width, guide.x, guide.width) <= offset.x
    && distance(face.y, face.height, guide.y, guide.height) <= offset.y
  return isInside ? undefined : 'off_centre'
}

/** Between the centres of two intervals, as a share of half the second. */
function distance(start: number, length: number, guideStart: number, guideLength: number): number {
  return Math.abs(start + length / 2 - guideStart - guideLength / 2) / (guideLength / 2)
}
