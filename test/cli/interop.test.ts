/** Import, evaluate, fine-tune and export at the command line, from a PyTorch file to a PyTorch file. */

import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPytorch } from '../../src/formats/pytorch/read.ts';
import { writePytorch } from '../../src/formats/pytorch/write.ts';
import { decodeSafetensors } from '../../src/formats/safetensors.ts';
import { generateSudoku, temporaryFolder, trm } from './command.ts';

const { folder, remove } = temporaryFolder();
const at = (...parts: string[]) => join(folder, ...parts);
const data = at('data');
const lines = (text: string) => text.trim().split('\n');

/** `step_40`: a PyTorch checkpoint as the official code writes them, its puzzle table of three rows. */
beforeAll(async () => {
  const recipe = at('tiny.yaml');
  writeFileSync(
    recipe,
    'model: { hiddenSize: 16, heads: 8, cycles: 1, latentSteps: 2, puzzleSlots: 16, puzzleEmbeddingSize: 16 }\nsteps: 2\nbatchSize: 4\nmicroBatchSize: 4\nsupervisionSteps: 2\n',
  );
  await generateSudoku(data, { count: 20, testCount: 5 });
  const trained = await trm(['train', '--config', recipe, '--data', data, '--out', at('run')]);
  expect(trained.status, trained.err).toBe(0);
  const exported = await trm(['export', at('run'), '--format', 'pytorch', '--out', at('run.pt')]);
  expect(exported, exported.err).toMatchObject({
    status: 0,
    out: expect.stringContaining(`${at('run.pt')}.yaml`),
  });
  const tensors = new Map(readPytorch(readFileSync(at('run.pt')), 'run.pt'));
  const table = '_orig_mod.model.inner.puzzle_emb.weights';
  tensors.set(table, { dtype: 'float32', shape: [3, 16], data: new Float32Array(48).fill(0.5) });
  writeFileSync(at('step_40'), writePytorch(tensors));
});
afterAll(remove);

test('a dataset of other puzzles is named beside the file that does not fit it', async () => {
  const other = at('other');
  await generateSudoku(other, { size: 6, count: 2, testCount: 2 });
  const { status, err } = await trm(['import', at('run.pt'), '--data', other, '--out', at('none')]);
  expect(status).toBe(1);
  expect(err).toContain(
    `error: ${at('run.pt')}: embed_tokens.embedding_weight: expected shape [8, 16], got [6, 16] by the sizes of ${other}; name the dataset that it was trained on, if that is not ${other}, or the config that describes the file\n`,
  );
});

