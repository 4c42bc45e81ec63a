import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BuildArcOptions, buildArc } from '../../../src/data/builders/arc.ts';
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
    expect(await build()).toEqual({ train: 4, test: 2 });
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

  test('files are downloaded once', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url!);
      const subset = /arc-agi_(\w+)_challenges/.exec(request.url!)?.[1];
      if (subset) response.end(subset === 'training' ? JSON.stringify(training) : evaluation);
      else if (request.url!.includes('training')) response.end('{"ab": [[[1]]], "cd": [[[2]]]}');
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
    [{ train: [pair(1)], test: [{ input: [[1], [1, 2]] }] }, 'bad.test[0].input: row 1: expected 1 colours'],
    [
      { train: [{ input: [[10]], output: [[1]] }], test: [pair(1)] },
      'bad.train[0].input: row 0, column 0: expected a colour 0 to 9, got 10',
    ],
    [{ train: [{ input: [[1]] }], test: [pair(1)] }, 'bad.train[0].output: expected a list of rows'],
    [{ train: [{ input: Array(31).fill([1]), output: [[1]] }], test: [pair(1)] }, '31 rows; at most 30'],
    [7, 'bad: expected an object with train and test'],
  ])('%j: names file, task and pair', async (task, message) => {
    await bad(task);
    await expect(build()).rejects.toThrow(
      `a_training_challenges.json: ${message.startsWith('bad') ? message : ''}`,
    );
    await expect(build()).rejects.toThrow(message);
    expect(await readdir(root)).toEqual(['in']);
  });

  test('bad tasks can be left out and are reported', async () => {
    await bad({ train: [] });
    const faults: string[] = [];
    expect(await build({ onBad: (error) => faults.push(error.message) })).toEqual({ train: 4, test: 2 });
    expect(faults).toEqual([expect.stringMatching(/bad\.train: expected a list of pairs$/)]);
  });

  test('no files, no JSON, nothing held out', async () => {
    await expect(build({ subsets: ['concept'] })).rejects.toThrow(
      /found neither \*_concept_challenges\.json nor a folder concept or/,
    );
    await expect(build({ from: join(root, 'nowhere') })).rejects.toThrow(/nowhere: there is no such folder/);
    await put('in/a_training_challenges.json', '{');
    await expect(build()).rejects.toThrow(/a_training_challenges\.json: not JSON/);
    await bad(training.ab);
    await expect(build({ testSet: 'concept' })).rejects.toThrow(/testSet: no subset is held out/);
  });
});
