/**
 * Damaged files against every reader: each must give a result or a TrmError, soon, and allocate no more than a small
 * multiple of the file.
 */

import './allocations.ts'; // before all that it watches

import { parseTask } from '../../src/data/arc/task.ts';
import { inMemory, parseMetadata } from '../../src/data/dataset.ts';
import { familyFrom } from '../../src/data/families.ts';
import { Random } from '../../src/data/random.ts';
import { valuesOf } from '../../src/data/reading/found.ts';
import { readGrids } from '../../src/data/reading/read.ts';
import { formatGrid, formatLine } from '../../src/data/sudoku/grid.ts';
import { TrmError } from '../../src/errors.ts';
import type { ElementData } from '../../src/formats/file-tensor.ts';
import { decodeNpy, encodeNpy } from '../../src/formats/npy.ts';
import { readPytorch } from '../../src/formats/pytorch/read.ts';
import { writePytorch } from '../../src/formats/pytorch/write.ts';
import { decodeSafetensors, encodeSafetensors } from '../../src/formats/safetensors.ts';
import { encodeModelFile, readModelFile } from '../../src/interop/model-file.ts';
import { compiledPrefix } from '../../src/interop/official-checkpoint.ts';
import { encodeOnnx } from '../../src/interop/onnx-model.ts';
import { encodeCheckpoint } from '../../src/train/checkpoint.ts';
import { parseConfig } from '../../src/train/config.ts';
import { newRun } from '../../src/train/run.ts';
import { allocatedBy } from './allocations.ts';
import { mutate } from './mutate.ts';

interface Target {
  readonly name: string;
  readonly sound: Uint8Array;
  readonly read: (bytes: Uint8Array) => unknown;
}

/** A file that no error may follow from, and what must hold of it. */
export interface Finding {
  readonly target: string;
  readonly seed: number;
  readonly what: string;
}

export interface FuzzReport {
  readonly target: string;
  readonly inputs: number;
  /** Inputs that were read without an error: the damage did not show. */
  readonly accepted: number;
  readonly slowestMs: number;
  /** Most bytes allocated, per byte of the file. */
  readonly worstFactor: number;
}

/** Bytes that a reader may allocate: this many times the file, and a little for small files. */
const allowedFactor = 12;
const allowedBytes = 1 << 16;
const allowedMs = 2000;

