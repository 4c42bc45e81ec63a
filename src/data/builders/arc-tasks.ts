/**
 * Finds and reads ARC tasks in files: the Kaggle layout (PREFIX_SUBSET_challenges.json with PREFIX_SUBSET_solutions.json), a
 * folder per subset with its tasks in files, as in the repositories of ARC-AGI-1, ARC-AGI-2 and ConceptARC, a file per
 * subset, or any folder or file of tasks as one subset.
 */
import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { TrmError } from '../../errors.ts';
import type { ArcTask } from '../arc/task.ts';
import { noTask, parseTasks, type TaskFileOptions } from '../arc/task-file.ts';
import { parseOrdered } from '../json.ts';
import type { OnBad } from '../leaving-out.ts';
import { readText } from '../node/json.ts';
import { cachedFile, type HubOptions } from './hub.ts';

/** Where the official repository keeps the tasks of every subset, in the Kaggle layout. */
const HOME =
  'https://raw.githubusercontent.com/SamsungSAILMontreal/TinyRecursiveModels/main/kaggle/combined/';

/** Subsets of ARC-AGI-1 in the paper. */
const PAPER = ['training', 'evaluation', 'concept'] as const;

export interface ArcSource extends HubOptions {
  /** Folder in one of the layouts, or a file of tasks; without it the paper's files are downloaded. */
  readonly from?: string;
  /** Where to download from; the official repository by default. */
  readonly home?: string;
  /** Called with each pair, task or file that is not sound, which is then left out. Without it the first one throws. */
  readonly onBad?: OnBad;
  /** Called with each JSON file in a folder of tasks that holds something else, which is left out. */
  readonly onOther?: (file: string) => void;
  /** Called with each JSON file of a folder, in which no names were asked for, that is of none of the subsets of the paper there. */
  readonly onUnused?: (file: string) => void;
}

export interface FoundTask {
  readonly task: ArcTask;
  /** The file it is from. */
  readonly file: string;
}

/** A subset and where it is. */
export interface FoundSubset {
  readonly name: string;
  /** Its tasks, in the order of their files. @param onBad as in `ArcSource`. */
  readonly read: (onBad: OnBad | undefined) => Promise<FoundTask[]>;
}

/**
 * The subsets of these names; without names those of the paper that are there, else all tasks of the folder or file as one
 * subset of its name, as where ConceptARC's `corpus` stands beside other folders of tasks alone.
 *
 * @throws TrmError `usage` where there are no tasks, `io` where there are no files of a subset, `data` where they are ambiguous.
 */
export async function findSubsets(
  names: readonly string[] | undefined,
  source: ArcSource,
): Promise<FoundSubset[]> {
  const { from } = source;
  const subset = (name: string, files: Files): FoundSubset => ({
    name,
    read: (onBad) => read(files, { ...source, onBad }),
  });
  if (from === undefined)
    return (names ?? PAPER).map((name) => ({ name, read: (onBad) => download(name, source, onBad) }));
  if (names) return Promise.all(names.map(async (name) => subset(name, await find(name, from))));
  const found: { readonly name: string; readonly files: Files }[] = [];
  for (const name of PAPER) {
    const files = await find(name, from).catch(absent);
    if (files) found.push({ name, files });
  }
  const used = new Set(found.flatMap(({ files }) => ('tasks' in files ? files.tasks : [])));
  const unused = used.size > 0 ? (await taskFiles(from)).filter((file) => !used.has(file)) : [];
  const isCorpus = found.length === 1 && [...used].every((file) => isIn('corpus', from, file));
  if (found.length > 0 && !(isCorpus && unused.some((file) => relative(from, file).includes(sep)))) {
    if (found.every(({ files }) => 'tasks' in files)) for (const file of unused) source.onUnused?.(file);
    return found.map(({ name, files }) => subset(name, files));
  }
  const others = (await entriesOf(from)).flatMap(
    (entry) => /([^_]+)_challenges\.json$/i.exec(entry)?.[1] ?? [],
  );
  const tasks = others.length > 0 ? [] : await taskFiles(from);
  if (tasks.length > 0) return [subset(taskNameOf(resolve(from)), { tasks })];
  if (others.length === 0)
    throw new TrmError('usage', 'there are no tasks in it', {
      file: from,
      fix: 'name a folder or a file *.json of tasks',
    });
  throw new TrmError('io', 'there are no training, evaluation or concept tasks in it', {
    file: from,
    fix: `name others: --subsets ${others.join(',')}`,
  });
}

