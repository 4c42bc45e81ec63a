/** `npm run mutate`: how many small faults in the core do the tests notice? See docs/testing.md. */

const folders = ['formats', 'graph', 'inference', 'models', 'nn', 'train', 'evaluate'];

export default {
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: true },
  plugins: ['@stryker-mutator/vitest-runner', './test/mutation/sample.mjs'],
  checkers: ['sample'],
  mutate: [...folders.map((folder) => `src/${folder}/**/*.ts`), '!src/graph/onnx/onnx_pb.ts'],
  mutator: { excludedMutations: ['StringLiteral'] },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  timeoutMS: 20_000,
  reporters: ['progress', 'json'],
  jsonReporter: { fileName: 'coverage/mutation.json' },
  tempDirName: 'coverage/stryker',
  tsconfigFile: 'none', // its rewriting needs the API that TypeScript 7 has no more
};
