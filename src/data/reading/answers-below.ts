/**
 * Answers that stand in a text below their puzzles, under a title as `Solution:`, or under any other or none where they have no
 * blanks, or under any words where they answer, as a maze with its whole way. They are no puzzles of their own, and what
 * stands there must answer what is above it.
 */
import { ANSWER_TITLE, announcesAnswer, isOfEarlier, tellsOfAnswer } from './answer-titles.ts';
import { axisOf, namedAcross, otherOrderSaid } from './beside/other-order.ts';
import { asSizesSay, type Sizes } from './beside/sizes.ts';
import {
  faultOfCaption,
  faultOfHeadings,
  faultOfMap,
  faultOfNames,
  faultOfTitle,
  faultOfWords,
  titleAmong,
  withoutMaps,
  wordsAround,
} from './beside/words.ts';
import { linesOf, unquotedLinesOf } from './documents.ts';
import {
  type Answered,
  answerIsWrong,
  type Fault,
  type Found,
  type Item,
  itemAt,
  noted,
  type OnWords,
  type Place,
  type Reading,
  type Words,
} from './found.ts';
import { isCalledAnswer, isExpected } from './names-given.ts';
import { placeBefore, placeFrom } from './places.ts';
import type { Role } from './programs/literals.ts';
import { columnAmong, unquoted } from './tables/columns.ts';
import { isPageOfTables } from './tables/tables.ts';
import { withoutTablesOfUnits } from './tables/tables-of-units.ts';

/** Whether a title says nothing of what stands below it: that it is an answer, of another order or of other rules. */
export const isPlainTitle = (title: string) =>
  !ANSWER_TITLE.test(title) && !otherOrderSaid(title) && !faultOfTitle(title);

/** What tells an answer, where a family has rules. */
export interface Rules<T> {
  /** Why something is no answer to a question; undefined where it is one. */
  faultOf(question: T, answer: T): string | undefined;
  /** Whether nothing is left open in a grid, so that nobody asks for it. */
  isFull(grid: T): boolean;
  /** Whether a question can be seen to have no answer. */
  isImpossible(question: T): boolean;
  /** Cells of a row. */
  readonly columns: number;
}

/** Answers that stand in another order than their puzzles are looked for with so many comparisons. */
const COMPARISONS = 20_000;

/**
 * What a text holds, the answers beside their puzzles, in whatever order these stand; one that answers none is a fault, but for that
 * of a puzzle that is one itself.
 *
 * @param found puzzles and answers, in the order of their lines.
 */
