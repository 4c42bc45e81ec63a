/** The test puzzles of one dataset found among the training puzzles of another, in whatever form. */
import { expect, test } from 'vitest';
import { checkDatasets, problemsOf } from '../../src/data/check.ts';
import { families, familyFrom } from '../../src/data/families.ts';
import { Forms } from '../../src/data/forms.ts';
import { puzzleDataset } from '../../src/data/puzzle-dataset.ts';
import { Random } from '../../src/data/random.ts';

const info = { kind: 'sudoku', size: 9 } as const;
const family = familyFrom(info)!;
const stream = families.sudoku.generator.puzzles(info, new Random(1), { clues: 0, minDifficulty: 0 });
const take = (count: number) => Array.from({ length: count }, () => stream.next().value);
const random = new Random(2);
const disguise = ({ question, answer }: { question: Uint8Array; answer: Uint8Array }) => {
  const { apply } = family.symmetry!(random);
  return { question: apply(Int32Array.from(question)), answer: apply(Int32Array.from(answer)) };
};

test('a puzzle in another form is found, another one is not', () => {
  const puzzles = take(30);
  const forms = new Forms(puzzleDataset(info, puzzles), family);
  for (const puzzle of puzzles) expect(forms.has(disguise(puzzle).question)).toBe(true);
  for (const { question } of take(30)) expect(forms.has(question)).toBe(false);
});

test('what only shares an invariant is not taken for a form', () => {
  const [one, other] = take(2).map(({ question }) => question) as [Uint8Array, Uint8Array];
  const blunt = { ...family, invariant: () => 7 };
  const forms = new Forms(puzzleDataset(info, [{ question: one, answer: one }]), blunt);
  expect([forms.has(one), forms.has(other)]).toEqual([true, false]);
});

test('checkDatasets counts them in its own test split, and in another dataset', () => {
  const trained = take(20);
  const train = puzzleDataset(info, trained);
  const test = puzzleDataset(info, [...take(3), disguise(trained[4]!)]);
  const against = puzzleDataset(info, [...take(5), disguise(trained[7]!), disguise(trained[8]!)]);
  const seen: number[] = [];
  const report = checkDatasets({ train, test, against }, (done, total) => seen.push(done / total));
  expect(report).toMatchObject({ leaked: 0, disguised: 1, against: { rows: 7, disguised: 2 } });
  expect(seen.at(-1)).toBe(1);
  expect(problemsOf(report)).toEqual(['2 test questions of the other dataset are training questions']);
  expect(problemsOf(checkDatasets({ train, test }))).toEqual([]);
  const mazes = puzzleDataset({ kind: 'maze', rows: 4, columns: 4 }, []);
  expect(() => checkDatasets({ train, test, against: mazes })).toThrow(
    'against: it holds Maze 4×4, not Sudoku 9×9',
  );
});
