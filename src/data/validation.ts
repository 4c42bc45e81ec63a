/**
 * Puzzles that a run holds out of its own training split, to choose its best checkpoint on them (config `validation`).
 *
 * The official code chooses on the test split, where the best of many evaluations looks better than it is. Held out are
 * whole families of groups: a group is an original puzzle with its augmentations (for ARC a task), and groups whose
 * questions a symmetry turns into each other are one family, so that nothing trained on is a form of a puzzle held out.
 */
import { TrmError } from '../errors.ts';
import { datasetFamily, type PuzzleDataset } from './dataset.ts';
import { Random } from './random.ts';
import { type PuzzleRange, selectRanges } from './select.ts';

export interface ValidationOptions {
  /** Groups to hold out: a share below 1, or a number; 0: none. */
  readonly validation: number;
  /** Decides which ones. */
  readonly seed: number;
}

export interface Cut {
  readonly train: PuzzleDataset;
  /** The original puzzle of each group held out, without its augmentations; undefined where none is. */
  readonly validation: PuzzleDataset | undefined;
}

/** The last cut of each dataset: finding the families of a million puzzles takes a while, and a run asks more than once. */
const cuts = new WeakMap<PuzzleDataset, { readonly key: string; readonly cut: Cut }>();

/**
 * Cuts a training split in two: the same two for the same options, found once. As many groups are held out as their families allow,
 * never more than asked for.
 *
 * @throws TrmError `config` when nothing would be left on one side.
 */
export function cutValidation(dataset: PuzzleDataset, options: ValidationOptions): Cut {
  if (options.validation === 0) return { train: dataset, validation: undefined };
  const key = `${options.validation} ${options.seed}`;
  const known = cuts.get(dataset);
  if (known?.key === key) return known.cut;
  const cut = cutAnew(dataset, options);
  cuts.set(dataset, { key, cut });
  return cut;
}

function cutAnew(dataset: PuzzleDataset, { validation, seed }: ValidationOptions): Cut {
  const { groupIndices, setIndices } = dataset;
  const groups = groupIndices.length - 1;
  const wanted = validation < 1 ? Math.round(validation * groups) : validation;
  const families = familiesOf(dataset);
  const heldOut = new Set<number>();
  for (const index of new Random(seed).fork('validation').permutation(families.length)) {
    const family = families[index]!;
    if (heldOut.size + family.length <= wanted) for (const group of family) heldOut.add(group);
  }
  if (heldOut.size === 0 || heldOut.size === groups) {
    const smallest = Math.min(...new Set(families.map(({ length }) => length)));
    throw new TrmError(
      'config',
      `of ${groups} training puzzles ${heldOut.size} would be held out: their ${families.length} families have ${smallest} puzzles or more`,
      { key: 'validation', fix: 'hold out another number, or 0 to choose on the test split' },
    );
  }
  const trained: PuzzleRange[] = [];
  const original: PuzzleRange[] = [];
  const before = new Int32Array(groups + 1); // groups trained on before each
  for (let group = 0; group < groups; group++) {
    const first = groupIndices[group]!;
    if (heldOut.has(group)) original.push([first, first + 1]);
    else trained.push([first, groupIndices[group + 1]!]);
    before[group + 1] = trained.length;
  }
  const sets = setIndices?.map((group) => before[group]!);
  return { train: selectRanges(dataset, trained, sets), validation: selectRanges(dataset, original) };
}

/** The groups of each family: those with the same puzzle identifier or, where puzzles have none, the same question. */
function familiesOf(dataset: PuzzleDataset): number[][] {
  const { metadata, puzzleIdentifiers, puzzleIndices, groupIndices } = dataset;
  const { canonical, invariant } = datasetFamily(metadata);
  const formOf = invariant ?? canonical ?? String; // puzzles that share an invariant by chance stay together too
  const [question, answer] = [new Int32Array(metadata.seq_len), new Int32Array(metadata.seq_len)]; // [S]
  const families = new Map<string | number, number[]>();
  groupIndices.subarray(0, -1).forEach((puzzle, group) => {
    const identifier = puzzleIdentifiers[puzzle]!;
    let key: string | number = `identifier ${identifier}`;
    if (identifier === metadata.blank_identifier_id) {
      dataset.read(puzzleIndices[puzzle]!, question, answer);
      key = formOf(question);
    }
    const family = families.get(key);
    if (family) family.push(group);
    else families.set(key, [group]);
  });
  return [...families.values()];
}
