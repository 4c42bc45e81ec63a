/**
 * The ARC tasks in a JSON text, in the shapes that people publish: one task (`train` and `test`), a list of pairs (RE-ARC),
 * tasks by name (Kaggle), or a list of tasks that say their `id`.
 */
import { TrmError } from '../../errors.ts';
import { parseJson, parseOrdered } from '../json.ts';
import { leavingOut, type OnBad } from '../leaving-out.ts';
import { type ArcTask, isRecord, parseTask } from './task.ts';

export interface TaskFileOptions {
  /** Test outputs by task, the Kaggle way, and the file they are from. */
  readonly solutions?: { readonly outputs: ReadonlyMap<string, unknown>; readonly file: string } | undefined;
  /** Called with each pair, task or file that is not sound, which is then left out. */
  readonly onBad?: OnBad | undefined;
  /** Called where the text is something else, as metadata beside the tasks; without it that is an error. */
  readonly onOther?: (() => void) | undefined;
}

/**
 * The tasks in the order of the text.
 *
 * @param name of a task that stands alone.
 * @throws TrmError `data` that names the file, the task, the pair and what is wrong.
 */
export function parseTasks(
  text: string,
  name: string,
  file: string,
  options: TaskFileOptions = {},
): ArcTask[] {
  const { solutions, onBad, onOther } = options;
  const tasks: ArcTask[] = [];
  const take = (task: string, json: unknown) =>
    leavingOut(onBad, () => {
      const outputs = solutions?.outputs.get(task);
      if (solutions && outputs === undefined)
        throw new TrmError('data', `there is no solution of it in ${solutions.file}`, { file, key: task });
      tasks.push(
        parseTask(task, json, file, { solutions: solutions && { outputs, file: solutions.file }, onBad }),
      );
    });
  leavingOut(onBad, () => {
    const found = named(text, name, file);
    if (!found && !onOther) throw noTask(file);
    if (!found) onOther!();
    else for (const [task, json] of found) take(task, json);
  });
  return tasks;
}

/** Undefined where there is no task. */
function named(text: string, name: string, file: string): Iterable<readonly [string, unknown]> | undefined {
  const json = parseJson(text, file);
  const isTask = (value: unknown) => isRecord(value) && ('train' in value || 'test' in value);
  const isPair = (value: unknown) => isRecord(value) && 'input' in value;
  if (isTask(json)) return [[name, json]];
  if (Array.isArray(json)) {
    if (json.some(isPair)) return [[name, json]];
    if (json.some(isTask)) return json.map((task, i) => [idOf(task) ?? `${name}[${i}]`, task]);
  } else if (isRecord(json)) {
    const isPairs = (value: unknown) => Array.isArray(value) && value.some(isPair);
    if (Object.values(json).some((value) => isTask(value) || isPairs(value))) return parseOrdered(text, file);
  }
  return undefined;
}

export function noTask(file: string): TrmError {
  return new TrmError('data', 'there is no ARC task in it', {
    file,
    fix: 'expected {train, test}, a list of {input, output}, or such tasks by name',
  });
}

function idOf(task: unknown): string | undefined {
  if (!isRecord(task)) return undefined;
  return [task.id, task.task_id, task.name].find((id): id is string => typeof id === 'string');
}
