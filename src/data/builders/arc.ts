/**
 * ARC-AGI-1, ARC-AGI-2 and ConceptARC: builds a dataset folder, array for array the official builder's with the same
 * seed, or a compact one that holds the tasks alone and is augmented while training.
 *
 * Source: the official dataset/build_arc_dataset.py.
 */
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { TrmError } from '../../errors.ts';
import { type ArcDataset, type ArcSubset, arcDataset } from '../arc/dataset.ts';
import { type ArcTask, hasTests, isKnown, taskToJson, withPairs } from '../arc/task.ts';
import { checkCount } from '../check-count.ts';
import { writeCompactArc } from '../node/compact-arc.ts';
import { writeSplit } from '../node/folder.ts';
import { checkFree, newFolder } from '../node/new-folder.ts';
import { type ArcSource, type FoundSubset, type FoundTask, findSubsets } from './arc-tasks.ts';
import type { BuildReport } from './progress.ts';

export interface BuildArcOptions extends ArcSource {
  /** Folder to create. */
  readonly out: string;
  /**
   * Names of sets of tasks, e.g. training, evaluation, concept, training2, evaluation2; without them those of the paper
   * that are there (training, evaluation, concept), else all tasks in `from` as one subset.
   */
  readonly subsets?: readonly string[] | undefined;
  /**
   * Subset whose test pairs are held out; without it evaluation, or the only one. Those of evaluation2 always are, as in
   * the official builder.
   */
  readonly testSet?: string | undefined;
  /** Augmentations of each task beside itself. */
  readonly augment: number;
  readonly seed: number;
  /** Write the tasks instead of the arrays. */
  readonly compact?: boolean;
}

/** Tasks of each split, and which subsets they are from. */
export interface ArcReport extends BuildReport {
  readonly subsets: readonly string[];
  /** Those whose test pairs are held out. */
  readonly heldOut: readonly string[];
}

/**
 * Builds the dataset folder, with `test_puzzles.json` (the tasks with held-out pairs) beside the official arrays.
 *
 * @throws TrmError `usage` when `out` is taken or nothing is held out, `data` with file and task that is not sound, or of
 *   the name of another, `io` when a file cannot be read, downloaded or written.
 */
export async function buildArc(options: BuildArcOptions): Promise<ArcReport> {
  const { out, augment, seed, compact = false, onProgress } = options;
  checkCount('augment', augment, 0);
  await checkFree(out);
  const found = await findSubsets(options.subsets, options);
  const subsets = found.map(({ name }) => name);
  const isHeldOut = heldOutOf(subsets, options.testSet);
  const read: ArcSubset[] = [];
  const files = new Map<string, string>();
  for (const subset of found) {
    onProgress?.({ stage: 'read', name: subset.name, done: 0, total: 0 });
    const test = isHeldOut(subset.name);
    const tasks = different(await readSubset(subset, options), files, options);
    // What is not known is nothing to train on; the official builder would train on a black cell.
    read.push({ test, tasks: test ? tasks : tasks.map((task) => withPairs(task, isKnown)) });
  }
  const heldOut = subsets.filter(isHeldOut);
  if (!read.some(({ test, tasks }) => test && tasks.some(hasTests))) {
    throw new TrmError('data', `no test pair is held out: the tasks of ${heldOut.join(', ')} have none`, {
      key: 'testSet',
      fix: 'add tasks with test pairs beside them, or name a subset that has some (--test-set)',
    });
  }
  const plan = () =>
    arcDataset(read, { augment, seed }, (done, total) => {
      onProgress?.({ stage: 'augment', name: 'tasks', done, total });
    });
  await newFolder(out, async (temporary) => {
    if (compact) {
      await writeCompactArc(temporary, read, { augment, seed });
      return;
    }
    const dataset = plan();
    for (const split of ['train', 'test'] as const) {
      const { count } = dataset[split];
      const writing = { stage: 'write', name: split, total: count } as const;
      await writeSplit(join(temporary, split), dataset[split], (done) => onProgress?.({ ...writing, done }));
    }
    await writeNames(join(temporary, 'identifiers.json'), dataset);
    await writeFile(join(temporary, 'test_puzzles.json'), testPuzzles(dataset.testTasks));
  });
  const all = read.flatMap(({ tasks }) => tasks);
  const tested = read.flatMap(({ test, tasks }) => (test ? tasks.filter(hasTests) : []));
  return { train: all.length, test: tested.length, subsets, heldOut };
}

/** Whether a subset's tests are held out. @throws TrmError `usage` where those of none are. */
function heldOutOf(subsets: readonly string[], testSet: string | undefined): (name: string) => boolean {
  const asked = testSet ?? (subsets.length === 1 ? subsets[0]! : 'evaluation');
  const isHeldOut = (name: string) => name === asked || name === 'evaluation2';
  if (subsets.some(isHeldOut)) return isHeldOut;
  throw new TrmError('usage', `no subset is held out: ${subsets.join(', ')} do not include ${asked}`, {
    key: 'testSet',
    fix: 'name one of the subsets',
  });
}

/** @throws TrmError `data` where every task of the subset is left out. */
async function readSubset({ name, read }: FoundSubset, { onBad }: ArcSource): Promise<FoundTask[]> {
  const faults: TrmError[] = [];
  const tasks = await read(
    onBad &&
      ((error) => {
        faults.push(error);
        onBad(error);
      }),
  );
  if (tasks.length > 0 || faults.length === 0) return tasks;
  throw new TrmError('data', `no task of ${name} is left: none was sound; the first: ${faults[0]!.message}`);
}

/** Tasks of the same name would share their identifiers. @param files of the names that are taken; it is filled. */
function different(found: readonly FoundTask[], files: Map<string, string>, { onBad }: ArcSource): ArcTask[] {
  return found.flatMap(({ task, file }) => {
    const before = files.get(task.name);
    if (before === undefined) {
      files.set(task.name, file);
      return task;
    }
    const error = new TrmError('data', `a task of this name is in ${before} too`, {
      file,
      key: task.name,
      fix: 'rename one of them',
    });
    if (!onBad) throw error;
    onBad(error);
    return [];
  });
}

/** Names in a JSON list; there can be a million. */
async function writeNames(file: string, dataset: ArcDataset): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    let block: string[] = [];
    let separator = '[';
    const flush = async () => {
      await handle.writeFile(block.join(''));
      block = [];
      await setImmediate();
    };
    for (const name of dataset.identifiers()) {
      block.push(separator, JSON.stringify(name));
      separator = ', ';
      if (block.length > 2 ** 16) await flush();
    }
    block.push(']');
    await flush();
  } finally {
    await handle.close();
  }
}

/** An object whose keys keep their order, which a JavaScript object would not: see `parseOrdered`. */
function testPuzzles(tasks: readonly ArcTask[]): string {
  const entries = tasks.map((task) => `${JSON.stringify(task.name)}: ${JSON.stringify(taskToJson(task))}`);
  return `{${entries.join(', ')}}`;
}
