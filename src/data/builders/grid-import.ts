/** Makes a dataset of somebody's own puzzles: question and answer grids, or questions that the rules answer. */
import { TrmError } from '../../errors.ts';
import { type FamilyInfo, familyFrom } from '../families.ts';
import type { Family, PuzzleTokens } from '../family.ts';
import { describeGrids, encodePuzzle, type GridPuzzle } from '../grids/dataset.ts';
import type { Symmetries } from '../grids/family.ts';
import { parseSymbols } from '../grids/parse.ts';
import { writeDataset } from '../node/folder.ts';
import { checkFree } from '../node/new-folder.ts';
import { puzzleDataset } from '../puzzle-dataset.ts';
import { Random } from '../random.ts';
import { type Fault, type Item, itemAt, type OnWords, type Words } from '../reading/found.ts';
import { type OwnFamily, ownFamily, pairsOf } from './own-family.ts';
import type { BuildReport } from './progress.ts';
import { proseIn } from './prose.ts';
import type { CsvOptions } from './puzzle-csv.ts';
import { readPuzzleFiles, type Source } from './puzzle-files.ts';

export interface ImportOptions extends CsvOptions {
  /** A file of puzzles, or a folder of such files; `train.*` and `test.*` in a folder are the splits. */
  readonly from: string;
  /** Folder to create. */
  readonly out: string;
  /** Held-out puzzles: a share below 1, or a number. */
  readonly test: number;
  /** What the puzzles are; found out with `auto`, and when omitted. */
  readonly as?: OwnFamily;
  /** Answers questions that have none by the rules of their family. */
  readonly solve?: boolean;
  /** Of grids of symbols; Sudoku and mazes have their own. */
  readonly symmetries: Symmetries;
  /** The longest side a grid may have; attention over more cells than its square does not fit. */
  readonly maxSide: number;
  readonly seed: number;
}

export interface ImportReport extends BuildReport {
  /** What the puzzles are. */
  readonly family: FamilyInfo;
  /** Puzzles left out because an equal one is there already. */
  readonly duplicates: number;
  /** Puzzles left out of training because a symmetry turns them into a held-out one. */
  readonly leaks: number;
  /** Questions that have several answers. */
  readonly ambiguous: number;
  /** Sudokus with more solutions than the one that stands beside them. */
  readonly loose: number;
  /** Lines about the puzzles that stood in every question, and were left out. */
  readonly prose: readonly string[];
  /** Lines of Sudokus and mazes that were taken for words, and left out. */
  readonly words: readonly Words[];
}

/**
 * Reads the puzzles, splits them and writes the dataset folder. Puzzles whose questions a symmetry turns into each other go to
 * the same split, so that no augmentation of a training question is tested.
 *
 * @throws TrmError `usage` when `out` is taken, the test split would leave nothing or nothing can solve such puzzles, `data`
 *   with file and line of a puzzle that is not sound, `io` when a file cannot be read or written.
 */
