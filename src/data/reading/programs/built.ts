/** Matrices that statements build row by row: `board[3] = […]`, `grid.append([…])`, `strcpy(board[0], "53..7….")`. */
import type { Binding } from './statements.ts';

/** What a row is given to. */
export interface RowSet {
  /** The name of its matrix. */
  readonly of: string;
  /** The number of the row; none where it is put behind the others. */
  readonly number?: number;
  /** All of it as it stands before the row. */
  readonly head: string;
}

const HEAD =
  /(?:(?<set>[\w.]{1,60})\s{0,9}[[(](?<at>\d{1,3})(?:\s*,\s*:)?[\])]\s{0,9}=|\bstrn?cpy\(\s*(?<copied>\w{1,60})\[(?<to>\d{1,3})\]\s*,|(?<![\w.])(?<grown>@?\w{1,60}(?:\.\w{1,60})?)(?:\.(?:push(?:_back)?|append|add(?:Last)?|emplace_back)\(|\s?<<))\s{0,9}/
    .source;
const BEFORE = new RegExp(`${HEAD}(?:(?:list|tuple|Array\\.from)\\(|\\[\\.{3})?$`);

/** What is set to the row behind a text. */
export function rowSetIn(before: string): RowSet | undefined {
  const { 0: head = '', groups } = BEFORE.exec(before) ?? {};
  return groups && { ...rowOf(groups), head };
}

function rowOf({ set, at, copied, to, grown }: Record<string, string | undefined>) {
  const number = at ?? to;
  return { of: (set ?? copied ?? grown)!, ...(number !== undefined && { number: +number }) };
}

/** Rows and cells of a matrix; with fewer they are steps of a search. */
const FEWEST = 4;
const ROWS = new RegExp(`${HEAD}(?=["'[{(\\w])([^\\n]{1,200})`, 'g');
const CELLS = /\d|[._*#]|\b(?:n(?:one|ull|il|a|an)|undefined)\b/gi;

/** The names of such matrices, and the lines of their last rows. */
export function builtIn(lines: readonly string[]): Binding[] {
  const found: { name: string; cells: number; at: number; rows: number }[] = [];
  for (const [at, line] of lines.entries()) {
    if (line.length > LONGEST) continue;
    for (const match of line.matchAll(ROWS)) {
      const name = /\w+$/.exec(rowOf(match.groups!).of)![0];
      const cells = match.at(-1)!.match(CELLS)?.length ?? 0;
      const last = found.at(-1);
      if (cells < FEWEST) continue;
      if (last?.name === name && last.cells === cells) {
        last.rows++;
        last.at = at;
      } else found.push({ name, cells, at, rows: 1 });
    }
  }
  return found.flatMap(({ name, at, rows }) =>
    rows < FEWEST ? [] : [{ name, is: 'matrix' as const, from: at, to: at }],
  );
}

/** Characters of a line that is looked into. */
const LONGEST = 2000;
