/**
 * The way in for questions of any size, to models that have none of their own: the puzzle itself says its size. What holds the
 * puzzles is taken apart as for all others; the family finds the grids of a text, and what each is.
 */
import { type FamilyInfo, familyFrom, type KnownFamily } from '../families.ts';
import type { Sized } from '../family.ts';
import { inOrder, type Rules, withAgreeing, withAnswers, withJudged, withTables } from './answers-below.ts';
import { sizesOf } from './beside/sizes.ts';
import { entriesOf, withoutComments } from './documents.ts';
import { cellsAsObjects, type Entry, entriesIn } from './entries.ts';
import { type Found, type Item, itemAt, noted, type OnWords, type Place, type Reading } from './found.ts';
import { cellRowsOf, faultOfCells, isCell, isList, isText, oneOf } from './grids.ts';
import { inMarkup } from './pages/markup.ts';
import { plain, unescaped } from './plain.ts';
import { asQuestion as asGrid, inEntries, noteOfText, nothing, type ReadOptions, rulesOf } from './read.ts';

type Grid = Sized<FamilyInfo>;
type Find = NonNullable<KnownFamily['ofAnySize']>;

/** Every question of a text, a list, or an object that holds them, each with what it is or its error. */
export function readAnySize(
  given: unknown,
  find: Find,
  { guesses, onWords, ...at }: ReadOptions = {},
): Item<Grid>[] {
  const items = gridsOfAnySize(given, find, at, onWords);
  if (items.length === 0) return [noneIn(given, at)];
  return items.map((item) => asQuestion(item, guesses && guesses / items.length));
}

/** The first of them, and how many there are; the others are not searched, as in `firstQuestion`. */
export function firstOfAnySize(
  given: unknown,
  find: Find,
): { readonly item: Item<Grid>; readonly of: number } {
  const [first = noneIn(given, {}), ...others] = gridsOfAnySize(given, find, {});
  return { item: asQuestion(first), of: 1 + others.length };
}

function noneIn(given: unknown, at: Place): Item<Grid> {
  return itemAt({ fault: `expected the cells of a puzzle, got ${nothing(given)}` }, at);
}

function asQuestion(item: Item<Grid>, guesses?: number): Item<Grid> {
  if (item.error) return item;
  const { info, tokens } = item.value;
  const question = asGrid({ at: item.at, value: tokens }, familyFrom(info)!, guesses);
  if (question.error) return question;
  return noted({ at: item.at, value: { info, tokens: question.value } }, item.note);
}

/** Every grid there, as it stands: an answer too, or a question that none has. */
export function gridsOfAnySize(given: unknown, find: Find, at: Place, onWords?: OnWords): Item<Grid>[] {
  return typeof given === 'string' ? inText(given, find, at, onWords) : inValue(given, find, at);
}

/** Whether a list holds several puzzles; else it is the cells or the rows of one. */
export function isSeveral(list: readonly unknown[], find: Find): boolean {
  return asOne(list, find) === undefined;
}

/** A list as one puzzle, or what is wrong with it; undefined where it rather holds several. */
function asOne(list: readonly unknown[], find: Find): Reading<Grid> | undefined {
  const found = foundIn(list, find);
  if (found === undefined) return undefined;
  const one = oneOf(found);
  if (one.fault === undefined) return one;
  const alone = list.filter((part) => inValue(part, find, {}).some(({ error }) => !error));
  return 2 * alone.length < list.length ? one : undefined;
}

/** What a list holds if it is cells, rows of them, or texts that may be rows; undefined where it is anything else. */
function foundIn(list: readonly unknown[], find: Find): Found<Grid>[] | undefined {
  if (list.length === 0) return undefined;
  const areTexts = list.every((row) => typeof row === 'string');
  if (areTexts && list.some(({ length }) => length > 1))
    return list.length > 1 && list.some((text) => /[\n/]/.test(text)) ? undefined : find(list.join('\n'));
  const rows = list.some(isList) ? list : [list];
  const isOne = (cell: unknown) => (isCell(cell) || typeof cell === 'boolean') && !isText(cell);
  if (!rows.every((row) => isList(row) && Array.from(row).every(isOne))) return undefined;
  const fault = faultOfCells(rows);
  return fault ? [fault] : find(cellRowsOf(rows)!);
}

function inText(given: string, find: Find, at: Place, onWords: OnWords = () => {}): Item<Grid>[] {
  const text = plain(given);
  const entries = entriesOf(text, at);
  if (entries) {
    const found = inEntries(entries, (entry, place) => inEntry(entry, find, place));
    const items = found.map(({ item }) => item);
    if (entries.some(({ value }) => value?.lines)) return withTables(items, text, rules, sizesOfGrid);
    return found.some(({ role }) => role) ? withAgreeing(found, text, rules) : items;
  }
  const findAll = (one: string, onLine: OnWords) => {
    const written = unescaped(plain(one));
    return withAnswers(inOrder(find, written, sizesOfGrid, onLine), written, rules);
  };
  const found = inMarkup(
    withoutComments(given),
    findAll,
    (words) => onWords({ ...at, ...words }),
    ({ info, tokens }) => familyFrom(info)!.line(tokens),
  );
  const note = noteOfText(text);
  return found.map(({ line, ...reading }: Found<Grid>, i) =>
    noted(
      itemAt(reading as Reading<Grid>, {
        ...at,
        ...(line !== undefined && at.file !== undefined && { line }),
        ...(found.length > 1 && at.key === undefined && { key: `puzzle ${i + 1}` }),
      }),
      note,
    ),
  );
}

const sizesOfGrid = ({ info }: Grid) => sizesOf(familyFrom(info)!);

const rules: Rules<Grid> = {
  faultOf(question, answer) {
    const [asked, given] = [familyFrom(question.info)!, familyFrom(answer.info)!];
    if (asked.title !== given.title) return `one is ${asked.title}, the other ${given.title}`;
    return rulesOf(asked)?.faultOf(question.tokens, answer.tokens);
  },
  isFull: () => false, // a maze without free cells may be asked too
  isImpossible: ({ info, tokens }) => rulesOf(familyFrom(info)!)?.isImpossible(tokens) === true,
  columns: 4, // or more
};

function inValue(given: unknown, find: Find, at: Place): Item<Grid>[] {
  if (typeof given === 'string') {
    const text = unescaped(plain(given));
    return [itemAt(oneOf(inOrder(find, text, sizesOfGrid)), at)];
  }
  if (isList(given)) {
    const list = Array.from(given);
    const objects = cellsAsObjects(list);
    if (objects) return [itemAt<Grid>(objects, at)];
    const one = asOne(list, find);
    if (one) return [itemAt(one, at)];
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
    entry.error ? [entry] : inEntry(entry.value, find, entry.at),
  );
}

function inEntry({ question, answer }: Entry, find: Find, at: Place): Item<Grid>[] {
  const items = inValue(question, find, at);
  const [item, ...more] = items;
  return item && !item.error && more.length === 0 && answer
    ? [withJudged(item, inValue(answer, find, {}), rules)]
    : items;
}
