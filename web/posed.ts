/** What is on the table of the ARC view, and how the browser keeps it for the tab: a reload brings it back. */

import recolour from '../examples/arc/0d3d703e.json';
import move from '../examples/arc/25ff71a9.json';
import fractal from '../examples/arc/007bbfb7.json';
import type { Grid } from '../src/data/arc/grid.ts';
import { type ArcTask, type Pair, parseTask } from '../src/data/arc/task.ts';
import { parseTasks } from '../src/data/arc/task-file.ts';

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
  /** Where the tasks are from; undefined of the samples. */
  readonly file: TaskFile | undefined;
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

/** A task as it is, among the others of its file or of the samples. */
function posed({ tasks, file }: Pick<Posed, 'tasks' | 'file'>, task: ArcTask): Posed {
  return { tasks, file, task, left: new Map(), ...untouched(task) };
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
export const firstPosed = posed({ tasks: samples, file: undefined }, samples[0]!);

/** @throws TrmError `data` on a file without sound tasks. */
export function posedFrom(file: TaskFile): Posed {
  const tasks = parseTasks(file.text, file.name.replace(/\.json$/, ''), file.name);
  return posed({ tasks, file }, tasks[0]!);
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

/** @returns whether the browser keeps it: some have no storage, and a file may be larger than what there is. */
export function keep({ file, tasks, task, left, inputs, yours }: Posed): boolean {
  const works = [...new Map(left).set(task, { inputs, yours })];
  const kept: Kept = {
    ...(file && { file }),
    task: tasks.indexOf(task),
    works: works.map(([task, work]) => [tasks.indexOf(task), written(task, work)]),
  };
  try {
    sessionStorage.removeItem(KEY); // rather nothing than what was there before
    sessionStorage.setItem(KEY, JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

/** What the tab has kept; the first of the samples where that is nothing, or cannot be read any more. */
export function keptOrFirst(): Posed {
  try {
    const { file, task, works }: Kept = JSON.parse(sessionStorage.getItem(KEY)!);
    const { tasks, ...from } = file ? posedFrom(file) : firstPosed;
    const left = new Map(works.map(([place, work]) => [tasks[place]!, asWritten(tasks[place]!, work)]));
    return { ...from, tasks, task: tasks[task]!, left, ...left.get(tasks[task]!)! };
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
