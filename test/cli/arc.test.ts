/** ARC from the command line: evaluate with votes, compare, draw; learn a task that was not in training, stop, go on. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Result, temporaryFolder, trm } from './command.ts';

const { folder, remove } = temporaryFolder();
const at = (...parts: string[]) => join(folder, ...parts);
const [data, run] = [at('data'), at('run')];

const pair = (colour: number) => ({ input: [[colour, 0]], output: [[0, colour]] });
const task = (...colours: number[]) => ({ train: colours.map(pair), test: [pair(colours[0]! + 1)] });
/** The tasks of a file without their answers, and the answers. */
function writeSubset(name: string, tasks: Record<string, ReturnType<typeof task>>): void {
  const hidden = (one: ReturnType<typeof task>) => ({
    ...one,
    test: one.test.map(({ input }) => ({ input })),
  });
  const of = (change: (one: ReturnType<typeof task>) => unknown) =>
    JSON.stringify(Object.fromEntries(Object.entries(tasks).map(([key, one]) => [key, change(one)])));
  writeFileSync(at(`x_${name}_challenges.json`), of(hidden));
  writeFileSync(
    at(`x_${name}_solutions.json`),
    of((one) => one.test.map(({ output }) => output)),
  );
}

const settings = [
  'model: { mixer: attention, positions: rope, hiddenSize: 8, heads: 1, layers: 1, cycles: 1, latentSteps: 1, puzzleSlots: 1, puzzleEmbeddingSize: 8, expansion: 1 }',
  'steps: 2',
  'batchSize: 2',
  'microBatchSize: 2',
  'supervisionSteps: 1',
  'evaluateExamples: 1',
  'epochsPerIteration: 1',
];

beforeAll(async () => {
  writeSubset('one', { a: task(1, 3) });
  writeSubset('two', { 'b-c': task(2, 4), '10': task(5, 7) });
  writeFileSync(at('tiny.yaml'), settings.join('\n'));
  const source = ['--from', folder, '--subsets', 'one,two', '--test-set', 'two', '--augment', '2'];
  expect(await trm(['data', 'build', 'arc', ...source, '--out', data])).toMatchObject({ status: 0 });
  const recipe = ['--config', at('tiny.yaml'), '--data', data, '--out', run];
  expect(await trm(['train', ...recipe])).toMatchObject({ status: 0 });
});
afterAll(remove);

