/** The buttons under the picture: which a state has, how they look and what they are called. */

import { el } from './dom.js'
import { icon } from './icons.js'
import { isLooking, type CaptureState, type StateName } from './machine.js'
import { isOfFile } from './message.js'
import type { Texts } from './texts/texts.js'

/** What the buttons do. */
export interface ActionHandlers {
  onStart(): void
  onStop(): void
  onShutter(): void
  onAccept(): void
  onRetake(): void
  /** Opens the system's choice of a file. */
  onBrowse(): void
}

/** Buttons by their purpose. */
type Action = 'start' | 'shutter' | 'cancel' | 'file' | 'use' | 'retake'

/** Which buttons a state has, in the order of the keyboard. */
const ACTIONS: Record<StateName, readonly Action[]> = {
  idle: ['start', 'file'],
  asking: ['cancel'],
  paused: ['start', 'cancel'],
  live: ['cancel', 'shutter', 'file'],
  holding: ['cancel', 'shutter', 'file'],
  preparing: ['cancel'],
  review: ['use', 'retake'],
  done: ['retake'],
  failed: ['start', 'file'],
}

/** A row of buttons. */
export class ActionBar {
  readonly root = el('div', { class: 'actions', part: 'actions' })
  readonly #buttons: Record<Action, HTMLButtonElement>

  constructor(handlers: ActionHandlers) {
    this.#buttons = buttons(handlers)
    this.root.append(...Object.values(this.#buttons))
  }

  /** Shows the buttons of a state. */
  show(state: CaptureState, texts: Texts, hasFile: boolean): void {
    const actions = actionsOf(state, hasFile)
    for (const [name, button] of entries(this.#buttons)) {
      button.hidden = !actions.includes(name)
      const label = labelOf(name, state, texts)
      if (name === 'shutter') button.setAttribute('aria-label', label)
      else dressButton(button, name, label, isPrimary(name, state))
    }
    this.root.dataset['layout'] = isLooking(state) ? 'shutter' : 'stack'
    this.#order(actions.map((name) => this.#buttons[name]))
  }

  /** Where the focus goes in a state, if to a button. */
  place(name: StateName): HTMLButtonElement | undefined {
    const { start, cancel, shutter } = this.#buttons
    const places: Partial<Record<StateName, HTMLButtonElement>> =
      { idle: start, asking: cancel, paused: start, live: shutter, holding: shutter, preparing: cancel }
    return places[name]
  }

  /** Sight and keyboard share one order. Nothing moves without need: a button that moves loses the focus. */
  #order(wanted: readonly Element[]): void {
    const placed = [...this.root.children].filter((child) => wanted.includes(child))
    if (placed.some((button, at) => button !== wanted[at])) this.root.append(...wanted)
  }
}

/** In the order of the keyboard. */
function buttons(handlers: ActionHandlers): Record<Action, HTMLButtonElement> {
  const button = (onClick: () => void) => {
    const made = el('button', { type: 'button' })
    made.addEventListener('click', onClick)
    return made
  }
  const shutter = button(handlers.onShutter)
  shutter.className = 'shutter'
  shutter.setAttribute('part', 'shutter')
  shutter.append(icon('camera'))
  return {
    start: button(handlers.onStart),
    use: button(handlers.onAccept),
    cancel: button(handlers.onStop),
    shutter,
    file: button(handlers.onBrowse),
    retake: button(handlers.onRetake),
  }
}

function labelOf(action: Action, state: CaptureState, { buttons }: Texts): string {
  switch (action) {
    case 'start': return startLabel(state, buttons)
    case 'retake': return 'source' in state && state.source === 'file' ? buttons.chooseAnother : buttons.retake
    case 'file': return isBadFile(state) ? buttons.chooseAnother : buttons.chooseFile
    default: return buttons[action]
  }
}

function startLabel(state: CaptureState, { start, retry, resume }: Texts['buttons']): string {
  if (state.name === 'paused') return resume
  return state.name === 'failed' && !isBadFile(state) ? retry : start
}

function isBadFile(state: CaptureState): boolean {
  return state.name === 'failed' && isOfFile(state.code)
}

/** After a bad file, the next file comes first. */
function actionsOf(state: CaptureState, hasFile: boolean): readonly Action[] {
  const actions = isBadFile(state) ? (['file', 'start'] as const) : ACTIONS[state.name]
  return hasFile ? actions : actions.filter((action) => action !== 'file')
}

function isPrimary(action: Action, state: CaptureState): boolean {
  if (action === 'start') return !isBadFile(state)
  return action === 'use' || (action === 'file' && isBadFile(state))
}

function dressButton(button: HTMLButtonElement, action: Action, label: string, primary: boolean): void {
  const look = primary ? 'primary' : 'secondary'
  button.className = look
  button.setAttribute('part', `${look} ${action}`)
  button.textContent = label
}

function entries<Key extends string, Value>(record: Record<Key, Value>): [Key, Value][] {
  return Object.entries(record) as [Key, Value][]
}
