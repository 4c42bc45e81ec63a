/**
 * Finds out what somebody's puzzles are: Sudoku or mazes, whose rules are known, where nearly every answer that is given obeys them;
 * else grids of symbols. So own Sudokus have their symmetries, and can be solved without a model.
 */
import { TrmError } from '../../errors.ts';
import { type FamilyInfo, families, familyFrom } from '../families.ts';
import type { Family, Sized } from '../family.ts';
import { gridsOfAnySize } from '../reading/any-size.ts';
import { type Item, itemAt, type OnWords } from '../reading/found.ts';
import { readGrids } from '../reading/read.ts';
import type { Source } from './puzzle-files.ts';

/** What `data import --as` takes. */
export const ownFamilies = ['auto', 'sudoku', 'maze', 'grid'] as const;
export type OwnFamily = (typeof ownFamilies)[number];

/** Sources that are looked at. */
const LOOKED_AT = 50;

/** Of the answers so many obey the rules: then these are such puzzles, and the others are wrong; or they may be such. */
const [NEARLY_ALL, MANY] = [0.75, 0.5];

/** Tokens `[S]` of a question and of its answer, where it has one. */
export interface Pair {
  readonly question: Int32Array;
  readonly answer?: Int32Array;
}

/** Every pair of a source, read by a family; only one question may have an answer. */
export function pairsOf(source: Source, family: Family, onWords?: OnWords): Item<Pair>[] {
  if (source.error) return [source];
  const { at, value } = source;
  const questions = value.holdsSeveral
    ? readGrids(value.question, family, at, onWords)
    : readGrids({ question: value.question }, family, at);
  const items = questions.map((item): Item<Pair> => {
    if (item.error) return item;
    const { at, value, answer } = item;
    return { at, value: { question: family.posed?.(value) ?? value, ...(answer && { answer }) } };
  });
  if (value.answer === undefined || value.answer === '') return items;
  const answers = readGrids({ question: value.answer }, family, { ...at, key: 'answer' });
  const [first] = items;
  const [answer] = answers;
  if (items.length !== 1 || answers.length !== 1 || !first || !answer)
    return [itemAt({ fault: 'expected one question and one answer' }, at)];
  if (first.error) return [first];
  if (answer.error) return [answer];
  return [{ at, value: { question: first.value.question, answer: answer.value } }];
}

/**
 * The family with rules that all pairs are of; undefined where they are grids of symbols.
 *
 * @throws TrmError `data` where they may be two, or are not what was asked for.
 */
export function ownFamily(
  sources: readonly Source[],
  asked: OwnFamily,
  file: string,
): FamilyInfo | undefined {
  if (asked === 'grid') return undefined;
  const some = sources.slice(0, LOOKED_AT);
  const candidates = candidatesFor(some).filter(({ kind }) => asked === 'auto' || kind === asked);
  const judged = candidates.flatMap((info) => {
    const obeying = obedience(familyFrom(info)!, some);
    return obeying === undefined ? [] : [{ info, obeying: asked === 'auto' ? obeying : 1 }];
  });
  const doubtful = judged.find(
    ({ info, obeying }) => obeying <= NEARLY_ALL && (obeying >= MANY || holdsSolved(familyFrom(info)!, some)),
  );
  if (doubtful) {
    const { kind } = doubtful.info;
    const wrong = `${Math.round(100 * (1 - doubtful.obeying))} % of the answers break its rules`;
    throw new TrmError('data', `the puzzles may be ${familyFrom(doubtful.info)!.title}, but ${wrong}`, {
      file,
      fix: `look whether answers stand beside other questions, or in their column; --as ${kind} tells which are wrong, --as grid takes them as they stand`,
    });
  }
  const fitting = judged.flatMap(({ info, obeying }) => (obeying > NEARLY_ALL ? [info] : []));
  const [first, second] = fitting;
  if (first && second) {
    const [a, b] = [first, second].map((info) => familyFrom(info)!.title);
    throw new TrmError('data', `the puzzles may be ${a} or ${b}`, {
      file,
      fix: 'write each as JSON, rows as lists',
    });
  }
  if (first) return first;
  const unfit = faultOfMazes(some, asked, file);
  if (unfit && asked !== 'sudoku') throw unfit;
  if (asked === 'auto') return undefined;
  const unread = asked === 'sudoku' ? faultOfSudokus(some) : undefined;
  throw unread ?? new TrmError('data', `these are no puzzles of ${asked}`, { file, fix: 'leave out --as' });
}

/** Whether most sources hold a solved Sudoku, be it as the answer to another question or in place of one: no chance does that. */
function holdsSolved(family: Family, sources: readonly Source[]): boolean {
  if (family.info?.kind !== 'sudoku') return false;
  const isSolved = (grid: Int32Array | undefined) => grid !== undefined && !family.fault!(grid, grid);
  const solved = sources.filter(
    (source) =>
      !source.value?.doubt &&
      pairsOf(source, family).some(({ value }) => isSolved(value?.answer) || isSolved(value?.question)),
  );
  return solved.length >= MANY * sources.length;
}

const sudokus: readonly FamilyInfo[] = [9, 16, 6, 4].map((size) => ({ kind: 'sudoku', size }));

