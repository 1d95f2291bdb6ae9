/** What is found in a picture. Known to the page and the worker. */

import type { BoundingBox, Point, Quality, QualityFault, Role } from './contract.js'

/** Which photo is prepared. */
export type CaptureRole = Extract<Role, 'selfie' | 'id_portrait'>

/** One face, in pixels of the picture that was given, upright. */
export interface Face {
  /** Forehead to chin, ear to ear; it may reach beyond the picture. */
  box: BoundingBox
  /** Image-left eye, image-right eye, nose tip, image-left and image-right mouth corner. */
  landmarks: [Point, Point, Point, Point, Point]
  /** The detector's score, 0 to 1. */
  score: number
  /** Distance between the eyes, in pixels. */
  interEyeDistancePx: number
}

/** What one look at a picture found: for live guidance. */
export interface Detection {
  /** Width of the picture that was given, in pixels. */
  widthPx: number
  /** Height of the picture that was given, in pixels. */
  heightPx: number
  /** Highest score first. */
  faces: Face[]
  /** The main face (the largest of the sure ones); absent without one. */
  face?: Face
  /** Quality of the main face. */
  quality?: Quality
  /** What the applicant should change, the most important first; empty when the picture is good. */
  faults: QualityFault[]
}
