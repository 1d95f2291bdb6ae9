/** The element's states and what moves it from one to the next. Pure: it knows no clock, no camera and no page. */

import type { QualityFault } from '../contract.js'
import type { FaceMatchErrorCode } from '../errors.js'

/** How a photo came about. A page can tell a guided photo from one that nobody watched. */
export type CaptureSource = 'camera-auto' | 'camera-manual' | 'file'

/** What the applicant sees. */
export type CaptureState =
  | { name: 'idle' }
  | { name: 'asking' }
  | { name: 'paused' }
  | { name: 'live', fault?: QualityFault, settleFrames: number }
  | { name: 'holding', goodFrames: number }
  | { name: 'preparing', source: CaptureSource }
  | { name: 'review', source: CaptureSource, warnings: readonly QualityFault[] }
  | { name: 'done', source: CaptureSource }
  | { name: 'failed', code: FaceMatchErrorCode }

/** A state's name. */
export type StateName = CaptureState['name']

/** A state, and what was counted on the way to it. */
export interface Snapshot {
  state: CaptureState
  /** Photos that were taken or chosen since the last `stop`, this one included. */
  attempts: number
  /** Automatic photos in a row that turned out worse than their live frames. */
  refusals: number
}

/** What happens. */
export type CaptureEvent =
  | { type: 'start' }
  | { type: 'opened' }
  | { type: 'looked', fault?: QualityFault }
  | { type: 'shutter' }
  | { type: 'file' }
  | { type: 'prepared', warnings: readonly QualityFault[] }
  | { type: 'refused', fault: QualityFault }
  | { type: 'failed', code: FaceMatchErrorCode }
  | { type: 'accept' }
  | { type: 'retake' }
  | { type: 'hide' }
  | { type: 'show' }
  | { type: 'stop' }

/** What the page may choose. */
export interface Rules {
  /** Whether good frames release the shutter. */
  auto: boolean
  /** Good frames in a row that release it. */
  holdFrames: number
  /** Frames that are only shown after the camera opens, so that nobody is photographed by surprise. */
  settleFrames: number
  /** Automatic photos in a row that may be thrown away for their faults; the next one is shown with its warnings. */
  maxRefusals: number
}

/** About half a second of a steady face, a second after the camera opens. */
export const DEFAULT_RULES: Rules = { auto: true, holdFrames: 5, settleFrames: 8, maxRefusals: 2 }

/** Where the element begins and where `stop` leads. */
export const FRESH: Snapshot = { state: { name: 'idle' }, attempts: 0, refusals: 0 }

type Step<Type extends CaptureEvent['type']> =
  (at: Snapshot, event: Extract<CaptureEvent, { type: Type }>, rules: Rules) => Snapshot

/** With the camera on, it opens another one. */
const CAN_START: readonly StateName[] = ['idle', 'asking', 'live', 'holding', 'paused', 'failed']
const CAN_TAKE_FILE: readonly StateName[] = ['idle', 'asking', 'live', 'holding', 'paused', 'failed']
const CAN_FAIL: readonly StateName[] = ['asking', 'live', 'holding', 'preparing']
const LOOKING: readonly StateName[] = ['live', 'holding']

const steps: { [Type in CaptureEvent['type']]: Step<Type> } = {
  start: (at) => when(at, CAN_START, { name: 'asking' }),
  opened: (at, _, rules) => when(at, ['asking'], live(rules)),
  looked: (at, { fault }, rules) => looked(at, fault, rules),
  shutter: (at) => isOneOf(at, LOOKING) ? preparing(at, 'camera-manual') : at,
  file: (at) => isOneOf(at, CAN_TAKE_FILE) ? preparing(at, 'file') : at,
  prepared,
  refused: (at, { fault }, rules) =>
    at.state.name === 'preparing' && at.state.source !== 'file' ? { ...at, state: live(rules, fault) } : at,
  failed: (at, { code }) => when(at, CAN_FAIL, { name: 'failed', code }),
  accept: (at) => at.state.name === 'review' ? { ...at, state: { name: 'done', source: at.state.source } } : at,
  retake,
  hide: (at) => when(at, LOOKING, { name: 'paused' }),
  show: (at) => when(at, ['paused'], { name: 'asking' }),
  stop: (at) => at.state.name === 'idle' ? at : FRESH,
}

