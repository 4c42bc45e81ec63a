/** Our models under the official names and back: the same tensors, and clear words where a file does not fit. */

import { describe, expect, test } from 'vitest';
import { Random } from '../../src/data/random.ts';
import { type FileTensors, toFloat32 } from '../../src/formats/file-tensor.ts';
import { layoutOf, views } from '../../src/inference/weights.ts';
import { encodeModelFile, readModelFile } from '../../src/interop/model-file.ts';
import {
  compiledPrefix,
  exportConfig,
  exportOfficial,
  importOfficial,
} from '../../src/interop/official-checkpoint.ts';
import { parseOfficialSettings } from '../../src/interop/official-config.ts';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../../src/train/checkpoint.ts';
import { newRun, train } from '../../src/train/run.ts';
import { backend, tinyConfig, tinyConvolution, tinyDataset, tinyMazes } from '../train/support.ts';

const dataset = tinyDataset();

/** A run whose averaged weights, starts and puzzle embeddings are all different numbers. */
function randomRun(settings: Record<string, unknown> = {}): Checkpoint {
  const run = newRun(tinyConfig(settings), dataset);
  const random = new Random(5);
  for (const array of [run.state.dense.average, run.state.puzzleEmbeddings])
    for (let i = 0; i < array.length; i++) array[i] = random.normal();
  return run;
}

const attention = {
  hiddenSize: 16,
  heads: 2,
  layers: 1,
  cycles: 2,
  latentSteps: 3,
  puzzleSlots: 2,
  puzzleEmbeddingSize: 16,
  mixer: 'attention',
  positions: 'rope',
};
const settingsOf = (run: Checkpoint) => parseOfficialSettings(exportConfig(run), 'config');
const roundTrip = (tensors: FileTensors, run: Checkpoint) => importOfficial(tensors, settingsOf(run), 'x.pt');

describe.each([
  ['mlp', {}],
  ['attention', { model: attention }],
  ['learned positions', { model: { ...attention, positions: 'learned' } }],
  ['HRM', { model: { ...attention, architecture: 'hrm', highLayers: 2, puzzleSlots: 1 } }],
  ['single z', { model: { ...attention, architecture: 'trm-single-z' } }],
  ['multi z', { model: { ...attention, architecture: 'trm-multi-z' } }],
  [
    'transformer',
    { model: { ...attention, architecture: 'transformer', cycles: 1, latentSteps: 1, puzzleSlots: 1 } },
  ],
  ['continue loss', { model: { ...attention, continueLoss: true } }],
  ['without puzzle embedding', { model: { ...attention, puzzleSlots: 0, puzzleEmbeddingSize: 0 } }],
])('%s', (_, settings) => {
  const run = randomRun(settings);
  const tensors = exportOfficial(run, compiledPrefix);

  test('comes back from the official names with the same weights and settings', () => {
    const { checkpoint, notes } = roundTrip(tensors, run);
    expect(notes).toEqual([]);
    expect(checkpoint.config.model).toEqual(run.config.model);
    expect(checkpoint.model.shape).toEqual(run.model.shape);
    expect(checkpoint.family).toEqual({ kind: 'sudoku', size: 4 });
    expect(checkpoint.state.dense.average).toEqual(checkpoint.state.dense.weights);
    expect(checkpoint.state.starts).toEqual(run.state.starts);
    expect(exportOfficial(checkpoint, compiledPrefix)).toEqual(tensors);
  });

  test.each(['pytorch', 'safetensors'] as const)('comes back from a file: %s', (format) => {
    const bytes = Buffer.concat(encodeModelFile(run, format, compiledPrefix));
    const { checkpoint, kind, notes } = readModelFile(
      bytes,
      format === 'pytorch' ? settingsOf(run) : {},
      'x',
    );
    if (run.model.puzzleEmbeddingSize > 0) expect(notes).toEqual([]);
    expect(kind).toBe('official');
    expect(checkpoint.config.model).toEqual(run.config.model);
    expect(exportOfficial(checkpoint, compiledPrefix)).toEqual(tensors);
  });
});

