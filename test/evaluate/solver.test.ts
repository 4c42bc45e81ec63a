/** `load` and the solver: one puzzle, several, and step by step. */

import { describe, expect, it, test } from 'vitest';
import { testBatches } from '../../src/data/batches.ts';
import { keepGivens } from '../../src/data/givens.ts';
import { puzzleDataset } from '../../src/data/puzzle-dataset.ts';
import { TrmError } from '../../src/errors.ts';
import { Solver } from '../../src/evaluate/solver.ts';
import { Answerer, answerWeights } from '../../src/inference/answer.ts';
import { load } from '../../src/load.ts';
import type { Backend } from '../../src/runtime/backend.ts';
import { newRun, train } from '../../src/train/run.ts';
import { scriptedBackend } from '../support/scripted.ts';
import { backend, tinyConfig, tinyDataset } from '../train/support.ts';

const dataset = tinyDataset();
const checkpoint = newRun(tinyConfig(), dataset);
await train(checkpoint, dataset, backend, {});
const solver = new Solver(checkpoint, backend);
const [batch] = testBatches(dataset, 8);
const puzzles = Array.from({ length: 8 }, (_, row) =>
  solver.family.line(batch!.inputs.subarray(row * 16, row * 16 + 16)),
);

/** What the answerer says of each puzzle after the last of four steps, the givens as they are. */
const expected: { answer: string; halting: number }[] = [];
const answerer = await Answerer.create(checkpoint.model, 8, backend);
for await (const { step, answer, halt } of answerer.answer(answerWeights(checkpoint.state), batch!, 4)) {
  for (let row = 0; step === 4 && row < 8; row++) {
    const halting = expect.closeTo(1 / (1 + Math.exp(-halt[row]!)), 5);
    const [question, said] = [batch!.inputs, answer].map((tokens) => tokens.slice(row * 16, row * 16 + 16));
    expected.push({
      answer: solver.family.line(keepGivens(solver.family, question!, said!).tokens),
      halting,
    });
  }
}

