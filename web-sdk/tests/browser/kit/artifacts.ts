/** Screenshots for people to look at, and what axe says of a page. */

import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

const { FACEMATCH_ARTIFACTS: root } = process.env
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** WCAG 2.2 AA, and what axe recommends beyond it. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** A page of any browser: the two drivers agree on this much. */
interface Scripted {
  evaluate(script: string): Promise<unknown>
}

/** Keeps a screenshot in `app/` of the artefacts' folder, if there is one. */
export async function keep(page: Page, name: string): Promise<void> {
  if (root === undefined) return
  await mkdir(join(root, 'app'), { recursive: true })
  await page.screenshot({ path: join(root, 'app', `${name}.png`) })
}

/** What axe finds wrong on the page, the element's shadow tree included. */
export async function violations(page: Scripted): Promise<string[]> {
  // The page's CSP lets no test script in, either: the debugger's door is not the page's.
  if (!await page.evaluate("'axe' in window")) await page.evaluate(axe)
  const found = await page.evaluate(`(async () => {
    const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: ${JSON.stringify(TAGS)} } })
    return violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target.join(' ')).join(', '))
  })()`)
  return found as string[]
}
