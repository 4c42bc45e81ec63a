/** The library for a browser: what index.ts has but for files, with the devices of a page. */

export { type Batch, questionBatch, TrainBatches, testBatches } from './data/batches.ts';
export type { PuzzleDataset } from './data/dataset.ts';
export { type FamilyInfo, familyOf } from './data/families.ts';
export type { Family } from './data/family.ts';
export { Random } from './data/random.ts';
export { TrmError } from './errors.ts';
export { type Evaluation, evaluate } from './evaluate/evaluate.ts';
export {
  type FoundAnswer,
  type Puzzle,
  type Solution,
  type SolveOptions,
  Solver,
  type SolveStep,
} from './evaluate/solver.ts';
export { Answerer, type AnswerStep, type AnswerWeights, answerWeights } from './inference/answer.ts';
export { encodeModelFile, readModelFile } from './interop/model-file.ts';
export { type LoadOptions, load } from './load-web.ts';
export type { Backend } from './runtime/backend.ts';
export { openBackend, type WebBackendOptions, type WebDeviceChoice } from './runtime/web.ts';
export { type Checkpoint, encodeCheckpoint } from './train/checkpoint.ts';
export { type Config, configSchema, parseConfig } from './train/config.ts';
export { newRun, type RunEvents, train } from './train/run.ts';
