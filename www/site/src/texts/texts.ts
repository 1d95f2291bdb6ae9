/** What the pages say; the compiler sees to it that no language misses a text. */

import type { QualityFault, Role } from '@facematch/web'
import type { CaptureSource } from '@facematch/web/capture'
import type { Decision, FmrRelation, ReasonCode } from '../backend.js'
import type { QualityBar } from '../parts/quality.js'
import type { StepName } from '../parts/steps.js'
import type { TaskName } from '../parts/tasks.js'
import { en } from './en.js'
import { id } from './id.js'

/** Languages of the pages. */
export const LANGUAGES = { en, id } as const

/** A language's code. */
export type Language = keyof typeof LANGUAGES

/** A heading and what it means. */
export type Point = readonly [title: string, text: string]

interface Message {
  title: string
  text: string
}

interface Door extends Message {
  button: string
}

/** All texts of one language. */
export interface Texts {
  brand: string
  skip: string
  switchLanguage: string
  themes: Record<'system' | 'light' | 'dark', string>
  notice: string
  footer: string
  home: {
    tab: string
    title: string
    lead: string
    onboarding: Door
    stepUp: Door & { locked: string }
    how: string
    facts: readonly Point[]
    limits: string
    limitsText: string
  }
  steps: Record<StepName, string> & { label: string, of(step: number, all: number): string, done: string }
  loading: string
  consent: {
    title: string
    stepUpTitle: string
    lead: string
    stepUpLead: string
    stored: string
    points: readonly Point[]
    stepUpPoints: readonly Point[]
    agree: string
    needed: string
    button: string
    stepUpButton: string
  }
  nobody: Door
  review: {
    title: string
    lead: string
    photos: Record<Role, string>
    overlay: string
    sources: Record<CaptureSource, string>
    before: string
    after: string
    saved(percent: string): string
    quality: string
    qualityNote: string
    good: string
    retake: string
    button: string
    stepUpButton: string
    boxed(name: string): string
  }
  qualities: Record<QualityBar, string>
  faults: Record<QualityFault, string>
  sending: {
    title: string
    lead: string
    progress: string
    sent(sent: string, total: string): string
    tasks: Record<TaskName, string>
    states: Record<'waiting' | 'running' | 'done' | 'failed', string>
    cancel: string
  }
  decision: {
    verdicts: Record<Decision, Message>
    pad: string
    reasons: string
    faces: string
    noFace: string
    score: string
    scaleLabel(score: string, review: string, match: string): string
    zones: Record<'no_match' | 'review' | 'match', string>
    relations: Record<FmrRelation, (n: string) => string>
    most: string
    policy(threshold: string, n: string): string
    timings: string
    times: Record<'prepare' | 'create' | 'upload' | 'match' | 'result', string>
    total: string
    details: string
    facts: Record<
      | 'decision' | 'cosine' | 'matchThreshold' | 'reviewThreshold' | 'callback' | 'callbackHere' | 'callbackAway' | 'pad'
      | 'padNotPerformed' | 'pack' | 'detector' | 'embedder' | 'calibration' | 'software' | 'correlationId',
      string
    > & { fmr(n: string): string }
    calibrationNote: string
    again: string
    keep: string
    keepNote: string
    home: string
    signedIn: Message
  }
  reasons: Record<ReasonCode, string>
  trouble: Record<
    'title' | 'offline' | 'busy' | 'expired' | 'refused' | 'customer' | 'browser' | 'unexpected' | 'retry' | 'restart', string
  > & { code(code: string): string }
  back: string
  missing: Message & { tab: string }
}
