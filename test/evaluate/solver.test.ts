/** `load` and the solver: one puzzle, several, step by step, and thinking longer. */

import { describe, expect, it, test } from 'vitest';
import { testBatches } from '../../src/data/batches.ts';
import { puzzleDataset } from '../../src/data/puzzle-dataset.ts';
import { Solver } from '../../src/evaluate/solver.ts';
import { from, think, thinkingSchema } from '../../src/evaluate/thinking.ts';
import { Answerer, answerWeights } from '../../src/inference/answer.ts';
import { load } from '../../src/load.ts';
import { newRun, train } from '../../src/train/run.ts';
import { backend, tinyConfig, tinyDataset } from '../train/support.ts';

const dataset = tinyDataset();
const checkpoint = newRun(tinyConfig(), dataset);
await train(checkpoint, dataset, backend, {});
const solver = new Solver(checkpoint, backend);
const [batch] = testBatches(dataset, 8);
const puzzles = Array.from({ length: 8 }, (_, row) =>
  solver.kind.line(batch!.inputs.subarray(row * 16, row * 16 + 16)),
);

/** What the answerer says of each puzzle after the last of four steps. */
const expected: { answer: string; halting: number }[] = [];
const answerer = await Answerer.create(checkpoint.model, 8, backend);
for await (const { step, answer, halt } of answerer.answer(answerWeights(checkpoint.state), batch!, 4)) {
  for (let row = 0; step === 4 && row < 8; row++) {
    const halting = expect.closeTo(1 / (1 + Math.exp(-halt[row]!)), 5);
    expected.push({ answer: solver.kind.line(answer.subarray(row * 16, row * 16 + 16)), halting });
  }
}

