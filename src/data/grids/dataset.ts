/** Question and answer grids of any family as a dataset: a group per puzzle, no puzzle identifiers. */
import { TrmError } from '../../errors.ts';
import { inMemory, type PuzzleArrays } from '../dataset.ts';
import { formsOf, leastForm } from '../symmetry.ts';
import { type Canvas, place, type TokenGrid } from './canvas.ts';
import { type SymbolGrid, sortSymbols } from './parse.ts';

export interface GridPuzzle {
  readonly question: SymbolGrid;
  readonly answer: SymbolGrid;
}

/** What the tokens of a family of grids are. */
export interface GridInfo {
  readonly kind: 'grid';
  readonly rows: number;
  readonly columns: number;
  /** What stands for tokens 1, 2, … */
  readonly alphabet: string[];
  /** Whether a token after the alphabet's marks where a grid ends. */
  readonly ends: boolean;
  readonly symmetries: Symmetries;
}

/** What turns a puzzle into another of its family. */
export interface Symmetries {
  readonly dihedral: boolean;
  /** Renaming of the symbols that are not fixed. */
  readonly rename: boolean;
  readonly fixed: string[];
}

/**
 * The family of some puzzles: a canvas that holds every grid, every symbol that occurs, and end marks where an answer has
 * another size than its question.
 *
 * @throws TrmError `data` where a fixed symbol does not occur.
 */
export function describeGrids(puzzles: readonly GridPuzzle[], symmetries: Symmetries): GridInfo {
  const alphabet = new Set<string>();
  let [rows, columns, ends] = [0, 0, false];
  for (const { question, answer } of puzzles) {
    for (const grid of [question, answer]) {
      rows = Math.max(rows, grid.length);
      columns = Math.max(columns, grid[0]!.length);
      for (const row of grid) for (const symbol of row) alphabet.add(symbol);
    }
    ends ||= question.length !== answer.length || question[0]!.length !== answer[0]!.length;
  }
  const missing = symmetries.fixed.find((symbol) => !alphabet.has(symbol));
  if (missing !== undefined) {
    throw new TrmError('data', `the fixed symbol "${missing}" does not occur`, { key: 'fixed' });
  }
  return { kind: 'grid', rows, columns, alphabet: sortSymbols(alphabet), ends, symmetries };
}

/** The canvas of a family; the end token comes after the alphabet's. */
export function canvasOf({ rows, columns, ends, alphabet }: GridInfo): Canvas {
  return { rows, columns, end: ends ? alphabet.length + 1 : undefined };
}

/** @throws TrmError `data` on a symbol that is not in the alphabet. */
export function encodeSymbols(grid: SymbolGrid, tokenOf: ReadonlyMap<string, number>): TokenGrid {
  const cells = grid.flat().map((symbol) => {
    const token = tokenOf.get(symbol);
    if (token !== undefined) return token;
    throw new TrmError('data', `"${symbol}" is no symbol of these puzzles`, {
      fix: `use ${[...tokenOf.keys()].join(' ')}`,
    });
  });
  return { rows: grid.length, columns: grid[0]!.length, cells };
}

export function tokensOf({ alphabet }: GridInfo): ReadonlyMap<string, number> {
  return new Map(alphabet.map((symbol, i) => [symbol, i + 1]));
}

export function gridDataset(puzzles: readonly GridPuzzle[], info: GridInfo): PuzzleArrays {
  const canvas = canvasOf(info);
  const S = info.rows * info.columns;
  const count = puzzles.length;
  const vocabulary = 1 + info.alphabet.length + (info.ends ? 1 : 0);
  const tokens = () => (vocabulary <= 256 ? new Uint8Array(count * S) : new Int32Array(count * S));
  const [inputs, labels] = [tokens(), tokens()];
  const tokenOf = tokensOf(info);
  puzzles.forEach(({ question, answer }, row) => {
    const range = [row * S, (row + 1) * S] as const;
    place(encodeSymbols(question, tokenOf), canvas, inputs.subarray(...range));
    place(encodeSymbols(answer, tokenOf), canvas, labels.subarray(...range));
  });
  const order = Int32Array.from({ length: count + 1 }, (_, i) => i);
  return inMemory({
    metadata: {
      pad_id: 0,
      ignore_label_id: 0,
      blank_identifier_id: 0,
      vocab_size: vocabulary,
      seq_len: S,
      num_puzzle_identifiers: 1,
      total_groups: count,
      mean_puzzle_examples: 1,
      total_puzzles: count,
      sets: ['all'],
      puzzle: info,
    },
    inputs,
    labels,
    puzzleIdentifiers: new Int32Array(count),
    puzzleIndices: order,
    groupIndices: order,
  });
}

/**
 * A text that two questions share exactly when a symmetry of the family turns one into the other. Answers play no part:
 * a question whose answer is known from training is no test, even if another answer is right there.
 */
export function canonicalQuestion(info: GridInfo): (question: TokenGrid) => string {
  const forms = info.symmetries.dihedral ? formsOf(info) : [0];
  const renamed = renamable(info);
  return (question) => leastForm([question], forms, renamed);
}

/** Which tokens the family's renaming may exchange. */
function renamable({ alphabet, symmetries }: GridInfo): (token: number) => boolean {
  const fixed = new Set(symmetries.fixed.map((symbol) => alphabet.indexOf(symbol) + 1));
  return (token) => symmetries.rename && token <= alphabet.length && !fixed.has(token);
}
