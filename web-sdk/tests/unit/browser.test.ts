import assert from 'node:assert/strict'
import { afterEach, mock, test } from 'node:test'
import { browser } from '../../src/browser.js'
import { rejectsAborted } from './fakes/samples.js'

afterEach(() => mock.timers.reset())

test('the clock sleeps, and wakes with its signal', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const sleeping = browser.clock.sleep(1000, new AbortController().signal)
  mock.timers.tick(1000)
  await sleeping
  const controller = new AbortController()
  const aborted = browser.clock.sleep(1000, controller.signal)
  controller.abort()
  await rejectsAborted(aborted)
  await rejectsAborted(browser.clock.sleep(1, AbortSignal.abort()))
  assert.ok(Math.abs(browser.clock.nowMs() - Date.now()) < 1000)
})

test('the connection waits for the event, or for its signal', async () => {
  const page = new EventTarget()
  Object.assign(globalThis, { addEventListener: page.addEventListener.bind(page) })
  Object.assign(globalThis, { navigator: {} })
  const back = browser.connection.whenOnline(new AbortController().signal)
  page.dispatchEvent(new Event('online'))
  await back
  const controller = new AbortController()
  const aborted = browser.connection.whenOnline(controller.signal)
  controller.abort()
  await rejectsAborted(aborted)
  assert.equal(browser.connection.isOnline(), true, 'a browser that does not know is taken for online')
})

test('a worker is a module, beside the page or where the page says', () => {
  const started: [string, unknown][] = []
  class Worker {
    constructor(url: string | URL, options: unknown) { started.push([String(url), options]) }
  }
  Object.assign(globalThis, { Worker })
  browser.startWorker()
  browser.startWorker('/own.js')
  const [[first, options], second] = started as [[string, unknown], [string, unknown]]
  assert.match(first, /\/worker\.js$/)
  assert.deepEqual([options, second], [{ type: 'module' }, ['/own.js', { type: 'module' }]])
})
