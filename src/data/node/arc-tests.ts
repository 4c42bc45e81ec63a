/** The held-out part of an ARC dataset folder: the augmented questions, their names, and the tasks they come from. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ArcTask, parseTask } from '../arc/task.ts';
import type { PuzzleDataset } from '../dataset.ts';
import { parseOrdered } from '../json.ts';
import { readCompactArc } from './compact-arc.ts';
import { readDataset } from './folder.ts';
import { readIdentifiers } from './identifiers.ts';
import { readText } from './json.ts';

/** The test split of an ARC folder. */
export interface ArcTests {
  readonly dataset: PuzzleDataset;
  /** Name of each row of the puzzle embedding. */
  readonly identifiers: readonly string[];
  /** In the order of `test_puzzles.json`. */
  readonly tasks: readonly ArcTask[];
}

/**
 * Reads a folder that the official builder or this package wrote, a compact one too; undefined where it is not ARC.
 *
 * @throws TrmError `io` when a file cannot be read, `data` when it is not sound.
 */
export async function readArcTests(folder: string): Promise<ArcTests | undefined> {
  const compact = await readCompactArc(folder);
  if (compact)
    return { dataset: compact.test, identifiers: [...compact.identifiers()], tasks: compact.testTasks };
  const tasksFile = join(folder, 'test_puzzles.json');
  if (!existsSync(tasksFile)) return undefined;
  const tasks = Array.from(parseOrdered(await readText(tasksFile), tasksFile), ([name, task]) =>
    parseTask(name, task, tasksFile),
  );
  const dataset = await readDataset(folder, 'test');
  return { dataset, identifiers: await readIdentifiers(folder, dataset.metadata), tasks };
}
