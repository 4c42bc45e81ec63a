/**
 * Several sets as one dataset: the sets of a folder, and folders beside one another.
 *
 * Source: the official puzzle_dataset.py (PuzzleDataset.__init__, _lazy_load_dataset): folders must agree on what a token
 * is, their numbers of groups, puzzles and puzzle identifiers add up, and each set of each folder stays a set of its own,
 * in the order set 1 of every folder, set 2 of every folder, …
 * Deviation: the official code makes room for every folder's identifiers, then gives the same ones to all, so that
 * different puzzles share a row of the puzzle embedding. Here a folder's identifiers begin where the folder's before it
 * end; the blank one, which Sudoku and mazes use throughout, stays shared, and a folder that has no other adds none. Nor need
 * their numbers be equal.
 */
import { TrmError } from '../errors.ts';
import { joinAnswers } from './answers.ts';
import type { DatasetMetadata, PuzzleDataset } from './dataset.ts';
import { checkKind, familyInfo, puzzleFamily } from './families.ts';

/** The sets of a split of a folder, one `PuzzleDataset` each, all with the folder's metadata but for `sets`. */
export interface FolderSets {
  /** For errors. */
  readonly folder: string;
  readonly sets: readonly PuzzleDataset[];
}

const AGREE = ['seq_len', 'vocab_size', 'pad_id', 'ignore_label_id', 'blank_identifier_id'] as const;

/** @throws TrmError `data` when folders do not agree. */
export function mergeFolders(folders: readonly FolderSets[]): PuzzleDataset {
  const [first, ...others] = folders.map(({ folder, sets }) => {
    const { metadata } = sets[0]!;
    return { folder, metadata, names: sets.map((set) => set.metadata.sets[0]!) };
  });
  for (const { folder, metadata, names } of others) {
    for (const [key, expected, got] of [
      ...AGREE.map((key) => [key, first!.metadata[key], metadata[key]] as const),
      ['sets', String(first!.names), String(names)] as const,
    ]) {
      if (got === expected) continue;
      const message = `${folder} has ${got}, ${first!.folder} has ${expected}`;
      const fix =
        key === 'seq_len'
          ? 'give folders of one size, or each by itself'
          : 'merge folders that were built the same way';
      throw new TrmError('data', message, { key, fix });
    }
    checkKind(metadata.puzzle, first!.metadata.puzzle, `${folder} has`, `${first!.folder} has`);
  }
  if (others.length === 0 && first!.names.length === 1) return folders[0]!.sets[0]!;

  const all = [first!, ...others].map(({ metadata }) => metadata);
  const parts = first!.names.flatMap((name, s) =>
    folders.map(({ sets }, f) => ({
      dataset: sets[s]!,
      name: f === 0 ? name : `${name}${f}`, // the official names
      identifiers: identifiersOf(all.slice(0, f)),
    })),
  );
  return joined(parts, {
    ...all[0]!,
    num_puzzle_identifiers: Math.max(1, identifiersOf(all)),
    total_groups: total(all, 'total_groups'),
    total_puzzles: total(all, 'total_puzzles'),
    mean_puzzle_examples:
      all.reduce((sum, metadata) => sum + metadata.mean_puzzle_examples * metadata.total_puzzles, 0) /
      Math.max(1, total(all, 'total_puzzles')),
    sets: parts.map(({ name }) => name),
    puzzle: commonPuzzle(all),
  });
}

/** What all say of their puzzles, where these are of one size; nothing where one says nothing. */
function commonPuzzle(all: readonly DatasetMetadata[]): DatasetMetadata['puzzle'] {
  const titles = all.map(
    ({ puzzle, seq_len }) =>
      puzzle && (puzzleFamily(puzzle)?.of(puzzle, seq_len).title ?? JSON.stringify(puzzle)),
  );
  const [first, ...others] = all.map(({ puzzle }) => puzzle);
  if (titles.some((title) => title !== titles[0])) return undefined;
  const entries = Object.entries(first ?? {}).filter(([key, value]) =>
    others.every((other) => JSON.stringify(other?.[key as keyof typeof other]) === JSON.stringify(value)),
  );
  return familyInfo.safeParse(Object.fromEntries(entries)).data;
}

/** How many identifiers folders have together; one that has the blank one alone adds none. */
function identifiersOf(all: readonly DatasetMetadata[]): number {
  const own = all.filter((one) => one.num_puzzle_identifiers > 1 || one.blank_identifier_id !== 0);
  return own.reduce((sum, { num_puzzle_identifiers }) => sum + num_puzzle_identifiers, 0);
}

function total(all: readonly DatasetMetadata[], key: 'total_groups' | 'total_puzzles'): number {
  return all.reduce((sum, metadata) => sum + metadata[key], 0);
}

/** @param parts the sets, and what to add to the identifiers of each. */
function joined(
  parts: readonly { readonly dataset: PuzzleDataset; readonly identifiers: number }[],
  metadata: DatasetMetadata,
): PuzzleDataset {
  const datasets = parts.map(({ dataset }) => dataset);
  const rows = bordersOf(datasets.map(({ count }) => count));
  const puzzles = bordersOf(datasets.map(({ puzzleIdentifiers }) => puzzleIdentifiers.length));
  const groups = bordersOf(datasets.map(({ groupIndices }) => groupIndices.length - 1));
  const puzzleIdentifiers = new Int32Array(puzzles.at(-1)!);
  const puzzleIndices = new Int32Array(puzzles.at(-1)! + 1);
  const groupIndices = new Int32Array(groups.at(-1)! + 1);
  parts.forEach(({ dataset, identifiers }, p) => {
    const { blank_identifier_id: blank } = metadata;
    puzzleIdentifiers.set(
      dataset.puzzleIdentifiers.map((id) => (id === blank ? blank : id + identifiers)),
      puzzles[p]!,
    );
    puzzleIndices.set(
      dataset.puzzleIndices.map((row) => row + rows[p]!),
      puzzles[p]!,
    );
    groupIndices.set(
      dataset.groupIndices.map((puzzle) => puzzle + puzzles[p]!),
      groups[p]!,
    );
  });
  const partOf = (row: number) => {
    let part = 0;
    while (row >= rows[part + 1]!) part++;
    return part;
  };
  return {
    metadata,
    count: rows.at(-1)!,
    puzzleIdentifiers,
    puzzleIndices,
    groupIndices,
    setIndices: groups,
    answers: joinAnswers(datasets),
    read(row, inputs, labels) {
      const part = partOf(row);
      datasets[part]!.read(row - rows[part]!, inputs, labels);
    },
    prefetch(wanted) {
      datasets.forEach((dataset, p) => {
        const own = wanted.filter((row) => row >= rows[p]! && row < rows[p + 1]!);
        dataset.prefetch?.(own.map((row) => row - rows[p]!));
      });
    },
  };
}

/** 0, then the sums of the first one, two, … all lengths. */
function bordersOf(lengths: readonly number[]): Int32Array {
  const borders = new Int32Array(lengths.length + 1);
  lengths.forEach((length, i) => {
    borders[i + 1] = borders[i]! + length;
  });
  return borders;
}
