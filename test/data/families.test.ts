/** What every family promises, and how files name families. */

import { describe, expect, test } from 'vitest';
import { showPuzzle, sideBySide } from '../../src/cli/puzzles.ts';
import { parseMetadata } from '../../src/data/dataset.ts';
import {
  type FamilyInfo,
  type families,
  familyFrom,
  familyOf,
  puzzleFamily,
} from '../../src/data/families.ts';
import { puzzleDataset } from '../../src/data/puzzle-dataset.ts';
import { Random } from '../../src/data/random.ts';
import { entriesOf } from '../../src/data/reading/documents.ts';
import { valuesOf } from '../../src/data/reading/found.ts';
import { readGrids, readQuestions } from '../../src/data/reading/read.ts';

const generated: readonly (readonly [size: string, kind: keyof typeof families, level: number])[] = [
  ['4', 'sudoku', 4],
  ['6', 'sudoku', 8],
  ['9', 'sudoku', 17],
  ['8', 'maze', 3],
  ['5x7', 'maze', 3],
  ['4', 'futoshiki', 3],
  ['5', 'futoshiki', 3],
  ['8', 'queens', 3],
  ['6', 'takuzu', 3],
];

describe.each(generated)('%s %s', (size, kind, level) => {
  const { generator, schema } = puzzleFamily({ kind })!;
  const info = generator!.size.parse(size);
  const family = familyFrom(info)!;
  const stream = (seed: number) =>
    generator!.puzzles(info, new Random(seed), generator!.options.parse({ [generator!.level.key]: level }));
  const take = (count: number, seed = 1) => {
    const puzzles = stream(seed);
    return Array.from({ length: count }, () => puzzles.next().value);
  };

  test('puzzles differ, follow the seed, and their answers follow the rules', () => {
    const puzzles = take(30);
    expect(new Set(puzzles.map(({ question }) => String(question))).size).toBe(30);
    expect(take(3)).toEqual(puzzles.slice(0, 3));
    expect(take(3, 2)).not.toEqual(puzzles.slice(0, 3));
    for (const { question, answer } of puzzles) {
      expect(question).toHaveLength(family.cells);
      expect(family.fault!(question, answer)).toBeUndefined();
      expect([...family.conflicts!(question, answer)]).toEqual([]);
      expect(family.fault!(question, question)).toBeTypeOf('string');
    }
  });

  test('what data show prints of them reads back, its answers too', () => {
    const puzzles = take(3);
    const shown = puzzles.map(({ question, answer }, i) => {
      const pictures = [
        showPuzzle(family, question, question, undefined, false),
        showPuzzle(family, question, answer, question, false),
      ];
      return `test row ${i}, puzzle ${i}\n${sideBySide(pictures)}\n`;
    });
    const printed = shown.join('\n');
    const questions = valuesOf(readQuestions(printed, family));
    expect(questions.map((tokens) => [...tokens])).toEqual(puzzles.map(({ question }) => [...question]));
    const answers = entriesOf(printed, {})!.map(({ value }) => readGrids(value!.answer, family, {}));
    expect(answers.map(([found]) => [...found!.value!])).toEqual(puzzles.map(({ answer }) => [...answer]));
  });

  test('a changed given is a fault with a place', () => {
    for (const { question, answer } of take(5)) {
      const given = question.findIndex((token, place) => token !== family.typed!(place)[0]);
      const other = family.typed!(given).find((token) => token !== answer[given])!;
      const changed = answer.with(given, other);
      expect(family.fault!(question, changed)).toBeTypeOf('string');
      expect(family.conflicts!(question, changed)).toContain(given);
    }
  });

  test('what is written is read again, on one line and on several, one puzzle after the other', () => {
    const questions = take(4).map(({ question }) => Int32Array.from(question));
    for (const write of [family.line, family.text ?? family.line])
      expect(
        valuesOf(readQuestions(questions.map((question) => write(question)).join('\n\n'), family)),
      ).toEqual(questions);
  });

  test('a question can be typed: every place takes what stands there, each by a key of its own', () => {
    for (const { question } of take(5)) {
      question.forEach((token, place) => {
        const typed = family.typed!(place);
        expect(typed).toContain(token);
        const keys = typed.map((one) => family.symbols[one]!.key ?? family.symbols[one]!.text);
        expect(new Set(keys).size).toBe(typed.length);
        expect(keys.every((key) => key.length === 1)).toBe(true);
      });
    }
    expect(family.symbols).toHaveLength(family.vocabulary);
  });

  test('a dataset of them says what they are', () => {
    const { metadata } = puzzleDataset(info, take(2));
    expect(metadata).toMatchObject({ seq_len: family.cells, vocab_size: family.vocabulary, puzzle: info });
    expect(parseMetadata(JSON.parse(JSON.stringify(metadata)), 'dataset.json')).toEqual(metadata);
    expect(schema.parse(family.info)).toEqual(info);
    expect(generator!.level.usual(info)).toBeGreaterThanOrEqual(0);
  });
});

