/** Looks for what a dataset may have wrong beyond its arrays: answers that break the rules, and test puzzles that are trained on. */
import { TrmError } from '../errors.ts';
import { type Answers, datasetFamily, intervalOf, type PuzzleDataset } from './dataset.ts';
import type { Difficulty, Family } from './family.ts';
import { Forms } from './forms.ts';

export interface SplitReport {
  readonly rows: number;
  readonly puzzles: number;
  readonly groups: number;
  /** Different identifiers that occur. */
  readonly identifiers: number;
  /** Rows whose question another row of the split with the same identifier has too. */
  readonly repeated: number;
  /** Questions that stand there with several answers, in rows of their own. */
  readonly ambiguous: number;
  /** Of a split that keeps all answers of its questions. */
  readonly answers: AnswersReport | undefined;
  /** Rows whose answer breaks the rules; undefined where none are known. */
  readonly broken: number | undefined;
}

export interface AnswersReport {
  /** Of all questions. */
  readonly count: number;
  /** Of one question. */
  readonly least: number;
  readonly most: number;
  /** Rows of which an answer stands there twice, or the label is none of them. */
  readonly unsound: number;
  /** Rows of which the rules know others; undefined where these do not tell. */
  readonly incomplete: number | undefined;
}

export interface DatasetReport {
  readonly train: SplitReport;
  readonly test: SplitReport;
  /** Test rows whose question is a training question, with the same identifier. */
  readonly leaked: number;
  /** Test rows whose question a symmetry turns into a training question, those above included; undefined if none is known. */
  readonly disguised: number | undefined;
  /** The same of the test rows of another dataset, where one is compared. */
  readonly against: { readonly rows: number; readonly disguised: number } | undefined;
  /** Test identifiers that no training row has. */
  readonly untrained: number;
  /** Of the test puzzles; undefined where none is known. */
  readonly difficulty: DifficultyRange | undefined;
  /** The shares of the test puzzles that need no cell more for simple logic to solve them, one, and more than one. */
  readonly depths: readonly number[] | undefined;
  /** The first faults, each with its place. */
  readonly faults: readonly string[];
}

/** How hard puzzles are, by what their family counts. */
export interface DifficultyRange {
  readonly unit: string;
  readonly least: number;
  /** A quarter of them are no harder. */
  readonly lower: number;
  readonly median: number;
  /** A quarter of them are at least as hard. */
  readonly upper: number;
  readonly most: number;
}

/** Faults told in full. */
const TOLD = 10;

/** Test puzzles of which difficulty and depth are measured. */
const MEASURED = 500;

/** Puzzles that are compared under symmetries without being asked to where that takes eight forms of each. */
const COMPARED = 200_000;

/** Both splits of a dataset and, where its training puzzles are compared with others, the test split of another one. */
export interface CheckedSplits {
  readonly train: PuzzleDataset;
  readonly test: PuzzleDataset;
  readonly against?: PuzzleDataset | undefined;
}

/** @throws TrmError `usage` when the other dataset holds other puzzles. */
export function checkDatasets(
  { train, test, against }: CheckedSplits,
  onRows: (done: number, total: number) => void = () => {},
): DatasetReport {
  const { metadata } = train;
  const family = datasetFamily(metadata);
  if (against) checkSame(family, datasetFamily(against.metadata));
  const faults: string[] = [];
  const rows = train.count + test.count;
  const compares = family.canonical !== undefined && (family.invariant !== undefined || rows <= COMPARED);
  const total = rows + (compares || against ? train.count : 0);
  let done = 0;
  const onRow = () => onRows(++done, total);
  const trained = scan(train, 'train', family, faults, onRow);
  let leaked = 0;
  const held = scan(test, 'test', family, faults, (inputs, identifier) => {
    if (trained.questions.find(inputs, identifier)) leaked++;
    onRow();
  });
  const known = new Set(train.puzzleIdentifiers);
  const forms = compares || against ? new Forms(train, family, onRow) : undefined;
  return {
    train: trained.report,
    test: held.report,
    leaked,
    disguised: compares ? disguised(test, forms!) : undefined,
    against: against && { rows: against.count, disguised: disguised(against, forms!) },
    untrained: new Set(test.puzzleIdentifiers.filter((id) => !known.has(id))).size,
    difficulty: family.difficulty && rangeOf(test, family.difficulty),
    depths: family.depth && depthsOf(test, family),
    faults,
  };
}

