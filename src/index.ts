/** The library for Node: tracing, models, training, evaluation and data, by the names the rest of the package uses. */

export { type Batch, TrainBatches, testBatches } from './data/batches.ts';
export { buildSudoku } from './data/builders/sudoku-csv.ts';
export { generateSudoku } from './data/builders/sudoku-generated.ts';
export type { PuzzleDataset } from './data/dataset.ts';
export { readDataset, readSplits, writeDataset } from './data/node/folder.ts';
export { Random } from './data/random.ts';
export { TrmError } from './errors.ts';
export { Answerer, type AnswerStep, type AnswerWeights } from './evaluate/answer.ts';
export { type Evaluation, evaluate } from './evaluate/evaluate.ts';
export { type Solution, type SolveOptions, Solver, type SolveStep } from './evaluate/solver.ts';
export { gradients } from './graph/gradients.ts';
export { serialize } from './graph/onnx/serialize.ts';
export type { Tensor } from './graph/tensor.ts';
export { type Graph, input, noGrad, trace } from './graph/trace.ts';
export { encodeModelFile, readModelFile } from './interop/model-file.ts';
export { loadModel, resolveSource } from './interop/node/source.ts';
export { buildModel } from './models/build.ts';
export type { Model, PuzzleShape } from './models/model.ts';
export { trm } from './models/trm.ts';
export { type TrmConfig, trmSchema } from './models/trm-config.ts';
export type { Backend, HostTensor, Program } from './runtime/backend.ts';
export { openBackend } from './runtime/node.ts';
export { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './train/checkpoint.ts';
export { type Config, configSchema, parseConfig } from './train/config.ts';
export { newRun, type RunEvents, train } from './train/run.ts';
export { traceAnswerStep, traceSupervisionStep } from './train/supervision-step.ts';
export { type StepMetrics, Trainer } from './train/trainer.ts';
