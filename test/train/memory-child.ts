/** Does one thing with a model file and prints the most memory that the process ever held, in bytes. */

import { existsSync, readFileSync } from 'node:fs';
import { saveCheckpoint, writeAtomically } from '../../src/cli/run-folder.ts';
import { questionBatch } from '../../src/data/batches.ts';
import { Answerer, answerWeights } from '../../src/inference/answer.ts';
import { encodeModelFile } from '../../src/interop/model-file.ts';
import { loadModel } from '../../src/interop/node/source.ts';
import { newRun, train } from '../../src/train/run.ts';
import { backend, tinyDataset } from './support.ts';

const [task, file, folder] = process.argv.slice(2) as [string, string, string];
const { checkpoint } = loadModel(file);
const { model, config, state } = checkpoint;
const tiny = tinyDataset();
const metadata = { ...tiny.metadata, num_puzzle_identifiers: model.shape.puzzleEmbeddingRows };
const dataset = { ...tiny, metadata };

const tasks: Record<string, () => void | Promise<void>> = {
  load: () => {},
  resume: () =>
    train(checkpoint, dataset, backend, {
      onCheckpoint: async (saved) => saveCheckpoint(folder, 'last', saved),
    }),
  solve: async () => {
    const answerer = await Answerer.create(model, 1, backend);
    const batch = questionBatch([{ tokens: new Int32Array(model.shape.cells), puzzleIdentifier: 0 }], 1);
    for await (const { answer } of answerer.answer(answerWeights(state), batch, 2)) answer.at(0);
    await answerer.dispose();
  },
  export: () => writeAtomically(`${folder}/export`, encodeModelFile(checkpoint, 'safetensors', '')),
  'export as float16': () =>
    writeAtomically(`${folder}/export`, encodeModelFile(checkpoint, 'safetensors', '', { dtype: 'float16' })),
  'begin a run with': () => {
    newRun(config, dataset, checkpoint);
  },
};
await tasks[task]!();
// What `maxRSS` says on Linux counts the process that started this one too, from before it became another.
const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
const most = /VmHWM:\s*(\d+) kB/.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
console.log(Number(most) * 1024);
