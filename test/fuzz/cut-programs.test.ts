/** Programs that break off, or begin, anywhere: what is left is read, or an error says why not. */
import { expect, test } from 'vitest';
import { familyFrom } from '../../src/data/families.ts';
import { maze } from '../../src/data/maze/family.ts';
import { readAnySize } from '../../src/data/reading/any-size.ts';
import { readQuestions } from '../../src/data/reading/read.ts';
import { TrmError } from '../../src/errors.ts';

const P = '1....2.....43.2.';
const SOLVED = '1342421321343421';
const ROWS = P.match(/.{4}/g)!;
const LISTS = `[${ROWS.map((row) => `[${[...row].join(', ').replaceAll('.', '0')}]`).join(',\n  ')}]`;

const programs = {
  Python: `"""\nSamples.\n"""\nN = 4\npuzzle = '${P.replaceAll('.', ' ')}'\ngrid = ${LISTS}\nfor row in grid:\n    cells = [c\n      for c in row]\ndef test():\n    assert solve(grid) == "${SOLVED}"\n`,
  JavaScript: `/** Boards. */\nconst board = ${LISTS};\nconst rows = board.map((row) =>\n  row.slice()\n);\nexpect(solve(board)).toEqual([\n  [1, 3, 4, 2]]);\nboard[0][1] =\n  4;\n`,
  C: `int grid[4][4] = ${LISTS.replaceAll('[', '{').replaceAll(']', '}')};\nint main(void) {\n  for (auto& row : grid) { int* p = &row[0]; *p = 1; }\n  strcpy(board[0], "1...");\n  return solve(grid);\n}\n`,
  Rust: `fn easy() -> &'static str {\n    r#"\n${ROWS.join('\n')}\n"#\n}\nlet mut a = vec![vec![1, 0, 0, 0], vec![0; 4]];\n`,
  PHP: `<?php\n$puzzle = S::of('\n  +--+--+\n  ${ROWS.join('\n  ')}\n');\nreturn ['puzzle' => "${P}", 'solution' => "${SOLVED}"];\n`,
  'F#': `let maze = [|\n  "#####"\n  "#S.G#"\n  "#####" |]\nlet x = maze |> Array.map (fun row -> row)\n`,
  Julia: `start = [\n  1 0 0 0\n  0 2 0 0\n  0 0 0 4\n  3 0 2 0\n]\nX = reshape(x, 4, 4)\nY = start'\n`,
};

const families = [
  familyFrom({ kind: 'sudoku', size: 4 })!,
  familyFrom({ kind: 'takuzu', size: 4 })!,
  familyFrom({ kind: 'maze', rows: 3, columns: 5 })!,
];

test.each(Object.entries(programs))('%s, cut anywhere', (_, text) => {
  for (let at = 1; at <= text.length; at += 3)
    for (const part of [text.slice(0, at), text.slice(at)]) {
      const items = [
        ...families.flatMap((family) => readQuestions(part, family, {})),
        ...readAnySize(part, maze.ofAnySize!, {}),
      ];
      for (const { error } of items) if (error) expect(error).toBeInstanceOf(TrmError);
    }
});
