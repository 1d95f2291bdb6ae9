import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Announcer, type Timer } from '../../src/capture/announcer.js'
import { HintPacer, hintOf, type Hint } from '../../src/capture/hints.js'
import type { CaptureState } from '../../src/capture/machine.js'

test('a hint stays for its time, and good news does not wait', () => {
  const cases: { atMs: number, wanted: Hint, shown: Hint }[] = [
    { atMs: 0, wanted: 'no_face', shown: 'no_face' },
    { atMs: 100, wanted: 'too_small', shown: 'no_face' },
    { atMs: 599, wanted: 'too_small', shown: 'no_face' },
    { atMs: 600, wanted: 'too_small', shown: 'too_small' },
    { atMs: 700, wanted: 'blurred', shown: 'too_small' },
    { atMs: 800, wanted: 'too_small', shown: 'too_small' }, // A fault of one frame was never shown.
    { atMs: 900, wanted: 'hold', shown: 'hold' },
    { atMs: 1000, wanted: 'blurred', shown: 'hold' },
    { atMs: 1500, wanted: 'blurred', shown: 'blurred' },
  ]
  const pacer = new HintPacer()
  for (const { atMs, wanted, shown } of cases) assert.equal(pacer.show(wanted, atMs), shown, `${atMs} ms`)
})

test('after a reset the next hint does not wait', () => {
  const pacer = new HintPacer()
  pacer.show('no_face', 0)
  pacer.reset()
  assert.equal(pacer.show('blurred', 1), 'blurred')
})

test('a hint is given for live frames only', () => {
  const cases: { state: CaptureState, auto: Hint | undefined, manual: Hint | undefined }[] = [
    { state: { name: 'live', fault: 'glare', settleFrames: 0 }, auto: 'glare', manual: 'glare' },
    { state: { name: 'live', settleFrames: 3 }, auto: 'hold', manual: 'ready' },
    { state: { name: 'holding', goodFrames: 1 }, auto: 'hold', manual: 'ready' },
    { state: { name: 'preparing', source: 'file' }, auto: undefined, manual: undefined },
    { state: { name: 'idle' }, auto: undefined, manual: undefined },
  ]
  for (const { state, auto, manual } of cases) {
    const snapshot = { state, attempts: 0, refusals: 0 }
    assert.deepEqual([hintOf(snapshot, true), hintOf(snapshot, false)], [auto, manual], state.name)
  }
})

/** A clock that stands still until it is moved. */
class FakeTimer implements Timer {
  #nowMs = 0
  #due: { atMs: number, callback: () => void }[] = []

  nowMs(): number {
    return this.#nowMs
  }

  later(callback: () => void, delayMs: number): () => void {
    const entry = { atMs: this.#nowMs + delayMs, callback }
    this.#due.push(entry)
    return () => { this.#due = this.#due.filter((other) => other !== entry) }
  }

  moveTo(nowMs: number): void {
    this.#nowMs = nowMs
    const ripe = this.#due.filter(({ atMs }) => atMs <= nowMs)
    this.#due = this.#due.filter(({ atMs }) => atMs > nowMs)
    for (const { callback } of ripe) callback()
  }
}

function announcing(): { timer: FakeTimer, announcer: Announcer, heard: string[] } {
  const heard: string[] = []
  const timer = new FakeTimer()
  return { timer, heard, announcer: new Announcer((text) => heard.push(`${timer.nowMs()} ${text}`), timer) }
}

test('a screen reader hears the newest hint at most every two seconds', () => {
  const { timer, announcer, heard } = announcing()
  for (const [atMs, text] of [[0, 'a'], [300, 'b'], [900, 'c'], [2100, 'd']] as const) {
    timer.moveTo(atMs)
    announcer.say(text)
    if (atMs === 900) timer.moveTo(2000)
  }
  timer.moveTo(3999)
  assert.deepEqual(heard, ['0 a', '2000 c'])
  timer.moveTo(4000)
  assert.deepEqual(heard, ['0 a', '2000 c', '4000 d'])
})

test('the same hint is not said twice in a row, and nothing is said after a reset', () => {
  const { timer, announcer, heard } = announcing()
  announcer.say('a')
  timer.moveTo(2500)
  announcer.say('a')
  timer.moveTo(2600)
  announcer.say('b')
  timer.moveTo(2700)
  announcer.say('c')
  announcer.reset()
  timer.moveTo(9000)
  assert.deepEqual(heard, ['0 a', '2600 b'])
})