export async function importGrids(options: ImportOptions): Promise<ImportReport> {
  const { from, out, test: wanted, seed, onProgress } = options;
  await checkFree(out);
  const files = await readPuzzleFiles(from, options);
  const { info, train: puzzles, test: given, prose, words } = puzzlesOf(files, options);
  const total = puzzles.length + (given?.length ?? 0);
  if (puzzles.length === 0) throw new TrmError('data', 'there are no training puzzles in it', { file: from });

  const family = familyFrom(info)!;
  const keyOf = family.canonical ?? String;
  const classes = new Map<string, PuzzleClass>();
  let duplicates = 0;
  const add = (tokens: PuzzleTokens, isTest: boolean) => {
    const key = keyOf(tokens.question);
    const equals = classes.get(key) ?? { puzzles: new Map(), isTest: false };
    classes.set(key, equals);
    const text = `${tokens.question}>${tokens.answer}`;
    const known = equals.puzzles.get(text);
    if (known) duplicates++;
    equals.puzzles.set(text, { tokens, isTest: isTest || known?.isTest === true });
    equals.isTest ||= isTest;
  };
  puzzles.forEach((puzzle, i) => {
    add(puzzle, false);
    if (i % 1000 === 0) onProgress?.({ stage: 'read', name: from, done: i, total });
  });
  for (const puzzle of given ?? []) add(puzzle, true);
  const distinct = total - duplicates;
  if (!given) chooseClasses([...classes.values()], wanted, seed);

  const members = [...classes.values()].flatMap((equals) =>
    [...equals.puzzles.values()].map(({ tokens, isTest }) => ({ tokens, isTest, equals })),
  );
  const heldOut = members.filter(({ isTest, equals }) => (given ? isTest : equals.isTest));
  const trained = members.filter(({ equals }) => !equals.isTest);
  if (trained.length === 0 || heldOut.length === 0)
    throw tooFew(from, {
      puzzles: distinct,
      questions: [...classes.values()].reduce((sum, one) => sum + questionsIn(one), 0),
      classes: classes.size,
      trained: trained.length,
      heldOut: heldOut.length,
    });
  const [trainPuzzles, testPuzzles] = [trained, heldOut].map((list) =>
    byQuestion(list.map(({ tokens }) => tokens)),
  ) as [PuzzleTokens[], PuzzleTokens[]];
  onProgress?.({ stage: 'write', name: out, done: 0, total: distinct });
  const splits = { train: puzzleDataset(info, trainPuzzles), test: puzzleDataset(info, testPuzzles) };
  await writeDataset(out, splits, ['<blank>']);
  const all = [...trainPuzzles, ...testPuzzles];
  return {
    train: trainPuzzles.length,
    test: testPuzzles.length,
    family: info,
    duplicates,
    leaks: distinct - trained.length - heldOut.length,
    ambiguous: all.filter(({ answers }) => answers).length,
    // Of a maze with several shortest ways each counts as right.
    loose: all.filter(
      ({ question, answers }) => info.kind === 'sudoku' && !answers && family.answer?.(question)?.several,
    ).length,
    prose,
    words,
  };
}

interface Puzzles {
  readonly info: FamilyInfo;
  readonly train: readonly PuzzleTokens[];
  readonly test?: readonly PuzzleTokens[];
  readonly prose: readonly string[];
  readonly words: readonly Words[];
}

/** @throws TrmError as `importGrids`. */
function puzzlesOf(
  { train, test }: { readonly train: readonly Source[]; readonly test?: readonly Source[] },
  options: ImportOptions,
): Puzzles {
  const { from, as = 'auto', symmetries } = options;
  const all = [...train, ...(test ?? [])];
  const known = ownFamily(all, as, from);
  if (known) {
    if (symmetries.dihedral || symmetries.rename) {
      const message = `${familyFrom(known)!.title} has symmetries of its own`;
      throw new TrmError('usage', message, { key: '--symmetries', fix: 'leave it out, or say --as grid' });
    }
    const family = familyFrom(known)!;
    const words: Words[] = [];
    const onWords = (one: Words) => words.push(one);
    const read = (sources: readonly Source[]) =>
      sound(
        sources.flatMap((one) => ruledPairs(one, family, options, onWords)),
        options,
      );
    return { info: known, train: read(train), ...(test && { test: read(test) }), prose: [], words };
  }
  for (const { at, value } of all) {
    const { error } = value?.doubt ? itemAt(value.doubt, at) : {};
    if (error) throw error;
  }
  const prose = proseIn(all);
  const symbols = (sources: readonly Source[]) =>
    sound(
      sources.map((one) => symbolPair(one, prose, options)),
      options,
    );
  const [trained, tested] = [symbols(train), test && symbols(test)];
  if (trained.length === 0) throw new TrmError('data', 'there are no training puzzles in it', { file: from });
  const info = describeGrids([...trained, ...(tested ?? [])], symmetries);
  const encode = (puzzle: GridPuzzle) => encodePuzzle(puzzle, info);
  return { info, train: trained.map(encode), ...(tested && { test: tested.map(encode) }), prose, words: [] };
}

/** The sound ones; the others go to `onBad`. @throws TrmError the first fault, where nobody takes it. */
function sound<T>(items: readonly Item<T>[], { onBad }: ImportOptions): T[] {
  return items.flatMap((item) => {
    if (!item.error) return [item.value];
    if (!onBad) throw item.error;
    onBad(item.error);
    return [];
  });
}

