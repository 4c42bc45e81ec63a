/** A sweep before anything is trained: its file, its arms, its budget, and what is made of outcomes. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shippedNames } from '../../src/cli/support/config-file.ts';
import { type PricedArm, priceArms } from '../../src/cli/sweep/budget.ts';
import type { SweepDataset } from '../../src/cli/sweep/datasets.ts';
import { figuresOf } from '../../src/cli/sweep/figures.ts';
import { readSweep } from '../../src/cli/sweep/file.ts';
import { lawsOf } from '../../src/cli/sweep/fits.ts';
import { armsOf } from '../../src/cli/sweep/plan.ts';
import { type Finished, resultsOf, type SweepLaw } from '../../src/cli/sweep/results.ts';
import { checkSame, type NamedEvaluation, runsOf } from '../../src/cli/sweep/run.ts';
import { writeDataset } from '../../src/data/node/folder.ts';
import { wilsonInterval } from '../../src/evaluate/statistics.ts';
import { tinyDataset } from '../train/support.ts';
import { temporaryFolder } from './command.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);
beforeAll(async () => {
  writeFileSync(
    join(folder, 'tiny.yaml'),
    'model: { hiddenSize: 16, heads: 2, puzzleSlots: 1, puzzleEmbeddingSize: 16 }\nsteps: 40\nbatchSize: 4\nmicroBatchSize: 4\n',
  );
  await writeDataset(join(folder, 'data'), { train: tinyDataset(20), test: tinyDataset(8) }, ['<blank>']);
});
const file = join(folder, 'sweep.yaml');
const written = (text: string) => {
  writeFileSync(file, text);
  return file;
};
const head = 'recipes: [tiny.yaml]\ndatasets: { four: { make: generate sudoku --size 4 --count 20 } }\n';

describe('a file', () => {
  it('becomes every combination of what varies, the last key fastest', () => {
    const arms = armsOf(
      readSweep(
        written(
          `${head}set: { batchSize: 2 }\ngrid: { learningRate: [1e-3, 0.01], model.cycles: [2, 3], emaRate: [0.9] }\narms: [{ name: base }, { name: wide, recipe: sudoku-4x4, set: { model.heads: 2 } }]\n`,
        ),
      ),
    );
    expect(arms.map(({ name }) => name)).toEqual(
      ['base', 'wide'].flatMap((arm) =>
        [0.001, 0.01].flatMap((rate) => [2, 3].map((T) => `${arm}, learningRate=${rate}, model.cycles=${T}`)),
      ),
    );
    expect(arms[5]).toMatchObject({
      slug: 'wide,learningRate=0.001,model.cycles=3',
      config: {
        batchSize: 2,
        learningRate: 0.001,
        emaRate: 0.9,
        model: { hiddenSize: 64, heads: 2, cycles: 3 },
      },
    });
    expect(arms[0]!.config.model.hiddenSize).toBe(16);
  });

  it('takes a curriculum, by arm or in the grid', () => {
    const stage = '[{ until: 0.5, cycles: 1, latentSteps: 1 }]';
    const text = `${head}arms: [{ name: grows, set: { curriculum: ${stage} } }]\n`;
    const grid = `${head}grid: { curriculum: [[], ${stage}] }\n`;
    const stages = [{ until: 0.5, cycles: 1, latentSteps: 1 }];
    expect(armsOf(readSweep(written(text)))[0]!.config.curriculum).toEqual(stages);
    expect(armsOf(readSweep(written(grid))).map(({ name, config }) => [name, config.curriculum])).toEqual([
      ['curriculum=[]', []],
      [`curriculum=${JSON.stringify(stages)}`, stages],
    ]);
  });

  it('with one arm calls it by its recipe', () => {
    expect(armsOf(readSweep(written(head))).map(({ name }) => name)).toEqual(['tiny.yaml']);
  });

  it.each([
    ['recipes: [tiny.yaml]\ndatasets:\n  four: {}\n', ':3: datasets.four: expected make, folder or both'],
    ['recipes: [tiny.yaml]\ndatasets: 3\n', ':2: datasets: expected keys with values, got 3'],
    [`${head}grid: { steps: [] }\n`, ':3: grid.steps: expected one at least, got []'],
    [
      'recipes: [tiny.yaml]\ndatasets: { four: { make: generate sudoku --size 4 --out x } }\n',
      ':2: datasets.four.make: has an --out: the key folder names it',
    ],
    [`${head}seed: 1\n`, ':3: seed: unknown key; did you mean seeds?'],
    [
      `${head}arms:\n  - { name: a, colour: 1 }\n`,
      ':4: arms.0.colour: unknown key; known are name, recipe, dataset, set',
    ],
    [`${head}arms:\n  - { name: a, recpe: x }\n`, ':4: arms.0.recpe: unknown key; did you mean arms.recipe?'],
    [
      'recipes: [a]\ndatasets: { four: { where: x, make: y } }\n',
      ':2: datasets.four.where: unknown key; known are make, folder',
    ],
    [
      `${head}colour: 1\n`,
      ':3: colour: unknown key; known are recipes, datasets, set, grid, arms, seeds, budget',
    ],
    [`${head}seeds: [1, 1]\n`, ':3: seeds: has one twice'],
    [
      `${head}seeds: [1, 1]\nseed: 1\n`,
      ': 2 faults:\n  line 3: seeds: has one twice\n  line 4: seed: unknown key; did you mean seeds?',
    ],
    [`${head}fit: [weight]\n`, ':3: fit.0: '],
    [`${head}budget:\n  gflop: -1\n`, ':4: budget.gflop: '],
    [`${head}budget: { gflop: 1, minutes: 1 }\n`, ':3: budget: expected gflop or minutes'],
    [
      `${head}grid:\n  emaRate: [0.9]\n  learningRat: [1]\n`,
      ':5: learningRat: unknown key; did you mean learningRate?',
    ],
    [
      `${head}set:\n  model.hiddenSize: [1]\n`,
      ':4: set.model.hiddenSize: expected a number, a text, true or false',
    ],
    [`${head}grid: { seed: [1] }\n`, ':3: seed: is not set by hand here; list them: seeds: [0, 1, 2]'],
    [
      `${head}budget: { gflop: 1 }\nset: { steps: 3 }\n`,
      ':4: steps: is not set by hand here; they follow from the budget',
    ],
    [
      `${head}arms:\n  - name: a\n  - name: b\n    dataset: five\n`,
      ':6: arms.1.dataset: no such dataset: five; datasets has four',
    ],
    [`${head}arms: [{ name: a }, { name: a }]\n`, ': two arms are called a; give each arm a name of its own'],
    [
      'recipes: [nope]\ndatasets: { four: { folder: x } }\n',
      ':1: recipes.0: no such recipe: nope; give a YAML file or one of arc-small',
    ],
    ['datasets: { four: { folder: x } }\n', ':1: recipes: none is named'],
    [`${head}arms: [\n`, ':4: '],
    [
      `${head}evaluate:\n  settings:\n    - steps=4\n    - step=4\n`,
      ':6: evaluate.settings step: unknown key; did you mean steps?',
    ],
  ])('refuses %j and says where', (text, message) => {
    expect(() => armsOf(readSweep(written(text)))).toThrow(`${file}${message}`);
  });

  it('is named among the shipped ones where there is none', () => {
    expect(() => readSweep('nope')).toThrow(
      'nope: no such sweep; give a YAML file or one of ablations-6x6, hard-sudoku, learning-rate',
    );
  });

  it.each(shippedNames('sweeps'))('%s is shipped and whole', (name) => {
    const sweep = readSweep(`sweeps/${name}`);
    expect(armsOf(sweep).length).toBeGreaterThan(1);
    expect(sweep.about).toMatch(/^[A-Z]/);
  });
});

const metadata = tinyDataset(20).metadata;
const data: SweepDataset = { folder: 'four', metadata, puzzles: 20, heldOut: 8 };
const datasets = new Map([['four', data]]);

describe('a budget', () => {
  const priced = (text: string, seconds: Record<string, number> = {}) => {
    const sweep = readSweep(written(head + text));
    return priceArms(sweep, armsOf(sweep), datasets, seconds, {});
  };

  it('of FLOP buys the steps that it pays for, and never more', async () => {
    const arms = await priced('budget: { gflop: 2 }\nevaluations: 4\ngrid: { model.cycles: [1, 2, 4] }\n');
    for (const { cost, config } of arms) {
      expect(cost.training).toBe(config.steps * cost.trainingStep);
      expect(cost.training).toBeLessThanOrEqual(2e9);
      expect(cost.training + cost.trainingStep).toBeGreaterThan(2e9);
      expect(config.evaluateEvery).toBe(Math.ceil(config.steps / 4));
    }
    const steps = arms.map(({ config }) => config.steps);
    expect(steps).toEqual([...steps].sort((a, b) => b - a));
    expect(new Set(steps).size).toBe(3);
  });

  it('of less than a step is refused', async () => {
    await expect(priced('budget: { gflop: 0.000001 }\n')).rejects.toThrow(
      /budget.gflop: 0.000001 GFLOP are less than a step of .*FLOP; give more/,
    );
  });

  it('of minutes buys as many steps as were measured once', async () => {
    const [arm] = await priced('budget: { minutes: 0.5 }\n', { 'tiny.yaml': 0.25 });
    expect(arm!.config.steps).toBe(120);
  });

  it('is not needed', async () => {
    const [arm] = await priced('');
    expect(arm!.config.steps).toBe(40);
  });
});

describe('results', () => {
  const evaluation = (solved: number, wrong: readonly number[], setting = ''): NamedEvaluation => ({
    ...{ setting, wrong, examples: 8, exact: solved / 8, cell: 0.5, halting: 1, exactInterval: [0, 1] },
    ...{ steps: [], meanSteps: 4, meanFlops: 4e9, seconds: 1, examplesPerSecond: 8 },
  });
  /** Two arms, and of each what its seeds did not solve; a text is why it failed. */
  async function outcomes(text: string, all: readonly (readonly (readonly number[] | string)[])[]) {
    const sweep = readSweep(written(head + text));
    const arms = await priceArms(sweep, armsOf(sweep), datasets, {}, {});
    const finished = runsOf({ sweep, out: folder }, arms).map((run): Finished => {
      const wrong = all[arms.indexOf(run.arm)]![sweep.seeds.indexOf(run.seed)]!;
      if (typeof wrong === 'string') return { run, outcome: { status: 'failed', reason: wrong } };
      const evaluations = [evaluation(8 - wrong.length, wrong)];
      return {
        run,
        outcome: { status: 'done', result: { asked: sweep.evaluate, steps: 40, seconds: 5, evaluations } },
      };
    });
    const results = resultsOf(arms, finished, sweep.evaluate.settings);
    return { sweep, arms, finished, results, laws: lawsOf(sweep.fit, results, finished) };
  }
  const cost = ({ cost }: PricedArm) => cost;

  it('are means over the seeds with their spread, costs, and paired differences to the first', async () => {
    const text = 'grid: { learningRate: [0.001, 0.01] }\nseeds: [3, 4]\n';
    const { results, arms } = await outcomes(text, [
      [
        [0, 1, 2, 3],
        [0, 1],
      ],
      [[0, 1], []],
    ]);
    const [first, second] = results.map(({ measured }) => measured!);
    expect(first).toMatchObject({
      exact: 0.625,
      difference: undefined,
      trainedSteps: 40,
      trainingSeconds: 5,
    });
    expect(first!.spread).toBeCloseTo(Math.SQRT1_2 / 4, 12);
    expect(first!.trainingFlops).toBe(40 * cost(arms[0]!).trainingStep);
    expect(first!.answerFlops).toBe(4 * cost(arms[0]!).answerStep);
    expect(first!.interval.low).toBeLessThanOrEqual(wilsonInterval(5, 8).low);
    expect(first!.interval.high).toBeGreaterThanOrEqual(wilsonInterval(5, 8).high);
    expect(second!.difference!.mean).toBeCloseTo(0.25, 12);
    expect(second!.difference!.interval.low).toBeGreaterThanOrEqual(0);
    expect(results.map(({ seeds }) => seeds)).toEqual([
      [3, 4],
      [3, 4],
    ]);
  });

  it('of one seed have Wilson and Newcombe, and none of a seed that failed', async () => {
    const text = 'grid: { learningRate: [0.001, 0.01] }\nseeds: [3, 4]\n';
    const { results } = await outcomes(text, [
      [[0, 1], 'no memory'],
      ['no memory', 'no memory'],
    ]);
    expect(results[0]).toMatchObject({ seeds: [3], failed: 1, measured: { exact: 0.75, spread: undefined } });
    expect(results[0]!.measured!.interval).toEqual(wilsonInterval(6, 8));
    expect(results[1]).toMatchObject({ seeds: [], failed: 2, measured: undefined });
  });

  it('do not claim to be sure of nothing', async () => {
    const all = [0, 1, 2, 3, 4, 5, 6, 7];
    const text = 'grid: { learningRate: [0.001, 0.01] }\nseeds: [3, 4]\n';
    const { results } = await outcomes(text, [
      [all, all],
      [all, all],
    ]);
    expect(results[0]!.measured!.interval).toEqual(wilsonInterval(0, 8));
    const { low, high } = results[1]!.measured!.difference!.interval;
    expect(low).toBeLessThan(-0.1);
    expect(high).toBeGreaterThan(0.1);
  });

  it('have the laws that were asked for, of arms that differ in nothing else', async () => {
    const widths = [16, 24, 32, 48, 64];
    const text = `grid: { model.hiddenSize: [${widths.join(', ')}], augment: [true, false] }\nseeds: [1, 2]\nfit: [weights]\n`;
    const wrong = (count: number) => Array.from({ length: count }, (_, row) => row);
    // Of eight puzzles 7, 6, 4, 2, 1 are not solved; those that are not augmented say nothing.
    const all = [7, 6, 4, 2, 1].flatMap((count) => [
      [wrong(count), wrong(count)],
      ['no memory', 'no memory'],
    ]);
    const report = await outcomes(text, all);
    expect(report.laws).toHaveLength(1);
    const [{ against, name, law, points }] = report.laws as [SweepLaw];
    expect([against, name]).toEqual(['weights', 'augment=true']);
    const weights = report.arms.filter(({ config }) => config.augment).map(({ cost }) => cost.parameters);
    expect(points.map(({ x }) => x)).toEqual(weights);
    expect(points.map(({ y }) => y)).toEqual([7.5, 6.5, 4.5, 2.5, 1.5].map((count) => count / 9));
    expect(law!.b).toBeGreaterThan(0);
    const figure = figuresOf(report)['fit-weights']!;
    expect(figure.match(/<circle/g)).toHaveLength(5 + 1); // and one in the legend
    expect(figure.match(/class="s0 band"/g)).toHaveLength(1);
    expect(figure.match(/class="legend"/g)).toHaveLength(1);
    expect(figure).toContain('>50%</text>');
  });

  it('are drawn against compute and each number that varies', async () => {
    const text =
      'grid: { learningRate: [0.001, 0.1], model.positions: [none, learned], model.cycles: [1, 2] }\n';
    const wrong = Array.from({ length: 8 }, (_, i) => [[0, 1, 2, 3, 4, 5, 6, 7].slice(i)]);
    const report = await outcomes(text, wrong);
    const figures = figuresOf(report);
    expect(Object.keys(figures)).toEqual([
      'compute',
      'by-learningRate',
      'by-model.cycles',
      'by-weights',
      'by-answer',
    ]);
    const rates = figures['by-learningRate']!;
    expect(rates.match(/class="legend"/g)).toHaveLength(4);
    expect(rates.match(/<circle/g)).toHaveLength(8 + 4); // and one in each line of the legend
    expect(rates).toContain('model.positions=none, model.cycles=1 ');
    for (const tick of ['0.001', '0.01', '0.1']) expect(rates).toContain(`>${tick}</text>`);
    expect(figuresOf({ ...report, results: [] })).toEqual({});
  });
});

it('a run that was begun with other settings is not taken for the same', async () => {
  const sweep = readSweep(written(head));
  const [run] = runsOf({ sweep, out: folder }, await priceArms(sweep, armsOf(sweep), datasets, {}, {}));
  checkSame(run!);
  const { mkdirSync } = await import('node:fs');
  mkdirSync(run!.folder, { recursive: true });
  writeFileSync(join(run!.folder, 'config.json'), JSON.stringify({ config: { ...run!.config, steps: 39 } }));
  expect(() => checkSame(run!)).toThrow(
    `${run!.folder}: steps: was begun with 39, the sweep asks for 40; choose another --out, or remove the run`,
  );
});