/** What makes a dataset wrong, as opposed to noteworthy; empty for a sound one. */
export function problemsOf(report: DatasetReport): string[] {
  const problems: string[] = [];
  for (const split of ['train', 'test'] as const) {
    const { broken, answers } = report[split];
    if (broken) problems.push(`${split}: ${broken} answers break the rules`);
    if (answers?.unsound) problems.push(`${split}: ${answers.unsound} rows with answers that are not sound`);
  }
  if (report.leaked > 0) problems.push(`${report.leaked} test questions are training questions`);
  if (report.against?.disguised)
    problems.push(`${report.against.disguised} test questions of the other dataset are training questions`);
  return problems;
}

function scan(
  dataset: PuzzleDataset,
  split: 'train' | 'test',
  family: Family,
  faults: string[],
  onRow: (inputs: Int32Array, identifier: number) => void,
) {
  const { metadata, count } = dataset;
  const inputs = new Int32Array(metadata.seq_len);
  const labels = new Int32Array(metadata.seq_len);
  const questions = new Questions(dataset);
  const ambiguous = new Set<number>();
  const several = dataset.answers && new SeveralAnswers(dataset.answers, family);
  let repeated = 0;
  let broken = 0;
  let puzzle = 0;
  for (let row = 0; row < count; row++) {
    dataset.read(row, inputs, labels);
    while (row >= dataset.puzzleIndices[puzzle + 1]!) puzzle++;
    const identifier = dataset.puzzleIdentifiers[puzzle]!;
    const known = questions.add(row, inputs, identifier);
    if (known) {
      repeated++;
      if (known.labels.some((label, i) => label !== labels[i])) ambiguous.add(known.row);
    }
    const fault = family.fault?.(inputs, labels) ?? several?.look(row, inputs, labels);
    if (fault) {
      broken++;
      if (faults.length < TOLD) faults.push(`${split}, row ${row}: ${fault}`);
    }
    onRow(inputs, identifier);
  }
  const report: SplitReport = {
    rows: count,
    puzzles: dataset.puzzleIdentifiers.length,
    groups: metadata.total_groups,
    identifiers: new Set(dataset.puzzleIdentifiers).size,
    repeated,
    ambiguous: ambiguous.size,
    answers: several?.report(),
    broken: family.fault ? broken : undefined,
  };
  return { report, questions };
}

/** Looks at all answers of every row. */
class SeveralAnswers {
  readonly #answers: Answers;
  readonly #family: Family;
  #unsound = 0;
  #incomplete = 0;

  constructor(answers: Answers, family: Family) {
    this.#answers = answers;
    this.#family = family;
  }

  /** @returns what is wrong with one of them. */
  look(row: number, question: Int32Array, labels: Int32Array): string | undefined {
    const { indices, read } = this.#answers;
    const answer = new Int32Array(labels.length); // [S]
    const known = new Set<string>();
    let fault: string | undefined;
    for (let index = indices[row]!; index < indices[row + 1]!; index++) {
      read(index, answer);
      known.add(String(answer));
      fault ??= this.#family.fault?.(question, answer);
    }
    const count = indices[row + 1]! - indices[row]!;
    if (known.size < count || !known.has(String(labels))) this.#unsound++;
    const all = this.#family.answers?.(question, count);
    if (this.#family.answers && all?.length !== count) this.#incomplete++;
    return fault;
  }

  report(): AnswersReport {
    const { count, indices } = this.#answers;
    const numbers = Array.from(indices.subarray(1), (end, row) => end - indices[row]!);
    return {
      count,
      least: numbers.reduce((a, b) => Math.min(a, b), count),
      most: numbers.reduce((a, b) => Math.max(a, b), 0),
      unsound: this.#unsound,
      incomplete: this.#family.answers && this.#incomplete,
    };
  }
}

/** The first row of a question, and its answer `[S]` until the next one is looked for. */
interface Known {
  readonly row: number;
  readonly labels: Int32Array;
}

/**
 * The different questions of a split, each with its identifier. Rows of equal hash are read again and compared token by
 * token, so that what is called equal is equal; the rows themselves are not kept.
 */
class Questions {
  readonly #dataset: PuzzleDataset;
  /** Hash -> the last row that has it. */
  readonly #last = new Map<number, number>();
  /** [N] row -> the row before it with the same hash and another question, or -1. */
  readonly #before: Int32Array;
  readonly #inputs: Int32Array;
  readonly #labels: Int32Array;

