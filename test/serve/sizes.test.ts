/** A model without a size of its own behind the queue: puzzles of a size share a graph, and no size holds up another. */

import { afterAll, expect, it } from 'vitest';
import { TrmError } from '../../src/errors.ts';
import { Solver } from '../../src/evaluate/solver.ts';
import { solveHandler } from '../../src/serve/handler.ts';
import { SolveQueue } from '../../src/serve/queue.ts';
import { newRun } from '../../src/train/run.ts';
import { backend, tinyConvolution, tinyMazes } from '../train/support.ts';

const solver = new Solver(newRun(tinyConvolution(), tinyMazes(4, 4)), backend);
afterAll(() => solver.dispose());
const thinking = { steps: 3 }; // one look each, so that what is answered does not depend on the rows that are free
const queue = new SolveQueue(solver, { rows: 4, thinking });
const signal = new AbortController().signal;
const mazes = ['S..\n..G', 'S.\nG.', 'S....\n....G', 'S..\n..G', 'S.\nG.'];

it('answers each as the solver does alone', async () => {
  const expected = await Promise.all(mazes.map((maze) => solver.solve(maze, thinking)));
  expect(await queue.solveEach(mazes, signal)).toEqual(expected);
  const separate = await Promise.all(mazes.map((maze) => queue.solve([maze], signal)));
  expect(separate.flat()).toEqual(expected);
});

it('keeps the graphs of few sizes', async () => {
  const many = Array.from({ length: 11 }, (_, i) => `S${'.'.repeat(i + 1)}G\n#${'.'.repeat(i + 2)}`);
  const solutions = await queue.solveEach(many, signal);
  expect(solutions.map((one) => (one instanceof TrmError ? one.message : one.tokens.length))).toEqual(
    many.map((_, i) => 2 * (i + 3)),
  );
  const kept = new Solver(solver.checkpoint, backend);
  const question = kept.question(many[0]!);
  const before = kept.at(question);
  expect(kept.at(question)).toBe(before);
  await kept.keepSizes(0);
  expect(kept.at(question)).not.toBe(before);
  await expect(before.thinker(1)).rejects.toThrow('the model was disposed');
  await kept.dispose();
});

it('refuses a maze beyond all reason in its place, and answers the others', async () => {
  const huge = `S${'.'.repeat(150)}\n${`${'.'.repeat(151)}\n`.repeat(80)}${'.'.repeat(150)}G`;
  const [none, some] = await queue.solveEach([huge, mazes[0]!], signal);
  expect(none).toMatchObject({ message: expect.stringContaining('expected at most 10000 cells, got 12382') });
  expect(some).toMatchObject({ candidates: 1 });
});

it('says of itself that it takes any size', async () => {
  const health = await solveHandler(queue)(new Request('http://localhost/health'));
  expect(await health.json()).toMatchObject({ puzzle: { kind: 'maze', rows: 4, columns: 4 }, anySize: true });
});
