/**
 * A compact ARC dataset: the tasks alone, in one file of a few MB, and how to augment them. It stands for the folder that
 * the builder would write, row for row.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { TrmError } from '../../errors.ts';
import { type ArcDataset, type ArcSettings, type ArcSubset, arcDataset } from '../arc/dataset.ts';
import { parseTask, taskToJson } from '../arc/task.ts';
import { COMPACT_ARC } from './is-dataset.ts';
import { readJson } from './json.ts';

const CompactArc = z.object({
  seed: z.int().nonnegative(),
  augment: z.int().nonnegative(),
  // Pairs, not an object, whose keys would lose their order: see parseOrdered.
  subsets: z.array(z.object({ test: z.boolean(), tasks: z.array(z.tuple([z.string(), z.unknown()])) })),
});
type CompactArc = z.infer<typeof CompactArc>;

export async function writeCompactArc(
  folder: string,
  subsets: readonly ArcSubset[],
  { augment, seed }: ArcSettings,
): Promise<void> {
  const content: CompactArc = {
    seed,
    augment,
    subsets: subsets.map(({ test, tasks }) => ({
      test,
      tasks: tasks.map((task) => [task.name, taskToJson(task)]),
    })),
  };
  await writeFile(join(folder, COMPACT_ARC), JSON.stringify(content));
}

/**
 * The dataset that a compact folder stands for; undefined where `folder` is none.
 *
 * @throws TrmError `io` when the file cannot be read, `data` when it is not sound.
 */
export async function readCompactArc(folder: string): Promise<ArcDataset | undefined> {
  const file = join(folder, COMPACT_ARC);
  if (!existsSync(file)) return undefined;
  const { data, error } = CompactArc.safeParse(await readJson(file));
  if (!data) {
    const [issue] = error.issues;
    throw new TrmError('data', issue!.message, { file, key: issue!.path.join('.') });
  }
  const subsets = data.subsets.map(({ test, tasks }) => ({
    test,
    tasks: tasks.map(([name, task]) => parseTask(name, task, file)),
  }));
  return arcDataset(subsets, data);
}
