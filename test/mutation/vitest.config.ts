/** The tests that run in one process: what mutants are held against. */

import { defineConfig } from 'vitest/config';

const folders = ['formats', 'golden', 'graph', 'inference', 'models', 'nn', 'train', 'evaluate'];

export default defineConfig({
  test: { include: folders.map((folder) => `test/${folder}/**/*.test.ts`), testTimeout: 60_000 },
});