export function targets(): Target[] {
  const text = new TextEncoder();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const joined = (parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
  const grid = Uint8Array.from({ length: 81 }, (_, i) => ((i * 7) % 10 === 3 ? 0 : (i * 7) % 10));
  const sudoku = familyFrom({ kind: 'sudoku', size: 9 })!;
  const mazes = familyFrom({ kind: 'maze', rows: 12, columns: 7 })!;
  const maze = `S${'# '.repeat(40)}ooG`;
  const pair = {
    input: [
      [1, 2, 3],
      [4, 5, 6],
    ],
    output: [[9]],
  };
  const rows = Int32Array.from({ length: 16 * 20 }, (_, i) => i % 7);
  const metadata = {
    seq_len: 16,
    vocab_size: 7,
    pad_id: 0,
    ignore_label_id: 0,
    blank_identifier_id: 0,
    num_puzzle_identifiers: 1,
    total_groups: 20,
    mean_puzzle_examples: 1,
    total_puzzles: 20,
    sets: ['all'],
  };
  const run = newRun(
    parseConfig({
      model: { hiddenSize: 8, heads: 2, layers: 1, puzzleSlots: 1, puzzleEmbeddingSize: 8, expansion: 0.1 },
      batchSize: 2,
      microBatchSize: 2,
    }),
    inMemory({
      metadata,
      inputs: rows,
      labels: rows,
      puzzleIdentifiers: new Int32Array(20),
      puzzleIndices: Int32Array.from({ length: 21 }, (_, i) => i),
      groupIndices: Int32Array.from({ length: 21 }, (_, i) => i),
    }),
  );
  const tensors = new Map<
    string,
    { dtype: 'float32' | 'bfloat16' | 'int64'; shape: number[]; data: ElementData }
  >([
    ['a', { dtype: 'float32', shape: [3, 4], data: new Float32Array(12) }],
    ['b', { dtype: 'bfloat16', shape: [5], data: new Uint16Array(5) }],
    ['c', { dtype: 'int64', shape: [2], data: new BigInt64Array(2) }],
  ]);
  return [
    {
      name: 'pytorch checkpoint',
      sound: joined(encodeModelFile(run, 'pytorch', compiledPrefix)),
      read: (bytes) => readModelFile(bytes, { puzzle_emb_len: 1 }, 'x'),
    },
    { name: 'pytorch tensors', sound: writePytorch(tensors), read: (bytes) => readPytorch(bytes, 'x') },
    {
      name: 'safetensors export',
      sound: joined(encodeModelFile(run, 'safetensors', compiledPrefix)),
      read: (bytes) => readModelFile(bytes, {}, 'x'),
    },
    {
      name: 'onnx export',
      sound: encodeOnnx(run, { rows: 1, weights: 'float16', singleStep: false }),
      read: (bytes) => readModelFile(bytes, {}, 'x'),
    },
    {
      name: 'safetensors',
      sound: joined(encodeSafetensors(Object.fromEntries(tensors), { some: 'text' })),
      read: (bytes) => decodeSafetensors(bytes, 'x'),
    },
    {
      name: 'checkpoint',
      sound: joined(encodeCheckpoint(run)),
      read: (bytes) => readModelFile(bytes, {}, 'x'),
    },
    { name: 'npy', sound: joined(encodeNpy(rows, [20, 16])), read: (bytes) => decodeNpy(bytes, 'x') },
    {
      name: 'grids',
      sound: text.encode(`${formatLine(grid)}\n${formatGrid(grid)}\n`),
      read: (bytes) => valuesOf(readGrids(decode(bytes), sudoku, { file: 'x' })),
    },
    {
      name: 'puzzles as JSON',
      sound: text.encode(JSON.stringify([{ question: formatLine(grid) }, { question: [...grid] }])),
      read: (bytes) => valuesOf(readGrids(decode(bytes), sudoku, { file: 'x' })),
    },
    {
      name: 'puzzles as CSV',
      sound: text.encode(`id;puzzle;solution\n1;"${formatLine(grid)}";${formatLine(grid)}\n`),
      read: (bytes) => valuesOf(readGrids(decode(bytes), sudoku, { file: 'x' })),
    },
    {
      name: 'maze',
      sound: text.encode(maze),
      read: (bytes) => valuesOf(readGrids(decode(bytes), mazes, { file: 'x' })),
    },
    {
      name: 'arc task',
      sound: text.encode(JSON.stringify({ train: [pair, pair], test: [pair] })),
      read: (bytes) => parseTask('task', parseJson(decode(bytes)), 'x'),
    },
    {
      name: 'dataset.json',
      sound: text.encode(JSON.stringify(metadata)),
      read: (bytes) => parseMetadata(parseJson(decode(bytes)), 'x'),
    },
  ];
}

/** As the readers of JSON files do it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TrmError('data', 'not JSON', { file: 'x' });
  }
}

/** Runs `inputs` damaged files of a target. @returns what happened, and every input that broke a rule. */
export function fuzz(
  { name, sound, read }: Target,
  all: readonly Target[],
  inputs: number,
): { report: FuzzReport; findings: Finding[] } {
  const findings: Finding[] = [];
  const others = all.map((target) => target.sound);
  let accepted = 0;
  let slowestMs = 0;
  let worstFactor = 0;
  for (let seed = 0; seed < inputs; seed++) {
    const bytes = mutate(sound, new Random(seed).fork(name), others);
    const find = (what: string) => findings.push({ target: name, seed, what });
    const begun = performance.now();
    const allocated = allocatedBy(() => {
      try {
        read(bytes);
        accepted++;
      } catch (error) {
        if (!(error instanceof TrmError)) find(String((error as Error).stack ?? error));
      }
    });
    const ms = performance.now() - begun;
    slowestMs = Math.max(slowestMs, ms);
    if (ms > allowedMs) find(`took ${ms.toFixed(0)} ms`);
    if (allocated > allowedFactor * bytes.length + allowedBytes)
      find(`allocated ${allocated} bytes for a file of ${bytes.length}`);
    if (bytes.length > 200) worstFactor = Math.max(worstFactor, allocated / bytes.length);
  }
  return { report: { target: name, inputs, accepted, slowestMs, worstFactor }, findings };
}
