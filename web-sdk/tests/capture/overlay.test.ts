import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boxPath, dotPath } from '../../src/capture/overlay.js'

test('a box is drawn from its corner, clockwise, and closed', () => {
  const cases = [
    { box: { x: 10, y: 20, width: 30, height: 40 }, want: 'M10 20h30v40h-30z' },
    { box: { x: -4.26, y: 0.04, width: 9.99, height: 1 }, want: 'M-4.3 0h10v1h-10z' }, // A face may reach out of the picture.
  ]
  for (const { box, want } of cases) assert.equal(boxPath(box), want)
})

test('a landmark is a line of no length', () => {
  assert.equal(dotPath({ x: 1.25, y: 7 }), 'M1.3 7h0')
})
