import assert from 'node:assert/strict'
import { test } from 'node:test'
import { abortable, withSignals } from '../../src/abort.js'
import { Lane } from '../../src/lane.js'
import { rejectsAborted, settled } from './fakes/samples.js'

const never = () => new Promise<never>(() => undefined)

test('work is given up at once when its signal ends', async () => {
  const controller = new AbortController()
  const work = abortable(never(), controller.signal)
  controller.abort()
  await rejectsAborted(work)
  await rejectsAborted(abortable(Promise.resolve(1), AbortSignal.abort()))
  assert.equal(await abortable(Promise.resolve(1), undefined), 1)
  await assert.rejects(abortable(Promise.reject(new RangeError()), new AbortController().signal), RangeError)
})

test('the reason of the first signal that ends is what the page gets', async () => {
  const [first, second] = [new AbortController(), new AbortController()]
  const work = withSignals([first.signal, undefined, second.signal], never)
  second.abort(new RangeError('second'))
  first.abort(new TypeError('first'))
  await assert.rejects(work, RangeError)
})

test('work does not start when a signal has ended', async () => {
  let started = false
  await rejectsAborted(withSignals([AbortSignal.abort()], async () => { started = true }))
  assert.equal(started, false)
})

test('a lane runs one task at a time, in order, whatever becomes of them', async () => {
  const lane = new Lane()
  const log: string[] = []
  const controllers = [0, 1, 2, 3].map(() => new AbortController())
  const ends: (() => void)[] = []
  const results = controllers.map(({ signal }, index) => lane.run(async () => {
    log.push(`start ${index}`)
    await new Promise<void>((resolve) => ends.push(resolve))
    if (index === 0) throw new RangeError()
  }, signal))
  const settlements = Promise.allSettled(results)
  await settled()
  assert.deepEqual(log, ['start 0'])
  controllers[1]?.abort()
  await rejectsAborted(results[1]!, 'at once, while another runs')
  ends.shift()?.()
  await settled()
  assert.deepEqual(log, ['start 0', 'start 2'])
  ends.shift()?.()
  await settled()
  ends.shift()?.()
  assert.deepEqual((await settlements).map(({ status }) => status), ['rejected', 'rejected', 'fulfilled', 'fulfilled'])
})
