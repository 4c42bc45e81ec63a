/** `trm push`: a trained run on a hub of our own, and back. */

import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { generateSudoku, temporaryFolder, trm } from './command.ts';
import { type StandInHub, standInHub } from './hub.ts';

const { folder, remove } = temporaryFolder();
const run = join(folder, 'run');
let hub: StandInHub;

const env = (more: Readonly<Record<string, string>>) => {
  Object.assign(process.env, more);
  for (const key of ['HF_TOKEN', 'HF_ENDPOINT', 'XDG_CACHE_HOME'])
    if (!(key in more)) delete process.env[key];
};
const before = { ...process.env };

beforeAll(async () => {
  hub = await standInHub('hf_secret');
  const data = join(folder, 'tiny-data');
  await generateSudoku(data, { count: 40, testCount: 20 });
  const settings = ['steps=4', 'evaluateEvery=4', 'checkpointEvery=4', 'model.hiddenSize=32', 'batchSize=8'];
  const trained = await trm([
    'train',
    '--config',
    'sudoku-4x4',
    '--data',
    data,
    '--out',
    run,
    '--threads',
    '1',
    '--set',
    ...settings,
  ]);
  expect(trained.status, trained.err).toBe(0);
});
afterAll(async () => {
  process.env = before;
  await hub.close();
  remove();
});

const repository = 'me/tiny';
const online = () => ({ HF_TOKEN: 'hf_secret', HF_ENDPOINT: hub.url, XDG_CACHE_HOME: join(folder, 'cache') });

describe('sends nothing', () => {
  it.each([
    ['without a token', {}, [], /^error: HF_TOKEN: is not set; make one that may write/],
    [
      'with what is no token',
      { HF_TOKEN: 'secret' },
      [],
      /^error: HF_TOKEN: is no token: those begin with hf_; make/,
    ],
    [
      'to what is no repository',
      { HF_TOKEN: 'hf_secret' },
      ['tiny'],
      /^error: tiny: expected hf:owner\/name/,
    ],
    [
      'to a folder',
      { HF_TOKEN: 'hf_secret' },
      ['hf:../..'],
      /^error: hf:\.\.\/\.\.: expected hf:owner\/name/,
    ],
    [
      'to a file',
      { HF_TOKEN: 'hf_secret' },
      ['hf:me/tiny/a'],
      /^error: hf:me\/tiny\/a: expected hf:owner\/name/,
    ],
  ])('%s', async (_, given, target, message) => {
    env({ HF_ENDPOINT: hub.url, ...given });
    const { status, err } = await trm(['push', run, ...(target.length > 0 ? target : [`hf:${repository}`])]);
    expect({ status, err }).toEqual({ status: 2, err: expect.stringMatching(message) });
    expect(hub.requests).toEqual([]);
  });

  it('but shows it, in a dry run', async () => {
    env({ HF_ENDPOINT: hub.url });
    const { status, out, err } = await trm(['push', run, `hf:${repository}`, '--dry-run']);
    expect(status).toBe(0);
    expect(out).toMatch(/^---\nlibrary_name: tiny-recursive-model\n/);
    expect(err).toMatch(/model\.safetensors: \d+ bytes\n/);
    expect(err).toMatch(/nothing was sent to hf:me\/tiny\n$/);
    expect(hub.requests).toEqual([]);
  });

  it('where the token may not write', async () => {
    env({ ...online(), HF_TOKEN: 'hf_wrong' });
    const { status, err } = await trm(['push', run, `hf:${repository}`]);
    expect({ status, err }).toEqual({
      status: 1,
      err: expect.stringMatching(
        /error: hf:me\/tiny: could not push it: Invalid token.*; HF_TOKEN must be a token/,
      ),
    });
    expect(hub.repositories.size).toBe(0);
  });
});

