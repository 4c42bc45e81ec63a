import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/temporary.ts', 'test/build.ts', 'test/support/browser.ts'],
    reporters: ['default', './test/support/skipped.ts'],
    // Compiling each small graph takes a second: tests of the native engine ask for it.
    env: { TRM_ENGINE: process.env.TRM_ENGINE ?? 'onnxruntime' },
    // Vitest leaves a core to itself, which on two of them is half.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