/** Puzzles with rules, answered by them where they have no answer and that was asked for. */
function ruledPairs(
  source: Source,
  family: Family,
  { solve = false }: ImportOptions,
  onWords: OnWords,
): Item<PuzzleTokens>[] {
  return pairsOf(source, family, onWords).map((item): Item<PuzzleTokens> => {
    if (item.error) return item;
    const { question, answer } = item.value;
    const fault = family.contradiction?.(question);
    if (fault) return itemAt({ fault }, item.at);
    if (family.open !== undefined && !question.includes(family.open)) return itemAt(COMPLETE, item.at);
    if (answer) {
      const broken = family.fault?.(question, answer);
      if (!broken) return { at: item.at, value: { question, answer } };
      return itemAt({ fault: `the answer breaks the rules: ${broken}` }, { ...item.at, key: 'answer' });
    }
    if (!solve)
      return itemAt({ fault: 'a question without an answer', fix: 'find answers with --solve' }, item.at);
    const solved = family.answer?.(question);
    if (!solved) return itemAt({ fault: 'the search for an answer was given up' }, item.at);
    // A maze may have several shortest ways, each of them right; a Sudoku of several solutions is none.
    if (solved.several && family.info?.kind === 'sudoku')
      return itemAt({ fault: 'the puzzle has more than one solution' }, item.at);
    return { at: item.at, value: { question, answer: solved.answer } };
  });
}

/** An answer without its question would make a puzzle that teaches nothing. */
const COMPLETE: Fault = {
  fault: 'a grid without blanks, which is an answer and no question',
  fix: 'leave it out, or give it as the answer of its question: in CSV or JSON, or below it under Solution:',
};

/** Grids of symbols as they are written, without lines that stand in every question. */
function symbolPair(
  source: Source,
  prose: readonly string[],
  { solve = false, maxSide }: ImportOptions,
): Item<GridPuzzle> {
  if (source.error) return source;
  const { at, value } = source;
  if (value.answer === undefined || value.answer === '') {
    const fault = value.holdsSeveral
      ? 'expected a question, a line of =, and an answer'
      : 'a question without an answer';
    const several =
      'as Sudokus or mazes they could not be read (--as sudoku or --as maze tells why): leave an empty line between them, and write . for each blank';
    const alone = solve ? 'only Sudoku and mazes are solved by their rules' : undefined;
    return itemAt({ fault, fix: value.holdsSeveral ? several : alone }, at);
  }
  const asked = without(value.question, prose);
  for (const [part, grid] of Object.entries({ question: asked, answer: value.answer }))
    if (areRuns(grid)) return itemAt(RUNS, { ...at, key: keyed(at.key, part) });
  const question = parseSymbols(asked);
  if (question.fault !== undefined) return itemAt(question, { ...at, key: keyed(at.key, 'question') });
  const answer = parseSymbols(value.answer);
  if (answer.fault !== undefined) return itemAt(answer, { ...at, key: keyed(at.key, 'answer') });
  for (const [part, { value: rows }] of Object.entries({ question, answer })) {
    const fault = `a grid of ${rows.length}x${rows[0]!.length}; at most ${maxSide} a side`;
    if (Math.max(rows.length, rows[0]!.length) > maxSide)
      return itemAt({ fault, fix: TOO_LARGE }, { ...at, key: keyed(at.key, part) });
  }
  return { at, value: { question: question.value, answer: answer.value } };
}

const RUNS: Fault = {
  fault: 'runs of one sign with spaces between them: the spaces may be cells',
  fix: 'if these are mazes, --as maze tells why they are not read; else write . for each space, or commas between symbols',
};

/** A sign several times: a letter more often than in a Roman numeral, and no digit, as numbers may repeat it. */
const RUN = /^(?:([^\p{L}\p{N}])\1+|(\p{L})\2{3,})$/u;

