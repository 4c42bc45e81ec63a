/** A puzzle alone in the queue: its first look in a graph of one row, what comes after in one that others join. */

import { expect, test } from 'vitest';
import { Solver } from '../../src/evaluate/solver.ts';
import type { Thinking } from '../../src/evaluate/thinking-settings.ts';
import { SolveQueue } from '../../src/serve/queue.ts';
import { newRun } from '../../src/train/run.ts';
import { type Script, scriptedBackend } from '../support/scripted.ts';
import { tinyConfig, tinyDataset } from '../train/support.ts';

const dataset = tinyDataset();
const checkpoint = newRun(tinyConfig(), dataset); // trained with four supervision steps
const { signal } = new AbortController();
const puzzle = { tokens: dataset.inputs.slice(0, 16) };
const right = [...dataset.labels.slice(0, 16)];
const wrong = right.map(() => 2);

function queueOf(script: Script, thinking: Thinking) {
  const backend = scriptedBackend(script);
  const queue = new SolveQueue(new Solver(checkpoint, backend), { thinking });
  return { queue, rows: () => backend.runs.map((run) => run.length) };
}

test('a first look that solves it is all there is', async () => {
  let steps = 0;
  const { queue, rows } = queueOf(() => ({ answer: ++steps < 3 ? wrong : right }), { effort: 5 });
  expect(await queue.solve([puzzle], signal)).toMatchObject([{ valid: true, steps: 3, candidates: 1 }]);
  expect(rows()).toEqual([1, 1, 1]);
});

test('what it does not solve goes on where others join, and is told as one', async () => {
  const { queue, rows } = queueOf(() => ({ answer: wrong }), { effort: 3 });
  expect(await queue.solve([puzzle], signal)).toMatchObject([{ valid: false, steps: 28, candidates: 4 }]);
  // A look of four steps; then one of eight and two of eight, side by side.
  expect(rows()).toEqual([...Array(4).fill(1), ...Array(16).fill(2)]);
});

test('the answer of the first look is kept where none that came later is believed more', async () => {
  let steps = 0;
  const script: Script = () => (++steps <= 4 ? { answer: right, halt: 1 } : { answer: wrong, halt: 0 });
  const { queue } = queueOf(script, { effort: 2, untilValid: false });
  expect(await queue.solve([puzzle], signal)).toMatchObject([{ valid: true, steps: 12, candidates: 2 }]);
});

test('who asks for nothing has an effort of 4; a request may ask for another, within bounds', async () => {
  const { queue } = queueOf(() => ({ answer: wrong }), {});
  expect(await queue.solve([puzzle], signal)).toMatchObject([{ steps: 4 * 15, candidates: 6 }]);
  const asked = async (settings: Thinking) => queue.solve([puzzle], signal, queue.plan(settings, 64));
  expect(await asked({ effort: 1 })).toMatchObject([{ steps: 4 }]);
  expect(await asked({ steps: 7 })).toMatchObject([{ steps: 7, candidates: 1 }]);
  expect(await asked({})).toMatchObject([{ steps: 4 * 15 }]);
  expect(() => queue.plan({ effort: 5 }, 64)).toThrow(/up to 124 supervision steps, of 64 that/);
});