const absent = (error: unknown) => {
  if (error instanceof TrmError && error.code === 'io') return undefined;
  throw error;
};

type Files =
  | { readonly challenges: string; readonly solutions?: string }
  | { readonly tasks: readonly string[] };

async function read(
  files: Files,
  { onBad, onOther }: Pick<TaskFileOptions, 'onBad'> & Pick<ArcSource, 'onOther'>,
): Promise<FoundTask[]> {
  if ('challenges' in files) {
    const { challenges: file, solutions } = files;
    const known =
      solutions === undefined
        ? undefined
        : { outputs: parseOrdered(await readText(solutions), solutions), file: solutions };
    const tasks = parseTasks(await readText(file), taskNameOf(file), file, {
      solutions: known,
      onBad,
    });
    return tasks.map((task) => ({ task, file }));
  }
  const found: FoundTask[] = [];
  const others = new Set<string>();
  for (const file of files.tasks) {
    const options = { onBad, onOther: () => others.add(file) };
    const tasks = parseTasks(await readText(file), taskNameOf(file), file, options);
    for (const task of tasks) found.push({ task, file });
  }
  const [first] = others;
  if (first !== undefined && others.size === files.tasks.length) throw noTask(first);
  for (const file of others) onOther?.(file);
  return found;
}

async function download(name: string, source: ArcSource, onBad: OnBad | undefined): Promise<FoundTask[]> {
  const { home = HOME, ...options } = source;
  const [challenges, solutions] = await Promise.all(
    ['challenges', 'solutions'].map((kind) => {
      const file = `arc-agi_${name}_${kind}.json`;
      return cachedFile(join('arc-agi', file), `${home}${file}`, options);
    }),
  );
  return read({ challenges: challenges!, solutions: solutions! }, { onBad });
}

/** Files of a subset in `from`. @throws TrmError `io` where there are none. */
async function find(name: string, from: string): Promise<Files> {
  const entries = await entriesOf(from);
  const ending = `_${name}_challenges.json`;
  const [challenges, ...more] = entries
    .filter((entry) => entry.toLowerCase().endsWith(ending.toLowerCase()))
    .sort();
  if (more.length > 0) {
    throw new TrmError('data', `${challenges} and ${more[0]} both hold the subset ${name}`, {
      file: from,
      fix: 'leave one of them in the folder',
    });
  }
  if (challenges) {
    const named = challenges.toLowerCase().replace(/challenges\.json$/, 'solutions.json');
    const solutions = entries.find((entry) => entry.toLowerCase() === named);
    return {
      challenges: join(from, challenges),
      ...(solutions !== undefined && { solutions: join(from, solutions) }),
    };
  }
  const folders = [name, join('data', name), ...(name === 'concept' ? ['corpus'] : [])];
  for (const place of [...folders, `${name}.json`]) {
    const tasks = await taskFiles(join(from, place));
    if (tasks.length > 0) return { tasks };
  }
  throw new TrmError('io', `found neither *${ending} nor a folder ${folders.join(' or ')} of tasks`, {
    file: from,
    fix: 'name other subsets, or none for all tasks in it',
  });
}

/** Names in a folder; none of a file. @throws TrmError `io` where there is nothing. */
async function entriesOf(path: string): Promise<string[]> {
  try {
    return (await stat(path)).isDirectory() ? (await readdir(path)).filter(isOwn) : [];
  } catch (cause) {
    throw new TrmError('io', 'there is no such folder or file', { file: path, fix: 'check the path', cause });
  }
}

/** Whether a path is none of those that systems leave in folders and zips. */
function isOwn(path: string): boolean {
  return !path.split(sep).some((part) => part.startsWith('.') || part === '__MACOSX');
}

const isIn = (folder: string, from: string, file: string) => relative(from, file).startsWith(folder + sep);

const isJson = (path: string) => /\.json$/i.test(path);

const taskNameOf = (file: string) => basename(file).replace(/\.json$/i, '');

/** The .json files at a path, in folders of folders too; none where there is nothing. */
async function taskFiles(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return isJson(path) ? [path] : [];
    const names = await readdir(path, { recursive: true });
    return names
      .filter((name) => isJson(name) && isOwn(name))
      .sort()
      .map((name) => join(path, name));
  } catch {
    return [];
  }
}
