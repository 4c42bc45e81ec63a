import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/temporary.ts', 'test/build.ts', 'test/support/browser.ts'],
    reporters: ['default', './test/support/skipped.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
