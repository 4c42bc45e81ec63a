/** ARC tasks: pairs of grids that show a rule (`train`) and pairs whose outputs are asked for (`test`). */
import { TrmError } from '../../errors.ts';
import { leavingOut, type OnBad } from '../leaving-out.ts';
import { type Grid, MAX_SIDE } from './grid.ts';

/** An input and its output. */
export type Pair = readonly [Grid, Grid];

export interface ArcTask {
  readonly name: string;
  /** In the order of the file: it is the order of the examples in the official arrays. */
  readonly parts: readonly { readonly kind: 'train' | 'test'; readonly pairs: readonly Pair[] }[];
}

/** What outputs are called by those who do not call them so. */
const ANSWERS =
  /^(?!output$)((expected|test|true|correct)[-_ ]?)?(outputs?|out|solutions?|answers?|targets?|labels?|results?)$|^(expected|(ground[-_ ]?)?truth|gt)$/i;

/** Whether a value may be a grid, or a list of some. */
const holdsGrid = (value: unknown) => Array.isArray(value) && value.some((row) => Array.isArray(row));

/** What stands for the output of a test that is not known (official builder). */
const UNKNOWN: Grid = { rows: 1, columns: 1, cells: Uint8Array.of(0) };

/** Whether a test's output is known: files leave it out, or write null or []. */
export function isKnown([, output]: Pair): boolean {
  return output !== UNKNOWN;
}

export interface TaskOptions {
  /** Test outputs in a file of their own, the Kaggle way, and which it is. */
  readonly solutions?: { readonly outputs: unknown; readonly file: string } | undefined;
  /** Called with each pair that is not sound, which is then left out. Without it the first one throws. */
  readonly onBad?: OnBad | undefined;
}

/**
 * Checks a task as it stands in the public files: `train` and `test`, or a list of pairs, which are all demonstrations.
 *
 * @throws TrmError `data` that names the file, the task, the pair and what is wrong.
 */
export function parseTask(
  name: string,
  json: unknown,
  file: string,
  { solutions: given, onBad }: TaskOptions = {},
): ArcTask {
  const failIn = (file: string, where: string, message: string, fix?: string): never => {
    throw new TrmError('data', message, { file, key: `${name}${where}`, ...(fix !== undefined && { fix }) });
  };
  const fail = (where: string, message: string, fix?: string) => failIn(file, where, message, fix);
  const solutions = given?.outputs;
  if (given && !Array.isArray(solutions)) return failIn(given.file, '', 'expected a list of test outputs');
  const outputOf = (pair: Record<string, unknown>, kind: string, i: number, where: string) => {
    if (kind !== 'test' || solutions === undefined) return pair.output;
    const output = (solutions as unknown[])[i];
    const own = pair.output;
    if (own !== undefined && own !== null && !isEmpty(own) && JSON.stringify(own) !== JSON.stringify(output))
      fail(
        `${where}.output`,
        `the test says ${shown(own)}, the file of solutions ${shown(output)}`,
        'leave one of them out',
      );
    return output;
  };

  const parsePair = (pair: unknown, kind: 'train' | 'test', i: number): Pair => {
    const where = `${Array.isArray(json) ? '' : `.${kind}`}[${i}]`;
    if (!isRecord(pair)) return fail(where, 'expected an object with input and output');
    const grid = (value: unknown, of: string) =>
      parseGrid(value, (message, fix) => fail(`${where}.${of}`, message, fix));
    const output = outputOf(pair, kind, i, where);
    const absent = output === undefined ? solutions === undefined : output === null || isEmpty(output);
    for (const [name, value] of Object.entries(pair)) {
      const isAnswer = ANSWERS.test(name) && value !== null && !isEmpty(value);
      const mayBe = isAnswer || (name !== 'input' && name !== 'output' && holdsGrid(value));
      if (mayBe && (output === undefined || output === null || isEmpty(output)))
        fail(where, `there is no output, but ${name}, which is not read`, 'call it output, or leave it out');
      if (isAnswer && holdsGrid(value) && JSON.stringify(value) !== JSON.stringify(output))
        fail(where, `output and ${name} are both there, and differ`, 'leave one of them out');
    }
    const outputGrid = () =>
      kind === 'test' && given
        ? parseGrid(output, (message, fix) => failIn(given.file, `[${i}]`, message, fix))
        : grid(output, 'output');
    return [grid(pair.input, 'input'), kind === 'test' && absent ? UNKNOWN : outputGrid()];
  };
  const parsePart = (kind: 'train' | 'test', list: unknown) => {
    if (!Array.isArray(list) || list.length === 0) return fail(`.${kind}`, 'expected a list of pairs');
    if (kind === 'test' && Array.isArray(solutions) && solutions.length !== list.length) {
      const counts = `${list.length} here, ${solutions.length} outputs in the file of solutions`;
      return fail('.test', `expected an output for each test: ${counts}`);
    }
    const pairs: Pair[] = [];
    for (const [i, pair] of list.entries()) leavingOut(onBad, () => pairs.push(parsePair(pair, kind, i)));
    if (kind === 'train' && pairs.length === 0) return fail('', 'none of its demonstrations is sound');
    return { kind, pairs };
  };

  if (Array.isArray(json)) return { name, parts: [parsePart('train', json)] };
  if (!isRecord(json)) return fail('', 'expected an object with train and test, or a list of pairs');
  if (!('train' in json)) fail('.train', 'missing');
  if (!('test' in json)) fail('.test', 'missing', TESTLESS);
  const parts = Object.entries(json).flatMap(([kind, pairs]) =>
    kind === 'train' || kind === 'test' ? [parsePart(kind, pairs)] : [],
  );
  const tests = parts.flatMap(({ kind, pairs }) => (kind === 'test' ? pairs : []));
  for (const [key, value] of Object.entries(json)) {
    if (key === 'train' || key === 'test' || !holdsGrid(value)) continue;
    const outputs = tests.map(([, output]) => gridToRows(output));
    const isSame = [outputs, outputs[0]].some((same) => JSON.stringify(same) === JSON.stringify(value));
    if (!tests.every(isKnown) || (ANSWERS.test(key) && !isSame))
      fail(
        `.${key}`,
        tests.every(isKnown)
          ? 'differs from the outputs of the tests'
          : 'there are tests without output, and this is not read',
        'write each as the output of its test, or leave it out',
      );
  }
  return { name, parts: parts.filter(({ pairs }) => pairs.length > 0) };
}

