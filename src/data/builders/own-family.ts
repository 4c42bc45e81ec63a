/**
 * Finds out what somebody's puzzles are: Sudoku or mazes, whose rules are known, where nearly every answer that is given obeys them;
 * else grids of symbols. So own Sudokus have their symmetries, and can be solved without a model.
 */
import { TrmError } from '../../errors.ts';
import { type FamilyInfo, familyFrom } from '../families.ts';
import type { Family } from '../family.ts';
import { rowsIn } from '../maze/text.ts';
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
  const doubtful = judged.find(({ obeying }) => obeying > MANY && obeying <= NEARLY_ALL);
  if (doubtful) {
    const { kind } = doubtful.info;
    const wrong = `${Math.round(100 * (1 - doubtful.obeying))} % of the answers break its rules`;
    throw new TrmError('data', `the puzzles may be ${familyFrom(doubtful.info)!.title}, but ${wrong}`, {
      file,
      fix: `say what they are: --as ${kind} tells which are wrong, --as grid takes them as they stand`,
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
  if (first || asked === 'auto') return first;
  throw new TrmError('data', `these are no puzzles of ${asked}`, { file, fix: 'leave out --as' });
}

function candidatesFor(sources: readonly Source[]): FamilyInfo[] {
  const sudokus = [4, 6, 9, 16].map((size) => ({ kind: 'sudoku', size }));
  const sizes = new Set(sources.flatMap((source) => mazeSizes(source)));
  const mazes = [...sizes].map((size) => {
    const [rows, columns] = size.split('x').map(Number);
    return { kind: 'maze', rows: rows!, columns: columns! };
  });
  return [...sudokus, ...mazes];
}

/** Sizes that a question may have if it is a maze: of its rows, or of a square on one line. */
function mazeSizes({ value, error }: Source): string[] {
  if (error) return [];
  const { question, holdsSeveral } = value;
  const list = typeof question === 'string' ? rowsIn(question.replaceAll('/', '\n')) : question;
  if (!Array.isArray(list) || list.length === 0) return [];
  const isBlank = (line: unknown) => typeof line === 'string' && line.trim() === '';
  const first = Math.max(
    0,
    list.findIndex((line) => !isBlank(line)),
  );
  const blank = list.findIndex((line, i) => i > first && isBlank(line));
  const rows = list.slice(first, blank > 0 ? blank : undefined) as ArrayLike<unknown>[];
  const lengths = rows.map((row) => row?.length ?? 0);
  const side = Math.sqrt(lengths[0]!);
  if ((rows.length === 1 || holdsSeveral) && Number.isInteger(side) && side > 1) return [`${side}x${side}`];
  return rows.length > 1 ? [`${rows.length}x${Math.max(...lengths)}`] : [];
}

/** The share of the pairs whose answer, where there is one, breaks no rule; undefined where most cannot be read so. */
function obedience(family: Family, sources: readonly Source[]): number | undefined {
  const pairs = sources.flatMap((source) => pairsOf(source, family));
  const sound = pairs.filter(({ error }) => !error);
  if (2 * sound.length <= pairs.length) return undefined;
  const obeys = ({ value }: Item<Pair>) =>
    value!.answer === undefined || family.fault!(value!.question, value!.answer) === undefined;
  return sound.filter(obeys).length / sound.length;
}
