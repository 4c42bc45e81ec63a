/** Looks for what a dataset may have wrong beyond its arrays: answers that break the rules, and test puzzles that are trained on. */
import { datasetFamily, type PuzzleDataset } from './dataset.ts';
import type { Family } from './family.ts';

export interface SplitReport {
  readonly rows: number;
  readonly puzzles: number;
  readonly groups: number;
  /** Different identifiers that occur. */
  readonly identifiers: number;
  /** Rows whose question another row of the split with the same identifier has too. */
  readonly repeated: number;
  /** Questions that stand there with several answers. */
  readonly ambiguous: number;
  /** Rows whose answer breaks the rules; undefined where none are known. */
  readonly broken: number | undefined;
}

export interface DatasetReport {
  readonly train: SplitReport;
  readonly test: SplitReport;
  /** Test rows whose question is a training question, with the same identifier. */
  readonly leaked: number;
  /** Test rows whose question a symmetry turns into a training question, those above included; undefined if none is known. */
  readonly disguised: number | undefined;
  /** Test identifiers that no training row has. */
  readonly untrained: number;
  /** Guesses that the test puzzles take, in order: least, median, most; undefined where no search is known. */
  readonly difficulty: readonly [number, number, number] | undefined;
  /** The first faults, each with its place. */
  readonly faults: readonly string[];
}

/** Faults told in full. */
const TOLD = 10;

/** Test puzzles whose difficulty is measured. */
const MEASURED = 500;

/** Puzzles per split that are compared under symmetries, which takes eight forms of each. */
const COMPARED = 100_000;

export function checkDatasets(
  { train, test }: { readonly train: PuzzleDataset; readonly test: PuzzleDataset },
  onRows: (done: number, total: number) => void = () => {},
): DatasetReport {
  const { metadata } = train;
  const family = datasetFamily(metadata);
  const faults: string[] = [];
  const total = train.count + test.count;
  const compares = family.canonical !== undefined && total <= 2 * COMPARED;
  const trained = scan(train, 'train', family, compares, faults, (row) => onRows(row, total));
  const held = scan(test, 'test', family, compares, faults, (row) => onRows(train.count + row, total));
  const known = new Set(train.puzzleIdentifiers);
  const among = <T>(keys: readonly T[], others: ReadonlySet<T>) =>
    keys.filter((key) => others.has(key)).length;
  return {
    train: trained.report,
    test: held.report,
    leaked: among(held.keys, new Set(trained.keys)),
    disguised: compares ? among(held.canonical, new Set(trained.canonical)) : undefined,
    untrained: new Set(test.puzzleIdentifiers.filter((id) => !known.has(id))).size,
    difficulty: family.difficulty && guessesOf(test, family.difficulty),
    faults,
  };
}

/** What makes a dataset wrong, as opposed to noteworthy; empty for a sound one. */
export function problemsOf(report: DatasetReport): string[] {
  const problems: string[] = [];
  for (const split of ['train', 'test'] as const) {
    const { broken } = report[split];
    if (broken) problems.push(`${split}: ${broken} answers break the rules`);
  }
  if (report.leaked > 0) problems.push(`${report.leaked} test questions are training questions`);
  return problems;
}

function scan(
  dataset: PuzzleDataset,
  split: 'train' | 'test',
  family: Family,
  compares: boolean,
  faults: string[],
  onRow: (row: number) => void,
) {
  const { metadata, count } = dataset;
  const inputs = new Int32Array(metadata.seq_len);
  const labels = new Int32Array(metadata.seq_len);
  const keys: number[] = [];
  const canonical: string[] = [];
  const answers = new Map<number, number>();
  const ambiguous = new Set<number>();
  let broken = 0;
  let puzzle = 0;
  for (let row = 0; row < count; row++) {
    dataset.read(row, inputs, labels);
    while (row >= dataset.puzzleIndices[puzzle + 1]!) puzzle++;
    const [key, answer] = [hash(inputs, dataset.puzzleIdentifiers[puzzle]!), hash(labels, 0)];
    keys.push(key);
    if ((answers.get(key) ?? answer) !== answer) ambiguous.add(key);
    answers.set(key, answer);
    if (compares) canonical.push(family.canonical!(inputs));
    const fault = family.fault?.(inputs, labels);
    if (fault) {
      broken++;
      if (faults.length < TOLD) faults.push(`${split}, row ${row}: ${fault}`);
    }
    onRow(row + 1);
  }
  const report: SplitReport = {
    rows: count,
    puzzles: dataset.puzzleIdentifiers.length,
    groups: metadata.total_groups,
    identifiers: new Set(dataset.puzzleIdentifiers).size,
    repeated: count - new Set(keys).size,
    ambiguous: ambiguous.size,
    broken: family.fault ? broken : undefined,
  };
  return { report, keys, canonical };
}

/** 53 bits of a question and its identifier (FNV-1a twice, with other starts). Two rows in a million are taken for equal by chance of 1e-4. */
function hash(tokens: Int32Array, identifier: number): number {
  let [a, b] = [0x811c9dc5 ^ identifier, 0x2545f491 ^ identifier];
  for (let i = 0; i < tokens.length; i++) {
    a = Math.imul(a ^ tokens[i]!, 0x01000193);
    b = Math.imul(b ^ tokens[i]!, 0x5bd1e995);
    b ^= b >>> 15;
  }
  return (a >>> 0) * 2 ** 21 + (b >>> 11);
}

function guessesOf(
  dataset: PuzzleDataset,
  difficulty: NonNullable<Family['difficulty']>,
): [number, number, number] {
  const inputs = new Int32Array(dataset.metadata.seq_len);
  const guesses = Array.from({ length: Math.min(MEASURED, dataset.count) }, (_, row) => {
    dataset.read(row, inputs, inputs.slice());
    return difficulty(inputs);
  }).sort((x, y) => x - y);
  return [guesses[0] ?? 0, guesses[guesses.length >> 1] ?? 0, guesses.at(-1) ?? 0];
}