describe('trm evaluate', () => {
  it('votes: a table, a submission, a picture, a file of rows', async () => {
    const outputs = ['--submission', at('sub.json'), '--image', at('a.svg'), '--csv', at('t.csv')];
    const result = await trm(['evaluate', run, '--data', data, ...outputs]);
    expect(result.status, result.err).toBe(0);
    expect(result.out).toMatch(/^task +test +votes/);
    expect(result.out).toMatch(/\nb-c +1 +3 /);
    expect(result.out).toMatch(/pass@1 +pass@2 +pass@5 +pass@10 +pass@100 +pass@1000 +grids solved/);
    expect(result.out).toMatch(/6 augmented questions/);
    expect(result.out).toMatch(
      /\n.*run: chosen as the best by exact accuracy on the first 1 examples of the test/,
    );
    const submission = JSON.parse(readFileSync(at('sub.json'), 'utf8'));
    expect(Object.keys(submission).sort()).toEqual(['10', 'b-c']);
    expect(submission['b-c']).toEqual([{ attempt_1: expect.any(Array), attempt_2: expect.any(Array) }]);
    const picture = readFileSync(at('a.svg'), 'utf8');
    expect(picture).toMatch(/^<svg[\s\S]*truth[\s\S]*attempt 2: \d of 3 votes[\s\S]*<\/svg>\n$/);
    const rows = readFileSync(at('t.csv'), 'utf8').trim().split('\n');
    expect(rows[0]).toMatch(/^name,run,checkpoint,task,test,votes,/);
    expect(rows.length).toBe(3);
  });

  it('answers one task only', async () => {
    const result = await trm(['evaluate', run, '--data', data, '--only', '10', '--json']);
    const [{ tests, examples, grids, passAt, selection }] = JSON.parse(result.out).evaluations;
    expect(selection).toMatchObject({ split: 'test', data: ['data'], examples: 1 });
    expect({ examples, grids }).toEqual({ examples: 3, grids: 1 });
    expect(tests).toMatchObject([{ task: '10', test: 1, votes: 3 }]);
    expect(Object.keys(passAt)).toEqual(['1', '2', '5', '10', '100', '1000']);
  });

  it('compares settings on the same test grids', async () => {
    const result = await trm([
      ...['evaluate', run, '--data', data, '--json'],
      ...['--setting', 'steps=1', '--setting', 'steps=2,checkpoint=last'],
    ]);
    const { evaluations, differences } = JSON.parse(result.out);
    expect(evaluations.map(({ name }: { name: string }) => name)).toEqual([
      'steps=1',
      'steps=2,checkpoint=last',
    ]);
    const { both, onlyFirst, onlySecond, neither } = differences[0];
    expect(both + onlyFirst + onlySecond + neither).toBe(2);
  });

  it.each([
    [['--only', 'b-d'], /--only: no test task .* b-d; did you mean b-c\?/],
    [['--plot', 'x.svg'], /--plot: is not for ARC/],
    [
      ['--setting', 'steps=1', '--setting', 'steps=2', '--submission', 'x.json'],
      /--submission: is of one run/,
    ],
  ])('refuses %j', async (args, message) => {
    const result = await trm(['evaluate', run, '--data', data, ...args]);
    expect(result).toMatchObject({ status: 2, out: '' });
    expect(result.err).toMatch(message);
  });
});