it.skipIf(process.platform === 'win32')('stopped while it sends, says what may be there', async () => {
  const silent = createServer((request, response) => {
    if (request.url === '/api/repos/create') response.end('{}'); // and no answer to what comes next
  }).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  env({ ...online(), HF_ENDPOINT: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` });
  const { status, err } = await trm(['push', run, 'hf:me/stopped'], {
    onOutput: (err, kill) => void (err.includes('push: ') && kill('SIGINT')),
  });
  silent.closeAllConnections();
  silent.close();
  expect({ status, err }).toEqual({
    status: 130,
    err: expect.stringMatching(
      /\nstopped; hf:me\/stopped may be there without its files: --replace puts them there\n$/,
    ),
  });
});

describe('a run', () => {
  it('becomes a repository for its owner alone, with a card of what the run knows', async () => {
    env(online());
    const { status, out, err } = await trm(['push', run, `hf:${repository}`, '--license', 'mit']);
    expect({ status, err: status === 0 ? '' : err }).toEqual({ status: 0, err: '' });
    expect(out).toContain(`${hub.url}/me/tiny, visible to its owner alone\n`);
    const { visibility, files, commits } = hub.repositories.get(repository)!;
    expect({ visibility, commits }).toEqual({ visibility: 'private', commits: ['Model of run'] });
    expect([...files.keys()].sort()).toEqual(['README.md', 'curves.svg', 'model.safetensors', 'recipe.yaml']);
    expect(files.get('curves.svg')).toEqual(readFileSync(join(run, 'curves.svg')));
    const recipe = parse(files.get('recipe.yaml')!.toString());
    expect(recipe).toEqual(JSON.parse(readFileSync(join(run, 'config.json'), 'utf8')).config);

    const card = files.get('README.md')!.toString();
    const [, head, text] = card.split(/^---\n/m);
    const evaluation = readFileSync(join(run, 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .findLast(({ kind }) => kind === 'evaluation');
    expect(parse(head!)).toMatchObject({
      library_name: 'tiny-recursive-model',
      license: 'mit',
      'model-index': [
        { results: [{ dataset: { name: 'tiny-data' }, metrics: [{ value: evaluation.exact }] }] },
      ],
    });
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
    const [low, high] = evaluation.exactInterval;
    expect(text).toContain(
      `${percent(evaluation.exact)} of 20 test puzzles have every cell right (95 % interval ${percent(low)} to ${percent(high)})`,
    );
    expect(text).toMatch(/4 training steps/);
    expect(text).toContain('![loss and accuracy over the training steps](curves.svg)');
    expect(text).toContain('Dataset: tiny-data.');
    expect(card).not.toContain(folder); // no paths of this machine
  });

  it('is solved with from there as it is here', async () => {
    env(online());
    const args = ['-', '--json', '--device', 'cpu'];
    const here = await trm(['solve', run, ...args], { input: '1....2.....4..21' });
    const there = await trm(['solve', `hf:${repository}`, ...args], { input: '1....2.....4..21' });
    expect(here.status, here.err).toBe(there.status);
    expect(JSON.parse(there.out)).toEqual(JSON.parse(here.out));
  });

  it('replaces what is there only when asked', async () => {
    env(online());
    const again = await trm(['push', run, `hf:${repository}`]);
    expect({ status: again.status, err: again.err }).toEqual({
      status: 2,
      err: expect.stringMatching(
        /error: hf:me\/tiny: the repository is there already; choose another name, or --replace/,
      ),
    });
    const replaced = await trm(['push', run, `hf:${repository}`, '--replace']);
    expect(replaced.status, replaced.err).toBe(0);
    expect(hub.repositories.get(repository)!.commits).toHaveLength(2);
  });

  it('is made public with --replace too, or says that it is not', async () => {
    env(online());
    const push = (...flags: string[]) => trm(['push', run, `hf:${repository}`, '--replace', ...flags]);
    hub.settings.status = 403;
    const refused = await push('--public');
    expect({ status: refused.status, err: refused.err }).toEqual({
      status: 1,
      err: expect.stringMatching(
        /its files are there, but it could not be made public \(status 403\); HF_TOKEN/,
      ),
    });
    expect(hub.repositories.get(repository)!.visibility).toBe('private');
    hub.settings.status = 200;
    const { status, out, err } = await push('--public');
    expect({ status, out }, err).toEqual({
      status: 0,
      out: expect.stringContaining('me/tiny, visible to everybody\n'),
    });
    expect(hub.repositories.get(repository)!.visibility).toBe('public');
    const again = await push();
    expect(again.out).toContain('me/tiny, visible to whom it was if it was there before\n');
    expect(hub.repositories.get(repository)!.visibility).toBe('public');
  });

  it('may be for everybody, and a shipped model has its note for a card', async () => {
    env(online());
    const { status, err } = await trm(['push', 'sudoku-4x4', 'hf:me/shipped', '--public']);
    expect(status, err).toBe(0);
    const { visibility, files } = hub.repositories.get('me/shipped')!;
    expect(visibility).toBe('public');
    expect([...files.keys()].sort()).toEqual(['README.md', 'model.safetensors']);
    const card = files.get('README.md')!.toString();
    expect(card).toMatch(/## Accuracy\n\nsolves 100 % of 256 held-out puzzles/);
    expect(card).toMatch(/The model:\n\n```yaml\nmodel:\n/);
    expect(card).not.toMatch(/training steps|learningRate/); // nothing of them is known
  });

  it('that has measured nothing says so', async () => {
    const bare = join(folder, 'bare');
    mkdirSync(join(bare, 'checkpoints/last'), { recursive: true });
    const file = 'checkpoints/last/checkpoint.safetensors';
    writeFileSync(join(bare, file), readFileSync(join(run, file)));
    env({});
    const { out } = await trm(['push', bare, 'hf:me/bare', '--dry-run']);
    expect(out).toContain('## Accuracy\n\nNot measured in its run.\n');
    expect(out).not.toMatch(/model-index|license|curves/);
  });
});