/** The first fault of Sudokus of the size that most are of, or that makes the fewest pieces of a text; none that they have another. */
function faultOfSudokus(sources: readonly Source[]): TrmError | undefined {
  const read = sudokus.map((info) => {
    const pairs = sources.flatMap((source) => pairsOf(source, familyFrom(info)!));
    const faults = pairs.filter(({ error }) => error);
    return { first: faults[0], pieces: pairs.length, sound: pairs.length - faults.length };
  });
  const told = read.filter(({ first }) => first?.error && !first.isOtherSize);
  return told.sort((a, b) => b.sound - a.sound || a.pieces - b.pieces)[0]?.first?.error;
}

function candidatesFor(sources: readonly Source[]): FamilyInfo[] {
  const mazes = sources.flatMap(mazesIn).flatMap(({ value }) => (value ? [value.info] : []));
  return [...sudokus, ...new Map(mazes.map((info) => [familyFrom(info)!.title, info])).values()];
}

/** What a question is if it is a maze, of the size that it shows itself. */
function mazesIn({ at, value }: Source): Item<Sized<FamilyInfo>>[] {
  return value ? gridsOfAnySize(value.question, families.maze.ofAnySize, at) : [];
}

/**
 * Why puzzles that are read as no family of one size are mazes nonetheless: of several sizes, or such as may be drawn in two ways;
 * undefined where most of them are none.
 */
function faultOfMazes(sources: readonly Source[], asked: OwnFamily, file: string): TrmError | undefined {
  const mazes = sources.flatMap((source) => mazesIn(source).map((item) => ({ source, item })));
  const share = (some: readonly unknown[]) => some.length / Math.max(1, mazes.length);
  const sound = mazes.filter(
    ({ source, item: { value } }) => value && (asked === 'maze' || obeysAs(value.info, source)),
  );
  const sizes = new Set(sound.map(({ item }) => sizeOf(item.value!.info)));
  if (share(sound) > MANY && sizes.size > 1) {
    const [last, ...others] = [...sizes].reverse();
    return new TrmError(
      'data',
      `mazes of ${others.reverse().join(', ')} and ${last}; a dataset has one size`,
      {
        file,
        fix: 'import those of each size from a file of their own; a model of any size is trained on several datasets',
      },
    );
  }
  const bad = mazes.filter(({ item }) => item.error && (asked === 'maze' || item.isDoubt));
  if (asked === 'maze') return (bad[0]?.item ?? unreadPair(mazes))?.error;
  return share(bad) > MANY ? bad[0]?.item.error : undefined;
}

/** The first pair that cannot be read though its question is a maze. */
function unreadPair(
  mazes: readonly { readonly source: Source; readonly item: Item<Sized<FamilyInfo>> }[],
): Item<Pair> | undefined {
  const pairs = mazes.flatMap(({ source, item: { value } }) =>
    value ? pairsOf(source, familyFrom(value.info)!) : [],
  );
  return pairs.find(({ error }) => error);
}

/** Whether the answer of a source, where one stands beside it, obeys the rules of a family. */
function obeysAs(info: FamilyInfo, source: Source): boolean {
  return source.value?.answer === undefined || obedience(familyFrom(info)!, [source]) === 1;
}

function sizeOf(info: FamilyInfo): string {
  const { rows, columns } = familyFrom(info)!.canvas;
  return `${rows}x${columns}`;
}

/**
 * The share of the pairs whose answer, where there is one, breaks no rule; undefined where more than half cannot be read so. What
 * could not be taken apart tells nothing, and neither do answers that are not finished, as the last one of a file that was cut, if
 * they are few.
 */
function obedience(family: Family, sources: readonly Source[]): number | undefined {
  const whole = sources.filter(({ error }) => !error);
  const told = whole.filter((source) => !isUnfinished(source, family));
  const pairs = told.flatMap((source) => pairsOf(source, family));
  const sound = pairs.filter(({ error }) => !error);
  // The size of a maze is its own, so that of two one always fits.
  const least = family.info?.kind === 'sudoku' ? pairs.length / 2 : (pairs.length + 1) / 2;
  if (sound.length === 0 || sound.length < least || sound.length < whole.length - told.length)
    return undefined;
  const obeys = ({ value }: Item<Pair>) =>
    value!.answer === undefined || family.fault!(value!.question, value!.answer) === undefined;
  return sound.filter(obeys).length / sound.length;
}

/**
 * Whether an answer keeps what is given as far as it goes, and ends too early or has blanks; the free cells of a maze are none, of
 * which its answer may have many.
 */
function isUnfinished({ at, value }: Source, family: Family): boolean {
  const { question, answer } = value ?? {};
  if (typeof question !== 'string' || typeof answer !== 'string' || answer.trim() === '') return false;
  if (family.info?.kind === 'maze' && answer.length >= question.length) return false;
  const filled = answer + question.slice(answer.length);
  const [pair, ...more] = pairsOf({ at, value: { question, answer: filled } }, family);
  if (!pair?.value?.answer || more.length > 0) return false;
  const { question: asked, answer: given } = pair.value;
  return (
    given.includes(family.open!) &&
    family.fault!(asked, given) !== undefined &&
    asked.every((token, i) => token === family.open || token === given[i])
  );
}
