/**
 * The way in for questions of any size, to models that have none of their own: the puzzle itself says its size. What holds the
 * puzzles is taken apart as for all others; the family finds the grids of a text, and what each is.
 */
import { type FamilyInfo, familyFrom, type KnownFamily } from '../families.ts';
import type { Sized } from '../family.ts';
import { withAnswers } from './answers-below.ts';
import { entriesOf } from './documents.ts';
import { cellsAsObjects, entriesIn } from './entries.ts';
import { type Found, type Item, itemAt, type OnWords, type Place, type Reading } from './found.ts';
import { isCell, isList, nothing, oneOf, plain, type ReadOptions, textOfRows, unescaped } from './read.ts';

type Grid = Sized<FamilyInfo>;
type Find = NonNullable<KnownFamily['ofAnySize']>;

/** Every question of a text, a list, or an object that holds them, each with what it is or its error. */
export function readAnySize(
  given: unknown,
  find: Find,
  { guesses, onWords, ...at }: ReadOptions = {},
): Item<Grid>[] {
  const items =
    typeof given === 'string' ? inText(plain(given), find, at, onWords) : inValue(given, find, at);
  if (items.length === 0)
    return [itemAt({ fault: `expected the cells of a puzzle, got ${nothing(given)}` }, at)];
  return items.map((item) => {
    if (item.error) return item;
    const { info, tokens } = item.value;
    const family = familyFrom(info)!;
    const question = family.posed?.(tokens) ?? tokens;
    const fault = family.contradiction?.(question, guesses && guesses / items.length);
    return itemAt(fault === undefined ? { value: { info, tokens: question } } : { fault }, item.at);
  });
}

/** Whether a list holds several puzzles; else it is the cells or the rows of one. */
export function isSeveral(list: readonly unknown[], find: Find): boolean {
  const isRow = (row: unknown) => typeof row === 'string' || (isList(row) && Array.from(row).every(isCell));
  const rows = rowsOf(list);
  return rows === list && (!list.every(isRow) || oneOf(find(textOfRows(list))).fault !== undefined);
}

/** A list of cells is the one row of a square. */
function rowsOf(list: readonly unknown[]): readonly unknown[] {
  const isCells = list.every(isCell) && list.some((cell) => typeof cell !== 'string' || cell.length === 1);
  return isCells ? [list] : list;
}

function inText(text: string, find: Find, at: Place, onWords: OnWords = () => {}): Item<Grid>[] {
  const entries = entriesOf(text, at);
  if (entries)
    return entries.flatMap((entry) =>
      entry.error ? [entry] : inValue(entry.value.question, find, entry.at),
    );
  const read = find(unescaped(text), (words) => onWords({ ...at, ...words }));
  const found = withAnswers(read, unescaped(text), (question, answer) => {
    const [asked, given] = [familyFrom(question.info)!, familyFrom(answer.info)!];
    if (asked.title !== given.title) return `one is ${asked.title}, the other ${given.title}`;
    return asked.fault?.(asked.posed?.(question.tokens) ?? question.tokens, answer.tokens);
  });
  return found.map(({ line, ...reading }: Found<Grid>, i) =>
    itemAt(reading as Reading<Grid>, {
      ...at,
      ...(line !== undefined && at.file !== undefined && { line }),
      ...(found.length > 1 && at.key === undefined && { key: `puzzle ${i + 1}` }),
    }),
  );
}

function inValue(given: unknown, find: Find, at: Place): Item<Grid>[] {
  if (typeof given === 'string') return [itemAt(oneOf(find(unescaped(plain(given)))), at)];
  if (isList(given)) {
    const list = Array.from(given);
    const objects = cellsAsObjects(list);
    if (objects) return [itemAt<Grid>(objects, at)];
    if (!isSeveral(list, find)) return [itemAt(oneOf(find(textOfRows(rowsOf(list)))), at)];
    return list.flatMap((one, i) => inValue(one, find, { ...at, key: `${at.key ?? 'puzzles'}[${i}]` }));
  }
  if (typeof given !== 'object' || given === null) {
    const fix = 'give a text, a list of rows, or several of them';
    return [itemAt({ fault: `expected a puzzle, got ${String(given)}`, fix }, at)];
  }
  if ('tokens' in given) {
    const fix = 'give the puzzle as a text or as rows';
    return [itemAt({ fault: 'tokens do not say how many rows they are', fix }, at)];
  }
  return entriesIn(given, at).flatMap((entry) =>
    entry.error ? [entry] : inValue(entry.value.question, find, entry.at),
  );
}
