/** The shipped weights: what their files hold, and their names at the command line in place of a run. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeSafetensors } from '../../src/formats/safetensors.ts';
import { loadModel } from '../../src/interop/node/source.ts';
import { generateSudoku, temporaryFolder, trm } from './command.ts';

const models = fileURLToPath(new URL('../../models', import.meta.url));
const names = readdirSync(models).flatMap((file) =>
  file.endsWith('.safetensors') ? [file.slice(0, -'.safetensors'.length)] : [],
);
const { folder, remove } = temporaryFolder();
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  for (const size of [4, 6])
    await generateSudoku(at(`data${size}`), { size, count: 40, testCount: 30, seed: 7 });
});
afterAll(remove);

test.each(names)('%s is a small file of float16 weights, with its accuracy, its log and its row', (name) => {
  const bytes = readFileSync(join(models, `${name}.safetensors`));
  expect(bytes.length).toBeLessThan(2_000_000);
  const { tensors, metadata } = decodeSafetensors(bytes, name);
  expect(new Set([...tensors.values()].map(({ dtype }) => dtype))).toEqual(new Set(['float16']));
  expect(metadata.note).toMatch(/^solves [\d.]+ % of \d+ held-out /);
  expect(JSON.parse(metadata.config!).puzzle).toMatchObject({ kind: expect.any(String) });
  expect(existsSync(join(models, `${name}.log`))).toBe(true);
  expect(readFileSync(join(models, 'README.md'), 'utf8')).toContain(`| \`${name}\` |`);
  expect(loadModel(join(models, `${name}.safetensors`)).notes).toEqual([]); // nothing about it is assumed
});

test('trm solve takes the name', async () => {
  const { status, out, err } = await trm(['solve', 'sudoku-4x4', '--json'], { input: '1....2.....4..21' });
  expect({ status, err }).toEqual({ status: 0, err: expect.stringMatching(/^engine .*\n$/) });
  expect(JSON.parse(out).puzzles).toMatchObject([{ answer: '1342421321343421', valid: true }]);
});

test('trm solve takes a maze', async () => {
  const input = [
    'S....#....',
    '.###.###.#',
    '...#.....#',
    '#.#.##.##.',
    '###..#..#.',
    '#...#.#G#.',
    '..#...#.#.',
    '.#..#.#...',
    '..#.#...##',
    '#..#..#...',
  ].join('\n');
  const { out, err } = await trm(['solve', 'maze-10x10', '--json'], { input });
  expect(JSON.parse(out).puzzles, err).toMatchObject([{ valid: true }]);
});

describe.each([4, 6])('%ix%i', (size) => {
  test('trm evaluate takes the name', async () => {
    const args = ['evaluate', `sudoku-${size}x${size}`, '--data', at(`data${size}`), '--json'];
    const { out, err } = await trm(args);
    const { evaluations } = JSON.parse(out);
    expect(evaluations, err).toMatchObject([{ examples: 30 }]);
    expect(evaluations[0].exact).toBeGreaterThan(0.95);
  });
});

test('trm export takes the name, and writes the same tensors', async () => {
  const args = ['export', 'sudoku-4x4', '--format', 'safetensors', '--out', at('again.safetensors')];
  const { status, err } = await trm(args);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  const read = (file: string) => decodeSafetensors(readFileSync(file), file).tensors;
  expect(read(at('again.safetensors'))).toEqual(read(join(models, 'sudoku-4x4.safetensors')));
});

test('trm train --init takes the name; --resume does not', async () => {
  const run = at('tuned');
  const set = ['steps=1', 'batchSize=4', 'microBatchSize=4', 'learningRate=1e-5', 'evaluateExamples=16'];
  const recipe = ['--config', 'sudoku-4x4', '--data', at('data4'), '--out', run, '--set', ...set];
  const tuned = await trm(['train', '--init', 'sudoku-4x4', ...recipe]);
  expect(tuned, tuned.err).toMatchObject({
    status: 0,
    err: expect.stringContaining('held-out exact 100.0 %'),
  });
  const resumed = await trm(['train', '--resume', 'sudoku-4x4', '--data', at('data4')]);
  expect(resumed).toMatchObject({ status: 2, err: expect.stringContaining('sudoku-4x4: no such run') });
});

test('--note is for safetensors; a name that is none is answered with those that are', async () => {
  const noted = ['export', 'sudoku-4x4', '--format', 'pytorch', '--note', 'x', '--out', at('x.pt')];
  expect(await trm(noted)).toMatchObject({
    status: 2,
    err: expect.stringContaining('--note: has no place in a file of kind pytorch; use safetensors'),
  });
  const unknown = await trm(['solve', 'sudoku-5x5']);
  expect(unknown.status).toBe(2);
  for (const name of names) expect(unknown.err).toContain(name);
});