/** Whether a text, or texts for its rows, has a sign in runs of several lengths between spaces, as `# ## ###`. */
function areRuns(grid: unknown): boolean {
  const lines: readonly unknown[] = Array.isArray(grid) ? grid : [grid];
  const text = lines.filter((line) => typeof line === 'string').join('\n');
  if (text.includes(',') || !/\S[ \t]+\S/.test(text)) return false;
  const symbols = [...new Set(text.split(/[\s/]+/))].filter((symbol) => symbol !== '');
  return symbols.some((run) => {
    const [, sign, letter = sign] = RUN.exec(run) ?? [];
    const others = symbols.filter((other) => other !== run);
    return letter !== undefined && others.some((other) => other.replaceAll(letter, '') === '');
  });
}

const TOO_LARGE = 'leave it out, raise --max-side, or write / between its rows if they are written as one';

const keyed = (key: string | undefined, part: string) => (key ? `${key}.${part}` : part);

function without(question: unknown, prose: readonly string[]): unknown {
  if (typeof question !== 'string' || prose.length === 0) return question;
  return question
    .split('\n')
    .filter((line) => !prose.includes(line.trim()))
    .join('\n');
}

/** One puzzle for each question, with all the answers that stand there. */
function byQuestion(puzzles: readonly PuzzleTokens[]): PuzzleTokens[] {
  const questions = new Map<string, PuzzleTokens>();
  for (const puzzle of puzzles) {
    const key = String(puzzle.question);
    const known = questions.get(key);
    const answers = known && [...(known.answers ?? [known.answer]), puzzle.answer];
    questions.set(key, known ? { ...known, answers: answers! } : puzzle);
  }
  return [...questions.values()];
}

/** Puzzles whose questions symmetries turn into each other, by their text. */
interface PuzzleClass {
  readonly puzzles: Map<string, { readonly tokens: PuzzleTokens; readonly isTest: boolean }>;
  isTest: boolean;
}

const questionsIn = ({ puzzles }: PuzzleClass): number =>
  new Set(Array.from(puzzles.values(), ({ tokens }) => String(tokens.question))).size;

/**
 * Holds out random classes until there are so many questions of them, or such a share of all; those that would be too many only
 * where nothing else is held out.
 */
function chooseClasses(classes: readonly PuzzleClass[], wanted: number, seed: number): void {
  const all = classes.reduce((sum, one) => sum + questionsIn(one), 0);
  const count = wanted < 1 ? Math.max(Math.ceil(wanted), Math.round(wanted * all)) : wanted; // a share is one at least
  const order = new Random(seed).fork('test').permutation(classes.length);
  let chosen = 0;
  for (const index of order) {
    const size = questionsIn(classes[index]!);
    if (chosen + size > count) continue;
    classes[index]!.isTest = true;
    chosen += size;
  }
  const [first] = order.toSorted((a, b) => questionsIn(classes[a]!) - questionsIn(classes[b]!));
  if (chosen === 0 && count > 0 && first !== undefined) classes[first]!.isTest = true;
}

/** Why a dataset cannot be made of so few puzzles. */
function tooFew(
  file: string,
  found: { puzzles: number; questions: number; classes: number; trained: number; heldOut: number },
): TrmError {
  const { puzzles, questions, classes, trained, heldOut } = found;
  const key = 'test';
  if (puzzles === 1)
    return new TrmError('usage', 'a dataset needs two puzzles, one of them to test; there is one', {
      file,
      key,
      fix: /\.jsonl?$/i.test(file)
        ? 'give each puzzle as an object or a record of its own: the texts of a list under question are the rows of one'
        : 'add others',
    });
  if (questions === 1) {
    const fix = 'add other puzzles; of several answers leave out those that are wrong';
    return new TrmError('usage', `there is one question, with ${puzzles} answers`, { file, key, fix });
  }
  const several = puzzles > questions ? `, with ${puzzles} answers,` : '';
  const forms = `all ${questions} puzzles${several} are forms of one, which stay together so that none is tested that was trained on`;
  if (classes === 1) return new TrmError('usage', forms, { key, fix: 'add puzzles that differ by more' });
  const message = `of ${puzzles} puzzles ${trained} are left to train on and ${heldOut} to test`;
  return new TrmError('usage', message, { key, fix: 'ask for another share of test puzzles' });
}
