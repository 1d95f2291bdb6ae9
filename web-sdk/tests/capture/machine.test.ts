import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  DEFAULT_RULES, FRESH, holdProgress, needsCamera, step, type CaptureEvent, type CaptureState, type Rules, type Snapshot,
} from '../../src/capture/machine.js'

const RULES: Rules = { auto: true, holdFrames: 3, settleFrames: 2, maxRefusals: 1 }
const GOOD: CaptureEvent = { type: 'looked' }
const DARK: CaptureEvent = { type: 'looked', fault: 'too_dark' }

/** Where a chain of events leads. */
function after(events: CaptureEvent[], from: Snapshot = FRESH, rules: Rules = RULES): Snapshot {
  return events.reduce((at, event) => step(at, event, rules), from)
}

const at = (state: CaptureState): Snapshot => ({ state, attempts: 1, refusals: 0 })
const OPEN: CaptureEvent[] = [{ type: 'start' }, { type: 'opened' }]
const SHOT: CaptureEvent[] = [...OPEN, { type: 'shutter' }]

const STATES: Snapshot[] = [
  at({ name: 'idle' }), at({ name: 'asking' }), at({ name: 'paused' }), at({ name: 'live', settleFrames: 0 }),
  at({ name: 'holding', goodFrames: 1 }), at({ name: 'preparing', source: 'camera-auto' }),
  at({ name: 'review', source: 'camera-auto', warnings: [] }), at({ name: 'done', source: 'camera-auto' }),
  at({ name: 'failed', code: 'camera_denied' }),
]

test('the happy path goes through every state once', () => {
  const events: CaptureEvent[] = [...OPEN, GOOD, GOOD, GOOD, GOOD, { type: 'prepared', warnings: [] }, { type: 'accept' }]
  const names: string[] = []
  events.reduce((now, event) => {
    const next = step(now, event, RULES)
    if (next.state.name !== now.state.name) names.push(next.state.name)
    return next
  }, FRESH)
  assert.deepEqual(names, ['asking', 'live', 'holding', 'preparing', 'review', 'done'])
})

test('an event that means nothing in a state changes nothing', () => {
  const meaningful: Record<CaptureEvent['type'], string[]> = {
    start: ['idle', 'asking', 'live', 'holding', 'paused', 'failed'],
    opened: ['asking'],
    looked: ['live', 'holding'],
    shutter: ['live', 'holding'],
    file: ['idle', 'asking', 'live', 'holding', 'paused', 'failed'],
    prepared: ['preparing'],
    refused: ['preparing'],
    failed: ['asking', 'live', 'holding', 'preparing'],
    accept: ['review'],
    retake: ['review', 'done'],
    hide: ['live', 'holding'],
    show: ['paused'],
    stop: ['asking', 'paused', 'live', 'holding', 'preparing', 'review', 'done', 'failed'],
  }
  const events: CaptureEvent[] = [
    { type: 'start' }, { type: 'opened' }, GOOD, { type: 'shutter' }, { type: 'file' }, { type: 'prepared', warnings: [] },
    { type: 'refused', fault: 'no_face' }, { type: 'failed', code: 'internal' }, { type: 'accept' }, { type: 'retake' },
    { type: 'hide' }, { type: 'show' }, { type: 'stop' },
  ]
  for (const event of events) {
    const moved = STATES.filter((snapshot) => step(snapshot, event, RULES) !== snapshot).map(({ state }) => state.name)
    assert.deepEqual(moved.sort(), meaningful[event.type].sort(), event.type)
  }
})

test('the shutter is released by exactly the agreed number of good frames in a row', () => {
  const cases: { frames: CaptureEvent[], want: string }[] = [
    { frames: [GOOD], want: 'live' }, // The first second only shows the picture.
    { frames: [GOOD, GOOD], want: 'holding' },
    { frames: [GOOD, GOOD, GOOD], want: 'holding' },
    { frames: [GOOD, GOOD, GOOD, GOOD], want: 'preparing' },
    { frames: [GOOD, GOOD, GOOD, DARK], want: 'live' },
    { frames: [GOOD, GOOD, GOOD, DARK, GOOD, GOOD], want: 'holding' }, // One bad frame, and counting starts anew.
    { frames: [GOOD, GOOD, GOOD, DARK, GOOD, GOOD, GOOD], want: 'preparing' },
    { frames: [DARK, DARK, DARK, DARK, DARK], want: 'live' },
  ]
  for (const { frames, want } of cases) {
    const { state } = after([...OPEN, ...frames])
    assert.equal(state.name, want, frames.map((frame) => 'fault' in frame ? 'bad' : 'good').join(' '))
  }
})

