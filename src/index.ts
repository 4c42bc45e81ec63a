/** The library for Node: tracing, models, training, evaluation and data, by the names the rest of the package uses. */

export { type Batch, TrainBatches, testBatches } from './data/batches.ts';
export { type GenerateOptions, generateDataset } from './data/builders/generated.ts';
export { buildSudoku } from './data/builders/sudoku-csv.ts';
export type { PuzzleDataset } from './data/dataset.ts';
export { readDataset, readSplits, writeDataset } from './data/node/folder.ts';
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
export { gradients } from './graph/gradients.ts';
export { serialize } from './graph/onnx/serialize.ts';
export type { Tensor } from './graph/tensor.ts';
export { type Graph, input, noGrad, trace } from './graph/trace.ts';
export { Answerer, type AnswerStep, type AnswerWeights } from './inference/answer.ts';
export { traceAnswerStep } from './inference/answer-step.ts';
export { encodeModelFile, readModelFile } from './interop/model-file.ts';
export { loadModel, resolveSource } from './interop/node/source.ts';
export { encodeOnnx, type OnnxOptions } from './interop/onnx-model.ts';
export { type LoadOptions, load } from './load.ts';
export { buildModel } from './models/build.ts';
export { type ModelConfig, modelSchema } from './models/config.ts';
export type { Model, PuzzleShape } from './models/model.ts';
export { trm } from './models/trm.ts';
export type { Backend, HostTensor, Program } from './runtime/backend.ts';
export type { EngineNotice } from './runtime/native/backend.ts';
export { type NodeBackendOptions, openBackend } from './runtime/node.ts';
export { closeServer } from './serve/close-node.ts';
export { type Handler, type HandlerOptions, solveHandler } from './serve/handler.ts';
export { nodeListener, nodeServer } from './serve/node.ts';
export { type QueueOptions, SolveQueue } from './serve/queue.ts';
export { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './train/checkpoint.ts';
export type { Communicator } from './train/communicator.ts';
export { type Config, configSchema, parseConfig } from './train/config.ts';
export { findRate, type RateTest, type RateTestOptions } from './train/find-rate.ts';
export { joinRanks, type Ranks } from './train/mpi/ranks.ts';
export { newRun, type RunEvents, train } from './train/run.ts';
export type { StepMetrics } from './train/step-metrics.ts';
export { traceSupervisionStep } from './train/supervision-step.ts';
export { Trainer } from './train/trainer.ts';