describe('trm solve with an ARC task', () => {
  const file = at('unseen.json');
  const kept = at('kept');
  // A batch of more examples than the task has: the model's epochs in a row would never fill it.
  const small = ['--train-batch', '3', '--augment', '1'];
  beforeAll(() => writeFileSync(file, JSON.stringify(task(6, 8))));

  it('learns it, answers, and goes on where it was', async () => {
    const first = await trm(['solve', run, file, ...small, '--train-steps', '2', '--out', kept]);
    expect(first.status, first.err).toBe(0);
    expect(first.out).toMatch(/^learnt the puzzle embedding from 4 examples in .* s, 2 steps\n/);
    expect(first.out).toMatch(/question 1 +attempt 1: \d of 2 votes/);
    expect(first.out).toMatch(/\n 7 0 /); // the question
    expect(first.out).toMatch(/attempt \d is right|neither attempt is right/);

    const more = await trm(['solve', run, file, ...small, '--train-steps', '3', '--out', kept, '--json']);
    expect(more.err).toMatch(/going on at step 2/);
    expect(JSON.parse(more.out)).toMatchObject({
      task: 'unseen',
      training: { trainable: 'puzzle-embedding', steps: 3 },
      tests: [{ attempts: [{ votes: expect.any(Number) }, {}], rank: null }],
    });
  });

  it('does not mix up what a folder keeps', async () => {
    const other = await trm(['solve', run, file, ...small, '--train-weights', '--out', kept]);
    expect(other).toMatchObject({ status: 2, out: '' });
    expect(other.err).toMatch(/task\.json: the folder keeps another task, or this one with other settings/);
  });

  it.each([
    [['--out', run], /run: there is a run here; choose another --out/],
    [['--out', at('answers.json')], /--out: an ARC task is learnt, which a folder keeps; name a folder/],
    [['--setting', 'steps=3'], /--setting: is not for ARC tasks/],
    [['--show-steps'], /--show-steps: is not for ARC tasks/],
    [['--format', 'csv'], /--format: is not for ARC tasks/],
  ])('refuses %j', async (options, message) => {
    const weights = join(run, 'checkpoints', 'last', 'checkpoint.safetensors');
    const before = readFileSync(weights);
    const refused = await trm(['solve', run, file, ...small, '--train-steps', '1', ...options]);
    expect(refused).toMatchObject({ status: 2, out: '', err: expect.stringMatching(message) });
    expect(existsSync(at('answers.json'))).toBe(false);
    expect(readFileSync(weights).equals(before)).toBe(true);
  });

  it('stops at Ctrl-C with the state kept, and nobody else learns there meanwhile', async () => {
    const stopped = at('stopped');
    const args = ['solve', run, file, ...small, '--train-steps', '100000', '--out', stopped];
    let second: Promise<Result> | undefined;
    const result = await trm(args, {
      onOutput(err, kill) {
        if (second || !err.includes('learn: 1/')) return;
        second = trm(args);
        second.then(() => kill('SIGINT'));
      },
    });
    expect(await second).toMatchObject({
      status: 2,
      err: expect.stringMatching(/stopped: process \d+ trains here; let it end, or stop it with Ctrl-C\n$/),
    });
    expect(result.status, result.err).toBe(130);
    expect(result.err).toMatch(
      /stopped: learnt the puzzle embedding .*, \d+ steps; the same command goes on/,
    );
    expect(existsSync(join(stopped, 'checkpoints', 'last', 'checkpoint.safetensors'))).toBe(true);
    expect(readdirSync(stopped).sort()).toEqual(['checkpoints', 'task.json']);
  });

  it.each<[unknown, string]>([
    [task(6, 8).train, 'it has demonstrations alone, no test to answer; give it as {"train": […], "test":'],
    [{ train: task(6, 8).train }, 'test: missing; add the questions, "test": [{"input": …}]'],
    ['', 'the text is empty'],
  ])('says what is missing: case %#', async (json, message) => {
    const partial = at('partial.json');
    writeFileSync(partial, json === '' ? '' : JSON.stringify(json));
    const refused = await trm(['solve', run, partial]);
    expect(refused).toMatchObject({ status: 1, out: '', err: expect.stringContaining(message) });
  });

  it('needs a model of ARC, and says where one comes from', async () => {
    const refused = await trm(['solve', 'sudoku-4x4', 'examples/arc/25ff71a9.json']);
    expect(refused).toMatchObject({ status: 1, out: '' });
    expect(refused.err).toMatch(
      /this one has 16 and 6; no ARC model is shipped; train a small one .*--from examples\/arc .*--config arc-small/,
    );
    const missing = await trm(['solve', 'arc-1', file]);
    expect(missing).toMatchObject({ status: 2, err: expect.stringContaining('no ARC model is shipped') });
  });

  it('takes a file of one task by its name, with an output that is null as unknown', async () => {
    const open = at('open.json');
    const { train } = task(6, 8);
    writeFileSync(open, JSON.stringify({ only: { train, test: [{ input: [[1, 0]], output: null }] } }));
    const result = await trm(['solve', run, open, ...small, '--train-steps', '1']);
    expect(result.status, result.err).toBe(0);
    expect(result.out).not.toMatch(/is right/);
    writeFileSync(open, JSON.stringify({ a: task(6, 8), b: task(1, 2) }));
    expect((await trm(['solve', run, open])).err).toMatch(/open\.json: 2 tasks; one is learnt at a time/);
    writeFileSync(open, JSON.stringify({ train, test: [] }));
    expect((await trm(['solve', run, open])).err).toMatch(/open\.test: expected a list of pairs/);
  });

  it('says what is wrong with a task', async () => {
    const broken = at('broken.json');
    writeFileSync(broken, JSON.stringify({ train: [pair(1)], test: [{ input: [[1], [2, 3]] }] }));
    const result = await trm(['solve', run, broken]);
    expect(result).toMatchObject({ status: 1, out: '' });
    expect(result.err).toMatch(/broken\.json: broken\.test\[0\]\.input: row 1: expected 1 colours/);
  });
});