const run = randomRun();
const tensors = exportOfficial(run, compiledPrefix);
const changed = (
  name: string,
  change: (tensor: NonNullable<ReturnType<FileTensors['get']>>) => object | undefined,
) => {
  const copy = new Map(tensors);
  const key = `${compiledPrefix}${name}`;
  const tensor = change(copy.get(key)!);
  if (tensor) copy.set(key, { ...copy.get(key)!, ...tensor });
  else copy.delete(key);
  return copy;
};

test('element types are kept through a checkpoint of ours, as long as they hold the values', () => {
  const values = Float32Array.from({ length: 16 }, (_, i) => i / 4);
  const words = new Uint32Array(values.buffer);
  const bf16 = changed('H_init', () => ({
    dtype: 'bfloat16',
    data: Uint16Array.from(words, (w) => w >>> 16),
  }));
  const { checkpoint } = roundTrip(bf16, run);
  expect(checkpoint.state.starts.y).toEqual(values);
  const again = decodeCheckpoint(Buffer.concat(encodeCheckpoint(checkpoint)), 'x');
  expect(exportOfficial(again, compiledPrefix)).toEqual(bf16);
  again.state.starts.y![0] = 1 / 3;
  expect(exportOfficial(again, compiledPrefix).get(`${compiledPrefix}H_init`)!.dtype).toBe('float32');
});

test('float16 is half the file, within half of its last bit, and carries a note', () => {
  const sizeOf = (chunks: Uint8Array[]) => chunks.reduce((sum, { length }) => sum + length, 0);
  const options = { dtype: 'float16', note: 'solves most' } as const;
  const chunks = encodeModelFile(run, 'safetensors', compiledPrefix, options);
  expect(sizeOf(chunks)).toBeLessThan(0.6 * sizeOf(encodeModelFile(run, 'safetensors', compiledPrefix)));
  const { checkpoint, note } = readModelFile(Buffer.concat(chunks), {}, 'x');
  expect(note).toBe('solves most');
  for (const [name, tensor] of exportOfficial(checkpoint, compiledPrefix)) {
    const exact = toFloat32(tensors.get(name)!);
    const bound = (value: number) => Math.max(Math.abs(value) * 2 ** -11, 2 ** -25);
    expect(toFloat32(tensor).every((value, i) => Math.abs(value - exact[i]!) <= bound(exact[i]!))).toBe(true);
  }
  run.state.puzzleEmbeddings[0] = 1e6;
  expect(() => encodeModelFile(run, 'safetensors', compiledPrefix, options)).toThrow(
    'puzzle_emb.weights: a weight is beyond the range of float16',
  );
  run.state.puzzleEmbeddings[0] = 0;
});

test('a puzzle table of another size becomes the mean of its rows, and says so', () => {
  const E = run.model.puzzleEmbeddingSize;
  const data = Float32Array.from({ length: 3 * E }, (_, i) => Math.floor(i / E) + (i % E));
  const { checkpoint, notes } = roundTrip(
    changed('puzzle_emb.weights', () => ({ shape: [3, E], data })),
    run,
  );
  expect(checkpoint.model.shape.puzzleEmbeddingRows).toBe(1);
  expect(Array.from(checkpoint.state.puzzleEmbeddings)).toEqual(Array.from({ length: E }, (_, i) => 1 + i));
  expect(notes).toEqual([
    'puzzle embedding: the table has 3 rows, 1 are needed; every row is now their mean, as in the official code',
  ]);
});

test('without a config the shapes tell what they can, and the rest is said to be assumed', () => {
  const mlp = randomRun({
    model: { hiddenSize: 32, heads: 8, cycles: 3, latentSteps: 6, puzzleSlots: 16, puzzleEmbeddingSize: 32 },
  });
  const { checkpoint, notes } = importOfficial(exportOfficial(mlp, 'model.inner.'), {}, 'x.pt');
  expect(checkpoint.config.model).toEqual(mlp.config.model);
  expect(checkpoint.model.shape).toEqual(mlp.model.shape);
  expect(checkpoint.origin!.prefix).toBe('model.inner.');
  expect(notes).toContain("hidden_size: 32 (from the tensors' shapes)");
  const why = 'so that the puzzles are known: the tensors tell only the 32 positions of both';
  expect(notes).toContain(`puzzle_emb_len: 16 (ASSUMED, ${why})`);
  expect(notes).toContain(`seq_len: 16 (ASSUMED, ${why})`);
  expect(notes).toContain('H_cycles: 3 (ASSUMED, the official default: the tensors do not tell it)');
  const hrm = randomRun({
    model: {
      architecture: 'hrm',
      highLayers: 3,
      hiddenSize: 32,
      heads: 8,
      cycles: 2,
      latentSteps: 2,
      puzzleSlots: 1,
      puzzleEmbeddingSize: 32,
    },
  });
  const found = importOfficial(exportOfficial(hrm, compiledPrefix), {}, 'x.pt');
  expect(found.checkpoint.config.model).toEqual(hrm.config.model);
  expect(found.notes).toContain("H_layers: 3 (from the tensors' shapes)");
  const rope = exportOfficial(randomRun({ model: attention }), compiledPrefix);
  expect(() => importOfficial(rope, {}, 'x.pt')).toThrow(
    /^x\.pt: seq_len: the tensors do not tell it; .*--set seq_len/,
  );
});

