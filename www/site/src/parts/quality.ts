/** Quality of a face in bars. */

import type { Quality, QualityFault } from '@facematch/web'
import { el } from '../dom.js'
import { icon } from '../icons.js'

/** A bar shows the least of its components. The size of the head is left out: phone photos score low there, harmlessly. */
const BARS = {
  sharpness: ({ sharpness }) => sharpness,
  light: ({ underExposurePrevention, overExposurePrevention }) => Math.min(underExposurePrevention, overExposurePrevention),
  contrast: ({ dynamicRange }) => dynamicRange,
  evenness: ({ illuminationUniformity }) => illuminationUniformity,
  size: ({ interEyeDistance }) => interEyeDistance,
  pose: ({ headPoseYaw, headPosePitch, headPoseRoll }) => Math.min(headPoseYaw, headPosePitch, headPoseRoll),
  framing: ({ faceCompleteness }) => faceCompleteness,
} satisfies Record<string, (quality: Quality) => number>

/** A bar's name. */
export type QualityBar = keyof typeof BARS

/** One bar for each thing that a person can change. */
export function qualityBars(quality: Quality): HTMLElement {
  const names = Object.keys(BARS) as QualityBar[]
  return el('ul', { class: 'bars' }, ...names.map((name) => {
    const value = Math.round(BARS[name](quality))
    const fill = el('span', { class: 'fill' })
    fill.style.setProperty('--value', `${value}%`)
    return el('li', {},
      el('span', { class: 'bar-name' }, (t) => t.qualities[name]),
      el('span', { class: 'bar-value' }, String(value)),
      el('span', { class: 'track', 'aria-hidden': 'true' }, fill))
  }))
}

/** What could be better, or that nothing could. */
export function warnings(faults: readonly QualityFault[]): HTMLElement {
  if (faults.length === 0) return el('p', { class: 'chip good' }, icon('check'), el('span', {}, (t) => t.review.good))
  return el('ul', { class: 'chips' }, ...faults.map((fault) => {
    return el('li', { class: 'chip warn' }, icon('warning'), el('span', {}, (t) => t.faults[fault]))
  }))
}
