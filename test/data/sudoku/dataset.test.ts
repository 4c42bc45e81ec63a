import { describe, expect, test } from 'vitest';
import { checkIndices } from '../../../src/data/dataset.ts';
import { Random } from '../../../src/data/random.ts';
import { PuzzleList, sudokuDataset } from '../../../src/data/sudoku/dataset.ts';
import { generatePuzzles } from '../../../src/data/sudoku/generate.ts';
import { extendsQuestion, isSolved } from '../../../src/data/sudoku/rules.ts';
import { decodeGrid, encodeGrid } from '../../../src/data/sudoku/tokens.ts';

function puzzles(size: 4 | 6 | 9, count: number) {
  const stream = generatePuzzles(size, new Random(1));
  return Array.from({ length: count }, () => stream.next().value);
}

test('tokens: digit + 1, blank 1, padding reads as blank', () => {
  const tokens = new Int32Array(4);
  encodeGrid(Uint8Array.of(0, 9), tokens, 1);
  expect([...tokens]).toEqual([0, 1, 10, 0]);
  expect([...decodeGrid(tokens)]).toEqual([0, 0, 9, 0]);
});

describe('PuzzleList', () => {
  test('grows, and replaces', () => {
    const made = puzzles(4, 1030);
    const list = new PuzzleList(4, made);
    expect(list.length).toBe(1030);
    expect(list.at(0)).toEqual(made[0]);
    expect(list.at(1029)).toEqual(made[1029]);
    list.set(5, made[7]!);
    expect(list.at(5)).toEqual(made[7]);
    expect(list.at(6)).toEqual(made[6]);
    expect(list.length).toBe(1030);
  });
});

describe('sudokuDataset', () => {
  test('without copies: the official layout', () => {
    const made = puzzles(4, 3);
    const dataset = sudokuDataset(new PuzzleList(4, made));
    checkIndices(dataset);
    expect(dataset.metadata).toEqual({
      seq_len: 16,
      vocab_size: 6,
      pad_id: 0,
      ignore_label_id: 0,
      blank_identifier_id: 0,
      num_puzzle_identifiers: 1,
      total_groups: 3,
      mean_puzzle_examples: 1,
      total_puzzles: 3,
      sets: ['all'],
      puzzle: { kind: 'sudoku', size: 4 },
    });
    expect([...dataset.inputs]).toEqual(
      made.flatMap(({ question }) => [...question].map((digit) => digit + 1)),
    );
    expect([...dataset.labels]).toEqual(made.flatMap(({ answer }) => [...answer].map((digit) => digit + 1)));
    expect([...dataset.puzzleIndices]).toEqual([0, 1, 2, 3]);
    expect([...dataset.groupIndices]).toEqual([0, 1, 2, 3]);
    expect([...dataset.puzzleIdentifiers]).toEqual([0, 0, 0]);
  });

  test.each([4, 6, 9] as const)('with copies, size %i: each group is a puzzle and its transforms', (size) => {
    const made = puzzles(size, 3);
    const dataset = sudokuDataset(new PuzzleList(size, made), { copies: 4, random: new Random(1) });
    checkIndices(dataset);
    expect([...dataset.groupIndices]).toEqual([0, 5, 10, 15]);
    expect(dataset.metadata).toMatchObject({ total_groups: 3, total_puzzles: 3, mean_puzzle_examples: 1 });
    const cells = size * size;
    const row = (tokens: ArrayLike<number>, i: number) =>
      decodeGrid(Array.from(tokens).slice(i * cells, (i + 1) * cells));
    for (let i = 0; i < 15; i++) {
      const original = made[Math.floor(i / 5)]!;
      const question = row(dataset.inputs, i);
      const answer = row(dataset.labels, i);
      if (i % 5 === 0) expect({ question, answer }).toEqual(original);
      else expect(question).not.toEqual(original.question);
      expect(isSolved(answer)).toBe(true);
      expect(extendsQuestion(answer, question)).toBe(true);
    }
    const again = sudokuDataset(new PuzzleList(size, made), { copies: 4, random: new Random(1) });
    expect(again.inputs).toEqual(dataset.inputs);
  });
});