test('without auto, good frames never release the shutter', () => {
  const rules = { ...RULES, auto: false }
  const ready = after([...OPEN, DARK, ...Array<CaptureEvent>(50).fill(GOOD)], FRESH, rules)
  assert.deepEqual(ready.state, { name: 'live', settleFrames: 0 })
  assert.deepEqual(step(ready, { type: 'shutter' }, rules).state, { name: 'preparing', source: 'camera-manual' })
})

test('an automatic photo with warnings is retaken until the applicant would be trapped', () => {
  const shot: CaptureEvent[] = [GOOD, GOOD, GOOD, GOOD]
  const blurred: CaptureEvent = { type: 'prepared', warnings: ['blurred'] }
  const first = after([...OPEN, ...shot, blurred])
  assert.deepEqual(first.state, { name: 'live', fault: 'blurred', settleFrames: 2 })
  const second = after([...shot, blurred], first)
  assert.deepEqual(second.state, { name: 'review', source: 'camera-auto', warnings: ['blurred'] })
  assert.equal(second.attempts, 2)
})

test('why a photo was thrown away is told until the settling is over', () => {
  const refused = after([...SHOT, { type: 'refused', fault: 'no_face' }])
  assert.deepEqual(after([GOOD], refused).state, { name: 'live', fault: 'no_face', settleFrames: 1 })
  assert.deepEqual(after([DARK], refused).state, { name: 'live', fault: 'too_dark', settleFrames: 1 })
  assert.deepEqual(after([GOOD, GOOD], refused).state, { name: 'holding', goodFrames: 1 })
})

test('a photo that the applicant took or chose is shown with its warnings at once', () => {
  const cases: { events: CaptureEvent[], source: string }[] = [
    { events: SHOT, source: 'camera-manual' },
    { events: [{ type: 'file' }], source: 'file' },
  ]
  for (const { events, source } of cases) {
    const { state } = after([...events, { type: 'prepared', warnings: ['too_dark'] }])
    assert.deepEqual(state, { name: 'review', source, warnings: ['too_dark'] })
  }
})

test('a photo without a face leads back to the camera, and a file without one does not', () => {
  const refused: CaptureEvent = { type: 'refused', fault: 'no_face' }
  assert.deepEqual(after([...SHOT, refused]).state, { name: 'live', fault: 'no_face', settleFrames: 2 })
  const file = after([{ type: 'file' }])
  assert.equal(step(file, refused, RULES), file)
})

test('retake goes back to where the photo came from and keeps counting', () => {
  const prepared: CaptureEvent = { type: 'prepared', warnings: [] }
  const camera = after([...SHOT, prepared, { type: 'retake' }])
  assert.deepEqual([camera.state.name, camera.attempts], ['asking', 1])
  const file = after([{ type: 'file' }, prepared, { type: 'accept' }, { type: 'retake' }, { type: 'file' }])
  assert.deepEqual([file.state.name, file.attempts], ['preparing', 2])
})

test('stop forgets everything', () => {
  for (const snapshot of STATES.filter(({ state }) => state.name !== 'idle')) {
    assert.equal(step(snapshot, { type: 'stop' }, RULES), FRESH, snapshot.state.name)
  }
})

test('the camera is on in no state that does not show it', () => {
  const on = STATES.filter(needsCamera).map(({ state }) => state.name)
  assert.deepEqual(on, ['asking', 'live', 'holding', 'preparing'])
  assert.equal(needsCamera(at({ name: 'preparing', source: 'file' })), false)
})

test('progress runs from 0 to 1', () => {
  const shown = [
    ...OPEN, GOOD, GOOD, GOOD, GOOD,
  ].map((_, length, events) => holdProgress(after(events.slice(0, length + 1)), RULES))
  assert.deepEqual(shown, [0, 0, 0, 1 / 3, 2 / 3, 1])
})

test('by default a hold takes about half a second', () => {
  assert.deepEqual(DEFAULT_RULES, { auto: true, holdFrames: 5, settleFrames: 8, maxRefusals: 2 })
})
