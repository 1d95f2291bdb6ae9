import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faceMatchErrorCodes } from '../../src/errors.js'
import { supported } from '../../src/capture/lang.js'
import { messageOf } from '../../src/capture/message.js'
import { DEFAULT_RULES, type CaptureState } from '../../src/capture/machine.js'
import { LANGUAGES, fill, problemText } from '../../src/capture/texts/texts.js'

/** All texts with their paths. */
function flat(value: unknown, path = ''): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]]
  return Object.entries(value ?? {}).flatMap(([key, inner]) => flat(inner, `${path}.${key}`))
}

const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort()

test('every language has the same texts with the same placeholders, and none is empty', () => {
  const english = new Map(flat(LANGUAGES.en))
  for (const [language, texts] of Object.entries(LANGUAGES)) {
    const others = new Map(flat(texts))
    assert.deepEqual([...others.keys()].sort(), [...english.keys()].sort(), language)
    for (const [path, text] of others) {
      assert.notEqual(text.trim(), '', `${language}${path}`)
      assert.deepEqual(placeholders(text), placeholders(english.get(path) ?? ''), `${language}${path}`)
    }
  }
})

test('no sentence of one language was left in the other', () => {
  const english = new Map(flat(LANGUAGES.en))
  const same = flat(LANGUAGES.id).filter(([path, text]) => english.get(path) === text)
  assert.deepEqual(same, [])
})

test('a hint fits on two lines of a phone', () => {
  for (const [path, text] of [...flat(LANGUAGES.en), ...flat(LANGUAGES.id)]) {
    if (path.includes('.hints.')) assert.ok(text.length <= 42, `${path}: ${text}`)
  }
})

test('every error has a message', () => {
  for (const code of faceMatchErrorCodes) {
    assert.notEqual(problemText(LANGUAGES.id, code).title, '', code)
  }
  assert.equal(problemText(LANGUAGES.en, 'network'), LANGUAGES.en.problems.other)
  assert.equal(problemText(LANGUAGES.en, 'camera_denied'), LANGUAGES.en.problems.camera_denied)
})

test('a file is offered only where files are taken', () => {
  const message = (hasFile: boolean, state: CaptureState) => messageOf(
    { snapshot: { state, attempts: 0, refusals: 0 }, role: 'selfie', rules: DEFAULT_RULES, hasFile }, LANGUAGES.en).advice
  assert.match(message(true, { name: 'failed', code: 'camera_denied' }), /choose a photo/)
  assert.doesNotMatch(message(false, { name: 'failed', code: 'camera_denied' }), /choose a photo/)
  assert.doesNotMatch(message(true, { name: 'failed', code: 'internal' }), /choose a photo/)
})

test('warnings that read the same are shown once', () => {
  const state: CaptureState = { name: 'review', source: 'file', warnings: ['too_dark', 'too_dark'] }
  const { warnings } = messageOf(
    { snapshot: { state, attempts: 1, refusals: 0 }, role: 'id_portrait', rules: DEFAULT_RULES, hasFile: true }, LANGUAGES.id)
  assert.deepEqual(warnings, ['Foto terlalu gelap'])
})

test('the language is that of the tag, or English', () => {
  const cases: [tag: string, want: string][] = [
    ['id', 'id'], ['id-ID', 'id'], ['ID', 'id'], ['in', 'id'], ['in_ID', 'id'], ['en-GB', 'en'], ['fr', 'en'], ['', 'en'],
    ['toString', 'en'],
  ]
  for (const [tag, want] of cases) assert.equal(supported(tag), want, tag)
})

test('placeholders are filled, and unknown ones are left to be seen', () => {
  assert.equal(fill('Camera {number}', { number: 2 }), 'Camera 2')
  assert.equal(fill('{a} {b}', { a: 'x' }), 'x {b}')
})
