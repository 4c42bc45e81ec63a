/** The runs of a sweep, some at a time, and where they all stand. */

import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { lastStep } from '../metrics.ts';
import { holderOf } from '../run-lock.ts';
import { createBoard } from '../terminal/board.ts';
import { describeProgress, formatDuration } from '../terminal/progress.ts';
import type { Finished } from './results.ts';
import { carryOut, type Outcome, type Run, resultOf, type Sitting } from './run.ts';

const LOOK_MS = 1000;

/** @returns all runs in their order; those that were not come to are `stopped`. */
export async function carryOutRuns(
  sitting: Sitting,
  runs: readonly Run[],
  recipe: (run: Run) => string,
): Promise<Finished[]> {
  const outcomes = new Map<Run, Outcome>();
  for (const run of runs) {
    const result = resultOf(run, sitting.sweep.evaluate);
    if (result) outcomes.set(run, { status: 'done', result });
  }
  const waiting = runs.filter((run) => !outcomes.has(run));
  if (outcomes.size > 0) process.stderr.write(`${outcomes.size} of ${runs.length} runs are there already\n`);
  const running = new Set<Run>();
  const board = createBoard();
  const eta = etaOf(runs, outcomes, running);
  const show = () => board.update([summary(runs, outcomes, eta()), ...[...running].map(describeRun)]);
  const timer = setInterval(show, LOOK_MS);
  const worker = async () => {
    for (let run = waiting.shift(); run && !sitting.children.stopping; run = waiting.shift()) {
      running.add(run);
      show();
      await othersEnd(run, sitting, (words) => board.log(`${nameOf(run)}: ${words}`));
      const outcome = await carryOut(run, recipe(run), sitting);
      running.delete(run);
      outcomes.set(run, outcome);
      board.log(`${nameOf(run)}: ${describeOutcome(outcome)}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: sitting.parallel }, worker));
  } finally {
    clearInterval(timer);
    board.end();
  }
  return runs.map((run) => ({ run, outcome: outcomes.get(run) ?? { status: 'stopped' } }));
}

/** Waits for a process of this machine that trains a run: a sweep that was killed left it. */
async function othersEnd(
  { folder }: Run,
  { children }: Sitting,
  say: (words: string) => void,
): Promise<void> {
  let waitedFor: number | undefined;
  while (!children.stopping) {
    const holder = holderOf(folder);
    if (holder?.host !== hostname()) return; // of another machine nobody knows whether it lives
    if (holder.pid !== waitedFor) say(`process ${holder.pid} trains it already, and is waited for`);
    waitedFor = holder.pid;
    await setTimeout(LOOK_MS);
  }
}

const nameOf = ({ arm, seed }: Run): string => `${arm.name}, seed ${seed}`;

function describeOutcome(outcome: Outcome): string {
  if (outcome.status !== 'done') return outcome.status === 'failed' ? `failed: ${outcome.reason}` : 'stopped';
  const { evaluations, seconds } = outcome.result;
  const exact = evaluations.map(
    (one) => `${one.setting ? `${one.setting} ` : ''}${(100 * one.exact).toFixed(1)} %`,
  );
  return `exact ${exact.join(', ')} after ${formatDuration(seconds)}`;
}

/** `4x4: 12/48 runs, 1 failed, 9 m 30 s left` */
function summary(runs: readonly Run[], outcomes: ReadonlyMap<Run, Outcome>, eta: number): string {
  const failed = [...outcomes.values()].filter(({ status }) => status === 'failed').length;
  const fields = failed > 0 ? { failed } : {};
  return `sweep: ${describeProgress({ done: outcomes.size, total: runs.length, unit: 'runs', eta, fields })}`;
}

function describeRun(run: Run): string {
  const row = lastStep(run.folder);
  if (!row) return `  ${nameOf(run)}: beginning`;
  const { steps, batchSize } = run.config;
  const left = ((steps - row.step) * batchSize) / row.examplesPerSecond;
  const exact = row.exactAccuracy === null ? {} : { exact: `${(100 * row.exactAccuracy).toFixed(0)} %` };
  const state = { done: row.step, total: steps, rate: row.examplesPerSecond, unit: 'examples', eta: left };
  return `  ${nameOf(run)}: ${describeProgress({ ...state, fields: { loss: row.loss.toFixed(3), ...exact } })}`;
}

/** Seconds left, by the FLOP of training that this sitting has done; not known before the first steps. */
function etaOf(
  runs: readonly Run[],
  outcomes: ReadonlyMap<Run, Outcome>,
  running: ReadonlySet<Run>,
): () => number {
  const begun = performance.now();
  const left = () =>
    runs.reduce((sum, run) => {
      if (outcomes.has(run)) return sum;
      const { training, trainingStep } = run.arm.cost;
      const done = running.has(run) ? (lastStep(run.folder)?.step ?? 0) * trainingStep : 0;
      return sum + Math.max(0, training - done);
    }, 0);
  const atFirst = left();
  return () => {
    const rest = left();
    return (rest * (performance.now() - begun)) / 1000 / (atFirst - rest);
  };
}