test('of positions that the tensors do not split those of a known puzzle are assumed, else it is asked', () => {
  const positions = { mixer: 'attention', positions: 'learned' };
  const slots = (count: number) => randomRun({ model: { ...attention, ...positions, puzzleSlots: count } });
  const imported = (run: Checkpoint, settings = {}) =>
    importOfficial(exportOfficial(run, compiledPrefix), settings, 'x.pt');
  // The official 16 slots would leave 4 cells.
  const { checkpoint, notes } = imported(slots(4));
  expect(checkpoint.model.shape.cells).toBe(16);
  expect(checkpoint.config.model.puzzleSlots).toBe(4);
  expect(checkpoint.family).toEqual({ kind: 'sudoku', size: 4 });
  expect(notes.filter((note) => note.startsWith('seq_len'))).toEqual([
    'seq_len: 16 (ASSUMED, so that the puzzles are known: the tensors tell only the 20 positions of both)',
  ]);
  // What is said of one of the two tells the other.
  for (const told of [{ seq_len: 16 }, { puzzle_emb_len: 4 }]) {
    const { checkpoint, notes } = imported(slots(4), told);
    expect(checkpoint.model.shape.cells).toBe(16);
    const [other, value] = 'seq_len' in told ? ['puzzle_emb_len', 4] : ['seq_len', 16];
    expect(notes).toContain(`${other}: ${value} (from the tensors' shapes)`);
  }
  const unknown = new Map(exportOfficial(slots(4), compiledPrefix));
  for (const [name, tensor] of unknown)
    if (/embed_tokens|lm_head/.test(name))
      unknown.set(name, { ...tensor, shape: [5, 16], data: new Float32Array(5 * 16) });
  expect(() => importOfficial(unknown, {}, 'x.pt')).toThrow(
    /^x\.pt: puzzle_emb_len: the tensors do not tell it; .*--set puzzle_emb_len=VALUE/,
  );
});

test.each([
  [
    'a missing tensor',
    changed('lm_head.weight', () => undefined),
    /^x\.pt: lm_head\.weight: the tensor is missing/,
  ],
  [
    'another shape',
    changed('q_head.bias', () => ({ shape: [1], data: new Float32Array(1) })),
    /q_head\.bias: expected shape \[2\], got \[1\]; the config does not describe/,
  ],
  [
    'integers',
    changed('q_head.bias', () => ({ dtype: 'int32', data: new Int32Array(2) })),
    /q_head\.bias: expected floating-point numbers, got int32/,
  ],
  [
    'an unknown tensor',
    new Map([
      ...tensors,
      [`${compiledPrefix}more`, { dtype: 'float32' as const, shape: [1], data: new Float32Array(1) }],
    ]),
    /x\.pt: more: a tensor without counterpart/,
  ],
  ['no model', new Map(), /no model of the official code/],
])('%s is an error that names it', (_, wrong, message) => {
  expect(() => roundTrip(wrong as FileTensors, run)).toThrow(message);
});

