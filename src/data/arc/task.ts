/** ARC tasks: pairs of grids that show a rule (`train`) and pairs whose outputs are asked for (`test`). */
import { TrmError } from '../../errors.ts';
import { type Grid, MAX_SIDE } from './grid.ts';

/** An input and its output. */
export type Pair = readonly [Grid, Grid];

export interface ArcTask {
  readonly name: string;
  /** In the order of the file: it is the order of the examples in the official arrays. */
  readonly parts: readonly { readonly kind: 'train' | 'test'; readonly pairs: readonly Pair[] }[];
}

/** What stands for the outputs of a test that are not known (official builder). */
const UNKNOWN: Grid = { rows: 1, columns: 1, cells: Uint8Array.of(0) };

/**
 * Checks a task as it stands in the public files.
 *
 * @param solutions test outputs in a file of their own, the Kaggle way.
 * @throws TrmError `data` that names the file, the task, the pair and what is wrong.
 */
export function parseTask(name: string, json: unknown, file: string, solutions?: unknown): ArcTask {
  const fail = (where: string, message: string): never => {
    throw new TrmError('data', message, { file, key: `${name}${where}` });
  };
  if (!isRecord(json)) return fail('', 'expected an object with train and test');
  if (solutions !== undefined && !Array.isArray(solutions))
    return fail('', 'expected a list of test outputs');
  const parts = Object.entries(json).flatMap(([kind, pairs]) => {
    if (kind !== 'train' && kind !== 'test') return [];
    if (!Array.isArray(pairs) || pairs.length === 0) return fail(`.${kind}`, 'expected a list of pairs');
    const checked = pairs.map((pair: unknown, i): Pair => {
      const where = `.${kind}[${i}]`;
      if (!isRecord(pair)) return fail(where, 'expected an object with input and output');
      const given = kind === 'test' && solutions !== undefined ? (solutions as unknown[])[i] : pair.output;
      const output =
        given === undefined && kind === 'test' && solutions === undefined
          ? UNKNOWN
          : parseGrid(given, (message) => fail(`${where}.output`, message));
      return [parseGrid(pair.input, (message) => fail(`${where}.input`, message)), output];
    });
    return [{ kind, pairs: checked } as const];
  });
  for (const kind of ['train', 'test']) {
    if (!parts.some((part) => part.kind === kind)) fail(`.${kind}`, 'missing');
  }
  return { name, parts };
}

/** The task as the public files write it, outputs included. */
export function taskToJson({ parts }: ArcTask): Record<string, { input: number[][]; output: number[][] }[]> {
  return Object.fromEntries(
    parts.map(({ kind, pairs }) => [
      kind,
      pairs.map(([input, output]) => ({ input: gridToRows(input), output: gridToRows(output) })),
    ]),
  );
}

export function gridToRows({ rows, columns, cells }: Grid): number[][] {
  return Array.from({ length: rows }, (_, r) => Array.from(cells.subarray(r * columns, (r + 1) * columns)));
}

/** A grid from a list of rows; `fail` throws with what is wrong. */
export function parseGrid(json: unknown, fail: (message: string) => never): Grid {
  if (!Array.isArray(json) || json.length === 0) return fail('expected a list of rows');
  if (json.length > MAX_SIDE) return fail(`${json.length} rows; at most ${MAX_SIDE} are possible`);
  const columns = Array.isArray(json[0]) ? json[0].length : 0;
  if (columns === 0 || columns > MAX_SIDE) return fail(`row 0: expected 1 to ${MAX_SIDE} colours`);
  const cells = new Uint8Array(json.length * columns);
  for (const [r, row] of (json as unknown[]).entries()) {
    if (!Array.isArray(row) || row.length !== columns) return fail(`row ${r}: expected ${columns} colours`);
    for (let c = 0; c < columns; c++) {
      const colour: unknown = row[c];
      if (!Number.isInteger(colour) || (colour as number) < 0 || (colour as number) > 9) {
        return fail(`row ${r}, column ${c}: expected a colour 0 to 9, got ${JSON.stringify(colour)}`);
      }
      cells[r * columns + c] = colour as number;
    }
  }
  return { rows: json.length, columns, cells };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