/** Where `event` leads; the same object if it means nothing here. */
export function step<Type extends CaptureEvent['type']>(
  at: Snapshot, event: Extract<CaptureEvent, { type: Type }>, rules: Rules,
): Snapshot {
  const next: Step<Type> = steps[event.type as Type]
  return next(at, event, rules)
}

/** How much of the hold is over, 0 to 1. */
export function holdProgress({ state }: Snapshot, rules: Rules): number {
  if (state.name === 'holding') return state.goodFrames / rules.holdFrames
  return state.name === 'preparing' && state.source === 'camera-auto' ? 1 : 0
}

/** Whether the camera is on. */
export function needsCamera({ state }: Snapshot): boolean {
  return state.name === 'asking' || showsCamera(state)
}

/** Whether its picture is shown, live or frozen. */
export function showsCamera(state: CaptureState): boolean {
  return isLooking(state) || (state.name === 'preparing' && state.source !== 'file')
}

/** Whether live frames are looked at. */
export function isLooking(state: CaptureState): boolean {
  return LOOKING.includes(state.name)
}

function looked(at: Snapshot, fault: QualityFault | undefined, rules: Rules): Snapshot {
  const { state } = at
  if (state.name === 'holding') {
    if (fault) return { ...at, state: { name: 'live', fault, settleFrames: 0 } }
    return hold(at, state.goodFrames + 1, rules)
  }
  if (state.name !== 'live') return at
  const settleFrames = Math.max(0, state.settleFrames - 1)
  if (!fault && rules.auto && settleFrames === 0) return hold(at, 1, rules)
  // Long enough to be read: why a photo was thrown away is told while the frames are good again.
  const told = fault ?? (settleFrames > 0 ? state.fault : undefined)
  if (state.fault === told && state.settleFrames === settleFrames) return at
  return { ...at, state: told ? { name: 'live', fault: told, settleFrames } : { name: 'live', settleFrames } }
}

function hold(at: Snapshot, goodFrames: number, rules: Rules): Snapshot {
  if (goodFrames >= rules.holdFrames) return preparing(at, 'camera-auto')
  return { ...at, state: { name: 'holding', goodFrames } }
}

function prepared(at: Snapshot, { warnings }: { warnings: readonly QualityFault[] }, rules: Rules): Snapshot {
  if (at.state.name !== 'preparing') return at
  const { source } = at.state
  const [worst] = warnings
  if (source === 'camera-auto' && worst && at.refusals < rules.maxRefusals) {
    return { ...at, refusals: at.refusals + 1, state: live(rules, worst) }
  }
  return { ...at, refusals: 0, state: { name: 'review', source, warnings } }
}

function retake(at: Snapshot): Snapshot {
  const { state } = at
  if (state.name !== 'review' && state.name !== 'done') return at
  return { ...at, refusals: 0, state: { name: state.source === 'file' ? 'idle' : 'asking' } }
}

function live(rules: Rules, fault?: QualityFault): CaptureState {
  const { settleFrames } = rules
  return fault ? { name: 'live', fault, settleFrames } : { name: 'live', settleFrames }
}

function preparing(at: Snapshot, source: CaptureSource): Snapshot {
  return { ...at, attempts: at.attempts + 1, state: { name: 'preparing', source } }
}

function when(at: Snapshot, names: readonly StateName[], state: CaptureState): Snapshot {
  return isOneOf(at, names) ? { ...at, state } : at
}

function isOneOf({ state }: Snapshot, names: readonly StateName[]): boolean {
  return names.includes(state.name)
}
