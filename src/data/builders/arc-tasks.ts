/**
 * Reads ARC tasks from files: the Kaggle layout (PREFIX_SUBSET_challenges.json with PREFIX_SUBSET_solutions.json), or a
 * folder per subset with a file per task, as in the repositories of ARC-AGI-1, ARC-AGI-2 and ConceptARC.
 */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { TrmError } from '../../errors.ts';
import { type ArcTask, parseTask } from '../arc/task.ts';
import { parseJson, parseOrdered, readText } from '../node/json.ts';
import { cachedFile, type HubOptions } from './hub.ts';

/** Where the official repository keeps the tasks of every subset, in the Kaggle layout. */
const HOME =
  'https://raw.githubusercontent.com/SamsungSAILMontreal/TinyRecursiveModels/main/kaggle/combined/';

export interface ArcSource extends HubOptions {
  /** Folder in either layout; without it the files are downloaded. */
  readonly from?: string;
  /** Where to download from; the official repository by default. */
  readonly home?: string;
  /** Called with each task that is not sound, which is then left out. Without it the first one throws. */
  readonly onBad?: (error: TrmError) => void;
}

/**
 * The tasks of a subset, e.g. `training`, in the order of their file.
 *
 * @throws TrmError `data` where a task is not sound, `io` where there are no files of this subset.
 */
export async function readTasks(subset: string, source: ArcSource): Promise<ArcTask[]> {
  const tasks: ArcTask[] = [];
  const take = (parse: () => ArcTask) => {
    try {
      tasks.push(parse());
    } catch (error) {
      if (!source.onBad || !(error instanceof TrmError)) throw error;
      source.onBad(error);
    }
  };
  const files = await findFiles(subset, source);
  if ('challenges' in files) {
    const { challenges, solutions } = files;
    const json = parseOrdered(await readText(challenges), challenges);
    const outputs = solutions ? parseOrdered(await readText(solutions), solutions) : undefined;
    for (const [name, task] of json) {
      take(() => {
        if (outputs && !outputs.has(name)) {
          throw new TrmError('data', `there is no solution of it in ${solutions}`, {
            file: challenges,
            key: name,
          });
        }
        return parseTask(name, task, challenges, outputs?.get(name));
      });
    }
    return tasks;
  }
  for (const file of files.tasks) {
    const text = await readText(file);
    take(() => parseTask(basename(file, '.json'), parseJson(text, file), file));
  }
  return tasks;
}

type Files = { challenges: string; solutions?: string } | { tasks: string[] };

async function findFiles(subset: string, { from, home = HOME, ...options }: ArcSource): Promise<Files> {
  if (from === undefined) {
    const [challenges, solutions] = await Promise.all(
      ['challenges', 'solutions'].map((kind) => {
        const name = `arc-agi_${subset}_${kind}.json`;
        return cachedFile(join('arc-agi', name), `${home}${name}`, options);
      }),
    );
    return { challenges: challenges!, solutions: solutions! };
  }
  const names = await entries(from);
  if (!names) throw new TrmError('io', 'there is no such folder', { file: from, fix: 'check the path' });
  const ending = `_${subset}_challenges.json`;
  const [challenges, ...more] = names.filter((name) => name.endsWith(ending)).sort();
  if (more.length > 0) {
    throw new TrmError('data', `${challenges} and ${more[0]} both hold the subset ${subset}`, {
      file: from,
      fix: 'leave one of them in the folder',
    });
  }
  if (challenges) {
    const solutions = challenges.replace(/challenges\.json$/, 'solutions.json');
    return {
      challenges: join(from, challenges),
      ...(names.includes(solutions) && { solutions: join(from, solutions) }),
    };
  }
  const folders = [subset, join('data', subset), ...(subset === 'concept' ? ['corpus'] : [])];
  for (const folder of folders) {
    const tasks = (await entries(join(from, folder), true))?.filter((name) => name.endsWith('.json')).sort();
    if (tasks && tasks.length > 0) return { tasks: tasks.map((name) => join(from, folder, name)) };
  }
  throw new TrmError('io', `found neither *${ending} nor a folder ${folders.join(' or ')} of tasks`, {
    file: from,
    fix: 'name the folder that holds them, or other --subsets',
  });
}

async function entries(folder: string, recursive = false): Promise<string[] | undefined> {
  try {
    return await readdir(folder, { recursive });
  } catch {
    return undefined;
  }
}
