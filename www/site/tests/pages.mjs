// Goes through all pages of a running demo as an applicant would, and keeps a picture of every state:
// node tests/pages.mjs --site http://127.0.0.1:8090 --card CARD --selfie SAME_PERSON --other SOMEBODY_ELSE --shots DIR

import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { browser, inspect } from './browser.mjs'

const text = { type: 'string' }
const options = { site: text, card: text, selfie: text, other: text, shots: text, chromium: { ...text, default: '/usr/bin/chromium' } }
const { values: given } = parseArgs({ options })
for (const name of Object.keys(options)) assert(given[name], `--${name} is missing`)

const PHONE = { width: 360, height: 740 }
const DESKTOP = { width: 1280, height: 800 }
const VARIANTS = [
  { name: 'phone-light', viewport: PHONE, colorScheme: 'light', locale: 'en-GB' },
  { name: 'phone-dark-id', viewport: PHONE, colorScheme: 'dark', locale: 'id-ID' },
  { name: 'desktop-dark', viewport: DESKTOP, colorScheme: 'dark', locale: 'en-GB' },
  { name: 'desktop-light-id', viewport: DESKTOP, colorScheme: 'light', locale: 'id-ID' },
]
const USE = /Use this photo|Gunakan foto ini/

const problems = []
await mkdir(given.shots, { recursive: true })
for (const { name, ...variant } of VARIANTS) {
  const { page, close } = await browser({ ...variant, executablePath: given.chromium, problems })
  const keep = (state) => inspect(page, join(given.shots, `${state}.${name}.png`), problems)
  await stranger(page, keep)
  await samePerson(page, keep)
  await signIn(page, keep)
  await troubles(page, keep)
  await close()
}
assert.deepEqual(problems, [])
console.log(`all states of ${VARIANTS.length} variants are in ${given.shots}`)

/** Before anything: the start, a door that is closed, a page that is not there. */
async function stranger(page, keep) {
  await open(page, '/')
  await keep('01-home')
  await open(page, '/step-up')
  await page.locator('a[href="/onboarding.html"]').waitFor()
  await keep('02-nobody')
  await open(page, '/nowhere')
  await keep('03-missing')
}

async function samePerson(page, keep) {
  await open(page, '/onboarding')
  await keep('04-consent')
  await page.locator('main .primary').click()
  await keep('05-consent-needed')
  await agree(page)
  await keep('06-card')
  await take(page, 'id_portrait', given.card)
  await page.locator('face-capture[photo=selfie]').waitFor()
  await keep('07-selfie')
  await take(page, 'selfie', given.selfie)
  await page.locator('.shots').waitFor()
  await keep('08-review')
  await page.goBack()
  await page.locator('face-capture[photo=selfie]').waitFor()
  await page.goForward()
  await slowly(page, () => keep('09-sending'))
  await page.locator('.verdict.good').waitFor()
  await keep('10-match')
  await page.locator('summary').click()
  await keep('11-details')
}

async function signIn(page, keep) {
  await page.locator('.next .primary').click()
  await page.locator('.stored').waitFor()
  await keep('12-sign-in')
  await agree(page)
  await take(page, 'selfie', given.selfie)
  await page.locator('.stick .primary').click()
  await page.locator('.verdict.good').waitFor()
  await keep('13-signed-in')
  await open(page, '/')
  await page.locator('a[href="/step-up.html"]').waitFor()
  await keep('14-home-known')
}

async function troubles(page, keep) {
  await upToReview(page, given.other)
  await page.route('**/up/**', (route) => route.abort())
  await page.locator('.stick .primary').click()
  await page.locator('.trouble').waitFor({ timeout: 120_000 })
  await keep('20-offline')
  await page.unroute('**/up/**')
  await page.locator('.trouble .primary').click()
  await page.locator('.verdict.bad').waitFor()
  await keep('21-no-match')
  await upToReview(page, given.selfie)
  await page.route('**/api/results/**', async (route) => route.fulfill({ json: undecided(await (await route.fetch()).json()) }))
  await page.locator('.stick .primary').click()
  await page.locator('.verdict.warn').waitFor()
  await keep('22-inconclusive')
  await page.unroute('**/api/results/**')
  await page.route('**/*.wasm', (route) => route.abort())
  await open(page, '/onboarding')
  await page.locator('#agree').check()
  await page.locator('main .primary').click()
  await page.locator('.trouble').waitFor()
  await keep('23-no-engine')
  await page.unroute('**/*.wasm')
}

async function open(page, path) {
  await page.goto(new URL(path, given.site).href)
  await page.locator('h1').waitFor()
}

/** With the keyboard alone. */
async function agree(page) {
  await page.locator('#agree').focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.locator('face-capture').waitFor()
}

async function take(page, role, file) {
  const capture = page.locator(`face-capture[photo=${role}]`)
  await capture.locator('input[type=file]').setInputFiles(file)
  await capture.getByRole('button', { name: USE }).click()
}

async function upToReview(page, selfie) {
  await open(page, '/onboarding')
  await agree(page)
  await take(page, 'id_portrait', given.card)
  await take(page, 'selfie', selfie)
  await page.locator('.shots').waitFor()
}

/** Sends while the bucket is slow, cancels, and sends again. */
async function slowly(page, look) {
  await page.route('**/up/**', async (route) => {
    if (route.request().method() === 'PUT') await new Promise((resolve) => setTimeout(resolve, 5000))
    await route.continue().catch(() => undefined)
  })
  await page.locator('.stick .primary').click()
  await page.locator('.running').waitFor()
  await look()
  await page.locator('main .quiet').click()
  await page.locator('.shots').waitFor()
  await page.unroute('**/up/**')
  await page.locator('.stick .primary').click()
}

/** What the demo's own photos cannot show. */
function undecided({ result, callback }) {
  const images = result.images.map(({ face: _, ...image }) => image)
  const reasons = [{ code: 'no_face', role: 'selfie', hint: '' }]
  const { score: _, ...rest } = result
  return { callback, result: { ...rest, decision: 'inconclusive', reasons, images } }
}
