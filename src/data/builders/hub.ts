/**
 * Files of datasets and models from the Hugging Face hub, downloaded once and then read from a cache folder without
 * the network.
 *
 * The hub's own client does the transfer (it knows the hub's storage protocols). Its cache is not used: it prints to
 * standard output, reports no progress, and asks the network again for files it has.
 */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { downloadFile, listFiles } from '@huggingface/hub';
import { TrmError } from '../../errors.ts';
import { ioError } from '../node/io-error.ts';
import type { OnProgress } from './progress.ts';

export interface HubOptions {
  /** What kind of repository; default a dataset. */
  readonly type?: 'dataset' | 'model';
  /** Default HF_ENDPOINT, or https://huggingface.co; a mirror or a test's server otherwise. */
  readonly hubUrl?: string;
  /** Default: `tiny-recursive-model` under XDG_CACHE_HOME or ~/.cache. */
  readonly cacheDir?: string;
  readonly onProgress?: OnProgress;
}

/** Where the copies of a repository's files are kept. */
export function hubCache(repository: string, { type, cacheDir = defaultCache() }: HubOptions): string {
  return type === 'model' ? join(cacheDir, 'models', repository) : join(cacheDir, repository);
}

/**
 * Paths of all files in a repository.
 *
 * @throws TrmError `io` when the hub cannot be reached or has no such repository.
 */
export async function hubFiles(repository: string, options: HubOptions): Promise<string[]> {
  return reach(repository, async () => {
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
  const file = join(hubCache(repository, options), path);
  if (path.split('/').includes('..'))
    throw unreachable(`${repository}/${path}`, 'not a path in a repository');
  if (await exists(file)) return file;

  const blob = await reach(`${repository}/${path}`, () =>
    downloadFile({ ...request(repository, options), path }),
  );
  if (!blob) throw unreachable(`${repository}/${path}`, 'the hub has no such file');

  const partial = `${file}.partial-${randomUUID().slice(0, 8)}`;
  let done = 0;
  try {
    await mkdir(dirname(file), { recursive: true });
    await pipeline(
      Readable.fromWeb(blob.stream() as ReadableStream<Uint8Array>),
      async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          done += chunk.length;
          options.onProgress?.({ stage: 'download', name: path, done, total: blob.size });
          yield chunk;
        }
      },
      createWriteStream(partial),
    );
    if (done !== blob.size) throw new Error(`the download ended after ${done} of ${blob.size} bytes`);
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    const fromDisk = (error as NodeJS.ErrnoException)?.syscall !== undefined;
    throw fromDisk ? ioError(error, file) : unreachable(`${repository}/${path}`, reason(error), error);
  }
  return file;
}

async function reach<T>(what: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw unreachable(what, reason(error), error);
  }
}

function unreachable(what: string, why: string, cause?: unknown): TrmError {
  return new TrmError('io', `could not download it: ${why}`, {
    file: what,
    fix: 'check the network, or download the files by hand and name their folder',
    cause,
  });
}

/** fetch says only "fetch failed"; its cause says why. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

function defaultCache(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'tiny-recursive-model');
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
