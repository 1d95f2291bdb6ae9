/**
 * Packs the package, builds a page with it, and runs all browser tests on it:
 *
 *     npm run browser [-- part-of-a-test's-file-name …]
 *
 * | variable | |
 * |---|---|
 * | `FACEMATCH_BIN` | the server's program |
 * | `FACEMATCH_SAMPLES` | folder of photos in which photos of one person share a name but for digits at its end |
 * | `FACEMATCH_TARBALL` | the packed package; default: it is packed now |
 * | `FACEMATCH_CHROMIUM` | the browser; default: where Debian puts it |
 * | `FACEMATCH_ARTIFACTS` | where screenshots are kept; default: nowhere |
 * | `FACEMATCH_REQUIRE_DATA` | without the first two, fail instead of leaving out what needs them |
 */

import { run } from './kit/suite.js'

await run({ name: 'the packed package in the browser', ending: '.browser.test.ts', alone: 'capture/' })
