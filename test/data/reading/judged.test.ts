import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { maze } from '../../../src/data/maze/family.ts';
import { readAnySize } from '../../../src/data/reading/any-size.ts';
import { readQuestions } from '../../../src/data/reading/read.ts';

/** Answers in columns and keys are not asked, but one that is wrong is told. */
const sudoku = familyFrom({ kind: 'sudoku', size: 4 })!;
const [P, S] = ['1.4.4...2....42.', '1342421321343421'];
const notes = (given: unknown) =>
  readQuestions(given, sudoku).map(({ note, error }) => error?.message ?? note);
const changed = 'the answer beside it is wrong: a given was changed';

describe.each([
  ['CSV', (answer: string) => `puzzle,solution\n${P},${answer}\n${P},${S}\n`],
  [
    'JSON',
    (answer: string) =>
      JSON.stringify([
        { puzzle: P, solution: answer },
        { puzzle: P, solution: S },
      ]),
  ],
  [
    'objects',
    (answer: string) => [
      { puzzle: P, solution: answer },
      { puzzle: P, solution: S },
    ],
  ],
])('%s', (_, form) => {
  test.each([
    [S, undefined],
    ['4321214312343412', changed],
    ['1342421321343422', 'the answer beside it is wrong: 2 stands twice in row 4'],
    ['', undefined],
    ['unknown', undefined],
  ])('%j', (answer, note) => {
    expect(notes(form(answer))).toEqual([note, undefined]);
  });
});

test('of mazes', () => {
  const told = ['S.#/..G', 'S.#/..G'].map((puzzle, i) => ({ puzzle, answer: i ? 'So#/..G' : 'S.#/ooG' }));
  const items = readAnySize(JSON.stringify(told), maze.ofAnySize, {});
  expect(items.map(({ note }) => note)).toEqual([
    undefined,
    expect.stringContaining('the answer beside it is wrong: '),
  ]);
});

test.each([
  (answer: string) => `const bank = [\n  { puzzle: "${P}", solution: "${answer}" },\n];`,
  (answer: string) => `{ puzzle: "${P}", solution: "${answer}" },`,
  (answer: string) => `bank = [\n  {'puzzle': '${P}', 'solution': '${answer}'},\n]`,
])('on a line of a program: %s', (line) => {
  for (const [answer, told] of [
    [S, ''],
    ['1342421321343422', 'the answer beside it is wrong: 2 stands twice in row 4'],
    ['4321214312343412', changed],
  ]) {
    const [item, ...more] = readQuestions(line(answer!), sudoku);
    expect(item!.error).toBeUndefined();
    expect(sudoku.line(item!.value!)).toBe(P);
    expect(item!.note ?? '').toContain(told);
    expect(item!.note ?? '').toMatch(told ? /wrong/ : /^(?!.*wrong)/);
    expect(more).toEqual([]);
  }
});
