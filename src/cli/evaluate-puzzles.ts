/** `trm evaluate` on puzzles: accuracy after every supervision step, and how much of several answers is found. */

import { datasetFamily } from '../data/dataset.ts';
import { readDataset } from '../data/node/folder.ts';
import { Random } from '../data/random.ts';
import { selectRows } from '../data/select.ts';
import { type EvaluatedPuzzle, type Evaluation, evaluate } from '../evaluate/evaluate.ts';
import { evaluateThinking } from '../evaluate/evaluate-thinking.ts';
import { wilsonInterval } from '../evaluate/statistics.ts';
import type { StepAccuracy } from '../evaluate/tally.ts';
import { type Communicator, gatherJson } from '../train/communicator.ts';
import { partOf } from '../train/share.ts';
import { type Arm, type EvaluateFlags, measureArms, type Outcomes } from './arms.ts';
import {
  accuracyByDifficulty,
  type DifficultyShare,
  difficultiesOf,
  difficultyOf,
  showByDifficulty,
} from './by-difficulty.ts';
import { comparisonJson, differencesToFirst, percent, showDifferences, writeCsv } from './comparison.ts';
import { showSelections } from './selection.ts';
import { describe } from './session.ts';
import { openEngine } from './support/engine.ts';
import type { PictureFile } from './support/output-file.ts';
import { sameArms } from './support/same-on-ranks.ts';
import { short } from './terminal/accuracy-figure.ts';
import { renderCompute } from './terminal/compute-figure.ts';
import { renderStepCurves } from './terminal/step-curves.ts';
import { renderTable } from './terminal/table.ts';
import { type WrongRow, writeWrong, wrongRow } from './wrong.ts';

interface Measured extends Outcomes {
  readonly arm: Arm;
  readonly evaluation: Evaluation;
  readonly byDifficulty: readonly DifficultyShare[] | undefined;
}

export async function evaluatePuzzleArms(
  arms: readonly Arm[],
  flags: EvaluateFlags,
  plot: PictureFile | undefined,
  communicator: Communicator,
): Promise<void> {
  const whole = await readDataset(flags.data, 'test');
  const rows = chosenRows(whole.count, flags);
  const dataset = rows.length === whole.count ? whole : selectRows(whole, rows);
  const family = datasetFamily(whole.metadata);
  const difficulty = flags.byDifficulty ? difficultyOf(family) : undefined;
  const difficulties = difficulty && difficultiesOf(dataset, difficulty);
  const backend = await openEngine(flags);
  await sameArms(communicator, flags.data, dataset, arms);
  const wrong: WrongRow[] = [];
  const measured = await measureArms(arms, dataset, backend, flags.batchSize, async (arm) => {
    const own = partOf(dataset.count, communicator);
    const solvedHere = new Uint8Array(own.end - own.first);
    const options = {
      communicator,
      onProgress: arm.onProgress,
      onPuzzle(puzzle: EvaluatedPuzzle) {
        solvedHere[puzzle.row - own.first] = Number(puzzle.solved);
        if (flags.wrong === undefined || puzzle.solved) return;
        wrong.push(wrongRow(arm.name, rows[puzzle.row]!, puzzle, family));
      },
    };
    const { thinker, plan, supervisionSteps } = arm;
    const evaluation = plan
      ? await evaluateThinking(thinker, dataset, plan, options)
      : await evaluate(thinker.answerer, thinker.weights, dataset, { ...options, supervisionSteps });
    const solved = await communicator.allGather(solvedHere);
    const byDifficulty = difficulties && accuracyByDifficulty(difficulties, solved);
    return { name: arm.name, arm, evaluation, solved, byDifficulty };
  });
  const allWrong = (await gatherJson(communicator, wrong)).flat();
  if (communicator.rank > 0) return;
  if (flags.csv !== undefined) await writeCsv(flags.csv, measured.flatMap(csvRows));
  if (flags.wrong !== undefined) {
    await writeWrong(flags.wrong, allWrong);
    if (allWrong.length === 0)
      process.stderr.write(`${flags.wrong}: every puzzle was solved, none is in it\n`);
  }
  if (plot) plot.write(pictureOf(measured));
  const table =
    (difficulty ? `\n\n${showByDifficulty(measured, difficulty.unit)}` : '') + showCoverage(measured);
  process.stdout.write(
    `${flags.json ? JSON.stringify(toJson(measured)) : show(measured) + table + showSelections(arms)}\n`,
  );
}

/** Rows to evaluate, ascending: all, the first ones, or random ones. */
function chosenRows(all: number, { examples = all, seed }: EvaluateFlags): Int32Array {
  const count = Math.min(examples, all);
  return seed === undefined
    ? Int32Array.from({ length: count }, (_, row) => row)
    : new Random(seed).choose(all, count).sort();
}