export function withAnswers<T>(
  found: readonly Found<T>[],
  text: string,
  { faultOf, isFull, isImpossible, columns }: Rules<T>,
): Answered<T>[] {
  const isComplete = (one: Found<T>): one is Found<T> & { readonly value: T } =>
    one.fault === undefined && faultOf(one.value, one.value) === undefined;
  const lines = unquotedLinesOf(text);
  const titles = titlesAbove(found, lines, isComplete);
  /** Whether rows that were not read stand above all that was. */
  const isUnreadAbove = lines.slice(0, Math.max(0, (found[0]?.line ?? 1) - 1)).some(cellsOfRow(columns));
  const puzzles: Answered<T>[] = [];
  /** Of those that may be answered next, the places among the puzzles. */
  let above: number[] = [];
  /** How many answers to these there were. */
  let answers = 0;
  /** How many answers stand above all puzzles. */
  let early = 0;
  let left = COMPARISONS;
  const faultAt = (place: number, answer: T) => {
    const puzzle = puzzles[place]!;
    return puzzle.fault === undefined ? faultOf(puzzle.value, answer) : 'which was not read';
  };
  const isOpen = (place: number | undefined, answer: T): place is number =>
    place !== undefined && puzzles[place]!.answer === undefined && faultAt(place, answer) === undefined;
  const placeOf = (answer: T) => {
    const next = above[answers];
    return isOpen(next, answer) ? next : above.find((place) => left-- > 0 && isOpen(place, answer));
  };
  /** Whether a puzzle has none of its own, so that the two are one fault. */
  const isBad = (place: number | undefined) => {
    const puzzle = puzzles[place ?? -1];
    return puzzle !== undefined && (puzzle.fault !== undefined || isImpossible(puzzle.value));
  };
  const isAnyAsked = found.some((one) => one.fault === undefined && !isComplete(one));
  /** Whether what stands right above is the answer of an earlier puzzle, or anything is. */
  let [wasEarlier, isAnyEarlier] = [false, false];
  /** Whether it shows again what it answers, as a maze does with its way in signs for a free cell. */
  const isAgain = (given: Found<T>) => {
    const puzzle = puzzles[above[answers] ?? -1];
    return (
      given.fault === undefined &&
      puzzle !== undefined &&
      puzzle.fault === undefined &&
      JSON.stringify(puzzle.value) === JSON.stringify(given.value)
    );
  };
  /** Whether what stands right above is a question, so that a whole grid below it answers it, or another puzzle's. */
  let isAsked = false;
  for (const [i, given] of found.entries()) {
    const title = titles[i]!;
    const isWhole = isComplete(given);
    const isOfOther = title === 'earlier' || (title === 'none' && wasEarlier);
    wasEarlier = isWhole && isAnyAsked && isOfOther && placeOf(given.value) === undefined;
    isAnyEarlier ||= wasEarlier;
    if (wasEarlier) continue;
    const isOn = answers > 0 && (isWhole || (given.fault !== undefined && title === 'none'));
    const isBelow: boolean =
      isWhole &&
      isAsked &&
      (isFull(given.value) ||
        ((title === 'words' || title === 'told') && placeOf(given.value) !== undefined));
    const isToldOf = title === 'told' && isWhole && isFull(given.value);
    const isTitled =
      title === 'answer' ||
      (title === 'announced' && (isWhole || isAgain(given))) ||
      (isToldOf && isBad(above[answers]));
    const isAnswer: boolean = above.length > 0 && (isTitled || isOn || isBelow);
    isAsked = !isAnswer && !isWhole && given.fault === undefined;
    const isEarly =
      title === 'answer' ||
      (title === 'none' && early > 0) ||
      (isUnreadAbove && (title === 'announced' || isToldOf));
    if (isWhole && isEarly && early === puzzles.length) {
      early = puzzles.push(given);
      continue;
    }
    if (!isAnswer) {
      if (answers > 0) [above, answers] = [[], 0];
      above.push(puzzles.push(given) - 1);
      continue;
    }
    const place = given.fault === undefined ? placeOf(given.value) : undefined;
    if (place !== undefined && given.fault === undefined)
      puzzles[place] = { ...puzzles[place]!, answer: given.value };
    else if (isTitled && (isBad(above[answers]) || isAgain(given))) {
      // The puzzle tells what is wrong, or it is there already.
    } else if (given.fault !== undefined) puzzles.push(given);
    else {
      const fault = noAnswer('above', above.length, faultAt(above[0]!, given.value));
      const fix =
        !isTitled && isBelow
          ? 'it has no blanks: leave it out, or put it below its puzzle'
          : 'leave out the answers, or the title above them';
      puzzles.push({ fault, fix, line: given.line! });
    }
    answers++;
  }
  const all =
    early > 0 && (early < puzzles.length || isUnreadAbove || tellsOfPuzzles(text)) ? withEarly() : puzzles;
  const last = isAnyEarlier ? all.findLastIndex(({ fault }) => fault === undefined) : -1;
  return all.map((one, i) => (i === last ? { ...one, note: EARLIER_LEFT_OUT } : one));

  /** What stands above all puzzles is the answers of those, or a fault. */
  function withEarly(): Answered<T>[] {
    const below = [...puzzles.keys()].slice(early);
    const unfit = puzzles.slice(0, early).flatMap((one): Answered<T>[] => {
      if (one.fault !== undefined) return [one];
      const { value, line } = one;
      const place = below.find((at) => left-- > 0 && isOpen(at, value));
      if (place !== undefined) {
        puzzles[place] = { ...puzzles[place]!, answer: value };
        return [];
      }
      const why = below.length > 0 ? faultAt(below[0]!, value) : undefined;
      return [{ fault: noAnswer('below', below.length, why), fix: NO_PUZZLE, line: line! }];
    });
    return [...unfit, ...puzzles.slice(early)];
  }
}

