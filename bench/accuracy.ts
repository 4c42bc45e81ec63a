/**
 * Accuracy against the compute of an answer, on Sudoku-Extreme: the figure and the table of docs/results.md.
 *
 *   npm run results -- MODEL DATASET   measures (minutes to hours), then writes docs/results/, the figure and the table
 *   npm run results                    draws again what was measured
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { basename } from 'node:path';
import { short } from '../src/cli/terminal/accuracy-figure.ts';
import { type Answering, renderCompute } from '../src/cli/terminal/compute-figure.ts';
import { datasetFamily } from '../src/data/dataset.ts';
import { readDataset } from '../src/data/node/folder.ts';
import { wilsonInterval } from '../src/evaluate/statistics.ts';

/** What is measured: the paper's way of answering, and the course of effort with and without rules. */
const settings = {
  'effort, rules known': 'effort=10',
  'effort, halting head alone': 'effort=8,untilValid=false',
  '16 supervision steps': 'steps=16',
} as const;

/**
 * Others' GFLOP of an answer and share solved; docs/results.md says where they are from. The second one's are estimates: 0.8 M
 * weights, each of which meets 81 cells in an iteration, at 16 and 1024 iterations.
 */
const published = [
  { name: 'TRM, the paper', points: [[410, 0.874]] },
  {
    name: 'chenglou/sudoku-solver',
    points: [
      [2.1, 0.818],
      [133, 0.989],
    ],
  },
] as const;

const data = 'docs/results/sudoku-extreme.json';
const picture = 'docs/images/sudoku-extreme.svg';
const page = 'docs/results.md';
const [begin, end] = ['<!-- measured: sudoku-extreme -->', '<!-- /measured -->'];

interface Row extends Answering {
  readonly examples: number;
  readonly meanSteps: number;
  readonly examplesPerSecond: number;
  readonly efforts?: readonly (Answering & { readonly meanSteps: number })[];
}

interface Results {
  readonly model: string;
  readonly hardware: string;
  /** Seconds of a core that a backtracking search takes for a puzzle. */
  readonly search: number;
  readonly evaluations: readonly (Row & { readonly name: string })[];
}

const [model, dataset] = process.argv.slice(2);
if (model !== undefined && dataset !== undefined) await measure(model, dataset);
draw(JSON.parse(readFileSync(data, 'utf8')) as Results);

async function measure(model: string, folder: string): Promise<void> {
  const asked = Object.values(settings).flatMap((setting) => ['--setting', setting]);
  const command = ['dist/cli/main.js', 'evaluate', model, '--data', folder, ...asked, '--json'];
  const said = execFileSync(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] }).toString();
  const { evaluations } = JSON.parse(said) as { evaluations: Row[] };
  const kept = Object.keys(settings).map((name, i) => {
    const { examples, exact, meanSteps, meanFlops, examplesPerSecond, efforts } = evaluations[i]!;
    const course = efforts?.map((one) => ({
      exact: one.exact,
      meanSteps: one.meanSteps,
      meanFlops: one.meanFlops,
    }));
    return {
      name,
      examples,
      exact,
      meanSteps,
      meanFlops,
      examplesPerSecond,
      ...(course && { efforts: course }),
    };
  });
  const results: Results = {
    model: basename(model),
    hardware: `${availableParallelism()} cores of ${cpus()[0]!.model}`,
    search: await searchSeconds(folder),
    evaluations: kept,
  };
  mkdirSync('docs/results', { recursive: true });
  writeFileSync(data, `${JSON.stringify(results, null, 2)}\n`);
}

/** Seconds to find an answer by search and to see that there is no other, on average. */
async function searchSeconds(folder: string): Promise<number> {
  const test = await readDataset([folder], 'test');
  const { answer } = datasetFamily(test.metadata);
  const question = new Int32Array(test.metadata.seq_len); // [S]
  const solve = () => {
    for (let row = 0; row < test.count; row++) {
      test.read(row, question, question.slice());
      answer!(question);
    }
  };
  solve(); // so that the second time is compiled
  const start = process.cpuUsage();
  solve();
  const { user, system } = process.cpuUsage(start); // µs
  return (user + system) / 1e6 / test.count;
}

function draw({ model, hardware, search, evaluations }: Results): void {
  const points = evaluations.flatMap(({ efforts, ...one }) => efforts ?? [one]);
  const range = [
    ...points.map(({ meanFlops }) => meanFlops / 1e9),
    ...published.flatMap(({ points }) => points.map(([gflop]) => gflop)),
  ];
  const [low, high] = [Math.min(...range), Math.max(...range)];
  const level = (x: number, y: number) => ({ x, y, low: y, high: y });
  const others = [
    ...published.map(({ name, points }) => ({
      name,
      points: points.map(([gflop, exact]) => level(gflop, exact)),
    })),
    {
      name: `a backtracking search, ${short(1000 * search)} ms a puzzle`,
      points: [level(low, 1), level(high, 1)],
    },
  ];
  const measured = evaluations.map((evaluation) => ({ name: `${model}, ${evaluation.name}`, evaluation }));
  writeFileSync(
    picture,
    renderCompute(measured, 'Sudoku-Extreme: puzzles solved against the compute of an answer', others),
  );
  const rows = evaluations.flatMap(({ name, efforts, ...one }) =>
    efforts
      ? efforts.map((at, i) => [`${name}: ${i + 1}`, ...cells(at, one.examples)])
      : [[name, ...cells(one, one.examples)]],
  );
  const head = ['setting', 'exact', '95 % interval', 'steps a puzzle', 'GFLOP a puzzle'];
  const table = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
  const about = `\`${model}\` on ${evaluations[0]!.examples} test puzzles, ${hardware}.`;
  const text = readFileSync(page, 'utf8');
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`${page}: expected ${begin} … ${end}`);
  writeFileSync(page, `${before}${begin}\n${about}\n\n${table}\n${end}${after}`);
}

function cells(
  { exact, meanSteps, meanFlops }: Answering & { meanSteps: number },
  examples: number,
): string[] {
  const { low, high } = wilsonInterval(Math.round(exact * examples), examples);
  const percent = (share: number) => (100 * share).toFixed(1);
  return [
    `${percent(exact)} %`,
    `${percent(low)}-${percent(high)}`,
    meanSteps.toFixed(1),
    short(meanFlops / 1e9),
  ];
}
