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
import { type ArcTask, taskToJson } from '../arc/task.ts';
import { checkCount } from '../check-count.ts';
import { writeCompactArc } from '../node/compact-arc.ts';
import { writeSplit } from '../node/folder.ts';
import { checkFree, newFolder } from '../node/new-folder.ts';
import { type ArcSource, readTasks } from './arc-tasks.ts';
import type { BuildReport } from './progress.ts';

export interface BuildArcOptions extends ArcSource {
  /** Folder to create. */
  readonly out: string;
  /** Names of task files, e.g. training, evaluation, concept, training2, evaluation2. */
  readonly subsets: readonly string[];
  /** Subset whose test pairs are held out; those of evaluation2 always are, as in the official builder. */
  readonly testSet: string;
  /** Augmentations of each task beside itself. */
  readonly augment: number;
  readonly seed: number;
  /** Write the tasks instead of the arrays. */
  readonly compact?: boolean;
}

/**
 * Builds the dataset folder, with `test_puzzles.json` (the tasks with held-out pairs) beside the official arrays.
 *
 * @throws TrmError `usage` when `out` is taken or nothing is held out, `data` with file and task that is not sound, `io`
 *   when a file cannot be read, downloaded or written.
 */
export async function buildArc(options: BuildArcOptions): Promise<BuildReport> {
  const { out, subsets, testSet, augment, seed, compact = false, onProgress } = options;
  checkCount('augment', augment, 0);
  await checkFree(out);
  const read: ArcSubset[] = [];
  for (const name of subsets) {
    onProgress?.({ stage: 'read', name, done: 0, total: 0 });
    const test = name === testSet || name === 'evaluation2';
    read.push({ test, tasks: await readTasks(name, options) });
  }
  if (!read.some(({ test, tasks }) => test && tasks.length > 0)) {
    throw new TrmError('usage', `no subset is held out: ${subsets.join(', ')} do not include ${testSet}`, {
      key: 'testSet',
      fix: 'name one of the subsets',
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
  const tasks = (kept: (subset: ArcSubset) => boolean) =>
    read.reduce((sum, subset) => sum + (kept(subset) ? subset.tasks.length : 0), 0);
  return { train: tasks(() => true), test: tasks(({ test }) => test) };
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

/** An object whose keys keep their order, which a JavaScript object would not: see `readTasks`. */
function testPuzzles(tasks: readonly ArcTask[]): string {
  const entries = tasks.map((task) => `${JSON.stringify(task.name)}: ${JSON.stringify(taskToJson(task))}`);
  return `{${entries.join(', ')}}`;
}
