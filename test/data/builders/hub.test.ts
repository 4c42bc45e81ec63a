import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hubFile } from '../../../src/data/builders/hub.ts';
import type { BuildProgress } from '../../../src/data/builders/progress.ts';
import { buildSudoku } from '../../../src/data/builders/sudoku-csv.ts';
import { readDataset } from '../../../src/data/node/folder.ts';

const ROW = 'source,question,answer,rating\ns,1...............,1234341221434321,0\n';
const PREFIX = '/datasets/sapientinc/sudoku-extreme/resolve/main/';

let server: Server;
let hubUrl: string;
let cacheDir: string;
let requests: string[];
let files: Record<string, string>;
let cutAfter: number | undefined;
let isPrivate = false;

/** A hub as far as a download needs one: one byte first for size and tag, then the file. */
beforeEach(async () => {
  requests = [];
  files = { 'train.csv': ROW.repeat(1), 'test.csv': ROW };
  cutAfter = undefined;
  server = createServer((request, response) => {
    requests.push(`${request.url} ${request.headers.range ?? 'whole'}`);
    const body = request.url?.startsWith(PREFIX) ? files[request.url.slice(PREFIX.length)] : undefined;
    if (isPrivate) {
      response.writeHead(401).end();
    } else if (body === undefined) {
      response.writeHead(404, { 'X-Error-Code': 'EntryNotFound' }).end();
    } else if (request.headers.range && (cutAfter === undefined || request.headers.range === 'bytes=0-0')) {
      const [from, to] = /(\d+)-(\d+)/.exec(request.headers.range)!.slice(1).map(Number);
      const part = body.slice(from, to! + 1);
      const range = `bytes ${from}-${to}/${body.length}`;
      response
        .writeHead(206, { ETag: '"abc"', 'Content-Range': range, 'Content-Length': part.length })
        .end(part);
    } else if (cutAfter !== undefined) {
      response.writeHead(200, { 'Content-Length': body.length });
      response.write(body.slice(0, cutAfter), () => response.destroy());
    } else {
      response.writeHead(200, { 'Content-Length': body.length }).end(body);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  hubUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  cacheDir = await mkdtemp(join(tmpdir(), 'trm-hub-'));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(cacheDir, { recursive: true });
});

const REPOSITORY = 'sapientinc/sudoku-extreme';
const left = () => readdir(cacheDir, { recursive: true });

describe('hubFile', () => {
  test('downloads once, reports bytes, then needs no network', async () => {
    const progress: BuildProgress[] = [];
    const options = { hubUrl, cacheDir, onProgress: (event: BuildProgress) => progress.push(event) };
    const file = await hubFile(REPOSITORY, 'train.csv', options);
    expect(await readFile(file, 'utf8')).toBe(ROW);
    expect(progress.at(-1)).toEqual({
      stage: 'download',
      name: 'train.csv',
      done: ROW.length,
      total: ROW.length,
    });
    expect(requests).toEqual([`${PREFIX}train.csv bytes=0-0`, `${PREFIX}train.csv whole`]);
    expect(await hubFile(REPOSITORY, 'train.csv', { hubUrl: 'http://127.0.0.1:1', cacheDir })).toBe(file);
    expect(await left()).toContain(join('sapientinc', 'sudoku-extreme', 'train.csv'));
    expect((await left()).filter((name) => name.includes('partial'))).toEqual([]);
  });

  test('a cut download is an error and leaves no file', async () => {
    cutAfter = 10;
    const run = hubFile(REPOSITORY, 'train.csv', { hubUrl, cacheDir });
    await expect(run).rejects.toMatchObject({ code: 'io' });
    await expect(run).rejects.toThrow(
      /sudoku-extreme\/train\.csv: could not download it: .*; check the network, or/,
    );
    expect((await left()).filter((name) => name.endsWith('train.csv'))).toEqual([]);
    cutAfter = undefined;
    expect(await readFile(await hubFile(REPOSITORY, 'train.csv', { hubUrl, cacheDir }), 'utf8')).toBe(ROW);
  });

  test('a cut download of a large file goes on where it ended', async () => {
    const body = Array.from({ length: 300_000 }, (_, i) => `${i}\n`).join('');
    files['train.csv'] = body; // the hub's client takes files of less than 1 MB in one piece
    cutAfter = 1_000_000;
    const download = () => hubFile(REPOSITORY, 'train.csv', { hubUrl, cacheDir });
    await expect(download()).rejects.toThrow(/could not download it/);
    const [partial] = (await left()).filter((name) => name.includes('partial'));
    const { size } = await stat(join(cacheDir, partial!));
    expect(size).toBeGreaterThan(0);
    cutAfter = undefined;
    requests.length = 0;
    expect(await readFile(await download(), 'utf8')).toBe(body);
    expect(requests).toEqual([
      `${PREFIX}train.csv bytes=0-0`,
      `${PREFIX}train.csv bytes=${size}-${body.length - 1}`,
    ]);
    expect((await left()).filter((name) => name.includes('partial'))).toEqual([]);
  });

  test('a missing file, a name that is not open to all and a missing hub say so', async () => {
    isPrivate = true;
    await expect(hubFile(REPOSITORY, 'train.csv', { hubUrl, cacheDir })).rejects.toThrow(
      /could not download it: .*401.*; check the name, and whether it is public, or download/s,
    );
    isPrivate = false;
    await expect(hubFile(REPOSITORY, 'no.csv', { hubUrl, cacheDir })).rejects.toThrow(
      'the hub has no such file',
    );
    const nowhere = hubFile(REPOSITORY, 'train.csv', { hubUrl: 'http://127.0.0.1:1', cacheDir });
    await expect(nowhere).rejects.toThrow(
      /could not download it: fetch failed.*; check the network, or .* name their folder: --from FOLDER$/,
    );
    const model = hubFile('a/b', 'x.pt', { type: 'model', hubUrl: 'http://127.0.0.1:1', cacheDir });
    await expect(model).rejects.toThrow(
      /; check the network, or download the file by hand and give its path$/,
    );
    await expect(nowhere).rejects.toMatchObject({ code: 'io' });
  });
});

test('buildSudoku without a folder reads from the hub', async () => {
  const out = join(cacheDir, 'out');
  expect(await buildSudoku({ out, seed: 1, hubUrl, cacheDir })).toEqual({ train: 1, test: 1 });
  expect((await readDataset(out, 'train')).metadata.puzzle).toEqual({ kind: 'sudoku', size: 4 });
  expect(requests).toHaveLength(4);
});
