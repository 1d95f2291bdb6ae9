import { defineConfig } from 'vite'

export default defineConfig({
  appType: 'mpa',
  // The SDK's worker is a module.
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    emptyOutDir: true,
    // The CSP knows no data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ['index.html', 'onboarding.html', 'step-up.html', '404.html'] },
  },
})
