/** config.json: what a run was begun with, and what was changed at which step when it was resumed. */

import { existsSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { parseJson } from '../data/json.ts';
import { textAt } from '../data/node/text-at.ts';
import { TrmError } from '../errors.ts';
import type { Backend } from '../runtime/backend.ts';
import type { Checkpoint } from '../train/checkpoint.ts';
import type { Ranks } from '../train/mpi/ranks.ts';
import { runFiles, writeAtomically } from './run-folder.ts';
import { packageVersion } from './support/version.ts';

/** What goes into a run, beside its random numbers. */
interface Recorded {
  readonly checkpoint: Checkpoint;
  /** Folders of the dataset. */
  readonly data: readonly string[];
  /** Undefined until it is open. */
  readonly backend?: Backend;
  readonly threads?: number | undefined;
  /** Of a run of several processes. */
  readonly ranks?: Pick<Ranks, 'members' | 'mpi'> | undefined;
}

/** A setting before and after. */
export type Change = readonly [key: string, before: unknown, after: unknown];

/**
 * Writes what goes into the run from this step on. Keys that the record had with other values are listed under `changes`
 * with the step.
 */
export function record(run: string, { checkpoint, data, backend, threads, ranks }: Recorded): void {
  const before = recordAt(run) ?? {};
  const content = {
    config: checkpoint.config,
    data: data.map((folder) => resolve(folder)),
    versions: {
      'tiny-recursive-model': packageVersion(),
      node: process.versions.node,
      ...(backend && { runtime: backend.runtime }),
      ...(ranks && { mpi: ranks.mpi }),
    },
    hardware: {
      platform: `${platform()} ${arch()}`,
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      ...(threads !== undefined && { threads }),
      ...(backend && {
        threads: threads ?? 'physical cores',
        device: backend.device,
        deviceReason: backend.reason,
        ranks: ranks?.members.map(({ host }) => host) ?? 1,
      }),
    },
  };
  const changed = changesBetween(before, content);
  const all = Array.isArray(before.changes) ? before.changes : [];
  if (changed.length > 0) all.push({ step: checkpoint.state.step, changed });
  const written = { ...before, ...content, ...(all.length > 0 && { changes: all }) };
  writeAtomically(runFiles.config(run), [`${JSON.stringify(written, null, 2)}\n`]);
}

/** The settings of a run as config.json has them, not yet checked. @throws TrmError `io` or `data`. */
export function readRecord(run: string): Record<string, unknown> {
  const record = recordAt(run);
  if (record) return record;
  throw new TrmError('io', 'is missing', { file: runFiles.config(run) });
}

/** The same; undefined where the run has lost its config.json. */
function recordAt(run: string): Record<string, unknown> | undefined {
  const file = runFiles.config(run);
  const text = textAt(file);
  return text === undefined ? undefined : (Object(parseJson(text, file)) as Record<string, unknown>);
}

/** Threads that a run of one process was begun with, or went on with last; undefined where none were asked for. */
export function threadsOf(run: string): number | undefined {
  const { threads, ranks = 1 } = Object(recordAt(run)?.hardware) as Record<string, unknown>;
  return typeof threads === 'number' && ranks === 1 ? Math.min(threads, availableParallelism()) : undefined;
}

/** The datasets that a run's config.json names. @throws TrmError `io`, where one is gone too, or `data`. */
export function dataOf(run: string): readonly string[] {
  const record = recordAt(run);
  const file = runFiles.config(run);
  const given = 'give --data FOLDER';
  if (!record)
    throw new TrmError('io', 'is missing, and with it the name of the dataset', { file, fix: given });
  const named = [record.data].flat();
  if (named.length > 0 && named.every((folder) => typeof folder === 'string')) {
    const gone = named.find((folder) => !existsSync(folder));
    if (gone === undefined) return named;
    const fix = 'say where it is now: --data FOLDER';
    throw new TrmError('io', `the dataset of ${run} is not there any more`, { file: gone, fix });
  }
  throw new TrmError('data', 'does not name the dataset', { file, key: 'data', fix: given });
}

/** What both have with different values, by its path with dots. */
export function changesBetween(before: object, after: object): Change[] {
  const then = new Map(leaves(before));
  return leaves(after).flatMap(([key, value]) => {
    const known = then.get(key);
    return known === undefined || JSON.stringify(known) === JSON.stringify(value)
      ? []
      : [[key, known, value] as const];
  });
}

function leaves(value: object, path = ''): (readonly [string, unknown])[] {
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? leaves(inner, `${path}${key}.`)
      : [[`${path}${key}`, inner] as const],
  );
}
