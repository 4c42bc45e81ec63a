/**
 * An ARC dataset as the official builder lays it out: a group per task, a puzzle per augmentation, each with an
 * identifier of its own (a row of the puzzle embedding), and an example per pair. Rows are written from the plan when they
 * are read, so a built folder and training straight from the tasks see the same examples.
 *
 * Source: the official dataset/build_arc_dataset.py.
 */
import { checkCount } from '../check-count.ts';
import { type DatasetMetadata, intervalOf, type PuzzleDataset } from '../dataset.ts';
import { NumpyRandom } from '../numpy-random.ts';
import { type Augmentation, augmentedName } from './augmentation.ts';
import { type Augmentations, drawAugmentations, drawPlaces } from './plan.ts';
import { CANVAS, VOCABULARY, writeGrid } from './sequence.ts';
import type { ArcTask, Pair } from './task.ts';

/** Tasks in the order of their file. */
export interface ArcSubset {
  readonly tasks: readonly ArcTask[];
  /** Whether the test pairs are held out; else they are trained on like the others. */
  readonly test: boolean;
}

export interface ArcSettings {
  /** Augmentations of each task beside itself. */
  readonly augment: number;
  /** Seed of NumPy's stream; 42 in the paper's datasets. */
  readonly seed: number;
}

export interface ArcDataset {
  readonly train: PuzzleDataset;
  readonly test: PuzzleDataset;
  /** The tasks whose test pairs are held out; of two with one name the later. */
  readonly testTasks: readonly ArcTask[];
  /** Name of each row of the puzzle embedding. */
  identifiers(): Generator<string>;
}

interface Group {
  readonly task: ArcTask;
  readonly augmentations: Augmentations;
  readonly train: readonly Pair[];
  /** Held out; empty where nothing is. */
  readonly test: readonly Pair[];
}

/** Of a task; the paper has 1000. */
const MOST_AUGMENTATIONS = 100_000;

/**
 * @param onTask called after each of the `total` tasks, which take a millisecond per hundred augmentations.
 * @throws TrmError `usage` on more augmentations than there is time for.
 */
export function arcDataset(
  subsets: readonly ArcSubset[],
  { augment, seed }: ArcSettings,
  onTask: (done: number, total: number) => void = () => {},
): ArcDataset {
  checkCount('augment', augment, 0, MOST_AUGMENTATIONS);
  const random = new NumpyRandom(seed);
  const total = subsets.reduce((sum, { tasks }) => sum + tasks.length, 0);
  const groups: Group[] = [];
  for (const { tasks, test } of subsets) {
    for (const task of random.shuffle([...tasks])) {
      const pairs = task.parts.flatMap((part) => part.pairs);
      const ofKind = (kind: string) => task.parts.flatMap((part) => (part.kind === kind ? part.pairs : []));
      const augmentations = drawAugmentations(pairs, augment, random);
      groups.push({
        task,
        augmentations,
        train: test ? ofKind('train') : pairs,
        test: test ? ofKind('test') : [],
      });
      onTask(groups.length, total);
    }
  }
  const identifiers = new Identifiers(groups);
  const held = groups.filter((group) => group.test.length > 0);
  return {
    train: splitOf(groups, 'train', identifiers, random),
    test: splitOf(held, 'test', identifiers),
    testTasks: [...new Map(held.map(({ task }) => [task.name, task])).values()],
    identifiers: () => identifiers.names(),
  };
}

/** Numbers of all augmented tasks, from 1 on; 0 is nobody's. A task that two subsets hold keeps its number. */
class Identifiers {
  /** Task -> augmentation -> number. */
  readonly #numbers = new Map<string, Map<number, number>>();
  readonly #groups: readonly Group[];
  count = 1;

  constructor(groups: readonly Group[]) {
    this.#groups = groups;
    for (const { task, augmentations } of groups) {
      const numbers = this.#numbers.get(task.name) ?? new Map<number, number>();
      this.#numbers.set(task.name, numbers);
      for (let a = 0; a < augmentations.length; a++) {
        const code = codeOf(augmentations.at(a));
        if (!numbers.has(code)) numbers.set(code, this.count++);
      }
    }
  }

  of(task: ArcTask, augmentation: Augmentation): number {
    return this.#numbers.get(task.name)!.get(codeOf(augmentation))!;
  }

  *names(): Generator<string> {
    yield '<blank>';
    let next = 1;
    for (const { task, augmentations } of this.#groups) {
      for (let a = 0; a < augmentations.length; a++) {
        const augmentation = augmentations.at(a);
        if (this.of(task, augmentation) !== next) continue;
        next++;
        yield a === 0 ? task.name : augmentedName(task.name, augmentation);
      }
    }
  }
}

function codeOf({ form, colours }: Augmentation): number {
  return colours.reduce((code, colour) => code * 10 + colour, form);
}

/** @param random draws where each example lies on its canvas; without it they lie in the corner. */
function splitOf(
  groups: readonly Group[],
  kind: 'train' | 'test',
  identifiers: Identifiers,
  random?: NumpyRandom,
): PuzzleDataset {
  const puzzles = groups.reduce((sum, { augmentations }) => sum + augmentations.length, 0);
  const count = groups.reduce((sum, group) => sum + group.augmentations.length * group[kind].length, 0);
  const puzzleIdentifiers = new Int32Array(puzzles);
  const puzzleIndices = new Int32Array(puzzles + 1);
  const groupIndices = new Int32Array(groups.length + 1);
  const places = new Uint8Array(random ? 2 * count : 0); // [count, (top, left)]
  let puzzle = 0;
  let example = 0;
  groups.forEach((group, g) => {
    for (let a = 0; a < group.augmentations.length; a++) {
      const augmentation = group.augmentations.at(a);
      const pairs = group[kind];
      if (random) drawPlaces(pairs, augmentation.form, random, places.subarray(2 * example));
      puzzleIdentifiers[puzzle] = identifiers.of(group.task, augmentation);
      example += pairs.length;
      puzzleIndices[++puzzle] = example;
    }
    groupIndices[g + 1] = puzzle;
  });
  const metadata: DatasetMetadata = {
    pad_id: 0,
    ignore_label_id: 0,
    blank_identifier_id: 0,
    vocab_size: VOCABULARY,
    seq_len: CANVAS,
    num_puzzle_identifiers: identifiers.count,
    total_groups: groups.length,
    mean_puzzle_examples: puzzles === 0 ? 0 : count / puzzles,
    total_puzzles: puzzles,
    sets: ['all'],
    puzzle: { kind: 'arc' },
  };
  return {
    metadata,
    count,
    puzzleIdentifiers,
    puzzleIndices,
    groupIndices,
    read(row, inputs, labels) {
      const p = intervalOf(puzzleIndices, row);
      const g = intervalOf(groupIndices, p);
      const { augmentations, [kind]: pairs } = groups[g]!;
      const augmentation = augmentations.at(p - groupIndices[g]!);
      const [input, output] = pairs[row - puzzleIndices[p]!]!;
      const [top, left] = random ? [places[2 * row]!, places[2 * row + 1]!] : [0, 0];
      inputs.fill(0);
      labels.fill(0);
      writeGrid(input, augmentation, top, left, inputs);
      writeGrid(output, augmentation, top, left, labels);
    },
  };
}