describe('files', () => {
  const { metadata } = puzzleDataset({ kind: 'sudoku', size: 4 }, []);
  const read = (puzzle: unknown, more: object = {}) =>
    parseMetadata({ ...metadata, ...more, puzzle }, 'dataset.json').puzzle;

  test('a family that is not known is kept, and its rows are tokens', () => {
    const info = { kind: 'crossword', words: ['a'] };
    expect(read(info)).toEqual(info);
    const family = familyOf({ family: info, cells: 3, vocabulary: 5 });
    expect(valuesOf(readQuestions('1 2 4\n0,0,0', family))).toEqual([
      Int32Array.of(1, 2, 4),
      Int32Array.of(0, 0, 0),
    ]);
    expect(family.fault).toBeUndefined();
    expect(() => valuesOf(readQuestions('1 2 5', family, { file: 'x' }))).toThrow(
      'x:1: expected 3 tokens of 0 to 4',
    );
    expect(familyFrom(info)).toBeUndefined();
  });

  test('a Sudoku without its size has that of its rows', () => {
    expect(read({ kind: 'sudoku' })).toEqual({ kind: 'sudoku' });
    const family = familyOf({ family: { kind: 'sudoku' }, cells: 36, vocabulary: 8 });
    expect(family.info).toEqual({ kind: 'sudoku', size: 6 });
  });

  test('a grid from before ends were known of', () => {
    const info = { kind: 'grid', rows: 1, columns: 2, alphabet: ['a'] };
    const symmetries = { dihedral: false, rename: false, fixed: [] };
    expect(read({ ...info, symmetries })).toEqual({ ...info, symmetries, ends: false });
  });

  test.each([
    [{ kind: 'maze', rows: 3 }, 'dataset.json: puzzle.columns: '],
    [{ kind: 'sudoku', size: 'four' }, 'dataset.json: puzzle.size: '],
    [{ kind: 'grid', rows: 1, columns: 1, alphabet: [''] }, 'dataset.json: 2 faults:\n  puzzle.alphabet.0: '],
    [{ size: 4 }, 'dataset.json: puzzle.kind: '],
  ])('%j is refused', (info, message) => {
    expect(() => read(info)).toThrow(message);
  });

  test('rows that cannot be what they say they are', () => {
    const of = (family: FamilyInfo) => () => familyOf({ family, cells: 16, vocabulary: 6 });
    expect(of({ kind: 'sudoku', size: 9 })).toThrow(
      'Sudoku 9×9 has 81 cells of 11 tokens; these rows have 16 of 6',
    );
    expect(of({ kind: 'maze', rows: 4, columns: 4 })).not.toThrow();
    expect(of({ kind: 'sudoku', size: 5 })).toThrow('no Sudoku has size 5');
  });
});
