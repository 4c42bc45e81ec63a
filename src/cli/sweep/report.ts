/** What a sweep writes: results.md for people, results.csv with a row each run, results.json with everything, and figures. */

import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { TrmError } from '../../errors.ts';
import { writeCsv } from '../comparison.ts';
import { writeAtomically } from '../run-folder.ts';
import { word } from '../support/invocation.ts';
import { packageVersion } from '../support/version.ts';
import { short } from '../terminal/accuracy-figure.ts';
import { formatCount, formatFlops } from '../terminal/amounts.ts';
import { formatDuration } from '../terminal/progress.ts';
import { renderTable } from '../terminal/table.ts';
import { figuresOf } from './figures.ts';
import type { Sweep } from './file.ts';
import type { ArmResult, Finished, Report, SweepLaw } from './results.ts';

/** Writes all files into `out`; their names. */
export async function writeReport(out: string, report: Report): Promise<string[]> {
  const figures = figuresOf(report);
  const png = await renderer();
  for (const [name, svg] of Object.entries(figures)) {
    writeAtomically(join(out, `${name}.svg`), [svg]);
    if (png) writeAtomically(join(out, `${name}.png`), [png(svg)]);
  }
  writeAtomically(join(out, 'results.md'), [markdown(report, Object.keys(figures))]);
  await writeCsv(join(out, 'results.csv'), runRows(report), columns(report));
  writeAtomically(join(out, 'results.json'), [`${JSON.stringify(reportJson(report), null, 2)}\n`]);
  const pictures = Object.keys(figures).map((name) => `${name}.svg`);
  return ['results.md', 'results.csv', 'results.json', ...pictures];
}