/** Accuracy by supervision step, or against compute where puzzles take different numbers of steps. */
function pictureOf(measured: readonly Measured[]): string {
  const curves = measured.map(({ name, evaluation: { examples, steps } }) => ({
    name,
    examples,
    exact: steps.map(({ exact }) => exact),
  }));
  return curves.every(({ exact }) => exact.length > 0)
    ? renderStepCurves(curves, 'Accuracy by supervision step')
    : renderCompute(measured, 'Accuracy against the compute of an answer');
}

function show(measured: readonly Measured[]): string {
  const [only, ...others] = measured as [Measured, ...Measured[]];
  if (others.length === 0) {
    const { steps, efforts = [], examplesPerSecond, meanSteps, meanFlops } = only.evaluation;
    const rows = [
      ...steps.map((accuracy, i) => [String(i + 1), ...percentages(accuracy)]),
      ...efforts.map((one, i) => [
        String(i + 1),
        ...percentages(one),
        one.meanSteps.toFixed(1),
        short(one.meanFlops / 1e9),
      ]),
    ];
    const compute = `${meanSteps.toFixed(1)} supervision steps and ${short(meanFlops / 1e9)} GFLOP a puzzle`;
    const rate = `${examplesPerSecond.toFixed(1)} puzzles/s, ${compute}`;
    if (rows.length === 0) return `${describe(only.evaluation)} (${rate})`;
    const names = shares(only.evaluation).map(([name]) => name);
    const head = efforts.length > 0 ? ['effort', ...names, 'steps', 'GFLOP'] : ['step', ...names];
    return `${renderTable([head, ...rows])}\n${describe(only.evaluation)} (${rate})`;
  }
  const rows = measured.map(({ name, evaluation }) => {
    const [, ...others] = shares(evaluation);
    return [
      name,
      percent(evaluation.exact),
      evaluation.exactInterval.map((bound) => (100 * bound).toFixed(1)).join('-'),
      ...others.map(([, share]) => percent(share)),
      evaluation.meanSteps.toFixed(1),
      short(evaluation.meanFlops / 1e9),
      evaluation.examplesPerSecond.toFixed(1),
      `${(evaluation.examplesPerSecond / only.evaluation.examplesPerSecond).toFixed(2)}x`,
    ];
  });
  const [, ...names] = shares(only.evaluation).map(([name]) => name);
  const head = ['run', 'exact', '95 % interval', ...names, 'steps', 'GFLOP', 'puzzles/s', 'speed'];
  return `${renderTable([head, ...rows])}\n\n${showDifferences(differencesToFirst(measured), 'puzzles')}`;
}

/** A line each number of samples. */
function showCoverage(measured: readonly Measured[]): string {
  return measured
    .map(({ name, evaluation: { coverage } }) => {
      if (!coverage) return '';
      const { answers, right, at } = coverage;
      const rows = at.map(({ samples, coverage, coverageInterval, any }) => [
        String(samples),
        percent(coverage),
        coverageInterval.map((bound) => (100 * bound).toFixed(1)).join('-'),
        percent(any),
      ]);
      const title = `${measured.length > 1 ? `${name}: ` : ''}${answers.toFixed(1)} answers of a puzzle on average; ${percent(right)} of the samples are one of them`;
      return `\n\n${title}\n${renderTable([['samples', 'coverage', '95 % interval', 'any'], ...rows])}`;
    })
    .join('');
}

/** What is measured, with its names; `valid` where rules are known. */
function shares({ exact, valid, cell, halting }: StepAccuracy): (readonly [name: string, share: number])[] {
  return [
    ['exact', exact],
    ...(valid === undefined ? [] : [['valid', valid] as const]),
    ['cell', cell],
    ['halting', halting],
  ];
}

function percentages(accuracy: StepAccuracy): string[] {
  return shares(accuracy).map(([, share]) => percent(share));
}

function toJson(measured: readonly Measured[]): unknown {
  const evaluations = measured.map(({ name, arm, evaluation, byDifficulty }) => ({
    name,
    run: arm.run,
    checkpoint: arm.checkpointName ?? null,
    trainedSteps: arm.checkpoint.state.step,
    selection: arm.checkpoint.selection ?? null,
    ...evaluation,
    ...(byDifficulty && { byDifficulty }),
  }));
  return comparisonJson(evaluations, measured);
}

/** A row each supervision step, or one without a step where puzzles take different numbers of them. */
function csvRows({ name, arm, evaluation }: Measured) {
  const { steps, examples, meanSteps, meanFlops, examplesPerSecond } = evaluation;
  const rows = steps.map((accuracy, i) => ({ ...accuracy, step: String(i + 1) }));
  return (rows.length > 0 ? rows : [{ ...evaluation, step: '' }]).map(
    ({ step, exact, valid, cell, halting }) => {
      const { low, high } = wilsonInterval(Math.round(exact * examples), examples);
      return {
        name,
        run: arm.run,
        checkpoint: arm.checkpointName ?? '',
        step,
        examples,
        exact,
        exactLow: low,
        exactHigh: high,
        valid: valid ?? '',
        cell,
        halting,
        meanSteps,
        meanFlops,
        examplesPerSecond,
      };
    },
  );
}
