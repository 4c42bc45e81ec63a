/** What is on the table of the ARC view, and how the browser keeps it for the tab: a reload brings it back. */

import recolour from '../examples/arc/0d3d703e.json' with { type: 'json' };
import move from '../examples/arc/25ff71a9.json' with { type: 'json' };
import fractal from '../examples/arc/007bbfb7.json' with { type: 'json' };
import type { Grid } from '../src/data/arc/grid.ts';
import { type ArcTask, type Pair, parseTask } from '../src/data/arc/task.ts';
import { parseTasks } from '../src/data/arc/task-file.ts';
import { keepInTab, keptInTab } from './tab.ts';

/** Tasks to begin with. */
export const samples = Object.entries({ '007bbfb7': fractal, '0d3d703e': recolour, '25ff71a9': move }).map(
  ([name, json]) => parseTask(name, json, `${name}.json`),
);

/** A file of tasks. */
interface TaskFile {
  readonly name: string;
  readonly text: string;
}

/** What somebody has made of a task: its test inputs, which may be changed, and their own answers. */
interface Work {
  readonly inputs: readonly Grid[];
  readonly yours: readonly Grid[];
}

export interface Posed extends Work {
  /** That was opened last, whose tasks stand beside the samples. */
  readonly file: TaskFile | undefined;
  /** The samples, then those of the file. */
  readonly tasks: readonly ArcTask[];
  readonly task: ArcTask;
  /** The work on other tasks of them, as it was left. */
  readonly left: ReadonlyMap<ArcTask, Work>;
}

/** An answer before anything is painted. */
const blank: Grid = { rows: 3, columns: 3, cells: new Uint8Array(9) };

export function pairsOf({ parts }: ArcTask, part: 'train' | 'test'): Pair[] {
  return parts.filter(({ kind }) => kind === part).flatMap(({ pairs }) => pairs);
}

function untouched(task: ArcTask): Work {
  const inputs = pairsOf(task, 'test').map(([question]) => question);
  return { inputs, yours: inputs.map(() => blank) };
}

/** Another task of the same ones, as it was left. */
export function turnedTo(task: ArcTask, { inputs, yours, ...now }: Posed): Posed {
  const left = new Map(now.left).set(now.task, { inputs, yours });
  return { ...now, task, left, ...(left.get(task) ?? untouched(task)) };
}

/** The first of the samples. */
const firstPosed: Posed = {
  ...{ file: undefined, tasks: samples, task: samples[0]!, left: new Map() },
  ...untouched(samples[0]!),
};

/**
 * The first task of a file, which takes the place of the file before; the work on the samples stays.
 *
 * @throws TrmError `data` on a file without sound tasks.
 */
export function posedFrom(file: TaskFile, now: Posed = firstPosed): Posed {
  const tasks = parseTasks(file.text, file.name.replace(/\.json$/, ''), file.name);
  return { ...turnedTo(tasks[0]!, now), file, tasks: [...samples, ...tasks] };
}

/** Its name in the tab's storage. */
const KEY = 'arc';

/** Colours as digits. */
type Written = Omit<Grid, 'cells'> & { readonly cells: string };
const write = ({ cells, ...size }: Grid): Written => ({ ...size, cells: cells.join('') });
const read = ({ cells, ...size }: Written): Grid => ({ ...size, cells: Uint8Array.from(cells, Number) });

interface Kept {
  readonly file?: TaskFile;
  /** Places among the tasks: of the one that is shown, and with their work of all that were. */
  readonly task: number;
  readonly works: readonly (readonly [task: number, work: KeptWork])[];
}

interface KeptWork {
  /** Null as the task has it. */
  readonly inputs: readonly (Written | null)[];
  readonly yours: readonly Written[];
}

/** What a browser keeps of it: some have no storage, and a file may be larger than what there is. */
export type Keeps = 'all' | 'all but the file' | 'nothing';

export function keep({ file, tasks, task, left, inputs, yours }: Posed): Keeps {
  const all = [...new Map(left).set(task, { inputs, yours })].filter(([task]) => tasks.includes(task));
  const keepThose = (those: readonly ArcTask[], file?: TaskFile) => {
    const works = all.filter(([task]) => those.includes(task));
    const kept: Kept = {
      ...(file && { file }),
      task: Math.max(0, those.indexOf(task)),
      works: works.map(([task, work]) => [those.indexOf(task), written(task, work)]),
    };
    return keepInTab(KEY, kept);
  };
  if (keepThose(tasks, file)) return 'all';
  return file && keepThose(samples) ? 'all but the file' : 'nothing';
}

/** What the tab has kept; the first of the samples where that is nothing, or cannot be read any more. */
export function keptOrFirst(): Posed {
  try {
    const { file, task, works } = keptInTab(KEY) as Kept;
    const { tasks, ...from } = file ? posedFrom(file) : firstPosed;
    const left = new Map(works.map(([place, work]) => [tasks[place]!, asWritten(tasks[place]!, work)]));
    return {
      ...from,
      tasks,
      left,
      task: tasks[task]!,
      ...(left.get(tasks[task]!) ?? untouched(tasks[task]!)),
    };
  } catch {
    return firstPosed;
  }
}

function written(task: ArcTask, { inputs, yours }: Work): KeptWork {
  const own = pairsOf(task, 'test');
  return {
    inputs: inputs.map((input, i) => (input === own[i]![0] ? null : write(input))),
    yours: yours.map(write),
  };
}

function asWritten(task: ArcTask, { inputs, yours }: KeptWork): Work {
  const own = pairsOf(task, 'test');
  return {
    inputs: inputs.map((input, i) => (input ? read(input) : own[i]![0])),
    yours: yours.map(read),
  };
}