const EARLIER_LEFT_OUT = 'the answer of an earlier puzzle is left out';

/** What stands above a grid: that it is an answer, or one of an earlier puzzle, what announces or tells of one, other words, or nothing. */
type Title = 'answer' | 'earlier' | 'announced' | 'told' | 'words' | 'none';

/** Whether as many cells as a row has stand in a line, with something between them or not: `Enter row: 5 3 0 0 7 0 0 0 0`. */
function cellsOfRow(columns: number): (line: string) => boolean {
  const apart = `(?:[\\d._*](?![\\w.])[\\s|,]{0,9}){${columns}}`;
  const row = new RegExp(`(?<![\\w.])(?:${apart}|(?!(?:19|20)\\d\\d(?!\\w))[\\d._*]{${columns}}(?![\\w.]))`);
  return (line) => row.test(line) && /\d/.test(line) && !COUNTS.test(line);
}

/** The names of columns. */
const COUNTS = /(?<!\d)1\D{1,9}2\D{1,9}3\D{1,9}4(?!\d)/;

/** A name that something is given, a title before it, or its tag. */
const NAMED = /([A-Za-z_]\w{0,60})["']?[ \t]{0,9}(?::[^=\n"'`]{0,40})?(?:=>?|:|>)(?=[ \t]{0,9}[^\s=])/g;

/** Whether a text of answers alone tells of more: what is called a puzzle, or is asked in a test. */
function tellsOfPuzzles(text: string): boolean {
  return linesOf(text).some(
    (line) =>
      isExpected(beforeAnswer(line)) ||
      Array.from(line.matchAll(NAMED)).some(([, name]) => columnAmong([name!], 'question')),
  );
}

const NO_PUZZLE = 'write its puzzle above it, with . for each blank, or leave out the answer';

/** What to say of an answer to none of so many puzzles. @param fault why not to the first. */
function noAnswer(where: 'above' | 'beside' | 'below', puzzles: number, fault = 'that has one'): string {
  if (puzzles === 0) return 'it is an answer, and no puzzle that it may answer was read beside it';
  if (puzzles > 1) return `it answers none of the ${puzzles} puzzles ${where} it`;
  return `it is no answer to the puzzle ${where} it: ${fault}`;
}

/**
 * Grids of a program, of which one without blanks, or that is called an answer, answers the first that it can; those that are
 * called so, or that a test expects, come last, and one that answers none is a fault, but for that below a puzzle that is one
 * itself. What has a name and is shown again, or copied to be filled, is one puzzle.
 */
export function withAgreeing<T>(
  found: readonly { readonly item: Item<T>; readonly role?: Role | undefined }[],
  text: string,
  { faultOf, isFull, isImpossible }: Rules<T>,
): Item<T>[] {
  const puzzles: Item<T>[] = [];
  const known = new Set<string>();
  let left = COMPARISONS;
  const isOther = ({ role }: { role?: Role | undefined }) => role !== 'answer' && role !== 'expected';
  const isAsked = found.some(isOther);
  const isAlone = !isAsked && !tellsOfPuzzles(text);
  const isComplete = ({ value }: Item<T>) => value !== undefined && faultOf(value, value) === undefined;
  const isAnswer = (one: (typeof found)[number]) =>
    !isOther(one) && (isAsked || (isComplete(one.item) && !(isAlone && one.role === 'answer')));
  const ofBad = new Set<Item<T>>(); // answers below what has none, or behind it on its line
  let bad: Place | undefined;
  for (const one of found) {
    const { item } = one;
    const isBehind = isComplete(item) && item.at.line !== undefined && item.at.line === bad?.line;
    if (bad && (isBehind || isAnswer(one))) ofBad.add(item);
    else if (!isAnswer(one)) bad = item.error !== undefined || isImpossible(item.value) ? item.at : undefined;
  }
  for (const one of [...found.filter((one) => !isAnswer(one)), ...found.filter(isAnswer)]) {
    const { item, role } = one;
    if (item.error) {
      if (ofBad.has(item)) continue;
      puzzles.push(item);
      continue;
    }
    const cells = JSON.stringify(item.value);
    const isKnown = known.has(cells);
    if (role === 'shown' && isKnown) continue;
    if (role !== 'shown') known.add(cells);
    const place = isAnswer(one) || isFull(item.value) ? puzzles.findIndex(isOpenFor(item.value)) : -1;
    const puzzle = puzzles[place];
    if (puzzle && !puzzle.error) puzzles[place] = { ...puzzle, answer: item.value };
    else if (isAnswer(one) && isKnown) continue;
    else if (!ofBad.has(item)) puzzles.push(isAnswer(one) ? wrongAnswer(item.value, item.at) : item);
  }
  return puzzles;

  function wrongAnswer(answer: T, at: Place): Item<T> {
    const asked = puzzles.flatMap(({ value }) => (value === undefined ? [] : [value]));
    const fault = noAnswer('beside', asked.length, asked.length > 0 ? faultOf(asked[0]!, answer) : undefined);
    return itemAt({ fault, fix: asked.length > 0 ? 'leave out the answer' : NO_PUZZLE }, at);
  }

  function isOpenFor(answer: T): (one: Item<T>) => boolean {
    return (one) =>
      !one.error &&
      one.answer === undefined &&
      !isFull(one.value) &&
      left-- > 0 &&
      faultOf(one.value, answer) === undefined;
  }
}

/** A puzzle, with a note where the one answer that a column or a key beside it holds breaks the rules; what is none tells nothing. */
export function withJudged<T>(
  item: Item<T>,
  answers: readonly Item<T>[],
  rules: Pick<Rules<T>, 'faultOf'> | undefined,
): Item<T> {
  const [answer, ...more] = answers;
  if (item.error || !answer || answer.error || more.length > 0) return item;
  const fault = rules?.faultOf(item.value, answer.value);
  return noted(item, fault && answerIsWrong(fault));
}

/** Tables of a text, the answers beside their puzzles as in a text, where there are rules to tell them by. */
export function withTables<T>(
  items: readonly Item<T>[],
  text: string,
  rules: Rules<T> | undefined,
  sizes: Sizes<T>,
): Item<T>[] {
  const { file } = items[0]?.at ?? {};
  const found = items.map(({ at: { line = 1 }, value, error }): Found<T> => {
    if (error) return { fault: error.what, fix: error.detail.fix, line };
    return { value: value!, line };
  });
  const words = text.replace(/<[^<>]*>|\\(?:begin|end)\{\w*\*?\}|\\\w+\*?/g, (mark) =>
    mark.replace(/[^\n]/g, ''),
  );
  const lines = linesOf(words).flatMap((text, i) => (/\p{L}{3}/u.test(text) ? [{ line: i + 1, text }] : []));
  const sized = asSizesSay(found, lines, sizes);
  // Of a page its headings have said that already.
  const grids = isPageOfTables(text) ? sized : asWordsSay(sized, words);
  const answered = rules ? withAnswers(grids, words, rules) : grids;
  return answered.map(({ line, ...reading }) =>
    itemAt(reading as Reading<T>, { ...(file !== undefined && { file }), line: line! }),
  );
}

/** Grids, of which those are refused that words beside them make another puzzle of, or another order, as a title `Columns:`. */
function asWordsSay<T>(found: readonly Found<T>[], text: string): Found<T>[] {
  const lines = unquotedLinesOf(text);
  /** Of a title, which is that of grids below it that have none. */
  let titled: Fault | undefined;
  return found.map((one, i) => {
    const at = Math.max(0, (one.line ?? 0) - 1);
    const above = lines.slice(found[i - 1]?.line ?? 0, at);
    const title = titleAmong(above);
    // What stands where another should may be about this one.
    const beside = lines.slice((found[i - 1]?.line ?? 1) - 1, found[i + 1]?.line ?? lines.length);
    const below = lines.slice(at, Math.max(at, (found[i + 1]?.line ?? lines.length + 1) - 1));
    const own = below.slice(
      0,
      placeFrom(below, 0, (line) => line.trim() === ''),
    );
    const named = faultOfTitle(title) ?? faultOfNames(wordsAround(lines[at] ?? '')) ?? faultOfHeadings(above);
    titled = otherOrderSaid(title) ?? named ?? (title === '' ? titled : undefined);
    const fault =
      otherOrderSaid(title) ??
      faultOfWords(beside, own.join('\n')) ??
      (i + 1 === found.length ? faultOfCaption(below.slice(1)) : undefined) ??
      titled ??
      (one.fault === undefined ? faultOfMap(beside) : undefined);
    return fault ? { ...fault, line: one.line! } : one;
  });
}

/**
 * The grids of a text, of which those are refused that lines about them make others of: as above, of another size, or with names of
 * rows above their columns, or of columns before their rows.
 *
 * @param read finds them, and calls for every line that is taken for words.
 */
export function inOrder<T>(
  read: (text: string, onWords: OnWords) => readonly Found<T>[],
  text: string,
  sizes: Sizes<T>,
  onWords?: OnWords,
): Found<T>[] {
  const words: Words[] = [];
  const all = read(withoutTablesOfUnits(text, onWords), (one) => {
    words.push(one);
    onWords?.(one);
  });
  const given = withoutMaps(asSizesSay(all, words, sizes), text);
  if (!/\p{L}{2}|\p{L}\d|[<>≠]|\(\d/u.test(text)) return [...given];
  const lines = unquotedLinesOf(text);
  const found = asWordsSay(given, text);
  return found.flatMap((one, i): Found<T>[] => {
    const [before, at] = [found[i - 1]?.line ?? 0, Math.max(0, (one.line ?? 0) - 1)];
    const isHeader = one.fault !== undefined && namedAcross(namesIn(lines[at]), []) !== undefined;
    if (isHeader && i + 1 < found.length) return [];
    const above = lines.slice(Math.max(0, before - 1), at + 1).map(namesIn);
    const names = above.findLast((line) => line.length > 0) ?? [];
    const labels = lines.slice(at, (found[i + 1]?.line ?? lines.length + 1) - 1).flatMap(labelOf);
    const header = placeBefore(lines, at, (line) => /[\p{L}\d]/u.test(line));
    const fault =
      namedAcross(names, labels) ??
      (header >= before - 1 ? namedAcross(cornered(lines[header]), countsBefore(lines, at)) : undefined);
    return [fault ? { ...fault, line: one.line! } : one];
  });
}

/** What stands in a line that may be of names, as `C1 C2` and `Row A, Row B`; nothing in others. */
function namesIn(line = ''): string[] {
  if (
    !/^\P{L}*\p{L}\D*\d\P{L}*\p{L}\D*\d/u.test(line) &&
    !/(?:\p{L}{2,20}[ _]\p{L}(?!\p{L})[^\p{L}]{0,9}){3}/u.test(line)
  )
    return [];
  const isTable = /[,;|\t]/.test(line);
  const fields = isTable
    ? line.split(/[,;|\t]/)
    : line.replace(/(\p{L}) +(?=\d)|(\p{L}{2}) +(?=\p{L}(?!\p{L}))/gu, '$1$2_').split(' ');
  return fields.map(unquoted).filter((field) => field !== '');
}

/** `C1` or `Col A` before what may be a row. */
function labelOf(line: string): string[] {
  const [, counted] = /^[^\p{L}\d]*(\p{L}+[ _.-]*\d+)(?=[^\p{L}\d]+\S)/u.exec(line) ?? [];
  if (counted !== undefined) return [counted];
  const [, lettered, word] = /^[^\p{L}\d]*((\p{L}{2,})[ _.-]+\p{L})(?=[^\p{L}\d]+\S)/u.exec(line) ?? [];
  return lettered !== undefined && axisOf(word!) ? [lettered] : [];
}

/** The fields of a header behind a corner that is a word, as `Column,1,2,3`. */
function cornered(line = ''): string[] {
  const [, corner, behind = ''] = /^[\s|"'#]*(\p{L}{2,20})(?=[\s,;|"':])(.{1,400})$/u.exec(line) ?? [];
  if (corner === undefined || !axisOf(corner)) return [];
  const isTable = /[,;|\t]/.test(behind);
  const fields = behind.split(isTable ? /[,;|\t]/ : /\s+/).map(unquoted);
  const names = fields.filter((field) => /[\p{L}\d]/u.test(field));
  return isTable || names.length > 1 ? [corner, ...names] : [];
}

/** So many rows are looked at for what counts them. */
const FEW_ROWS = 3;

/** The bare numbers or letters before rows. */
function countsBefore(lines: readonly string[], from: number): string[] {
  const counts: string[] = [];
  for (const line of lines.slice(from, from + 2 * FEW_ROWS)) {
    if (!/[\p{L}\d]/u.test(line)) continue;
    const [, count] = /^[\s|"']*(\d{1,2}|\p{L})(?=[\s,;|"':)])/u.exec(line) ?? [];
    if (count === undefined || counts.length === FEW_ROWS) break;
    counts.push(count);
  }
  return counts;
}

/** What each stands under: a title of answers, words that announce one, others, or none since the one before it. */
function titlesAbove<T>(
  found: readonly Found<T>[],
  lines: readonly string[],
  isWhole: (one: Found<T>) => boolean,
) {
  return found.map((one, i): Title => {
    const { line = 0 } = one;
    const own = lines[line - 1] ?? '';
    if (isOfEarlier(own)) return 'earlier';
    if (ANSWER_TITLE.test(own) || (isWhole(one) && givesAnswer(own))) return 'answer';
    const above = lines.slice(found[i - 1]?.line ?? 0, Math.max(0, line - 1));
    const words = above.findLast(
      (one) => (/\p{L}{3}/u.test(one) && !ROW.test(one)) || ANSWER_TITLE.test(one) || announcesAnswer(one),
    );
    if (words === undefined) return 'none';
    if (isOfEarlier(words)) return 'earlier';
    if (ANSWER_TITLE.test(words)) return 'answer';
    if (announcesAnswer(words)) return 'announced';
    return tellsOfAnswer(words) ? 'told' : 'words';
  });
}

/** What stands before the first text without blanks of a line. */
const beforeAnswer = (line: string) =>
  /^[^\n]{0,200}?(?=["'`>][1-9A-Zo#\s/]{16,}["'`<])/.exec(line)?.[0] ?? '';

/** Whether such a text is called an answer, or what a test expects: `solution = "5346…"`. */
function givesAnswer(line: string): boolean {
  const before = beforeAnswer(line);
  return isCalledAnswer(before) || isExpected(before);
}

/** Of a maze, with walls and a way of letters. */
const ROW = /^[xwsgeoXWSGEO\P{L}]*$/u;
