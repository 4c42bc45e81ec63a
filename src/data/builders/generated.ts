/** Builds a dataset folder of generated puzzles: no download, any amount, every family that has a generator. */

import { availableParallelism } from 'node:os';
import { TrmError } from '../../errors.ts';
import { checkOptions } from '../../options.ts';
import { settingsError } from '../../settings-error.ts';
import { didYouMean } from '../../suggest.ts';
import { checkCount } from '../check-count.ts';
import { type FamilyInfo, families, familyFrom, familyInfo, puzzleFamily } from '../families.ts';
import type { PuzzleTokens, TokenRow } from '../family.ts';
import { writeDataset } from '../node/folder.ts';
import { checkFree } from '../node/new-folder.ts';
import { puzzleDataset } from '../puzzle-dataset.ts';
import { generateHere, generateInThreads } from './generation.ts';
import type { BuildReport, OnProgress } from './progress.ts';

/** What to generate, how much of it, and where to. */
export interface GenerateOptions {
  /** What to generate, e.g. `{ kind: 'sudoku', size: 6 }`. */
  readonly family: FamilyInfo;
  /** Options of the family's generator, e.g. `{ clues: 20 }`. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Training puzzles. */
  readonly count: number;
  /** Held-out puzzles. */
  readonly testCount: number;
  readonly seed: number;
  /** Threads that make them; this one alone when omitted. The puzzles are the same. */
  readonly threads?: number;
  /** Folder to create. */
  readonly out: string;
  readonly onProgress?: OnProgress;
}

const optionKeys: Readonly<Record<keyof GenerateOptions, true>> = {
  family: true,
  options: true,
  count: true,
  testCount: true,
  seed: true,
  threads: true,
  out: true,
  onProgress: true,
};

/** All puzzles are compared with each other in a Set, which holds no more. */
const MOST = 2 ** 24;

/** Puzzles in a row that are there already, after which no more are looked for. */
const PATIENCE = 1000;

/**
 * Generates the puzzles of both splits and writes them.
 *
 * All puzzles differ, and no held-out one is a training puzzle in another of its family's forms, unless it is a 4x4 Sudoku: of
 * these so few exist.
 *
 * @throws TrmError `usage` when `out` is taken, nothing generates such puzzles or not so many, `io` when it cannot
 *   be written.
 */
export async function generateDataset(request: GenerateOptions): Promise<BuildReport> {
  const {
    family: info,
    options = {},
    count,
    testCount,
    seed,
    threads,
    out,
    onProgress,
  } = checkOptions(request, optionKeys);
  checkCount('count', count, 1);
  checkCount('testCount', testCount, 1);
  if (!Number.isSafeInteger(seed))
    throw new TrmError('usage', `expected a whole number, got ${seed}`, { key: 'seed' });
  if (typeof out !== 'string' || out === '')
    throw new TrmError('usage', `expected the name of a folder to make, got ${JSON.stringify(out)}`, {
      key: 'out',
    });
  if (count + testCount > MOST)
    throw new TrmError('usage', `at most ${MOST} puzzles are generated together, got ${count + testCount}`, {
      key: 'count',
      fix: 'ask for fewer',
    });
  if (threads !== undefined) checkCount('threads', threads, 1);
  const { generator, settings } = checked(info, options);
  const made = generator.made?.(info, settings) ?? info;
  const most = generator.most?.(made, settings) ?? MOST;
  if (count + testCount > most)
    throw new TrmError(
      'usage',
      `there are at most ${most} such puzzles of ${familyFrom(made)!.title}, got ${count + testCount}`,
      { key: 'count', fix: 'ask for fewer, or for larger puzzles' },
    );
  await checkFree(out);
  const { canonical, title } = familyFrom(made)!;
  const keyOf = generator.keyOf ?? String;
  const formOf = generator.keyOf ?? canonical ?? String;
  const known = new Set<string | number>();
  const total = count + testCount;

  const take = async (amount: number, name: string, isNew: (question: TokenRow) => boolean) => {
    const generation = { info: made, settings, seed, name };
    const slices =
      threads === undefined
        ? generateHere(generation)
        : generateInThreads(generation, Math.min(threads, availableParallelism()));
    const puzzles: PuzzleTokens[] = [];
    const before = known.size;
    let repeated = 0;
    let last = 0; // slice that has brought a new puzzle
    for await (const { index, puzzles: some, waiting, fault } of slices) {
      for (const puzzle of some) {
        repeated++;
        if (puzzles.length === amount) break;
        const key = keyOf(puzzle.question);
        if (known.has(key) || !isNew(puzzle.question)) continue;
        known.add(key);
        puzzles.push(puzzle);
        repeated = 0;
        last = index;
      }
      const done = before + Math.min(amount, puzzles.length + waiting);
      onProgress?.({ stage: 'generate', name, done, total });
      if (puzzles.length === amount) break;
      if (fault && known.size === 0) throw new TrmError(fault.code, fault.message);
      if ((fault && last < index) || repeated > PATIENCE)
        throw name === 'train' ? tooFew(known.size, title) : tooFewLeft(puzzles.length, count, title);
    }
    return puzzles;
  };

  const trained = await take(count, 'train', () => true);
  const forms = new Set(trained.map(({ question }) => formOf(question)));
  const heldOut = await take(testCount, 'test', (question) => !forms.has(formOf(question)));
  onProgress?.({ stage: 'write', name: out, done: 0, total });
  const [train, test] = [puzzleDataset(made, trained), puzzleDataset(made, heldOut)];
  await writeDataset(out, { train, test }, ['<blank>']);
  return { train: count, test: testCount };
}

function tooFew(found: number, title: string): TrmError {
  return new TrmError('usage', `found only ${found} different puzzles of ${title}`, {
    key: 'count',
    fix: `ask for fewer than ${found} training puzzles, for test puzzles must be left, or for other ones`,
  });
}

/** @param found test puzzles. */
function tooFewLeft(found: number, trained: number, title: string): TrmError {
  const fault = `beside ${trained} training puzzles only ${found} of ${title} were found that are none of these, turned or renamed`;
  return new TrmError('usage', fault, {
    key: 'testCount',
    fix: 'ask for fewer training puzzles, for fewer test puzzles, or for other ones',
  });
}

/** The generator of a family and its options, those left out filled in. @throws TrmError `usage` that names the key. */
function checked(info: FamilyInfo, options: Readonly<Record<string, unknown>>) {
  const kinds = Object.keys(families).filter((kind) => puzzleFamily({ kind })?.generator);
  const all = `give one of ${kinds.join(', ')}`;
  const kind: unknown = (info as FamilyInfo | null | undefined)?.kind;
  if (typeof kind !== 'string')
    throw new TrmError(
      'usage',
      `expected an object as { kind: 'sudoku', size: 6 }, got ${JSON.stringify(info)}`,
      { key: 'family', fix: all },
    );
  const generator = puzzleFamily(info)?.generator;
  if (!generator)
    throw new TrmError('usage', `nothing generates puzzles of kind '${kind}'`, {
      key: 'family',
      fix: didYouMean(kind, kinds, all),
    });
  const family = familyInfo.safeParse(info);
  const settings = generator.options.safeParse(options);
  const error = family.error ?? settings.error;
  if (!error) return { generator, settings: settings.data! };
  throw settingsError('usage', error, { known: Object.keys(generator.options.shape) });
}
