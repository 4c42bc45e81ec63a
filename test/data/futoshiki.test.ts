import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../src/data/families.ts';
import { generateFutoshiki } from '../../src/data/futoshiki/generate.ts';
import { futoshikiShape } from '../../src/data/futoshiki/rules.ts';
import { search } from '../../src/data/futoshiki/solver.ts';
import { Random } from '../../src/data/random.ts';
import { valuesOf } from '../../src/data/reading/found.ts';
import { readQuestions } from '../../src/data/reading/read.ts';

const three = futoshikiShape(3);
const family = familyFrom({ kind: 'futoshiki', size: 3 })!;
const readAll = (text: string) => valuesOf(readQuestions(text, family, { file: 'f.txt' }));
const read = (text: string) => readAll(text)[0]!;

/** All Latin squares of 3x3, the slow way, that obey the signs and givens of a question. */
function solutions(question: Int32Array): number {
  const rows = [
    [1, 2, 3],
    [1, 3, 2],
    [2, 1, 3],
    [2, 3, 1],
    [3, 1, 2],
    [3, 2, 1],
  ];
  let count = 0;
  for (const a of rows)
    for (const b of rows)
      for (const c of rows) {
        const answer = question.slice();
        [...a, ...b, ...c].forEach((digit, cell) => {
          answer[three.cells[cell]!] = digit + 1;
        });
        if (family.fault!(question, answer) === undefined) count++;
      }
  return count;
}

describe('rules', () => {
  const question = read('. .<.\n  v\n. 1 .\n\n. . 1');
  test.each([
    ['1 2<3\n  v\n3 1 2\n\n2 3 1', undefined],
    ['1 3<2\n  v\n3 1 .\n\n2 . 1', '3 must be less than 2'],
    ['1 2<3\n  v\n1 1 2\n\n2 3 1', '1 stands twice in row 2'],
    ['1 2<3\n  v\n3 1 2\n\n2 3 .', 'a given was changed'],
    ['1 2>3\n  v\n3 1 2\n\n2 3 1', 'a sign was changed'],
    ['1 .<.\n  v\n3 1 2\n\n2 3 1', 'a cell is blank'],
  ])('%j: %s', (text, fault) => {
    // Answers of a model need not follow the rules, so they are made of symbols, not read.
    const answer = Int32Array.from({ length: 25 }, (_, place) => {
      const character = (text.split('\n')[Math.floor(place / 5)] ?? '').padEnd(5)[place % 5]!;
      return three.symbols.findIndex(({ text, key }) => (text || key) === character);
    });
    expect(family.fault!(question, answer)).toBe(fault);
  });

  test('the conflicts are the places that break a rule', () => {
    const answer = question.slice();
    [2, 3, 2].forEach((digit, column) => {
      answer[2 * column] = digit + 1;
    });
    expect([...family.conflicts!(question, answer)].sort((a, b) => a - b)).toEqual([0, 2, 4]);
  });
});