test('all_config.yaml of the official code gives the training settings too', () => {
  const settings = parseOfficialSettings(
    {
      arch: {
        ...exportConfig(run),
        loss: { name: 'losses@ACTLossHead', loss_type: 'softmax_cross_entropy' },
      },
      data_paths: ['data/sudoku'],
      global_batch_size: 96,
      lr: 0.003,
      lr_warmup_steps: 7,
      ema_rate: 0.99,
    },
    'all_config.yaml',
  );
  const { config } = importOfficial(tensors, settings, 'x.pt').checkpoint;
  expect(config).toMatchObject({
    batchSize: 96,
    learningRate: 0.003,
    warmupSteps: 7,
    emaRate: 0.99,
    cellLoss: 'softmax',
  });
  const unknown = { ...settings, name: 'recursive_reasoning.other@Model' };
  expect(() => importOfficial(tensors, unknown, 'x.pt')).toThrow(/no such model here: .*other@Model; one of/);
  expect(() => parseOfficialSettings({ arch: { H_cycles: 'x' } }, 'f.yaml')).toThrow(/^f\.yaml: H_cycles: /);
});

test('a run begins with the weights of another: trains on, refuses other shapes, resizes the puzzle table', async () => {
  const imported = roundTrip(tensors, run).checkpoint;
  const start = newRun(tinyConfig({ steps: 2 }), dataset, imported);
  expect(start.state.dense.weights).toEqual(imported.state.dense.average);
  expect(start.state.starts).toEqual(imported.state.starts);
  expect(start.state.puzzleEmbeddings).toEqual(imported.state.puzzleEmbeddings);
  expect(() => newRun(tinyConfig({ model: attention }), dataset, imported)).toThrow(
    /layers\.0\.attention\.query: the new run needs \[16, 16\].*use settings of the same model/,
  );
  // An imported checkpoint has no batch yet: training it makes one.
  const trained = decodeCheckpoint(
    Buffer.concat(encodeCheckpoint({ ...imported, config: start.config })),
    'x',
  );
  await train(trained, dataset, backend);
  expect(trained.state.step).toBe(2);
  expect(trained.state.carry.halted).toHaveLength(6);
  expect(trained.state.dense.weights).not.toEqual(imported.state.dense.weights);
});

const tinyCandidates = () =>
  tinyConvolution({ model: { ...tinyConvolution().model, mixer: 'candidates', hiddenSize: 12 } });

test.each([
  [
    'norm inside SwiGLU',
    () => newRun(tinyConfig({ model: { ...attention, gateNorm: true } }), tinyDataset()),
    { kind: 'sudoku', size: 4 },
  ],
  [
    "second network of TRM's",
    () => newRun(tinyConfig({ model: { ...attention, highLayers: 2 } }), tinyDataset()),
    { kind: 'sudoku', size: 4 },
  ],
  [
    'mixer convolution',
    () => newRun(tinyConvolution(), tinyMazes(4, 6)),
    { kind: 'maze', rows: 4, columns: 6 },
  ],
  ['mixer candidates', () => newRun(tinyCandidates(), tinyDataset()), { kind: 'sudoku', size: 4 }],
] as const)(
  '%s, which the official code does not have, comes back from safetensors alone',
  (lacking, make, family) => {
    const run = make();
    const random = new Random(5);
    const { average } = run.state.dense;
    for (let i = 0; i < average.length; i++) average[i] = random.normal();
    const [file, ...more] = encodeModelFile(run, 'safetensors', compiledPrefix);
    const { checkpoint, notes } = readModelFile(Buffer.concat([file!, ...more]), {}, 'x.safetensors');
    expect(notes).toEqual([]);
    expect(checkpoint.config.model).toEqual(run.config.model);
    expect(checkpoint.model.shape).toEqual(run.model.shape);
    expect(checkpoint.family).toEqual(family);
    const weights = ({ state, model }: Checkpoint) =>
      Object.entries(views(layoutOf(model.parameters), state.dense.average)).map(([name, { data }]) => [
        name,
        data,
      ]);
    expect(weights(checkpoint)).toEqual(weights(run));
    expect(() => encodeModelFile(run, 'pytorch', compiledPrefix)).toThrow(
      `the official code has no ${lacking}`,
    );
  },
);

test.each([
  '1....2.....4..21\n',
  '{"model": {"layers": 2}}',
  'model:\n  layers: 2\n',
  '\t\r\n',
  'é',
  '£££££',
])('a text is no model: %j', (text) => {
  expect(() => readModelFile(new TextEncoder().encode(text), {}, 'p4.txt')).toThrow(
    expect.objectContaining({
      code: 'usage',
      message: 'p4.txt: a text file, no model; give a checkpoint, the folder of a run or an exported model',
    }),
  );
});
