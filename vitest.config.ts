import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests of functions alone: they share their modules, whose loading takes longer than most of them. */
const functions = [
  'compiler',
  'data',
  'evaluate',
  'formats',
  'graph',
  'inference',
  'models',
  'nn',
  'train',
].map((folder) => `test/${folder}/**/!(new-*).test.ts`); // those change a module

/** Minutes each: begun last, they would keep one worker busy when the others have nothing left. */
const longest = [
  'runtime/native-contract',
  'runtime/contract',
  'runtime/browser',
  'cli/ranks',
  'compiler/kernels',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) =>
      longest.some((name) => moduleId.endsWith(`/${name}.test.ts`));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

const all = {
  // Compiling each small graph takes a second: tests of the native engine ask for it.
  env: { TRM_ENGINE: process.env.TRM_ENGINE ?? 'onnxruntime' },
  testTimeout: 120_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 30_000 } }, // a page beside other tests takes its time
};

export default defineConfig({
  test: {
    projects: [
      { test: { ...all, name: 'functions', include: functions, isolate: false } },
      { test: { ...all, name: 'programs', include: ['test/**/*.test.ts'], exclude: functions } },
    ],
    globalSetup: ['test/temporary.ts', 'test/build.ts', 'test/support/browser.ts'],
    reporters: ['default', './test/support/skipped.ts'],
    sequence: { sequencer: LongestFirst },
    // Vitest leaves a core to itself, which on two of them is half.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