  constructor(dataset: PuzzleDataset) {
    this.#dataset = dataset;
    this.#before = new Int32Array(dataset.count).fill(-1);
    this.#inputs = new Int32Array(dataset.metadata.seq_len);
    this.#labels = this.#inputs.slice();
  }

  find(tokens: Int32Array, identifier: number): Known | undefined {
    return this.#find(hash(tokens, identifier), tokens, identifier);
  }

  /** Takes the question of a row, unless one that is known is the same. */
  add(row: number, tokens: Int32Array, identifier: number): Known | undefined {
    const key = hash(tokens, identifier);
    const known = this.#find(key, tokens, identifier);
    if (known) return known;
    this.#before[row] = this.#last.get(key) ?? -1;
    this.#last.set(key, row);
    return undefined;
  }

  #find(key: number, tokens: Int32Array, identifier: number): Known | undefined {
    for (let row = this.#last.get(key) ?? -1; row >= 0; row = this.#before[row]!) {
      if (identifierOf(this.#dataset, row) !== identifier) continue;
      this.#dataset.read(row, this.#inputs, this.#labels);
      if (this.#inputs.every((token, i) => token === tokens[i])) return { row, labels: this.#labels };
    }
    return undefined;
  }
}

function identifierOf({ puzzleIndices, puzzleIdentifiers }: PuzzleDataset, row: number): number {
  return puzzleIdentifiers[intervalOf(puzzleIndices, row)]!;
}

/** 53 bits of a question and its identifier (FNV-1a twice, with other starts). */
function hash(tokens: Int32Array, identifier: number): number {
  let [a, b] = [0x811c9dc5, 0x2545f491];
  const mix = (word: number) => {
    a = Math.imul(a ^ word, 0x01000193);
    b = Math.imul(b ^ word, 0x5bd1e995);
    b ^= b >>> 15;
  };
  mix(identifier);
  for (let i = 0; i < tokens.length; i++) mix(tokens[i]!);
  return (a >>> 0) * 2 ** 21 + (b >>> 11);
}

function checkSame({ title }: Family, other: Family): void {
  if (title === other.title) return;
  throw new TrmError('usage', `it holds ${other.title}, not ${title}`, { key: 'against' });
}

/** Rows whose question a symmetry turns into one of those. */
function disguised(dataset: PuzzleDataset, forms: Forms): number {
  const question = new Int32Array(dataset.metadata.seq_len); // [S]
  const answer = question.slice();
  let count = 0;
  for (let row = 0; row < dataset.count; row++) {
    dataset.read(row, question, answer);
    if (forms.has(question)) count++;
  }
  return count;
}

function rangeOf(test: PuzzleDataset, { unit, of }: Difficulty): DifficultyRange {
  const counts = measured(test, of).sort((x, y) => x - y);
  const [least, lower, median, upper, most] = [0, 0.25, 0.5, 0.75, 1].map(
    (share) => counts[Math.min(Math.floor(share * counts.length), counts.length - 1)] ?? 0,
  ) as [number, number, number, number, number];
  return { unit, least, lower, median, upper, most };
}

function depthsOf(test: PuzzleDataset, family: Family): number[] {
  const depths = measured(test, (question, answer) => family.depth!(question, answer));
  return [0, 1, 2].map((depth) => depths.filter((one) => one === depth).length / depths.length);
}

/** What is measured of the first test puzzles. */
function measured(test: PuzzleDataset, of: (question: Int32Array, answer: Int32Array) => number): number[] {
  const [inputs, labels] = [new Int32Array(test.metadata.seq_len), new Int32Array(test.metadata.seq_len)];
  return Array.from({ length: Math.min(MEASURED, test.count) }, (_, row) => {
    test.read(row, inputs, labels);
    return of(inputs, labels);
  });
}
