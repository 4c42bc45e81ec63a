/** `trm evaluate` on ARC: every augmentation votes, ARC's two attempts, and pass@K. */

import { parseName } from '../data/arc/augmentation.ts';
import type { ArcTests } from '../data/node/arc-tests.ts';
import { selectPuzzles } from '../data/select.ts';
import { TrmError } from '../errors.ts';
import {
  type ArcEvaluation,
  type ArcTaskResult,
  ATTEMPTS,
  evaluateArc,
  PASS_AT,
  passAt,
  solvedWithin,
  submission,
} from '../evaluate/arc.ts';
import { wilsonInterval } from '../evaluate/statistics.ts';
import { didYouMean } from '../suggest.ts';
import type { Communicator } from '../train/communicator.ts';
import { type Arm, type EvaluateFlags, measureArms, type Outcomes } from './arms.ts';
import { comparisonJson, differencesToFirst, percent, showDifferences, writeCsv } from './comparison.ts';
import { writeAtomically } from './run-folder.ts';
import { showSelections } from './selection.ts';
import { openEngine } from './support/engine.ts';
import type { PictureFile } from './support/output-file.ts';
import { sameArms } from './support/same-on-ranks.ts';
import { renderArcPicture } from './terminal/arc-picture.ts';
import { formatDuration } from './terminal/progress.ts';
import { renderTable } from './terminal/table.ts';

interface Measured extends Outcomes {
  readonly arm: Arm;
  readonly evaluation: ArcEvaluation;
}

export async function evaluateArcArms(
  arms: readonly Arm[],
  tests: ArcTests,
  flags: EvaluateFlags,
  image: PictureFile | undefined,
  communicator: Communicator,
): Promise<void> {
  for (const key of ['submission', 'image'] as const) {
    if (arms.length > 1 && flags[key] !== undefined)
      throw new TrmError('usage', `is of one run, got ${arms.length}`, { key: `--${key}` });
  }
  const questions = flags.only ? onlyTasks(tests, flags.only) : tests;
  const backend = await openEngine(flags);
  await sameArms(communicator, flags.data, questions.dataset, arms);
  const measured = await measureArms(arms, questions.dataset, backend, flags.batchSize, async (arm) => {
    const evaluation = await evaluateArc(arm.thinker.answerer, arm.thinker.weights, questions, {
      supervisionSteps: arm.supervisionSteps,
      ...(flags.examples === undefined ? {} : { examples: flags.examples }),
      communicator,
      onProgress: arm.onProgress,
    });
    const solved = evaluation.tasks.flatMap((task) => task.tests.map((test) => solvedWithin(test, ATTEMPTS)));
    return { name: arm.name, arm, evaluation, solved: Uint8Array.from(solved, Number) };
  });
  if (communicator.rank > 0) return;
  const { evaluation } = measured[0]!;
  if (flags.submission !== undefined) writeAtomically(flags.submission, [submission(evaluation.tasks)]);
  image?.write(renderArcPicture(evaluation.tasks));
  if (flags.csv !== undefined) await writeCsv(flags.csv, measured.flatMap(csvRows));
  process.stdout.write(
    `${flags.json ? JSON.stringify(toJson(measured)) : show(measured) + showSelections(arms)}\n`,
  );
}

/** The questions of some tasks. @throws TrmError `usage` when there is no such task. */
function onlyTasks({ dataset, identifiers, tasks }: ArcTests, names: readonly string[]): ArcTests {
  const known = tasks.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new TrmError('usage', `no test task of this dataset is called ${unknown}`, {
      key: '--only',
      fix: didYouMean(
        unknown,
        known,
        `it has ${known.slice(0, 3).join(', ')}${known.length > 3 ? ', …' : ''}`,
      ),
    });
  }
  const wanted = (identifier: number) => names.includes(parseName(identifiers[identifier]!).task);
  return {
    dataset: selectPuzzles(dataset, wanted),
    identifiers,
    tasks: tasks.filter(({ name }) => names.includes(name)),
  };
}