describe('solve', () => {
  it('answers one puzzle as the answerer does, however it is written', async () => {
    const lines = (puzzles[0]!.match(/.{4}/g) ?? []).join('\n');
    const tokens = batch!.inputs.slice(0, 16);
    const digits = Array.from(tokens, (token) => token - 1);
    const rows = [0, 4, 8, 12].map((first) => digits.slice(first, first + 4));
    for (const puzzle of [puzzles[0]!, lines, { tokens }, digits, Uint8Array.from(digits), rows]) {
      const solution = await solver.solve(puzzle, { steps: 4 });
      expect(solution).toMatchObject({ ...expected[0], steps: 4, candidates: 1, valid: expect.any(Boolean) });
      expect(solver.family.line(solution.tokens)).toBe(solution.answer);
    }
  });

  it('answers several in their order, also more than a batch holds', async () => {
    const many = [...puzzles, ...puzzles, ...puzzles];
    expect(await solver.solve(many, { steps: 4 })).toMatchObject([...expected, ...expected, ...expected]);
    expect(await solver.solve([])).toEqual([]);
  });

  it.each([
    ['12', /puzzle:1: expected a grid of 16 cells or a row of 4, got 2/],
    [`${puzzles[0]}\n\n${puzzles[1]}`, /expected one puzzle, got 2; give several as a list/],
    [[1, 2, 3], /expected 16 cells, 4 rows of 4, got 3/],
    [new Array(16).fill(6), /'6' is no cell of a 4x4 grid/],
    [[-1, ...new Array(15).fill(1)], /expected whole numbers from 0, 0 for a blank, got -1/],
    [new Array(16).fill(1.5), /expected whole numbers from 0/],
    [{ tokens: [1, 2, 3] }, /expected 16 tokens, got 3/],
    [{ tokens: new Array(16).fill(0) }, /token 0 is 0; a question holds 1, 2, 3, 4, 5 there/],
    [['1...............', '12'], /puzzles\[1\]: expected a grid of 16 cells/],
    [
      ['1...', '..2.', '.3..', '...4'],
      /^puzzles: the 4 texts are the rows of one puzzle, not 4 puzzles; give them as one/,
    ],
    [['1...', '..2.', '.3..', '...44'], /^puzzles: expected 16 cells, 4 rows of 4, got 5 in row 4/],
    [null as never, /expected a puzzle, got null/],
    [undefined as never, /expected a puzzle, got undefined/],
    [5 as never, /expected a puzzle, got 5/],
  ])('refuses %j', async (puzzle, message) => {
    await expect(solver.solve(puzzle)).rejects.toThrow(message);
  });

  it.each([
    [{ steps: 0 }, /steps/],
    [{ puzzleIdentifier: 1 }, /puzzleIdentifier: expected 0 to 0, got 1/],
    [{ puzzleIdentifier: -1 }, /puzzleIdentifier: expected 0 to 0, got -1/],
    [{ puzzleIdentifier: 0.5 }, /puzzleIdentifier: expected 0 to 0, got 0.5/],
    [{ rollout: 2 } as object, /rollout: /],
    [{ noise: 1 }, /rollouts: got 1; ask for 2 or more/],
    [null as never, /options: expected an object, got null/],
  ])('refuses the options %j', async (options, message) => {
    await expect(solver.solve(puzzles[0]!, options)).rejects.toThrow(message);
  });

  it('stops when it is told to', async () => {
    await expect(solver.solve(puzzles, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    );
  });
});

describe('steps', () => {
  it('gives the answer after each step', async () => {
    const steps = [];
    for await (const step of solver.steps(puzzles[2]!, { steps: 4 })) steps.push(step);
    expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    expect(steps[3]).toMatchObject(expected[2]!);
    const question = batch!.inputs.subarray(32, 48);
    expect(steps[0]!.changed).toBe(steps[0]!.tokens.filter((token, i) => token !== question[i]).length);
    expect(Object.keys(steps[0]!.states).sort()).toEqual(['y', 'z']);
    expect(steps[0]!.states.z).not.toEqual(steps[1]!.states.z);
  });

  it('gives those of several puzzles, in groups that share a graph', async () => {
    const seen: string[] = [];
    const answers: string[] = [];
    for await (const { index, step, answer } of solver.steps([...puzzles, ...puzzles, ...puzzles], {
      steps: 4,
    })) {
      seen.push(`${index}/${step}`);
      if (step === 4) answers[index] = answer;
    }
    const order = (first: number, count: number) =>
      [1, 2, 3, 4].flatMap((step) => Array.from({ length: count }, (_, row) => `${first + row}/${step}`));
    expect(seen).toEqual([...order(0, 16), ...order(16, 8)]);
    expect(answers).toEqual([...expected, ...expected, ...expected].map(({ answer }) => answer));
    for await (const _ of solver.steps([])) expect.unreachable();
  });

  it('stops between two steps', async () => {
    const abort = new AbortController();
    const seen: number[] = [];
    const watch = async () => {
      for await (const { step } of solver.steps(puzzles[0]!, { signal: abort.signal })) {
        seen.push(step);
        if (step === 2) abort.abort(new Error('enough'));
      }
    };
    await expect(watch()).rejects.toThrow('enough');
    expect(seen).toEqual([1, 2]);
  });

  it('takes no signal that is none', async () => {
    const given = { signal: 5 as never };
    await expect(solver.solve(puzzles[0]!, given)).rejects.toThrow('signal: expected an AbortSignal, got 5');
    await expect(solver.steps(puzzles[0]!, given).next()).rejects.toThrow(
      'signal: expected an AbortSignal, got 5',
    );
  });
});

test('load says what it cannot take', async () => {
  await expect(load(5 as never)).rejects.toThrow('source: expected a name, a path or bytes, got 5');
  await expect(load('sudoku-4x4', null as never)).rejects.toThrow('options: expected an object, got null');
  await expect(load('sudoku-4x4', { thread: 1 } as never)).rejects.toThrow(
    'thread: unknown key; did you mean threads?',
  );
  await expect(load('sudoku-4x4', { weights: 1 } as never)).rejects.toThrow(
    'weights: unknown key; use checkpoint, engine, device, precision, threads, profile, onNotice',
  );
  for (const checkpoint of ['lst', 3, null] as unknown[] as 'last'[])
    await expect(load('sudoku-4x4', { checkpoint })).rejects.toThrow(
      `checkpoint: expected best or last, got ${JSON.stringify(checkpoint)}`,
    );
  await expect(load(new Uint8Array(9), { checkpoint: 'last' })).rejects.toThrow(
    'checkpoint: is for runs, bytes have one set of weights; leave it out',
  );
});

test.each([undefined, {}, { engine: 'native' }])('%j is no backend', (none) => {
  expect(() => new Solver(checkpoint, none as never)).toThrow(
    'backend: expected a backend; open one: await openBackend()',
  );
});

test('what a question gives stays in its answer, and that is said', async () => {
  const scripted = scriptedBackend(({ tokens }) => ({ answer: tokens.map(() => 2) }));
  const one = new Solver(checkpoint, scripted);
  const { answer, restored, valid } = await one.solve('.2..3...........');
  expect({ answer, restored, valid }).toEqual({ answer: '1211311111111111', restored: 2, valid: false });
  const { answer: whole, restored: none } = await one.solve('1...............');
  expect({ whole, none }).toEqual({ whole: '1'.repeat(16), none: 0 });
  for await (const step of one.steps('.2..3...........', { steps: 1 }))
    expect(step).toMatchObject({ answer: '1211311111111111', restored: 2 });
  await one.dispose();
});

test('notes: several solutions, and what training had not', async () => {
  const one = new Solver({ ...checkpoint, traits: { 'cells to fill': { least: 5, most: 12 } } }, backend);
  const notes = (text: string) => one.notes(one.question(text));
  expect(notes('..1.2........3.4')).toEqual([]);
  expect(notes('..1.............')).toEqual([
    'it has more than one solution',
    'it is unlike the puzzles of training: 15 cells to fill, trained on up to 12',
  ]);
  expect((await one.solve('..1.............')).notes).toHaveLength(2);
  expect(notes('.4122134432112.3')).toEqual([]); // fewer to fill is easier
  const read = 'read as written in a program, of which nothing was run';
  expect(notes('s = "..1.2........3.4"\nsolve(s)')).toEqual([read]);
});

test('a failed compile is forgotten: the next call tries again, and dispose frees what there is, for good', async () => {
  const scripted = scriptedBackend(({ tokens }) => ({ answer: tokens }));
  let fails = true;
  const flaky: Backend = {
    ...scripted,
    compile: async (graph) => {
      if (fails) throw new TrmError('runtime', 'no memory');
      return scripted.compile(graph);
    },
  };
  const one = new Solver(checkpoint, flaky);
  const [first, second] = [one.solve(puzzles[0]!), one.solve(puzzles[1]!)];
  await expect(first).rejects.toThrow('no memory');
  await expect(second).rejects.toThrow('no memory');
  const other = new Solver(checkpoint, flaky);
  const both = [other.solve(puzzles.slice(0, 2)), other.dispose()];
  await expect(both[0]).rejects.toThrow('no memory');
  await both[1];
  fails = false;
  expect(await one.solve(puzzles[0]!, { steps: 4 })).toMatchObject({ answer: puzzles[0], steps: 4 });
  await one.dispose();
  await one.dispose();
  expect(scripted.disposed).toBe(1);
  const refused = { code: 'usage', message: 'the model was disposed; load it again' };
  await expect(one.solve(puzzles[0]!)).rejects.toMatchObject(refused);
  await expect(one.solve([])).rejects.toMatchObject(refused);
  await expect(one.steps(puzzles[0]!).next()).rejects.toMatchObject(refused);
  expect(() => one.read(puzzles[0])).toThrow(refused.message);
  expect(scripted.compiled.length).toBe(1);
});

test('few graphs: as many rows as a power of two, at most 16', async () => {
  const scripted = scriptedBackend(({ tokens }) => ({ answer: tokens }));
  const one = new Solver(checkpoint, scripted);
  const rows = async (count: number, options: object = {}) => {
    scripted.runs.length = 0;
    await one.solve(
      Array.from({ length: count }, () => puzzles[0]!),
      { steps: 1, ...options },
    );
    return scripted.runs.map((run) => run.length);
  };
  expect(await rows(1)).toEqual([1]);
  expect(await rows(3)).toEqual([4]);
  expect(await rows(16)).toEqual([16]);
  expect(await rows(40)).toEqual([16, 16, 16]);
  expect(await rows(1, { rollouts: 2, randomStart: true })).toEqual([2]);
  expect(await rows(0)).toEqual([]);
  expect(scripted.compiled).toEqual([1, 4, 16, 2]);
  await one.dispose();
  expect(scripted.disposed).toBe(4);
});

test('who asks for nothing has the usual effort, of which steps tell', async () => {
  let runs = 0;
  const answer = dataset.labels.slice(0, 16);
  // Right in the third step that it is asked for anything: a plain look of four is enough.
  const scripted = scriptedBackend(({ tokens }) => ({ answer: ++runs < 3 ? tokens : [...answer] }));
  const one = new Solver(checkpoint, scripted);
  expect(await one.solve(puzzles[0]!)).toMatchObject({ valid: true, steps: 3, candidates: 1 });
  const never = new Solver(
    checkpoint,
    scriptedBackend(({ tokens }) => ({ answer: tokens })),
  );
  expect(await never.solve(puzzles[0]!)).toMatchObject({ valid: false, steps: 4 * 255, candidates: 38 });
  expect(await never.solve(puzzles[0]!, { effort: 2 })).toMatchObject({ steps: 4 * 3, candidates: 2 });
  expect(await never.solve(puzzles[0]!, { steps: 5 })).toMatchObject({ steps: 5, candidates: 1 });
});

test.each([
  ['renamed', { dihedral: false, rename: true, fixed: [] }],
  ['turned', { dihedral: true, rename: false, fixed: [] }],
  ['turned and renamed', { dihedral: true, rename: true, fixed: ['c'] }],
])('grids that may be %s are thought about in other forms', async (_, symmetries) => {
  const info = { kind: 'grid', rows: 2, columns: 3, alphabet: ['a', 'b', 'c'], ends: false, symmetries };
  const tokens = Uint8Array.of(1, 2, 3, 2, 2, 1);
  const dataset = puzzleDataset(info, [{ question: tokens, answer: tokens }]);
  const grids = new Solver(newRun(tinyConfig(), dataset), backend);
  const options = { rollouts: 4, symmetries: true, choose: 'vote', steps: 2 } as const;
  const { steps, answer } = await grids.solve('abc/bba', options);
  expect(steps).toBe(8);
  expect(answer).toMatch(/^[abc?]/);
  expect(await grids.solve('abc/bba', options)).toMatchObject({ answer });
  await grids.dispose();
});

test('grids without symmetries are not', async () => {
  const symmetries = { dihedral: false, rename: false, fixed: [] };
  const info = { kind: 'grid', rows: 1, columns: 2, alphabet: ['a'], ends: false, symmetries };
  const tokens = Uint8Array.of(1, 1);
  const dataset = puzzleDataset(info, [{ question: tokens, answer: tokens }]);
  const grids = new Solver(newRun(tinyConfig({ augment: false }), dataset), backend);
  await expect(grids.solve('aa', { rollouts: 2, symmetries: true })).rejects.toThrow(
    'symmetries: no symmetry is known of these puzzles',
  );
  await grids.dispose();
});

test('load takes a name, a file and bytes', async () => {
  const model = await load('sudoku-4x4', { device: 'cpu' });
  const { answer, valid, halting } = await model.solve('1....2.....4..21');
  expect({ answer, valid }).toEqual({ answer: '1342421321343421', valid: true });
  expect(halting).toBeGreaterThan(0.5);
  await model.dispose();
  await expect(load('sudoku-5x5')).rejects.toThrow(/no such run or model/);
  await expect(load(new Uint8Array(100), { device: 'cpu' })).rejects.toThrow(/^model: /);
});
