/**
 * Files of datasets and models from the Hugging Face hub and the web, downloaded once and then read from a cache
 * folder without the network.
 *
 * The hub's own client does its transfers (it knows the hub's storage protocols). Its cache is not used: it prints to
 * standard output, reports no progress, and asks the network again for files it has.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { access, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { downloadFile, fileDownloadInfo, HubApiError, listFiles } from '@huggingface/hub';
import { TrmError } from '../../errors.ts';
import { ioError } from '../node/io-error.ts';
import { makeFolder } from '../node/make-folder.ts';
import { userCache } from '../node/user-cache.ts';
import type { OnProgress } from './progress.ts';

export interface HubOptions {
  /** What kind of repository; default a dataset. */
  readonly type?: 'dataset' | 'model';
  /** Default HF_ENDPOINT, or https://huggingface.co; a mirror or a test's server otherwise. */
  readonly hubUrl?: string;
  /** Default: the user's (data/node/user-cache.ts). */
  readonly cacheDir?: string;
  readonly onProgress?: OnProgress;
}

/** Where the copies of a repository's files are kept. */
export function hubCache(repository: string, options: HubOptions): string {
  return join(options.cacheDir ?? userCache(), hubFolder(repository, options));
}

function hubFolder(repository: string, { type }: HubOptions): string {
  return type === 'model' ? join('models', repository) : repository;
}

/**
 * Paths of all files in a repository.
 *
 * @throws TrmError `io` when the hub cannot be reached or has no such repository.
 */
export async function hubFiles(repository: string, options: HubOptions): Promise<string[]> {
  return reach(repository, options, async () => {
    const paths: string[] = [];
    for await (const { type, path } of listFiles({ ...request(repository, options), recursive: true }))
      if (type === 'file') paths.push(path);
    return paths;
  });
}

function request(name: string, { type = 'dataset', hubUrl = process.env.HF_ENDPOINT }: HubOptions) {
  return { repo: { type, name }, ...(hubUrl && { hubUrl }) } as const;
}

/**
 * Path of the local copy of a file in a repository.
 *
 * @throws TrmError `io` when the hub cannot be reached or does not have the file, or the cache cannot be written.
 */
export async function hubFile(repository: string, path: string, options: HubOptions = {}): Promise<string> {
  const what = `${repository}/${path}`;
  if (path.split('/').includes('..')) throw unreachable(what, 'not a path in a repository', options);
  return cached(join(hubFolder(repository, options), path), what, options, async () => {
    const from = { ...request(repository, options), path };
    const info = await fileDownloadInfo(from);
    const blob = info && (await downloadFile({ ...from, downloadInfo: info }));
    if (!blob) throw unreachable(what, 'the hub has no such file', options);
    return { size: blob.size, version: info.etag, stream: (start) => blob.slice(start).stream() };
  });
}

/**
 * Path of the local copy of a file on the web.
 *
 * @param name path in the cache folder.
 * @throws TrmError `io` when it cannot be reached or the cache cannot be written.
 */
export async function cachedFile(name: string, url: string, options: HubOptions = {}): Promise<string> {
  return cached(name, url, options, async () => {
    const response = await fetch(url);
    if (!response.ok || !response.body)
      throw unreachable(url, `the server answers ${response.status}`, options);
    const length = response.headers.get('content-encoding') ? null : response.headers.get('content-length');
    const size = length === null ? undefined : Number(length);
    return { size, stream: () => response.body };
  });
}

interface Download {
  /** Bytes, where the server tells. */
  readonly size: number | undefined;
  /** Names the contents, where a download that was cut can go on. */
  readonly version?: string;
  /** The bytes from `start` on, which is 0 without a version. */
  readonly stream: (start: number) => unknown;
}

async function cached(
  name: string,
  what: string,
  options: HubOptions,
  request: () => Promise<Download>,
): Promise<string> {
  const { cacheDir, onProgress } = options;
  const file = join(cacheDir ?? userCache(), name);
  if (await exists(file)) return file;
  const { size, version, stream } = await reach(what, options, request);
  // Every process writes the same bytes of a version to the same places, so two may share the partial file.
  const partial = `${file}.partial-${version ? shortHash(version) : randomUUID().slice(0, 8)}`;
  const kept = version ? await sizeOf(partial) : 0;
  let done = size !== undefined && kept < size ? kept : 0;
  makeFolder(dirname(file));
  try {
    await pipeline(
      Readable.fromWeb(stream(done) as ReadableStream<Uint8Array>),
      async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          done += chunk.length;
          onProgress?.({ stage: 'download', name: basename(name), done, total: size ?? done });
          yield chunk;
        }
      },
      createWriteStream(partial, { flags: done > 0 ? 'r+' : 'w', start: done }),
    );
    if (size !== undefined && done !== size) {
      throw new Error(`the download ended after ${done} of ${size} bytes`);
    }
    await rename(partial, file);
  } catch (error) {
    if (!version) await rm(partial, { force: true });
    const fromDisk = (error as NodeJS.ErrnoException)?.syscall !== undefined;
    throw fromDisk ? ioError(error, file) : unreachable(what, reason(error), options, error);
  }
  return file;
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

async function reach<T>(what: string, options: HubOptions, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw error instanceof TrmError ? error : unreachable(what, reason(error), options, error);
  }
}

function unreachable(what: string, why: string, { type }: HubOptions, cause?: unknown): TrmError {
  const byHand =
    type === 'model'
      ? 'the file by hand and give its path'
      : 'the files by hand and name their folder: --from FOLDER';
  // The hub has answered: it is not there under this name, or not for everybody.
  const isRefused = cause instanceof HubApiError && [401, 403, 404].includes(cause.statusCode);
  const check = isRefused ? 'check the name, and whether it is public' : 'check the network';
  return new TrmError('io', `could not download it: ${why}`, {
    file: what,
    fix: `${check}, or download ${byHand}`,
    cause,
  });
}

/** fetch says only "fetch failed"; its cause says why. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