function show(measured: readonly Measured[]): string {
  const head = ['', ...PASS_AT.map((K) => `pass@${K}`), 'grids solved', '95 % interval'];
  const rows = measured.map(({ name, evaluation: { tasks }, solved }) => {
    const right = solved.reduce((sum, one) => sum + one, 0);
    const { low, high } = wilsonInterval(right, solved.length);
    const interval = `${(100 * low).toFixed(1)}-${(100 * high).toFixed(1)}`;
    const shares = PASS_AT.map((K) => percent(passAt(tasks, K)));
    return [name, ...shares, `${right} of ${solved.length}`, interval];
  });
  const summary = renderTable([head, ...rows]);
  const [{ evaluation }, ...others] = measured as [Measured, ...Measured[]];
  if (others.length > 0)
    return `${summary}\n\n${showDifferences(differencesToFirst(measured), 'test grids')}`;
  const rate = (evaluation.examples / evaluation.seconds).toFixed(1);
  const cost = `${evaluation.examples} augmented questions in ${formatDuration(evaluation.seconds)} (${rate}/s)`;
  return `${showTasks(evaluation.tasks)}\n\n${summary}\n${cost}`;
}

function showTasks(tasks: readonly ArcTaskResult[]): string {
  const head = ['task', 'test', 'votes', 'different', 'attempt 1', 'attempt 2', 'place of the truth'];
  const rows = testsOf(tasks).map(({ task, test, votes, candidates, attempts, rank }) => [
    task,
    String(test),
    String(votes),
    String(candidates.length),
    ...[0, 1].map((i) => {
      const attempt = attempts[i];
      return attempt
        ? `${attempt.votes}, ${percent(attempt.confidence)}${attempt.right ? ', right' : ''}`
        : '-';
    }),
    rank === undefined ? '-' : String(rank),
  ]);
  return renderTable([head, ...rows]);
}

/** Every test grid with its votes; votes and confidence of the attempts. */
function testsOf(tasks: readonly ArcTaskResult[]) {
  return tasks.flatMap(({ name, tests }) =>
    tests.map(({ candidates, rank }, i) => ({
      task: name,
      test: i + 1,
      votes: candidates.reduce((sum, candidate) => sum + candidate.votes, 0),
      candidates,
      attempts: candidates
        .slice(0, ATTEMPTS)
        .map(({ votes, confidence }, a) => ({ votes, confidence, right: rank === a + 1 })),
      rank,
    })),
  );
}

function toJson(measured: readonly Measured[]): unknown {
  const evaluations = measured.map(({ name, arm, evaluation: { tasks, examples, seconds }, solved }) => {
    const right = solved.reduce((sum, one) => sum + one, 0);
    const { low, high } = wilsonInterval(right, solved.length);
    return {
      name,
      run: arm.run,
      checkpoint: arm.checkpointName ?? null,
      trainedSteps: arm.checkpoint.state.step,
      selection: arm.checkpoint.selection ?? null,
      passAt: Object.fromEntries(PASS_AT.map((K) => [K, passAt(tasks, K)])),
      gridsSolved: right,
      grids: solved.length,
      gridsInterval: [low, high],
      examples,
      seconds,
      tests: testsOf(tasks).map(({ candidates, rank, ...test }) => ({
        ...test,
        different: candidates.length,
        rank: rank ?? null,
      })),
    };
  });
  return comparisonJson(evaluations, measured);
}

function csvRows({ name, arm, evaluation }: Measured) {
  return testsOf(evaluation.tasks).map(({ task, test, votes, candidates, attempts, rank }) => ({
    name,
    run: arm.run,
    checkpoint: arm.checkpointName ?? '',
    task,
    test,
    votes,
    different: candidates.length,
    votes1: attempts[0]?.votes ?? 0,
    confidence1: attempts[0]?.confidence ?? '',
    votes2: attempts[1]?.votes ?? 0,
    confidence2: attempts[1]?.confidence ?? '',
    rank: rank ?? '',
  }));
}
