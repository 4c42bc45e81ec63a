/** The tests that run in one process: what mutants are held against. Those that start others see no mutant. */

import { defineConfig } from 'vitest/config';

const folders = [
  'formats',
  'fuzz',
  'golden',
  'graph',
  'inference',
  'interop',
  'models',
  'nn',
  'train',
  'evaluate',
];

export default defineConfig({
  test: {
    include: folders.map((folder) => `test/${folder}/**/*.test.ts`),
    exclude: [
      'test/models/new-model.test.ts',
      'test/train/new-optimizer.test.ts',
      'test/train/memory.test.ts',
    ],
    env: { TRM_ENGINE: 'onnxruntime' },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
