/** Faces, moved from one picture's pixels to another's. */

import type { BoundingBox, Point } from '../contract.js'
import type { Face } from '../face.js'

/** Degrees clockwise. */
export type Turn = 0 | 90 | 180 | 270

/** Width and height, in pixels. */
export interface Size {
  widthPx: number
  heightPx: number
}

/** Where a point lies in another picture. Keeps axes parallel to axes. */
export type PointMap = (point: Point) => Point

/** From a picture to the same picture in another size. */
export function scaling(from: Size, to: Size): PointMap {
  const [byX, byY] = [to.widthPx / from.widthPx, to.heightPx / from.heightPx]
  return ({ x, y }) => ({ x: x * byX, y: y * byY })
}

/** From a picture to a part of it. */
export function cropping(part: BoundingBox): PointMap {
  return ({ x, y }) => ({ x: x - part.x, y: y - part.y })
}

/** From a picture of `size` to the same, turned. */
export function turning(turn: Turn, { widthPx, heightPx }: Size): PointMap {
  switch (turn) {
    case 0: return (point) => point
    case 90: return ({ x, y }) => ({ x: heightPx - y, y: x })
    case 180: return ({ x, y }) => ({ x: widthPx - x, y: heightPx - y })
    case 270: return ({ x, y }) => ({ x: y, y: widthPx - x })
  }
}

/** The size that a picture of `size` has once it is turned. */
export function turned(turn: Turn, { widthPx, heightPx }: Size): Size {
  return turn === 90 || turn === 270 ? { widthPx: heightPx, heightPx: widthPx } : { widthPx, heightPx }
}

/** `size`, shrunk until its long side is at most `longSidePx`; never enlarged, never below a pixel. */
export function fitted({ widthPx, heightPx }: Size, longSidePx: number): Size {
  const scale = Math.min(1, longSidePx / Math.max(widthPx, heightPx))
  const side = (px: number) => Math.max(1, Math.round(px * scale))
  return { widthPx: side(widthPx), heightPx: side(heightPx) }
}

/** `face`, with each of its points moved by `maps`, one after the other. */
export function moved(face: Face, ...maps: PointMap[]): Face {
  const move = (point: Point) => maps.reduce((at, map) => map(at), point)
  const [left, right, nose, mouthLeft, mouthRight] = face.landmarks
  const landmarks: Face['landmarks'] = [move(left), move(right), move(nose), move(mouthLeft), move(mouthRight)]
  const interEyeDistancePx = distance(landmarks[0], landmarks[1])
  return { box: movedBox(face.box, move), landmarks, score: face.score, interEyeDistancePx }
}

function movedBox({ x, y, width, height }: BoundingBox, move: PointMap): BoundingBox {
  const [a, b] = [move({ x, y }), move({ x: x + width, y: y + height })]
  // A turn exchanges the corners.
  return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) }
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}