test('a PyTorch file becomes a run that is evaluated, trained on and exported the same', async () => {
  const run = at('imported');
  const missing = await trm(['import', at('step_40'), '--set', 'L_cycle=2', '--out', run]);
  expect(missing).toMatchObject({ status: 2, err: expect.stringContaining('did you mean L_cycles?') });
  const imported = await trm([
    'import',
    at('step_40'),
    '--set',
    'H_cycles=1',
    '--set',
    'L_cycles=2',
    '--out',
    run,
  ]);
  expect(imported.status, imported.err).toBe(0);
  expect(lines(imported.err)).toContain("hidden_size: 16 (from the tensors' shapes)");
  expect(imported.err).toMatch(/puzzle_emb_len: 16 \(ASSUMED/);
  expect(imported.err).toMatch(/optimizer state: none in the file/);

  const again = await trm(['export', run, '--format', 'pytorch', '--out', at('again.pt')]);
  expect(again.status, again.err).toBe(0);
  const read = (name: string) => readPytorch(readFileSync(at(name)), name);
  const theirs = read('step_40');
  const ours = read('again.pt');
  expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
  for (const [name, tensor] of theirs) expect(ours.get(name), name).toEqual(tensor);

  // With the dataset the sizes are known, and the table becomes as long as it needs.
  const fitted = at('fitted');
  const args = ['import', at('again.pt'), '--data', data, '--json', '--out', fitted];
  const report = JSON.parse((await trm(args)).out);
  expect(report).toMatchObject({ run: fitted, shape: { cells: 16, vocabulary: 6, puzzleEmbeddingRows: 1 } });
  expect(report.notes.join()).toMatch(/the table has 3 rows, 1 are needed; every row is now their mean/);
  const evaluation = await trm(['evaluate', fitted, '--data', data, '--json']);
  expect(JSON.parse(evaluation.out).evaluations).toMatchObject([{ examples: 5, trainedSteps: 0 }]);
  const solved = await trm(['solve', fitted], { input: '1.3.\n....\n....\n.2.4' });
  expect(solved.out, solved.err).toMatch(/the answer/);

  const tuned = at('tuned');
  const train = ['train', '--init', run, '--data', data, '--out', tuned];
  const settings = ['steps=3', 'batchSize=4', 'microBatchSize=4', 'supervisionSteps=2'].flatMap((s) => [
    '--set',
    s,
  ]);
  const training = await trm([...train, ...settings]);
  expect(training.status, training.err).toBe(0);
  expect(training.err).toMatch(/the table has 3 rows/);
  const file = await trm([
    'export',
    tuned,
    '--format',
    'safetensors',
    '--no-compiled',
    '--out',
    at('tuned.safetensors'),
  ]);
  expect(file.status, file.err).toBe(0);
  const { tensors, metadata } = decodeSafetensors(readFileSync(at('tuned.safetensors')), 'x');
  expect(tensors.has('model.inner.lm_head.weight')).toBe(true);
  expect(JSON.parse(metadata.config!)).toMatchObject({
    H_cycles: 1,
    L_cycles: 2,
    puzzle: { kind: 'sudoku', size: 4 },
  });
  const direct = await trm(['evaluate', at('tuned.safetensors'), '--data', data, '--steps', '2', '--json']);
  expect(JSON.parse(direct.out).evaluations).toMatchObject([{ examples: 5 }]);
});

test('what does not go says so: an own checkpoint, a taken name, no such format', async () => {
  const own = at('run', 'checkpoints', 'last', 'checkpoint.safetensors');
  const nothing = await trm(['import', own, '--out', at('x')]);
  expect(nothing).toMatchObject({ status: 2, err: expect.stringContaining('there is nothing to import') });
  const ofRun = await trm(['import', at('run'), '--out', at('x')]);
  expect(ofRun).toMatchObject({ status: 2, err: expect.stringContaining('there is nothing to import') });
  const ofDataset = await trm(['import', data, '--out', at('x')]);
  expect(ofDataset).toMatchObject({
    status: 2,
    err: `error: ${data}: the folder of a dataset, not of a run; name a run or a model\n`,
  });
  const inside = await trm(['import', at('step_40'), '--out', at('run', 'official')]);
  expect(inside).toMatchObject({ status: 2, err: expect.stringContaining(`lies in the run ${at('run')};`) });
  const taken = await trm(['export', at('run'), '--format', 'pytorch', '--out', at('run.pt')]);
  expect(taken).toMatchObject({
    status: 2,
    err: expect.stringContaining('the file exists; choose another --out'),
  });
  const onnx = await trm(['export', at('run'), '--format', 'h5', '--out', at('y')]);
  expect(onnx).toMatchObject({
    status: 2,
    err: expect.stringContaining('Allowed choices are pytorch, safetensors'),
  });
  const other = await trm([
    'train',
    '--init',
    at('run'),
    '--config',
    'sudoku-4x4',
    '--data',
    data,
    '--out',
    at('z'),
  ]);
  expect(other).toMatchObject({ status: 2, err: expect.stringContaining('the weights to begin with have') });
});

test('hf:owner/name stands for a run', async () => {
  const files: Record<string, Buffer> = {
    'run.pt': readFileSync(at('run.pt')),
    'run.pt.yaml': readFileSync(at('run.pt.yaml')),
  };
  const server = createServer(({ url, headers }, response) => {
    const body = files[url!.split('/').at(-1)!.split('?')[0]!];
    if (url!.startsWith('/api/models/owner/name/tree/main')) {
      const list = Object.entries(files).map(([path, { length: size }]) => ({
        type: 'file',
        path,
        size,
        oid: 'x',
      }));
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(list));
    } else if (!body) response.writeHead(404, { 'X-Error-Code': 'EntryNotFound' }).end();
    else if (headers.range) {
      const range = { ETag: '"x"', 'Content-Range': `bytes 0-0/${body.length}` };
      response.writeHead(206, range).end(body.subarray(0, 1));
    } else response.writeHead(200, { 'Content-Length': body.length }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env.HF_ENDPOINT = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env.XDG_CACHE_HOME = at('cache');
  try {
    const result = await trm(['evaluate', 'hf:owner/name', '--data', data, '--json']);
    expect(result.status, result.err).toBe(0);
    const fromRun = JSON.parse((await trm(['evaluate', at('run'), '--data', data, '--json'])).out);
    expect(JSON.parse(result.out).evaluations[0].steps).toEqual(fromRun.evaluations[0].steps);
    const listed = JSON.parse((await trm(['models', '--json'])).out);
    expect(listed.cached).toMatchObject([{ name: 'hf:owner/name/run.pt', puzzles: 'Sudoku 4×4' }]);
  } finally {
    delete process.env.HF_ENDPOINT;
    delete process.env.XDG_CACHE_HOME;
    await new Promise((resolve) => server.close(resolve));
  }
});
