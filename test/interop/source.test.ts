/** Models from the hub: a local server stands for it. */

import { statSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { modelFileAt } from '../../src/interop/node/run-checkpoint.ts';
import { resolveSource } from '../../src/interop/node/source.ts';

let server: Server;
let hubUrl: string;
let cacheDir: string;
let requests: string[];
let files: Record<string, string>;

/** A hub as far as models need one: the list of a repository's files, and the files. */
beforeEach(async () => {
  requests = [];
  files = {};
  server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://hub').pathname;
    requests.push(url);
    const body = files[url.replace('/owner/name/resolve/main/', '')];
    if (url.startsWith('/api/models/owner/name/tree/main')) {
      const list = Object.entries(files).map(([path, { length }]) => ({
        type: 'file',
        path,
        size: length,
        oid: 'x',
      }));
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(list));
    } else if (body === undefined) {
      response.writeHead(404, { 'X-Error-Code': 'EntryNotFound' }).end();
    } else if (request.headers.range) {
      response.writeHead(206, { ETag: '"abc"', 'Content-Range': `bytes 0-0/${body.length}` }).end(body[0]);
    } else {
      response.writeHead(200, { 'Content-Length': body.length }).end(body);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  hubUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  cacheDir = await mkdtemp(join(tmpdir(), 'trm-source-'));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(cacheDir, { recursive: true });
});

const resolve = (source: string) => resolveSource(source, { hubUrl, cacheDir });
const nowhere = (source: string) => resolveSource(source, { hubUrl: 'http://127.0.0.1:1', cacheDir });

test('the folder of a dataset is no run, a compact one of ARC neither; a folder of runs names them', async () => {
  expect(() => modelFileAt(cacheDir, 'best')).toThrow(
    `${cacheDir}: the folder of no run; name a run or a model`,
  );
  expect(() => modelFileAt('/dev/null', 'best')).toThrow('/dev/null: neither a file nor a folder');
  await mkdir(join(cacheDir, 'first', 'checkpoints', 'last'), { recursive: true });
  await writeFile(join(cacheDir, 'first', 'checkpoints', 'last', 'checkpoint.safetensors'), '');
  expect(() => modelFileAt(cacheDir, 'best')).toThrow('the folder of no run; name one of its runs: first');
  for (const other of ['{}', '[]', 'null', '{"model_type": "bert"}']) {
    await writeFile(join(cacheDir, 'config.json'), other);
    expect(() => modelFileAt(cacheDir, 'best')).toThrow('the folder of no run; name one of its runs: first');
  }
  await writeFile(join(cacheDir, 'config.json'), '{"config": {}}');
  expect(() => modelFileAt(cacheDir, 'best')).toThrow(
    `the run has no checkpoint; begin it anew: trm train --from-run ${cacheDir} --out RUN`,
  );
  await symlink('checkpoints', join(cacheDir, 'checkpoints')); // a circle: nobody may look into it
  expect(() => modelFileAt(cacheDir, 'best')).toThrow(
    /checkpoints\/best\/checkpoint\.safetensors: too many symbolic links/,
  );
  await rm(join(cacheDir, 'checkpoints'));
  await mkdir(join(cacheDir, 'checkpoints', 'best'), { recursive: true });
  await writeFile(join(cacheDir, 'checkpoints', 'best', 'checkpoint.safetensors'), '');
  expect(() => modelFileAt(cacheDir, 'last')).toThrow(
    'the run has no such checkpoint, but its best one; ask for that: --checkpoint best',
  );
  await mkdir(join(cacheDir, 'official'));
  for (const name of ['all_config.yaml', 'step_65000', 'ema.pt'])
    await writeFile(join(cacheDir, 'official', name), '');
  expect(() => modelFileAt(join(cacheDir, 'official'), 'best')).toThrow(
    /: the folder of no run; name one of its models: ema\.pt, step_65000$/,
  );
  await rm(join(cacheDir, 'checkpoints'), { recursive: true });
  await writeFile(join(cacheDir, 'compact-arc.json'), '{}');
  expect(() => modelFileAt(cacheDir, 'best')).toThrow(
    `${cacheDir}: the folder of a dataset, not of a run; name a run or a model`,
  );
});

test('a path is a path', async () => {
  expect(await nowhere(cacheDir)).toBe(cacheDir);
});

test('a shipped model goes by its name, unless a path has it; another name is answered with theirs', async () => {
  const file = await nowhere('sudoku-4x4');
  expect(file).toMatch(/models.sudoku-4x4\.safetensors$/);
  expect(statSync(file).size).toBeLessThan(400_000);
  await expect(nowhere('sudoku-5x5')).rejects.toThrow(
    /^sudoku-5x5: no such run or model; give .* one of .*sudoku-4x4/,
  );
  await expect(nowhere('../models/sudoku-4x4')).rejects.toThrow('no such run or model');
  const before = process.cwd();
  process.chdir(cacheDir);
  try {
    await writeFile('sudoku-4x4', '');
    expect(await nowhere('sudoku-4x4')).toBe('sudoku-4x4');
  } finally {
    process.chdir(before);
  }
});

test('the one model of a repository comes with its config, once', async () => {
  files = { 'README.md': '#', 'sudoku/step_21700': 'weights', 'sudoku/all_config.yaml': 'arch: {}' };
  const progress: number[] = [];
  const file = await resolveSource('hf:owner/name', {
    hubUrl,
    cacheDir,
    onProgress: ({ done }) => progress.push(done),
  });
  expect(file).toBe(join(cacheDir, 'models', 'owner', 'name', 'sudoku', 'step_21700'));
  expect(await readFile(file, 'utf8')).toBe('weights');
  expect(await readFile(join(file, '..', 'all_config.yaml'), 'utf8')).toBe('arch: {}');
  expect(progress.at(-1)).toBe(7);
  expect(requests.some((url) => url.includes('README'))).toBe(false);
  expect(await nowhere('hf:owner/name')).toBe(file);
  expect(await nowhere('hf:owner/name/sudoku/step_21700')).toBe(file);
});

test('model.safetensors is preferred; a file may be named', async () => {
  files = { 'model.safetensors': 'a', 'other.safetensors': 'b' };
  expect(await readFile(await resolve('hf:owner/name/other.safetensors'), 'utf8')).toBe('b');
  expect(await readFile(await resolve('hf:owner/name/model.safetensors'), 'utf8')).toBe('a');
});

test.each([
  [
    { 'a.pt': 'a', 'b.pt': 'b' },
    'hf:owner/name',
    /it has several models; name one of a\.pt, b\.pt behind hf:owner\/name\//,
  ],
  [{ 'README.md': '#' }, 'hf:owner/name', /it has no such model file; name one of README\.md/],
  [{ 'a.pt': 'a' }, 'hf:owner/name/c.pt', /no such model file/],
  [{}, 'hf:owner', /expected hf:owner\/name/],
  [{}, 'hf:../..', /expected hf:owner\/name/],
  [{}, 'hf:./.', /expected hf:owner\/name/],
  [{}, 'hf:owner/../name', /expected hf:owner\/name/],
  [{}, 'hf:own er/name', /expected hf:owner\/name/],
])('%j, asked for %s', async (there, source, message) => {
  files = there;
  await expect(resolve(source)).rejects.toThrow(message);
  await expect(resolve(source)).rejects.toMatchObject({ code: 'usage' });
});

test('a name that leaves the cache is refused, and so is a hub that is not there', async () => {
  files = { '../../../model.safetensors': 'x' };
  await expect(resolve('hf:owner/name/../../../model.safetensors')).rejects.toThrow(
    /not a path in a repository/,
  );
  await expect(nowhere('hf:owner/other')).rejects.toMatchObject({ code: 'io' });
});
