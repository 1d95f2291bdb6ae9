/** What is done with the photos, one after the other, with the time that each took. */

import { el } from '../dom.js'
import { duration } from '../format.js'
import { icon } from '../icons.js'
import { say } from '../language.js'

/** The tasks in their order. */
const TASKS = ['create', 'upload', 'confirm', 'match', 'result'] as const

/** A task's name. */
export type TaskName = (typeof TASKS)[number]

type TaskState = 'waiting' | 'running' | 'done' | 'failed'

/** A list that fills as the work goes on. */
export class Tasks {
  readonly element = el('ol', { class: 'tasks' })
  readonly #rows = new Map<TaskName, HTMLElement>()
  readonly #startedMs = new Map<TaskName, number>()
  readonly #tookMs = new Map<TaskName, number>()

  constructor() {
    for (const name of TASKS) {
      const row = el('li')
      this.#rows.set(name, row)
      this.element.append(row)
      this.#show(name, 'waiting')
    }
  }

  /** How long each task that is done took. */
  get tookMs(): ReadonlyMap<TaskName, number> {
    return this.#tookMs
  }

  /** Begins a task; every earlier one is done with it. */
  begin(name: TaskName): void {
    if (this.#startedMs.has(name)) return
    this.finish(name)
    this.#startedMs.set(name, performance.now())
    this.#show(name, 'running')
  }

  /** Ends every task before `until`; all without it. */
  finish(until?: TaskName): void {
    for (const name of TASKS) {
      if (name === until) return
      if (this.#tookMs.has(name)) continue
      const now = performance.now()
      this.#tookMs.set(name, now - (this.#startedMs.get(name) ?? now))
      this.#show(name, 'done')
    }
  }

  /** Marks the running task as failed. */
  fail(): void {
    for (const name of this.#startedMs.keys()) if (!this.#tookMs.has(name)) this.#show(name, 'failed')
  }

  #show(name: TaskName, state: TaskState): void {
    const row = this.#rows.get(name)
    const took = this.#tookMs.get(name)
    const signs = { waiting: undefined, running: el('span', { class: 'spinner' }), done: icon('check'), failed: icon('cross') }
    row?.setAttribute('class', state)
    row?.replaceChildren(
      el('span', { class: 'sign' }, signs[state]),
      el('span', { class: 'name' }, (t) => t.sending.tasks[name], el('span', { class: 'unseen' }, (t) => `: ${t.sending.states[state]}`)),
      el('span', { class: 'took' }, took === undefined ? '' : say(() => duration(took))))
  }
}
