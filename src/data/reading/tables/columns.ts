/** What the columns of puzzle files, and the keys of JSON objects, are called by those who publish them. */

import type { Fault, Reading } from '../found.ts';

const names = {
  question: [
    'question',
    'questions',
    'puzzle',
    'puzzles',
    'quiz',
    'quizzes',
    'sudoku',
    'maze',
    'problem',
    'unsolved',
    'input',
    'grid',
    'board',
    'givens',
    'value',
    'q',
  ],
  answer: ['answer', 'answers', 'solution', 'solutions', 'solved', 'output', 'target', 'lösung', 'a'],
  rating: ['rating', 'difficulty'],
} as const;

export type Column = keyof typeof names;

/** What a puzzle may be called where nothing else is called one, and what stands there looks like cells. */
const otherNames = ['cells', 'rows', 'matrix', 'initial', 'start', 'given'];

/** What stands under such a name, beside nothing but answers that may be cells too. */
export function looseQuestionAmong(
  record: readonly (readonly [name: string, value: unknown])[],
): Reading<unknown> | undefined {
  const answers = columnsAmong(
    record.map(([name]) => name),
    'answer',
  );
  const [one, ...more] = record.filter(([name, value]) => !answers.includes(name) && looksLikeCells(value));
  const isKnown = one && more.length === 0 && otherNames.includes(one[0].trim().toLowerCase());
  return isKnown ? { value: one[1] } : undefined;
}

/** Whether a text or a list is as many signs as a small grid has cells, or more, and no words, numbers of a place or a date. */
export function looksLikeCells(value: unknown): boolean {
  if (typeof value !== 'string' && !Array.isArray(value)) return false;
  const cells = JSON.stringify(value).replace(/null|""/g, '.');
  return (
    /^[\d._*#?|/A-GSQX-]{16,}$/i.test(cells.replace(/[\s,"[\]]|\\n/g, '')) && !/\d{4}-\d\d-\d/.test(cells)
  );
}

/** The first of some names that means a column, as it is written there. */
export function columnAmong(written: readonly string[], column: Column): string | undefined {
  return columnsAmong(written, column)[0];
}

/** All of some names that mean a column, as they are written there; those of several words last. */
export function columnsAmong(written: readonly string[], column: Column): string[] {
  return [...named(written, column), ...written.filter((one) => columnOfWords(one) === column)];
}

function named(written: readonly string[], column: Column): string[] {
  return names[column].flatMap((name) => written.filter((one) => one.trim().toLowerCase() === name));
}

/** What a name of several words means, as `initial_board`, `puzzleString`, `solved grid`: each of them a column, or no matter. */
function columnOfWords(name: string): Column | undefined {
  const words = name.trim().split(/[\s_-]+|(?<=\p{Ll})(?=\p{Lu})/u);
  const known = words.map((word) =>
    (['answer', 'question'] as const).find((column) => word.length > 1 && named([word], column).length > 0),
  );
  const isKnown = words.every((word, i) => known[i] || NO_MATTER.includes(word.toLowerCase()));
  if (words.length < 2 || !isKnown) return undefined;
  return known.includes('answer') ? 'answer' : known.find(Boolean);
}

/** Words beside the name of a column: they say how it is written, or that it is the puzzle as it begins. */
const NO_MATTER = ['initial', 'start', 'starting', 'given', 'raw', 'string', 'str', 'text', 'state', 'final'];

/**
 * What stands under the names of a column, of which several may be there: `{"puzzle": …, "grid": …}`, or one twice in a header.
 * They must say the same, for which of them is meant nobody knows; a number or nothing is no grid. Undefined where no name is
 * there.
 */
export function valueAmong(
  record: readonly (readonly [name: string, value: unknown])[],
  column: Column,
): Reading<unknown> | undefined {
  const names = new Set(record.map(([name]) => name));
  const fields = columnsAmong([...names], column).flatMap((name) => record.filter(([one]) => one === name));
  const [first = fields[0], ...others] = fields.filter(([, value]) => mayBeGrid(value));
  if (first === undefined) return undefined;
  const other = others.find(([, value]) => written(value) !== written(first[1]));
  return other === undefined ? { value: first[1] } : bothGiven(first[0], other[0]);
}

/** What to say of two names whose contents differ. */
export function bothGiven(one: string, other: string): Fault & { readonly fix: string } {
  const both =
    one === other ? `${one} is there twice, and differs` : `${one} and ${other} are both there, and differ`;
  return { fault: both, fix: 'leave one of them out' };
}

/** What to say of a puzzle that a spreadsheet took for one number, as `6.58072E+79`: most of its digits are lost. */
export function roundedNumber(...values: readonly unknown[]): Fault | undefined {
  const rounded = values.find((value) =>
    /^\s*\d[.,]\d+E\+\d{1,3}\s*$/i.test(typeof value === 'string' ? value : ''),
  );
  if (rounded === undefined) return undefined;
  const fault = `${String(rounded).trim()} is a number that a spreadsheet has rounded: most cells of the puzzle are lost`;
  return { fault, fix: 'take the file as it was before, and open it with the columns of puzzles as text' };
}

/** Nothing, or the number of a puzzle. */
const IDENTIFIER = /^\d{0,6}$/;

const mayBeGrid = (value: unknown) =>
  typeof value === 'string' ? !IDENTIFIER.test(value.trim()) : typeof value === 'object' && value !== null;

/** The cells of a grid however they are laid out; spaces count unless all cells are digits. */
function written(value: unknown): string {
  if (typeof value !== 'string') {
    const plain = (_: string, cell: unknown) => (typeof cell === 'bigint' ? Number(cell) : (cell ?? '.'));
    const cells = JSON.stringify(value, plain);
    return written(cells.replace(/[[\]",]/g, ''));
  }
  const cells = value.replace(/[\r\n]/g, '');
  return /^[\d\s,._*-]*$/.test(cells) ? cells.replace(/[\s,]/g, '').replace(/[0_*-]/g, '.') : cells;
}

/** What a field of a table says: without the spaces around it and the quotes that a spreadsheet puts there. */
export function unquoted(field: string): string {
  return field.trim().replace(/^"(.*)"$/, '$1');
}

/** What to say of columns or keys of which none names a puzzle. */
export function noQuestionAmong(
  written: readonly string[],
  what: 'column' | 'key',
): Fault & { readonly fix: string } {
  const got = written.slice(0, 8).join(', ') || `no ${what}`;
  const list = (column: Column) => `${names[column].slice(0, -1).join(', ')} or ${names[column].at(-1)}`;
  return {
    fault: `no ${what} is known to name a puzzle, got ${got}`,
    fix: `rename that of the puzzle to ${list('question')}, and that of its answer, if there is one, to ${list('answer')}`,
  };
}
