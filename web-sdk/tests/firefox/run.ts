/**
 * The packed package in Firefox, beside Chromium where both must say the same:
 *
 *     npm run firefox [-- part-of-a-test's-file-name …]
 *
 * Variables are those of `tests/browser/run.ts`, and `FACEMATCH_FIREFOX`: the browser; default: where Debian puts it.
 */

import { run } from '../browser/kit/suite.js'

await run({ name: 'the packed package in Firefox', ending: '.firefox.test.ts' })