const TESTLESS =
  'add the questions, "test": [{"input": …}], or write what is to be learnt alone as a list of its pairs';

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** A pair as the public files write it. */
interface PairJson {
  readonly input: number[][];
  readonly output: number[][];
}

/** The task as the public files write it, outputs included; without tests a list of its pairs. */
export function taskToJson({ parts }: ArcTask): Record<string, PairJson[]> | PairJson[] {
  const lists = parts.map(({ kind, pairs }) => {
    const list = pairs.map(([input, output]) => ({ input: gridToRows(input), output: gridToRows(output) }));
    return [kind, list] as const;
  });
  return hasTests({ parts }) ? Object.fromEntries(lists) : lists.flatMap(([, list]) => list);
}

export function hasTests({ parts }: Pick<ArcTask, 'parts'>): boolean {
  return parts.some(({ kind }) => kind === 'test');
}

/** The task with the pairs that are to be kept; a part of which none are left is no part. */
export function withPairs({ name, parts }: ArcTask, kept: (pair: Pair) => boolean): ArcTask {
  const filtered = parts.map(({ kind, pairs }) => ({ kind, pairs: pairs.filter(kept) }));
  return { name, parts: filtered.filter(({ pairs }) => pairs.length > 0) };
}

export function gridToRows({ rows, columns, cells }: Grid): number[][] {
  return Array.from({ length: rows }, (_, r) => Array.from(cells.subarray(r * columns, (r + 1) * columns)));
}

/** An imported dataset has a canvas of any size, but one identifier for all its puzzles. */
const LARGER =
  'leave it out, or give its pairs as question and answer to trm data import, which takes larger grids (--max-side)';

/** A grid from a list of rows of colours, which may be texts ("2") and null for 0; `fail` throws with what is wrong. */
export function parseGrid(json: unknown, fail: (message: string, fix?: string) => never): Grid {
  if (!Array.isArray(json) || json.length === 0)
    return fail(`expected a list of rows, got ${shown(json)}`, ROWS);
  if (json.length > MAX_SIDE) return fail(`${json.length} rows; at most ${MAX_SIDE} are possible`, LARGER);
  const flat = json.findIndex((row) => !Array.isArray(row));
  if (flat >= 0) return fail(`row ${flat}: expected a list of colours, got ${shown(json[flat])}`, ROWS);
  const columns = json[0].length;
  if (columns === 0) return fail(`row 0: expected 1 to ${MAX_SIDE} colours, got none`);
  if (columns > MAX_SIDE) return fail(`${columns} columns; at most ${MAX_SIDE} are possible`, LARGER);
  const cells = new Uint8Array(json.length * columns);
  for (const [r, row] of (json as unknown[][]).entries()) {
    if (row.length !== columns) return fail(`row ${r}: expected ${columns} colours, got ${row.length}`);
    for (let c = 0; c < columns; c++) {
      const colour = colourOf(row[c]);
      if (colour === undefined)
        return fail(`row ${r}, column ${c}: expected a colour 0 to 9, got ${shown(row[c])}`);
      cells[r * columns + c] = colour;
    }
  }
  return { rows: json.length, columns, cells };
}

const ROWS = 'write a grid as lists of colours, [[0, 5], [5, 0]]';

/** The beginning of what stands there. */
function shown(json: unknown): string {
  const text = JSON.stringify(json) ?? 'nothing';
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** Older copies of Mini-ARC write colours as texts, and null for the background. */
function colourOf(value: unknown): number | undefined {
  if (value === null) return 0;
  const colour = typeof value === 'string' && /^[0-9]$/.test(value) ? Number(value) : value;
  return Number.isInteger(colour) && (colour as number) >= 0 && (colour as number) <= 9
    ? (colour as number)
    : undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
