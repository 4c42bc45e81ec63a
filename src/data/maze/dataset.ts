/**
 * Mazes as a dataset split, as the official builder lays it out: a group per maze, each of its dihedral forms a puzzle with
 * one example, no puzzle identifiers.
 *
 * Source: the official dataset/build_maze_dataset.py.
 */

import { inMemory, type PuzzleArrays } from '../dataset.ts';
import { dihedralView } from '../dihedral.ts';
import { formsOf } from '../symmetry.ts';
import type { MazeKind } from './generate.ts';
import { MAZE_ALPHABET, type MazePuzzle } from './maze.ts';

/**
 * @param like what the mazes are like, where that is known.
 * @param forms whether each maze is followed by its other dihedral forms: seven of a square, else the three of its shape.
 */
export function mazeDataset(
  mazes: readonly MazePuzzle[],
  { rows, columns, like }: { rows: number; columns: number; like?: MazeKind | undefined },
  forms: boolean,
): PuzzleArrays {
  const S = rows * columns;
  const drawn = forms ? formsOf({ rows, columns }) : [0];
  const perGroup = drawn.length;
  const examples = mazes.length * perGroup;
  const [inputs, labels] = [new Uint8Array(examples * S), new Uint8Array(examples * S)];
  mazes.forEach(({ question, answer }, group) => {
    drawn.forEach((form, place) => {
      const view = dihedralView(rows, columns, form);
      let to = (group * perGroup + place) * S;
      for (let i = 0; i < view.rows; i++) {
        for (let j = 0; j < view.columns; j++, to++) {
          const from = view.start + i * view.rowStep + j * view.columnStep;
          inputs[to] = question[from]!;
          labels[to] = answer[from]!;
        }
      }
    });
  });
  return inMemory({
    metadata: {
      pad_id: 0,
      ignore_label_id: 0,
      blank_identifier_id: 0,
      vocab_size: MAZE_ALPHABET.length + 1,
      seq_len: S,
      num_puzzle_identifiers: 1,
      total_groups: mazes.length,
      mean_puzzle_examples: 1,
      total_puzzles: mazes.length,
      sets: ['all'],
      puzzle: { kind: 'maze', rows, columns, ...(like && { like }) },
    },
    inputs,
    labels,
    puzzleIdentifiers: new Int32Array(examples),
    puzzleIndices: Int32Array.from({ length: examples + 1 }, (_, i) => i),
    groupIndices: Int32Array.from({ length: mazes.length + 1 }, (_, i) => i * perGroup),
  });
}