describe('text', () => {
  test('slashes, blanks by other names, lines of signs left out, several puzzles', () => {
    const text = '. .<.\n  v\n. 1 .\n\n. . 1';
    expect(family.text!(read(text))).toBe(text);
    expect(family.line(read(text))).toBe('. .<./  v/. 1 .//. . 1');
    expect(read('0 _<.\r\n  v\r\n. 1 .\r\n. . 1\r\n')).toEqual(read(text));
    expect(readAll(`${family.line(read(text))}\n${text}`)).toEqual([read(text), read(text)]);
    expect(read('..<\n...\n...'.replace('<', '.'))).toEqual(read('. . .\n. . .\n. . .'));
  });

  test.each([
    ['. . .\n. . .', 'f.txt:2: the puzzle ends after 2 of 3 rows'],
    [
      '. 4 .',
      `f.txt:1: column 3 of 5 takes . 1 2 3, got '4'; write a row of cells as ". .<.", signs between rows on a line of their own as "  v"`,
    ],
    ['. .^.', "f.txt:1: column 4 of 5 takes a space < >, got '^'"],
    ['.<..', "f.txt:1: column 4 of 5 takes a space < >, got '.'"],
    ['. . .\n ^', "f.txt:2: column 2 of 5 takes a space, got '^'"],
    ['. . . .', 'f.txt:1: expected 5 characters, got 7; write a row of cells as'],
    ['^\n. . .', 'f.txt:1: signs that do not stand alone between two rows'],
    ['. . .\n. . .\n. . .\n^', 'f.txt:4: signs that do not stand alone between two rows'],
    ['. . .\n^\n    v\n. . .\n. . .', 'f.txt:2: signs that do not stand alone between two rows; write those'],
    ['. . .\n^\n\n. . .\n\n. . .', 'f.txt:2: signs that do not stand alone between two rows'],
    ['. . .\n>\n. . .\n\n. . .', "f.txt:2: column 1 of 5 takes . 1 2 3, got '>'"],
    ['1 . 1\n. . .\n. . .', 'f.txt:1: the givens break a rule: 1 stands twice in row 1'],
    ['.>.>3\n. . .\n. . .', 'f.txt:1: the puzzle has no solution'],
  ])('%j: %s', (text, message) => {
    expect(() => readAll(text)).toThrow(message);
  });

  const told = (text: string) => {
    const words: unknown[] = [];
    const items = readQuestions(text, family, {
      file: 'f',
      onWords: ({ line, text }) => words.push([line, text]),
    });
    return {
      words,
      items: items.map(({ error, value, at }) => error?.what ?? [at.line, family.line(value!)]),
    };
  };
  const apart = '. .<.\n  v\n. 1 .\n\n. . 1';
  const together = '1 . .\n. . .\n^\n. . .';
  const [A, B] = ['. .<./  v/. 1 .//. . 1', '1 . .//. . ./^/. . .'];

  test.each([
    ['with lines between', `${apart}\n\n${apart}`, [1, A], [7, A]],
    ['together', `${together}\n\n${together}`, [1, B], [6, B]],
    ['together, without an empty line', `${together}\n${together}`, [1, B], [5, B]],
    ['in both ways', `${apart}\n\n\n${together}`, [1, A], [8, B]],
    [
      'in a mail',
      `> ${apart.replaceAll('\n', '\n> ')}\n>\n>\n> ${together.replaceAll('\n', '\n> ')}`,
      [1, A],
      [8, B],
    ],
  ])('two puzzles, their rows %s', (_, text, ...items) => {
    expect(told(text)).toEqual({ words: [], items });
  });

  const indented = (text: string, by: string) => text.replace(/^(?=.)/gm, by);
  test.each<[string, string, unknown[]]>([
    ['with spaces', indented(apart, '    '), [[1, A]]],
    ['with tabs', indented(together, '\t'), [[1, B]]],
    ['below a title', `Puzzle:\n${indented(apart, '  ')}`, [[2, A]]],
    [
      'each as it is',
      `${indented(apart, '  ')}\n\n\n${indented(together, ' ')}`,
      [
        [1, A],
        [8, B],
      ],
    ],
    [
      'in a list',
      `Puzzles:\n  ${A}\n  ${B}`,
      [
        [2, A],
        [3, B],
      ],
    ],
    ['without spaces between cells', '  1..\n  ...\n  ^\n  ...', [[1, B]]],
    [
      'as the terminal shows it',
      indented('.     .  <  .\n      v\n.     1     .\n\n.     .     1', '  '),
      [[1, A]],
    ],
    ['in a mail', indented(indented(apart, '  '), '> '), [[1, A]]],
    ['entities', apart.replace('<', '&lt;'), [[1, A]]],
    ['entities by number', `${A.replace('<', '&#60;')}\n`, [[1, A]]],
    ['entities of a mail', indented(apart.replace('<', '&lt;'), '&gt; '), [[1, A]]],
    ['rows that differ', ' 1 . .\n. . .\n. . .', ['expected 5 characters, got 6']],
    ['signs that are not', indented(together, '  ').replace('  ^', '^'), ['expected 5 characters, got 7']],
  ])('indented, and signs of a page: %s', (_, text, items) => {
    expect(told(text).items).toEqual(items);
  });

  test.each([
    // Of rows with lines between, an empty one may end a puzzle or stand for signs.
    [
      'a row missing',
      `. .<.\n  v\n. 1 .\n\n${apart}`,
      ['the 5 rows on lines 1 to 9 are no whole puzzles of 3 rows'],
    ],
    [
      'a row missing in the second',
      `${apart}\n\n. .<.\n  v\n. 1 .`,
      ['the 5 rows on lines 1 to 9 are no whole puzzles of 3 rows'],
    ],
    [
      'a row missing, then one too many',
      `. .<.\n  v\n. 1 .\n\n${apart}\n\n1 . .`,
      ['the 6 rows on lines 1 to 11 are no whole puzzles of 3 rows'],
    ],
    [
      'an empty line missing',
      `${apart}\n${apart}`,
      ['the 6 rows on lines 1 to 10 are no whole puzzles of 3 rows'],
    ],
    [
      'an empty line within rows that stand together',
      '. . .\n. . .\n\n1 . .',
      ['the 3 rows on lines 1 to 4 are no whole puzzles of 3 rows'],
    ],
    // Of rows that stand together an empty line ends a puzzle.
    [
      'rows together, one missing, then one too many',
      `. . .\n^\n. 1 .\n\n2 . .\n${together}`,
      ['the puzzle ends after 2 of 3 rows', 'the 4 rows on lines 5 to 9 are no whole puzzles of 3 rows'],
    ],
    [
      'rows together, one missing',
      `. . .\n. 1 .\n\n${together}`,
      ['the puzzle ends after 2 of 3 rows', [4, B]],
    ],
    [
      'a row missing above two empty lines',
      `. .<.\n\n. 1 .\n\n\n${apart}`,
      ['the puzzle ends after 2 of 3 rows', [6, A]],
    ],
    [
      'a row missing above a puzzle on a line',
      `. .<.\n\n. 1 .\n${A}`,
      ['the puzzle ends after 2 of 3 rows', [4, A]],
    ],
    [
      'signs below the last row',
      `${together}\n^\n${together}`,
      ['the 6 rows on lines 1 to 9 are no whole puzzles of 3 rows'],
    ],
  ])('%s: never a puzzle of two', (_, text, items) => {
    expect(told(text)).toEqual({ words: [], items });
  });

  test('titles are left out and said, and end a puzzle', () => {
    expect(
      told(
        `Easy, 3x3\n. . .\n. 1 .\nPuzzle 2\n${apart}\n\n3\n${together}\n\nSolution:\n1 2 3\n2 3 1\n^\n3 1 2`,
      ),
    ).toEqual({
      words: [
        [1, 'Easy, 3x3'],
        [4, 'Puzzle 2'],
        [11, '3'],
        [17, 'Solution:'],
      ],
      items: ['the puzzle ends after 2 of 3 rows', [5, A], [12, B]],
    });
  });
});

