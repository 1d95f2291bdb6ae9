// What the README says and nothing else: the SDK's files are found without help.
export default {
  // The CSP knows no data: URLs, and the tests count files.
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
}
