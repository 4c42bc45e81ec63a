import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BuildArcOptions, buildArc } from '../../../src/data/builders/arc.ts';
import { findSubsets } from '../../../src/data/builders/arc-tasks.ts';
import { exampleAt } from '../../../src/data/node/examples.ts';
import { readSplits } from '../../../src/data/node/folder.ts';
import { arraysOf } from '../../support/arrays.ts';

const pair = (colour: number) => ({ input: [[0, colour]], output: [[colour], [colour]] });
const question = ({ input }: ReturnType<typeof pair>) => ({ input });
const tasks = (colours: Record<string, number>) =>
  Object.fromEntries(
    Object.entries(colours).map(([name, c]) => [
      name,
      { train: [pair(c), pair(c + 1)], test: [pair(c + 2)] },
    ]),
  );
const training = tasks({ ab: 1, cd: 2 });
// As text: in a JavaScript object 90347967 would come first, whatever its place in the file.
const evaluation = `{"ef": ${JSON.stringify(tasks({ x: 3 }).x)}, "90347967": ${JSON.stringify(tasks({ x: 4 }).x)}}`;

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'trm-arc-'));
});
afterEach(() => rm(root, { recursive: true }));

async function put(name: string, content: unknown): Promise<void> {
  const file = join(root, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
}

/** Faults that are left out. */
function collected() {
  const faults: string[] = [];
  return { faults, onBad: (error: Error) => faults.push(error.message) };
}

const build = (change: Partial<BuildArcOptions> = {}) =>
  buildArc({
    from: join(root, 'in'),
    out: join(root, 'out'),
    subsets: ['training', 'evaluation'],
    testSet: 'evaluation',
    augment: 3,
    seed: 42,
    ...change,
  });

describe('layouts', () => {
  test('challenges with solutions, challenges that hold them, and a file per task give the same dataset', async () => {
    await put('in/arc_training_challenges.json', {
      ...training,
      cd: { ...training.cd, test: training.cd!.test.map(question) },
    });
    await put('in/arc_training_solutions.json', {
      ab: training.ab!.test.map(({ output }) => output),
      cd: training.cd!.test.map(({ output }) => output),
    });
    await put('in/arc_evaluation_challenges.json', evaluation);
    const heldOut = { subsets: ['training', 'evaluation'], heldOut: ['evaluation'] };
    expect(await build()).toEqual({ train: 4, test: 2, ...heldOut });
    for (const [name, task] of Object.entries(training)) await put(`repo/data/training/${name}.json`, task);
    const parsed = JSON.parse(evaluation) as Record<string, unknown>;
    // Files are read in the order of their names.
    await put('repo/data/evaluation/90347967.json', parsed['90347967']);
    await put('repo/data/evaluation/deep/ef.json', parsed.ef);
    await build({ from: join(root, 'repo'), out: join(root, 'repo-out') });
    const [first, second] = [await readSplits(join(root, 'out')), await readSplits(join(root, 'repo-out'))];
    expect(first.train.metadata).toEqual(second.train.metadata);
    const names = async (out: string) =>
      new Set(JSON.parse(await readFile(join(root, out, 'identifiers.json'), 'utf8')));
    expect((await names('out')).size).toBe((await names('repo-out')).size);
  });

  test('the order of the file counts, numbers among the names or not', async () => {
    await put('in/a_training_challenges.json', training);
    await put('in/a_evaluation_challenges.json', evaluation);
    await build({ subsets: ['evaluation'], augment: 0, seed: 1 });
    await put('in/a_evaluation_challenges.json', evaluation.replace('90347967', 'zz'));
    await build({ subsets: ['evaluation'], augment: 0, seed: 1, out: join(root, 'other') });
    const identifiers = async (out: string) => readFile(join(root, out, 'identifiers.json'), 'utf8');
    expect((await identifiers('out')).replace('90347967', 'zz')).toBe(await identifiers('other'));
  });

  test.each(['utf8', 'utf16le'] as const)(
    'files in %s with a byte order mark, named in capitals',
    async (encoding) => {
      await mkdir(join(root, 'mine'));
      const text = `\uFEFF${JSON.stringify(training.ab)}`;
      await writeFile(join(root, 'mine', 'AB.JSON'), Buffer.from(text, encoding));
      const found = await findSubsets(undefined, { from: join(root, 'mine') });
      expect(found.map(({ name }) => name)).toEqual(['mine']);
      expect((await found[0]!.read(undefined)).map(({ task }) => task.name)).toEqual(['AB']);
    },
  );

  test('files are downloaded once', async () => {
    const asked: string[] = [];
    const outputs = Object.fromEntries(
      Object.entries(training).map(([name, { test }]) => [name, test.map(({ output }) => output)]),
    );
    const server = createServer((request, response) => {
      asked.push(request.url!);
      const subset = /arc-agi_(\w+)_challenges/.exec(request.url!)?.[1];
      if (subset) response.end(subset === 'training' ? JSON.stringify(training) : evaluation);
      else if (request.url!.includes('training')) response.end(JSON.stringify(outputs));
      else response.writeHead(404).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const options = { home: `http://127.0.0.1:${port}/`, cacheDir: join(root, 'cache') };
      const arc = { subsets: ['training'], testSet: 'training', augment: 0, seed: 1, ...options };
      await buildArc({ ...arc, out: join(root, 'one') });
      await buildArc({ ...arc, out: join(root, 'two') });
      expect(asked).toHaveLength(2);
      const missing = buildArc({
        ...arc,
        subsets: ['evaluation'],
        testSet: 'evaluation',
        out: join(root, 'three'),
      });
      await expect(missing).rejects.toThrow(
        /arc-agi_evaluation_solutions\.json: could not download it: the server answers 404/,
      );
      expect(await readdir(root)).not.toContain('three');
    } finally {
      server.close();
    }
  });
});

describe('tasks as people have them', () => {
  const grid = [
    [0, 1, 0],
    [2, 0, 0],
  ];
  const one = { input: grid, output: [[3]] };
  /** Rows of a training split that is built of these tasks, without augmentations. */
  const rows = async (change: Partial<BuildArcOptions> = {}) => {
    await build({ augment: 0, seed: 1, ...change });
    const { inputs, labels } = arraysOf((await readSplits(join(root, 'out'))).train);
    return { inputs, labels };
  };
  const nobody = { subsets: undefined, testSet: undefined };

  test('a list of pairs is demonstrations alone', async () => {
    await put('in/training/list.json', [one, one, one]);
    await put('in/evaluation/a.json', { train: [one], test: [one] });
    expect(await build()).toMatchObject({ train: 2, test: 1 });
    expect((await readSplits(join(root, 'out'))).train.count % (3 + 1)).toBe(0);
    await put('in/evaluation/a.json', [one]);
    await expect(build({ out: join(root, 'other') })).rejects.toThrow(
      'no test pair is held out: the tasks of evaluation have none',
    );
  });

  test('one file of tasks by name, or a folder of such files, is a subset of its own', async () => {
    const many = { '10': training.ab, ab: [one, one], cd: training.cd };
    await put('in/deep/tasks.json', many);
    await put('in/deep/__MACOSX/._tasks.json', 'no JSON');
    await put('in/.git/x.json', 'no JSON');
    await put('in/package.json', { name: 'x', version: '1' });
    const others: string[] = [];
    const onOther = (file: string) => others.push(file);
    for (const from of ['in', 'in/deep', 'in/deep/tasks.json']) {
      const report = await build({
        from: join(root, from),
        ...nobody,
        onOther,
        out: join(root, `out-${from}`),
      });
      const name = from.replace(/^.*\/|\.json$/g, '');
      expect(report).toEqual({ train: 3, test: 2, subsets: [name], heldOut: [name] });
    }
    expect(others).toEqual([join(root, 'in/package.json')]);
    expect(await build({ from: join(root, 'in'), subsets: ['deep'], testSet: undefined })).toMatchObject({
      test: 2,
    });
    await put('listed/tasks.json', [{ id: 'x', ...training.ab }, { ...training.cd }]);
    await build({ from: join(root, 'listed'), ...nobody, augment: 0, out: join(root, 'named') });
    const names = JSON.parse(await readFile(join(root, 'named/identifiers.json'), 'utf8'));
    expect(names.sort()).toEqual(['<blank>', 'tasks[1]', 'x']);
  });

  test('without names the subsets of the paper that are there', async () => {
    await put('in/data/training/a.json', training.ab);
    await put('in/data/evaluation/b.json', training.cd);
    await put('in/data/other/c.json', 'no JSON');
    expect(await build(nobody)).toMatchObject({
      subsets: ['training', 'evaluation'],
      heldOut: ['evaluation'],
    });
    await put('new/x_test_challenges.json', { a: training.ab });
    await expect(build({ ...nobody, from: join(root, 'new'), out: join(root, 'other') })).rejects.toThrow(
      /there are no training, evaluation or concept tasks in it; name others: --subsets test$/,
    );
    await put('else/package.json', { name: 'x' });
    await expect(build({ ...nobody, from: join(root, 'else'), out: join(root, 'other') })).rejects.toThrow(
      /package\.json: there is no ARC task in it; expected \{train, test\}, a list/,
    );
  });

  test('a corpus beside other folders of tasks is no subset of its own', async () => {
    await put('in/corpus/Above/a.json', training.ab);
    await put('in/MinimalTasks/b.json', training.cd);
    expect(await build(nobody)).toMatchObject({ test: 2, subsets: ['in'] });
    await put('alone/corpus/Above/a.json', training.ab);
    await put('alone/package.json', { name: 'x' });
    const unused: string[] = [];
    const onUnused = (file: string) => unused.push(file);
    const alone = { ...nobody, from: join(root, 'alone'), out: join(root, 'other'), onUnused };
    expect(await build(alone)).toMatchObject({ test: 1, subsets: ['concept'] });
    expect(unused).toEqual([join(root, 'alone/package.json')]);
  });

  test('what is of no subset is told', async () => {
    await put('in/training/a.json', training.ab);
    await put('in/extra/b.json', training.cd);
    const unused: string[] = [];
    expect(await build({ ...nobody, onUnused: (file) => unused.push(file) })).toMatchObject({
      subsets: ['training'],
    });
    expect(unused).toEqual([join(root, 'in/extra/b.json')]);
  });

  test('colours as texts and null for the background are colours', async () => {
    const older = {
      input: [
        [null, '1', null],
        ['2', null, 0],
      ],
      output: [['3']],
    };
    await put('in/training/a.json', { train: [one], test: [one] });
    await put('old/training/a.json', { train: [older], test: [older] });
    const options = { subsets: ['training'], testSet: 'training' };
    const now = await rows(options);
    await rm(join(root, 'out'), { recursive: true });
    expect(await rows({ ...options, from: join(root, 'old') })).toEqual(now);
    await put('old/training/a.json', { train: [{ ...older, output: [['10']] }], test: [older] });
    await expect(build({ ...options, from: join(root, 'old'), out: join(root, 'other') })).rejects.toThrow(
      'a.train[0].output: row 0, column 0: expected a colour 0 to 9, got "10"',
    );
  });

  test.each([[{}], [{ output: null }], [{ output: [] }]])(
    'a test whose output is %j is asked for where it is held out, and nothing to train on elsewhere',
    async (output) => {
      const open = (colour: number) => ({ train: [pair(colour)], test: [{ input: [[colour]], ...output }] });
      await put('in/training/a.json', open(1));
      await put('in/evaluation/b.json', open(2));
      expect(await build({ augment: 0 })).toMatchObject({ train: 2, test: 1 });
      const { train, test: held } = await readSplits(join(root, 'out'));
      expect([train.count, held.count]).toEqual([2, 1]);
    },
  );
});

test('a compact dataset has the rows and identifiers of the built one', async () => {
  await put('in/a_training_challenges.json', training);
  await put('in/a_evaluation_challenges.json', evaluation);
  await build();
  await build({ compact: true, out: join(root, 'compact') });
  expect(await readdir(join(root, 'compact'))).toEqual(['compact-arc.json']);
  const [built, compact] = [await readSplits(join(root, 'out')), await readSplits(join(root, 'compact'))];
  for (const split of ['train', 'test'] as const) {
    expect(arraysOf(compact[split])).toEqual(arraysOf(built[split]));
  }
});

describe('faults', () => {
  const bad = (task: unknown) => put('in/a_training_challenges.json', { ...training, bad: task });
  beforeEach(() => put('in/a_evaluation_challenges.json', evaluation));

  test.each<[unknown, string]>([
    [{ train: [pair(1)] }, 'bad.test: missing'],
    [{ train: [], test: [pair(1)] }, 'bad.train: expected a list of pairs'],
    [
      { train: [pair(1)], test: [{ input: [[1], [1, 2]] }] },
      'bad.test[0].input: row 1: expected 1 colours, got 2',
    ],
    [
      { train: [{ input: [0, 5, 0] }], test: [pair(1)] },
      'row 0: expected a list of colours, got 0; write a grid as',
    ],
    [{ train: [{ input: [[1], '12'] }], test: [pair(1)] }, 'row 1: expected a list of colours, got "12"'],
    [
      { train: [{ input: '0 5 0' }], test: [pair(1)] },
      'bad.train[0].input: expected a list of rows, got "0 5 0"',
    ],
    [{ train: [{ input: [[]] }], test: [pair(1)] }, 'row 0: expected 1 to 30 colours, got none'],
    [
      { train: [{ input: [[10]], output: [[1]] }], test: [pair(1)] },
      'bad.train[0].input: row 0, column 0: expected a colour 0 to 9, got 10',
    ],
    [
      { train: [{ input: [[1]] }], test: [pair(1)] },
      'bad.train[0].output: expected a list of rows, got nothing',
    ],
    [{ train: [{ input: Array(31).fill([1]), output: [[1]] }], test: [pair(1)] }, '31 rows; at most 30'],
    [
      { train: [{ input: [Array(93).fill(1)], output: [[1]] }], test: [pair(1)] },
      'bad.train[0].input: 93 columns; at most 30 are possible; leave it out, or give its pairs',
    ],
    [7, 'bad: expected an object with train and test'],
  ])('%j: names file, task and pair', async (task, message) => {
    await bad(task);
    await expect(build()).rejects.toThrow(
      `a_training_challenges.json: ${message.startsWith('bad') ? message : ''}`,
    );
    await expect(build()).rejects.toThrow(message);
    expect(await readdir(root)).toEqual(['in']);
  });

  test('a file of solutions has an output for each test', async () => {
    await put('in/a_training_challenges.json', { ab: { train: [pair(1)], test: [{ input: [[1]] }] } });
    await put('in/a_training_solutions.json', { ab: [[[1]], [[2]]] });
    await expect(build()).rejects.toThrow(
      'ab.test: expected an output for each test: 1 here, 2 outputs in the file of solutions',
    );
  });

  test.each([
    [[{ attempt_1: [[4]] }], '[0]: expected a list of rows, got {"attempt_1":[[4]]}'],
    [[[[4, 10]]], '[0]: row 0, column 1: expected a colour 0 to 9, got 10'],
    [{ attempt_1: [[4]] }, ': expected a list of test outputs'],
  ])('a fault of the file of solutions names it: %j', async (outputs, fault) => {
    await put('in/a_training_challenges.json', { ab: { train: [pair(1)], test: [{ input: [[1]] }] } });
    await put('in/a_training_solutions.json', { ab: outputs });
    await expect(build()).rejects.toThrow(`${join(root, 'in/a_training_solutions.json')}: ab${fault}`);
  });

  test('an output of the test itself is that of the file of solutions', async () => {
    const test = (output: unknown) =>
      put('in/a_training_challenges.json', { ab: { train: [pair(1)], test: [{ input: [[1]], output }] } });
    await put('in/a_training_solutions.json', { ab: [[[2]]] });
    await test([[1]]);
    await expect(build()).rejects.toThrow(
      'ab.test[0].output: the test says [[1]], the file of solutions [[2]]; leave one of them out',
    );
    await test([[2]]);
    await build();
  });

  test.each(['solution', 'expected', 'Expected_Output', 'target', 'out', 'y'])(
    'an output by the name %s is asked about, not taken for unknown',
    async (name) => {
      for (const test of [{ input: [[1]] }, { input: [[1]], output: null }, { input: [[1]], output: [] }]) {
        await bad({ train: [pair(1)], test: [{ ...test, [name]: [[2]] }] });
        await expect(build()).rejects.toThrow(
          `bad.test[0]: there is no output, but ${name}, which is not read; call it output, or leave it out`,
        );
      }
    },
  );

  test('an output by another name that is not the output is refused; the same passes, and so does what is no grid', async () => {
    const said = { input: [[1]], output: [[2]] };
    await bad({ train: [pair(1)], test: [{ ...said, solution: [[1]] }] });
    await expect(build()).rejects.toThrow(
      'bad.test[0]: output and solution are both there, and differ; leave one of them out',
    );
    await bad({
      train: [pair(1)],
      test: [{ ...said, solution: [[2]], label: 'a rotation', size: [1, 1] }],
      solutions: [[[2]]],
      name: 'a',
    });
    expect(await build()).toMatchObject({ test: 2 });
  });

  test('outputs beside the tests are not read, nor do they differ', async () => {
    for (const key of ['solutions', 'test_output', 'y']) {
      await bad({ train: [pair(1)], test: [{ input: [[1]] }], [key]: [[[2]]] });
      await expect(build()).rejects.toThrow(
        `bad.${key}: there are tests without output, and this is not read; write each as the output of its test, or leave it out`,
      );
    }
    await bad({ train: [pair(1)], test: [pair(1)], solutions: [[[7]]] });
    await expect(build()).rejects.toThrow(
      'bad.solutions: differs from the outputs of the tests; write each as the output of its test, or leave it out',
    );
  });

  test('bad tasks can be left out and are reported', async () => {
    await bad({ train: [], test: [pair(1)] });
    const { faults, onBad } = collected();
    expect(await build({ onBad })).toMatchObject({ train: 4, test: 2 });
    expect(faults).toEqual([expect.stringMatching(/bad\.train: expected a list of pairs$/)]);
  });

  test('a bad pair is left out, not its task', async () => {
    const tall = { input: Array(38).fill([1]), output: [[1]] };
    await bad({ train: [pair(1), tall, pair(2)], test: [pair(3)] });
    const { faults, onBad } = collected();
    expect(await build({ onBad, augment: 0 })).toMatchObject({ train: 5, test: 2 });
    expect(faults).toEqual([
      expect.stringMatching(/bad\.train\[1\]\.input: 38 rows; at most 30 are possible/),
    ]);
    expect((await readSplits(join(root, 'out'))).train.count).toBe(2 * 3 + 3 + 2 * 2);
  });

  test('a held-out task whose test is bad is trained on, in a compact folder too', async () => {
    const [kept, broken] = [tasks({ x: 3 }).x, { train: [pair(4)], test: [{ input: [[1, 2], [3]] }] }];
    await put('in/a_evaluation_challenges.json', { kept, broken });
    const { faults, onBad } = collected();
    const options = { subsets: ['evaluation'], augment: 0, onBad };
    expect(await build(options)).toMatchObject({ train: 2, test: 1 });
    expect(faults).toEqual([
      expect.stringMatching(/broken\.test\[0\]\.input: row 1: expected 2 colours, got 1$/),
    ]);
    await build({ ...options, compact: true, out: join(root, 'compact') });
    const compact = await readSplits(join(root, 'compact'));
    expect([compact.train.count, compact.test.count]).toEqual([3, 1]);
  });

  test('where all tasks of a subset are bad the first one is named', async () => {
    await put('in/a_training_challenges.json', training);
    await put('in/a_evaluation_challenges.json', { x: { train: [], test: [] }, y: 7 });
    const { faults, onBad } = collected();
    await expect(build({ onBad })).rejects.toThrow(
      /no task of evaluation is left: none was sound; the first: .*x\.train: expected a list of pairs$/,
    );
    expect(faults).toHaveLength(2);
  });

  test('two tasks of one name stop it, in folders as in subsets, and both files are named', async () => {
    await put('repo/training/easy/ab.json', training.ab);
    await put('repo/training/hard/ab.json', training.cd);
    await put('repo/evaluation/ef.json', training.ab);
    const from = { from: join(root, 'repo') };
    const twice = /training\/hard\/ab\.json: ab: a task of this name is in .*training\/easy\/ab\.json too/;
    await expect(build(from)).rejects.toThrow(twice);
    const { faults, onBad } = collected();
    expect(await build({ ...from, onBad })).toMatchObject({ train: 2, test: 1 });
    expect(faults).toEqual([expect.stringMatching(twice)]);
    await put('in/a_training_challenges.json', training);
    await put('in/a_evaluation_challenges.json', { ab: training.ab });
    await expect(build({ out: join(root, 'other') })).rejects.toThrow(
      /a_evaluation_challenges\.json: ab: a task of this name is in .*a_training_challenges\.json too/,
    );
  });

  test('no files, no JSON, nothing held out', async () => {
    await expect(build({ subsets: ['concept'] })).rejects.toThrow(
      /found neither \*_concept_challenges\.json nor a folder concept or/,
    );
    await expect(build({ from: join(root, 'nowhere') })).rejects.toThrow(
      /nowhere: there is no such folder or file/,
    );
    await put('in/a_training_challenges.json', '{');
    await expect(build()).rejects.toThrow(/a_training_challenges\.json: not JSON/);
    await bad(training.ab);
    await expect(build({ testSet: 'concept' })).rejects.toThrow(/testSet: no subset is held out/);
  });
});

test('the tasks that ship are found by their path, wherever that is not taken', async () => {
  const from = exampleAt('examples/arc');
  expect(exampleAt('examples/nothing.json')).toBe('examples/nothing.json');
  expect(await build({ from, subsets: undefined, testSet: undefined })).toEqual({
    train: 3,
    test: 3,
    subsets: ['arc'],
    heldOut: ['arc'],
  });
});