describe('search', () => {
  test('counts the solutions there are', () => {
    expect(search(read('. . .\n. . .\n. . .'), three, 100).count).toBe(12);
    expect(search(read('. . .\n. . .\n. . .'), three, 5).count).toBe(5);
    const random = new Random(4);
    for (let i = 0; i < 100; i++) {
      const question = read('. . .\n. . .\n. . .');
      for (const gap of three.gaps.keys()) {
        const takes = three.takes(gap);
        if (random.float() < 0.3) question[gap] = takes[1 + random.int(2)]!;
      }
      if (random.float() < 0.5) question[three.cells[random.int(9)]!] = 2 + random.int(3);
      expect(search(question, three, 100).count).toBe(solutions(question));
    }
  });

  test('finds all 576 Latin squares of 4x4; what needs no guess is easy', () => {
    const four = futoshikiShape(4);
    const blank = Int32Array.from({ length: 49 }, (_, place) => four.takes(place)[0]!);
    expect(search(blank, four, 1000)).toMatchObject({ count: 576, first: expect.any(Uint8Array) });
    expect(family.difficulty!.of(read('1<2<3\n3>1 2\n2 3 1'))).toBe(0);
  });
});

describe('generateFutoshiki', () => {
  test('one solution, and every digit and sign is needed', () => {
    const shape = futoshikiShape(4);
    const stream = generateFutoshiki(shape, new Random(1), 0, String);
    for (let i = 0; i < 25; i++) {
      const { question, answer } = stream.next().value;
      const { count, first } = search(question, shape, 2);
      expect(count).toBe(1);
      expect(shape.cells.map((cell) => answer[cell]! - 1)).toEqual([...first!]);
      for (const place of [...shape.cells, ...shape.gaps.keys()]) {
        const blank = shape.takes(place)[0]!;
        if (question[place] === blank) continue;
        expect(search(question.with(place, blank), shape, 2).count).toBe(2);
      }
    }
  });

  test('keeps the clues asked for, says when there are no more', () => {
    const shape = futoshikiShape(3);
    const given = (question: ArrayLike<number>) =>
      [...shape.cells, ...shape.gaps.keys()].filter((place) => question[place] !== shape.takes(place)[0])
        .length;
    const stream = generateFutoshiki(shape, new Random(1), 15, String);
    for (let i = 0; i < 20; i++) expect(given(stream.next().value.question)).toBe(15);
    const { canonical } = family;
    const few = generateFutoshiki(shape, new Random(1), 20, (question) => canonical!(question));
    expect(() => Array.from({ length: 99 }, () => few.next())).toThrow(
      /count: found only \d+ different puzzles; ask for at most \d+ training and test puzzles together/,
    );
    expect(() => generateFutoshiki(shape, new Random(1), 21, String).next()).toThrow(
      'clues: expected at most 20, the digits and signs of a 3x3 but one; got 21',
    );
  });
});