/** Pictures are drawn as SVG; where the library of PNG does not load, which it says, they are drawn as that alone. */
async function renderer(): Promise<((svg: string) => Uint8Array) | undefined> {
  const { pngRenderer } = await import('../terminal/png.ts');
  return pngRenderer().catch((error: unknown) => {
    if (!(error instanceof TrmError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return undefined;
  });
}

/** The table as text for a terminal. */
export function showResults({ results, finished }: Report): string {
  const failures = failuresOf(finished).map((line) => `\nfailed: ${line}`);
  return `${renderTable([HEAD, ...results.map(cells)])}${failures.join('')}`;
}

const HEAD = [
  'arm',
  'exact',
  'over seeds',
  '95 % interval',
  'to the first',
  'cell',
  'weights',
  'training',
  'an answer',
  'time',
  'seeds',
];

function cells({ name, arm, seeds, failed, measured }: ArmResult): string[] {
  const weights = formatCount(arm.cost.parameters);
  const ran = [`${seeds.length}`, failed > 0 ? `${failed} failed` : ''].filter(Boolean).join(', ');
  if (!measured) return [name, '–', '', '', '', '', weights, '', '', '', ran];
  const { exact, spread, interval, difference, cell } = measured;
  return [
    name,
    percent(exact),
    spread === undefined ? '' : `± ${points(spread)}`,
    `${points(interval.low)} to ${points(interval.high)}`,
    difference
      ? `${signed(difference.mean)} (${signed(difference.interval.low)} to ${signed(difference.interval.high)})`
      : '',
    percent(cell),
    weights,
    formatFlops(measured.trainingFlops),
    formatFlops(measured.answerFlops),
    formatDuration(measured.trainingSeconds),
    ran,
  ];
}

const LAW_HEAD = ['against', 'of', 'error', 'a', 'b', 'c', 'scatter', 'other forms'];

const LAW_NOTE =
  "\nLaws are fitted to the logarithm of the error of every run; 95 % intervals by a bootstrap of seeds and numbers. Scatter: the factor by which a run is off. Other forms: by how much Akaike's criterion (AICc) is worse; less than 2 is no difference.\n";

function lawCells({ against, name, law }: SweepLaw): string[] {
  if (!law) return [against, name, 'nothing to fit', '', '', '', '', ''];
  const { text, a, b, bInterval, c, cInterval, scatter, criteria } = law;
  const others = Object.entries(criteria).filter(([form]) => form !== law.form);
  return [
    against,
    name,
    `\`${text}\``,
    short(a),
    `${short(b)} (${short(bInterval.low)} to ${short(bInterval.high)})`,
    c === undefined || !cInterval
      ? ''
      : `${percent(c)} (${points(cInterval.low)} to ${points(cInterval.high)})`,
    `× ${short(scatter)}`,
    others.map(([form, more]) => `${form} +${more.toFixed(1)}`).join(', '),
  ];
}

const points = (share: number): string => (100 * share).toFixed(1);
const percent = (share: number): string => `${points(share)} %`;
const signed = (share: number): string => `${share < 0 ? '' : '+'}${points(share)}`;

function failuresOf(finished: readonly Finished[]): string[] {
  return finished.flatMap(({ run, outcome }) =>
    outcome.status === 'failed' ? [`${run.arm.name}, seed ${run.seed}: ${outcome.reason}`] : [],
  );
}

function markdown({ sweep, results, finished, laws }: Report, figures: readonly string[]): string {
  const row = (texts: readonly string[]) =>
    `| ${texts.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |\n`;
  const missing = finished.filter(({ outcome }) => outcome.status === 'stopped').length;
  const failures = failuresOf(finished);
  const examples = [...new Set(results.flatMap(({ measured }) => measured?.examples ?? []))].join(' or ');
  const { checkpoint } = sweep.evaluate;
  return [
    `# ${sweep.about || sweep.name}\n\n`,
    `\`trm sweep ${word(sweep.asked)}\`, seeds ${sweep.seeds.join(', ')}; ${budgetOf(sweep)}; the ${checkpoint} checkpoint on ${examples || 'no'} puzzles of the test split. `,
    `tiny-recursive-model ${packageVersion()} on ${cpus()[0]?.model.trim() ?? 'an unknown CPU'}, ${availableParallelism()} cores.\n\n`,
    ...(missing > 0 ? [`**Not complete: ${missing} of ${finished.length} runs are to come.**\n\n`] : []),
    row(HEAD),
    row(HEAD.map((_, i) => (i === 0 ? '---' : '--:'))),
    ...results.map((result) => row(cells(result))),
    "\nexact: puzzles with every cell right, the mean over the seeds. Interval: of one seed Wilson's, of several a bootstrap of seeds and puzzles, never narrower. ",
    'To the first: percentage points to the first arm of the dataset. FLOP are those of the matrix products; time is of training.\n',
    ...(laws.length > 0
      ? ['\n## Laws of the error\n\n', row(LAW_HEAD), row(LAW_HEAD.map((_, i) => (i < 3 ? '---' : '--:')))]
      : []),
    ...laws.map((law) => row(lawCells(law))),
    ...(laws.length > 0 ? [LAW_NOTE] : []),
    ...(failures.length > 0 ? ['\n## Failed\n\n', ...failures.map((line) => `- ${line}\n`)] : []),
    ...(figures.length > 0 ? ['\n', ...figures.map((name) => `![${name}](${name}.svg)\n`)] : []),
  ].join('');
}

function budgetOf({ budget }: Sweep): string {
  if (budget?.gflop !== undefined) return `${formatFlops(1e9 * budget.gflop)} of training a run`;
  if (budget?.minutes !== undefined) return `${budget.minutes} minutes of training a run`;
  return 'steps as in the recipe';
}

/** What varies, as columns before those that are measured. */
function variedOf({ sweep, results }: Report): string[] {
  return [...new Set([...Object.keys(sweep.grid), ...results.flatMap(({ arm }) => Object.keys(arm.grid))])];
}

function columns(report: Report): string[] {
  return [
    ...['arm', 'recipe', 'dataset', ...variedOf(report), 'seed', 'status', 'reason', 'setting'],
    ...['examples', 'exact', 'exactLow', 'exactHigh', 'cell', 'halting', 'meanSteps'],
    ...['parameters', 'trainingPuzzles', 'steps', 'trainingFlops', 'answerFlops', 'seconds'],
  ];
}

/** A row for each run and setting; what was not measured is empty. */
function runRows({ finished }: Report): Record<string, unknown>[] {
  return finished.flatMap(({ run: { arm, seed }, outcome }): Record<string, unknown>[] => {
    const who = {
      arm: arm.name,
      recipe: arm.recipe,
      dataset: arm.dataset,
      ...arm.grid,
      seed,
      status: outcome.status,
    };
    const cost = { parameters: arm.cost.parameters, trainingPuzzles: arm.data.puzzles };
    if (outcome.status !== 'done')
      return [{ ...who, ...cost, reason: outcome.status === 'failed' ? outcome.reason : '' }];
    const { steps, seconds, evaluations } = outcome.result;
    return evaluations.map(({ exactInterval: [exactLow, exactHigh], ...evaluation }) => ({
      ...who,
      ...cost,
      ...evaluation,
      exactLow,
      exactHigh,
      steps,
      seconds,
      trainingFlops: steps * arm.cost.trainingStep,
      answerFlops: evaluation.meanSteps * arm.cost.answerStep,
    }));
  });
}

/** Everything, as `--json` prints it too. */
export function reportJson({ sweep, results, finished, laws }: Report): unknown {
  const { lineOf: _, ...file } = sweep;
  return {
    sweep: file,
    arms: results.map(({ name, arm, setting, seeds, failed, measured }) => ({
      name,
      recipe: arm.recipe,
      dataset: arm.dataset,
      trainingPuzzles: arm.data.puzzles,
      grid: arm.grid,
      setting,
      seeds,
      failed,
      cost: arm.cost,
      config: arm.config,
      measured: measured ?? null,
    })),
    laws,
    runs: finished.map(({ run, outcome }) => ({
      arm: run.arm.name,
      seed: run.seed,
      folder: run.folder,
      ...outcome,
    })),
  };
}