describe('solve', () => {
  it('answers one puzzle as the answerer does, however it is written', async () => {
    const lines = (puzzles[0]!.match(/.{4}/g) ?? []).join('\n');
    for (const puzzle of [puzzles[0]!, lines, batch!.inputs.slice(0, 16), [...batch!.inputs.slice(0, 16)]]) {
      const solution = await solver.solve(puzzle);
      expect(solution).toMatchObject({ ...expected[0], steps: 4, valid: expect.any(Boolean) });
      expect(solver.kind.line(solution.tokens)).toBe(solution.answer);
    }
  });

  it('answers several in their order, also more than a batch holds', async () => {
    const many = [...puzzles, ...puzzles, ...puzzles];
    expect(await solver.solve(many)).toMatchObject([...expected, ...expected, ...expected]);
    expect(await solver.solve([])).toEqual([]);
  });

  it.each([
    ['12', /puzzle:1: expected a grid/],
    [`${puzzles[0]}\n\n${puzzles[1]}`, /expected one puzzle, got 2; give several as an array/],
    [[1, 2, 3], /expected 16 tokens of 0 to 5, got 3/],
    [new Array(16).fill(9), /expected 16 tokens of 0 to 5/],
    [new Array(16).fill(1.5), /expected 16 tokens of 0 to 5/],
  ])('refuses %j', async (puzzle, message) => {
    await expect(solver.solve(puzzle)).rejects.toThrow(message);
  });

  it.each([
    [{ steps: 0 }, /steps/],
    [{ puzzleIdentifier: 1 }, /puzzleIdentifier: expected 0 to 0, got 1/],
    [{ rollout: 2 } as object, /rollout: /],
    [{ noise: 1 }, /rollouts: got 1; ask for 2 or more/],
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
});

describe('thinking', () => {
  const settings = (some: object = {}) => thinkingSchema.parse({ steps: 4, ...some });
  /** Thoughts about the eight puzzles with a graph of three rows, and how often it ran. */
  async function thoughts(some: object = {}, script?: (call: number, row: number) => number) {
    const thinker = await solver.thinker(3);
    let runs = 0;
    const counting = Object.assign(Object.create(thinker.answerer), {
      async think(...args: Parameters<Answerer['think']>) {
        const said = await thinker.answerer.think(...args);
        runs++;
        return script ? { ...said, halt: said.halt.map((_, row) => script(runs, row)) } : said;
      },
    }) as Answerer;
    Object.defineProperty(counting, 'rows', { value: 3 });
    Object.defineProperty(counting, 'model', { value: checkpoint.model });
    const questions = puzzles.map((puzzle) => solver.question(puzzle));
    const found = [];
    for await (const thought of think({ ...thinker, answerer: counting }, from(questions), settings(some))) {
      found[thought.index] = { ...thought, answer: solver.kind.line(thought.answer) };
    }
    return { found, runs };
  }

  it('does not depend on the rows it happens in', async () => {
    const { found, runs } = await thoughts();
    expect(found).toMatchObject(expected.map((each) => ({ ...each, steps: 4, candidates: 1 })));
    expect(runs).toBe(12); // three waves of four steps
  });

  it('gives rows that halt to the next puzzle', async () => {
    // Row 0 halts at every step, the others never: it answers all but the two that the others began with.
    const { found, runs } = await thoughts({ halt: 0.5 }, (_, row) => (row === 0 ? 3 : -3));
    expect(found.map(({ steps }) => steps)).toEqual([1, 4, 4, 1, 1, 1, 1, 4]);
    expect(runs).toBe(8);
  });

  it('stops at a valid answer, at once with no rules to break', async () => {
    const thinker = { ...(await solver.thinker(3)), fault: () => undefined };
    const questions = puzzles.map((puzzle) => solver.question(puzzle));
    for await (const { steps } of think(thinker, from(questions), settings({ untilValid: true })))
      expect(steps).toBe(1);
    const blind = think({ ...thinker, fault: undefined }, from(questions), settings({ untilValid: true }));
    await expect(blind.next()).rejects.toThrow(/untilValid: the rules of these puzzles are not known/);
  });

  it('chooses among candidates', async () => {
    // The second candidate of each puzzle is believed most.
    const { found } = await thoughts(
      { steps: 1, rollouts: 3, noise: 3, choose: 'halt' },
      (_, row) => row % 3,
    );
    for (const { candidates, steps, halting } of found) {
      expect({ candidates, steps }).toEqual({ candidates: 3, steps: 3 });
      expect(halting).toBeCloseTo(1 / (1 + Math.exp(-2)), 5);
    }
    const change = await thoughts({ rollouts: 3, noise: 2, choose: 'change' });
    expect(change.found).toMatchObject(expected.map(({ answer }) => ({ answer }))); // the one without noise settles
  });

  it('votes: two that agree outvote one that is surer', async () => {
    const thinker = await solver.thinker(3);
    const answer = Int32Array.from({ length: 48 }, (_, i) => (i < 16 ? 2 : 3));
    const saying = {
      rows: 3,
      model: checkpoint.model,
      think: async () => ({ answer, halt: Float32Array.of(5, -1, -2) }),
    };
    const ask = async (choose: string) => {
      const told = settings({ steps: 1, rollouts: 3, noise: 1, choose });
      const { value } = await think(
        { ...thinker, answerer: saying as unknown as Answerer },
        from([solver.question(puzzles[0]!)]),
        told,
      ).next();
      return { first: value!.answer[0], halting: value!.halting };
    };
    expect(await ask('halt')).toEqual({ first: 2, halting: expect.closeTo(1 / (1 + Math.exp(-5)), 5) });
    expect(await ask('vote')).toEqual({ first: 3, halting: expect.closeTo(1 / (1 + Math.exp(1)), 5) });
  });

  it('says the same for the same seed', async () => {
    const of = async (seed: number) =>
      (await thoughts({ rollouts: 2, randomStart: true, seed })).found.map(({ halting }) => halting);
    expect(await of(1)).toEqual(await of(1));
    expect(await of(1)).not.toEqual(await of(2));
  });
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
