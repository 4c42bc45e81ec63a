/** Puzzles in programs as people publish them, in many languages: what stands around a matrix is passed over, nothing is run. */

import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { maze as mazes } from '../../../src/data/maze/family.ts';
import { readAnySize } from '../../../src/data/reading/any-size.ts';
import { readGrids, readQuestions } from '../../../src/data/reading/read.ts';

const sudoku = familyFrom({ kind: 'sudoku', size: 4 })!;
const P = '1....2.....4..21';
const Q = '..1.2........3.4';
const LISTS = '[[1,0,0,0],[0,2,0,0],[0,0,0,4],[0,0,2,1]]';

const read = (text: string) =>
  readQuestions(text, sudoku, { file: 'f' }).map(({ value, error }) =>
    value ? sudoku.line(value) : error!.message,
  );

/** The rows, with a sign between cells and one between rows, and a name for a blank. */
const rows = (between: string, around: string, blank = '0') =>
  P.match(/.{4}/g)!
    .map((row) => [...row].map((cell) => (cell === '.' ? blank : cell)).join(between))
    .join(around);

const programs: Record<string, string> = {
  'C, the first row beside its name': `/*********
The board that we wish to solve, 1 of 4.
*********/
#include <iostream>
using namespace std;

int main(int argc, char** argv)
{
    int grid[N][N] = { { ${rows(', ', ' },\n                       { ')} } };
    // if solvable
    if (solve(grid, 0, 0) == true)
        print(grid);
    else
        cout << "no solution  exists " << endl;

    return 0;
}`,
  'C++, texts between braces': `int main()
{
    const std::string grid{"${rows('', '"\n                           "', ' ')}"};
    Sudoku sudoku(grid);
    sudoku.display();
}`,
  'Java, rows broken elsewhere': `package sudoku;

public class Main {
    public static void main(String[] args){
        int [][]board = {{${rows(',', '}\n        ,{')}}};
        Solver solver = new Solver(board);
        if (solver.resolve())solver.printBoard();
        else System.out.println("No tiene solución");
    }
}`,
  'Python, a docstring, a name for a blank': `#!/usr/bin/env python3
"""
Solves a Sudoku
September 2020, version 3
"""
import pprint
_ = 0
board1 = [
    [${rows(', ', '],\n    [', '_')}]
]

def box(row, column):
    r0 = (row // 2) * 2
    return [board1[r0 + i][(column // 2) * 2 + j] for i in range(2) for j in range(2)]

print("___________________")
pprint.pprint(board1)`,
  'Python, cells between quotes': `board = [[${rows(',', '],\n         [', "'X'")}]]\nsolve(board)`,
  'JavaScript, a constant for a blank': `import Sudoku from './sudoku.js';

const N = null;

let s = new Sudoku(
    [
        [${rows(', ', '],\n        [', 'N')}]
    ]
);
console.log(s.solve());`,
  'a list of all cells': `const { solve } = require('./util.js');\nconst INPUT = [\n    ${rows(', ', ',\n    ', 'null')},\n];\nsolve(INPUT);`,
  Kotlin: `package com.github.example

val TEST = arrayOf(
        arrayOf(${rows(', ', '),\n        arrayOf(', 'null')})
)

fun main(args: Array<String>) {
    val board = Board(TEST)
    println("UNSOLVED:")
    board.solve()
}`,
  Rust: `fn main() {
    #[rustfmt::skip]
    let values: Vec<u8> = vec![
        ${rows(', ', ',\n        ')},
    ];
    let mut sudoku = Sudoku::new(values).expect("Invalid sudoku");`,
  'Rust, a vector of vectors': `let mut board = vec![\n  vec![${rows(', ', '],\n  vec![')}],\n];`,
  PHP: `$board = array(\n  array(${rows(', ', '),\n  array(')})\n);`,
  'Python, constants of one statement': `E, N = 0, 4\nboard = [[${rows(', ', '],\n         [', 'E')}]]\nsolve(board)`,
  'Python, texts that are parted': `board = [list("${rows('', '"),\n         list("', '.')}")]\nsolve(board)`,
  'JavaScript, texts that are parted': `const board = [Array.from("${rows('', '"), Array.from("', '.')}")];`,
  'Kotlin, characters': `val board = arrayOf(\n    charArrayOf(${rows(',', '),\n    charArrayOf(', "'.'").replace(/\b[1-9]\b/g, "'$&'")}))`,
  'Java, texts that are parted': `char[][] board = {\n  "${rows('', '".toCharArray(),\n  "', '.')}".toCharArray()};`,
  'Ruby, texts that are parted': `board = [\n  "${rows('', '",\n  "', '.')}"\n].map(&:chars)\nsolve(board)`,
  'Python, a test of several': `@pytest.mark.parametrize("puzzle, solved", [\n    ("${P}", True),\n])\ndef test(puzzle, solved):\n    assert solve(puzzle) == solved`,
  'Python, a value of a dictionary': `data = {"board": ${LISTS}}\nsolve(data.get("board"))`,
  'Python, columns that are printed': `board = ${LISTS}\nprint("columns", list(zip(*board)))\nsolve(board)`,
  MATLAB: `A = [${rows(' ', '\n     ')}];\ndisp(A)`,
  'MATLAB, NaN for a blank': `A = [${rows(' ', ';\n     ', 'NaN')}];`,
  R: `m <- rbind(c(${rows(', ', '),\n           c(', 'NA')}))\nsolve(m)`,
  'rows that are set one by one': `import numpy as np

def create():
    # an example
    board = np.zeros((4, 4), dtype=int)
${rows(', ', '|')
  .split('|')
  .map((row, i) => `    board[${i}] = [${row}]`)
  .join('\n')}
    return board`,
  'rows with their type, of Java': `int[][] board = new int[][] {\n    new int[] {${rows(', ', '},\n    new int[] {')}}\n};`,
  'rows with their type, of Go': `board := [][]int{\n\t[]int{${rows(', ', '},\n\t[]int{')}},\n}`,
  'rows with their type, of C++': `vector<vector<int>> board = {\n  vector<int>{${rows(', ', '},\n  vector<int>{')}}\n};`,
  'MATLAB, rows that go on': `A = [${rows(' ', '; ...\n     ')}];`,
  'Java, a text in pieces': `String board = "${rows('', '" +\n    "', '.')}";`,
  'JavaScript, texts that are joined': `const board = ['${rows('', "',\n  '", '.')}'].join('');\nsolve(board);`,
  'C, a text in pieces': `int main() {\n  solve("${rows('', '"\n        "', '.')}");\n  return 0;\n}`,
  'rows that are printed': `Puzzle:\n[${rows(', ', ']\n[')}]`,
  'rows that are printed, with their numbers': `Row 1: [${rows(', ', ']\nRow N: [').replace(/N/g, () => '2')}]`,
  'a table of Markdown, rows and columns named': `| Row | Col 1 | Col 2 | Col 3 | Col 4 |\n|---|---|---|---|---|\n${rows(
    ' | ',
    '~',
    ' ',
  )
    .split('~')
    .map((row, i) => `| Row ${i + 1} | ${row} |`)
    .join('\n')}`,
  'a program for z3': `X = [ [ Int("x_%s_%s" % (i+1, j+1)) for j in range(4) ]
      for i in range(4) ]
instance = ((${rows(',', '),\n            (')}))

instance_c = [ If(instance[i][j] == 0,
                  True,
                  X[i][j] == instance[i][j])
               for i in range(4) for j in range(4) ]
s.add(instance_c)`,
  'what was typed into Python': `>>> board = [[${rows(', ', '],\n...          [')}]]\n>>> solve(board)`,
  'what was typed into Haskell': `*Main> sudoku ["${rows('', '", "', '.')}"]`,
  'a dictionary': `puzzles = {\n  "easy": ${LISTS}\n}\nprint(puzzles)`,
  'an object of JSON among words': `Here it is:\n{"grid": ${LISTS},\n "difficulty": "easy"}\nHave fun with it!`,
};

test.each(Object.entries(programs))('%s', (_, program) => expect(read(program)).toEqual([P]));

const pieces = (end: string, begin = '') => rows('', `${end}\n  ${begin}"`, '.');
test.each([
  `String p = "${pieces('\\n"', '+ ')}";\nsolve(p);`,
  `String p =\n  "${pieces('"', '+ ')}";`,
  `<?php\n$p = "${pieces('"', '. ')}";`,
  `<?php\n$p = "${pieces('\\n" .')}";`,
  `local p = "${pieces('"', '.. ')}"`,
  `local p = "${pieces('\\n" ..')}"`,
  `p = "${pieces('" \\')}"`,
  `p = "${pieces('\\n" + \\')}"`,
  `Dim p As String = "${pieces('" & _')}"`,
  `const char *p = "${pieces('"')}";`,
])('a text in pieces: %j', (text) => expect(read(text)).toEqual([P]));

test('a text in pieces that is turned is refused', () =>
  expect(read(`local p = "${pieces('"', '.. ')}"\nsolve(p:reverse())`)).toEqual([
    expect.stringContaining('nothing is run'),
  ]));

test.each([
  `std::array<std::array<int, 4>, 4> board = {{\n  {{${rows(', ', '}},\n  {{')}}}\n}};`,
  `std::array<std::array<int, 4>, 4> board{{\n  {${rows(', ', '},\n  {')}}\n}};`,
])('arrays between two pairs of braces: %j', (text) => expect(read(text)).toEqual([P]));

test.each([
  `let board = [ [${rows(';', ']\n              [')}] ]`,
  `let board = [[${rows('; ', '];\n  [')}]]\nlet () = solve board`,
])('rows of F# and OCaml: %j', (text) => expect(read(text)).toEqual([P]));

test.each([
  `[[${rows(', ', '],\n [')}]]\n|> IO.inspect()\n|> Sudoku.solve()\n|> IO.inspect()`,
  `board =\n  [[${rows(', ', '],\n   [')}]]\n  |> Solver.solve`,
  `problem(1, [\n  [${rows(',', '],\n  [', '_')}]\n]).`,
])('a matrix that Elixir solves, a fact of Prolog: %j', (text) => expect(read(text)).toEqual([P]));

test.each([
  `[[${rows(', ', '],\n [')}]]\n|> Enum.reverse()\n|> Sudoku.solve()`,
  `[[${rows(', ', '],\n [')}]]\n|> IO.inspect()\n|> Matrix.transpose()\n|> Sudoku.solve()`,
  `transpose([[${rows(',', '],\n  [', '_')}]], X).`,
  `const b = [\n  [..."${rows('', '"],\n  [..."', '.')}"],\n].reverse();\nsolve(b);`,
])('the same, turned, is refused: %j', (text) =>
  expect(read(text)).toEqual([expect.stringContaining('nothing is run')]),
);

test.each([
  `b := [][]byte{\n  []byte("${rows('', '"),\n  []byte("', '.')}"),\n}\nsolve(b)`,
  `b := [][]rune{\n  []rune("${rows('', '"),\n  []rune("', '.')}"),\n}`,
  `const b = [\n  [..."${rows('', '"],\n  [..."', '.')}"],\n];\nsolve(b);`,
])('rows of texts that are taken apart: %j', (text) => expect(read(text)).toEqual([P]));

test('columns of MATLAB beside each other are refused', () =>
  expect(read(`board = [[${rows(';', '], [')}]]`)).toEqual([expect.stringContaining('expected cells')]));

test.each([
  'cages = [((0,0),(0,1),8)]',
  'rest = {"cages": [[[0,0],[0,1]]]}',
  'thermometers = [[(0, 0), (0, 1)]]',
  'diagonal = True',
  'KillerSudoku(board, cages=[((0,0),(0,1),8)])',
  'inequalities = [((0,2),(0,3)), ((1,0),(2,0))]',
])('other rules beside a matrix refuse it: %s', (rule) => {
  expect(read(`board = ${LISTS}\n${rule}\nsolve(board)`)).toEqual([expect.stringContaining('a puzzle with')]);
});

test.each([
  'WIDTH = 540',
  'rows = []',
  'colors = ["red", "blue"]',
  'size = 9',
  'odd = 3',
  'diagonal = False',
])('a setting of a program is none: %s', (setting) =>
  expect(read(`${setting}\nboard = ${LISTS}\nsolve(board)`)).toEqual([P]),
);

test.each(['"""', "'''", '`'])('a maze between %s', (quotes) => {
  const maze = familyFrom({ kind: 'maze', rows: 4, columns: 6 })!;
  const rowsOfMaze = ['######', '#S  .#', '# ##G#', '######'];
  const text = `"""\nSolves a maze.\n"""\nmaze = ${quotes}\n${rowsOfMaze.join('\n')}\n${quotes}.strip()\nprint(solve(maze))`;
  const items = readQuestions(text, maze, {}).map(({ value, error }) =>
    value ? maze.line(value) : error!.message,
  );
  expect(items).toEqual([rowsOfMaze.join('/').replaceAll(' ', '.')]);
});

const SOLVED = '1342421321343421';
test.each([
  `test('it', () => {\n  expect(solve('${P}')).toBe('${SOLVED}');\n});`,
  `expect(solve('${P}')).toEqual('${SOLVED}');`,
  `assert.deepStrictEqual(solve('${P}'), '${SOLVED}');`,
  `assert.equal(solver.solve('${P}'), '${SOLVED}');`,
  `Assert.Equal("${SOLVED}", Solve("${P}"));`,
  `assertEquals("${SOLVED}", solve("${P}"));`,
  `self.assertEqual(solve("${P}"), "${SOLVED}")`,
])('what a test expects is an answer: %s', (text) => expect(read(text)).toEqual([P]));

describe('a maze of texts', () => {
  const maze = familyFrom({ kind: 'maze', rows: 4, columns: 6 })!;
  const lines = ['######', '#S  .#', '# ##G#', '######'];
  const pieces = (between: string) => lines.map((line) => `"${line}\\n"`).join(`${between}\n  `);
  const readMaze = (text: string) =>
    readQuestions(text, maze, {}).map(({ value, error }) => (value ? maze.line(value) : error!.message));

  test.each([
    `maze = "${lines.join('\\n')}".split("\\n")`,
    `maze = "${lines.join('\\n')}".splitlines()\nsolve(maze)`,
    `let maze = "${lines.join('\\n')}".lines();`,
    `maze = (\n  ${pieces('')}\n)`,
    `maze = (\n  ${pieces('')}\n).splitlines()\nsolve(maze)`,
    `const maze =\n  ${pieces(' +')};\nsolve(maze);`,
    `const char *maze =\n  ${pieces('')};\nint main() { solve(maze); }`,
    `maze = [\n  list("${lines.join('"),\n  list("')}")\n]`,
    `char[][] maze = {\n  "${lines.join('".toCharArray(),\n  "')}".toCharArray()\n};`,
    `maze = [\n  "${lines.join('",\n  "')}"\n]\nstart = (1, 1)\ngoal = (2, 4)`,
    `Rotate the page, start here, mirror it:\n\n${lines.join('\n')}`,
  ])('is read: %j', (text) => expect(readMaze(text)).toEqual([lines.join('/').replaceAll(' ', '.')]));

  test.each([
    `maze = """\n${lines.join('\n')}\n""".strip().split("\\n")[::-1]`,
    `maze = (\n  ${pieces('')}\n).splitlines()[::-1]`,
    `maze = """\n${lines.join('\n')}\n"""\nstart = (2, 1)`,
    `goal = (2, 1)\nmaze = [\n  "${lines.join('",\n  "')}"\n]`,
    `maze = %w[\n${lines.join('\n').replaceAll(' ', '.')}\n].map(&:chars)\nmaze[1][2] = '#'\nsolve(maze)`,
  ])('is refused: %j', (text) =>
    expect(readMaze(text)).toEqual([expect.stringMatching(/nothing is run|a puzzle with/)]),
  );
});

test('what is read from a program has a note, and nothing else has', () => {
  const note = 'read as written in a program, of which nothing was run';
  const notes = (text: string) => readQuestions(text, sudoku, {}).map((item) => item.note);
  for (const text of [
    `board = ${LISTS}\nsolve(board)`,
    `s = "${P}"\nsolve(s)`,
    `s = """\n${P.match(/.{4}/g)!.join('\n')}\n"""\nsolve(s)`,
  ])
    expect(notes(text), text).toEqual([note]);
  expect(notes(`a = ${LISTS}\nb = ${LISTS}`)).toEqual([note, note]);
  for (const text of [P, `Solve this (easy):\n${P}`, LISTS, `{"puzzle": "${P}"}`, `puzzle\n"${P}"`])
    expect(notes(text), text).toEqual([undefined]);
  const maze = 'maze = """\n######\n#S  G#\n######\n"""';
  const sized = readAnySize(maze, mazes.ofAnySize!, {}).map((item) => item.note);
  expect(sized).toEqual([note]);
});

describe('a text of cells', () => {
  const lines = P.match(/.{4}/g)!.join('\n');
  const notes = (text: string) =>
    readQuestions(text, sudoku, {}).map(({ value, note }) => value && (note ?? ''));

  test.each([
    `int main() { run(); }\nchar puzzle[17] = "${P}";`,
    `int main() {\n  char puzzle[] = "${P}";\n  solve(puzzle);\n}`,
    `std::string puzzle("${P}");\nint main() { solve(puzzle); }`,
    `s := []byte("${P}")`,
    `s <- "${P}"\nsolve(s)`,
    `solve("${P}");`,
    `let board = Board::from_str("${P}").unwrap();`,
    `s = list(map(int, "${P}"))`,
    `grid = <<~GRID\n${lines}\nGRID\nputs Sudoku.new(grid).solve`,
    `$puzzle = <<<EOT\n${lines}\nEOT;\nsolve($puzzle);`,
    `my @rows = qw(\n${lines}\n);\nsolve(@rows);`,
    `var puzzle = @"\n${lines}";\nSolve(puzzle);`,
    `int main() {\n  const char *s =\n    "${rows('', '"\n    "', '.')}";\n  solve(s);\n}`,
    `solve([...'${P}']);`,
    `grid = %w[\n${lines}\n]\nsolve(grid)`,
    `puzzles = {'easy': '${P}'}\nsolve(puzzles['easy'])`,
    `const p = {\n  name: "x",\n  easy: "${P}",\n};\nsolve(p.easy);`,
    `$p = ["easy" => "${P}"];\nsolve($p['easy']);`,
    `val p = mapOf("easy" to "${P}")\nsolve(p["easy"]!!)`,
    `export default {\n  name: "${P}",\n};`,
    `def board():\n    return "${P}"\nsolve(board())`,
    `grid = [list(r) for r in """\n${lines}\n""".split()]\nsolve(grid)`,
    `string p = @"${lines}";\nSolve(p);`,
    `const char* p = R"(\n${lines}\n)";\nint main() { solve(p); }`,
    `let p = r#"\n${lines}\n"#;\nsolve(p);`,
    `let p = "\\\n${lines.replaceAll('\n', '\\\n')}";\nsolve(p);`,
    `let p = "${lines}";\nsolve(p);`,
    `<?php\n$p = '${lines}';\nsolve($p);`,
    `$p = @"\n${lines}\n"@\nSolve $p`,
    `$rows = @(\n  "${rows('', '",\n  "', '.')}"\n)\nSolve $rows`,
  ])('has a note: %j', (program) => {
    expect(read(program)).toEqual([P]);
    expect(notes(program)).toEqual([expect.stringContaining('nothing was run')]);
  });

  test.each([`Rotate the page, (start) at the mirror:\n"${P}"`, `"${P}"\n"${P}"\n(reversed or not)`])(
    'has none among words: %j',
    (text) => {
      expect(read(text)).toContain(P);
      expect(notes(text).join('')).toBe('');
    },
  );

  test.each([
    `let s = "${P}".chars().rev().collect();`,
    `string p = @"${lines}".Reverse();\nSolve(p);`,
    `let p = r#"\n${lines}\n"#;\nsolve(p.lines().rev());`,
    `char s[] = "${P}";\nint main() { strrev(s); }`,
    `std::string s("${P}");\nint main() { std::reverse(s.begin(), s.end()); }`,
    `solve(transpose("${P}"));`,
    `solve(Board::from_str("${P}").unwrap().transpose());`,
    `solver = Sudoku(\n  "${P}"\n    .split("")\n    .reverse()\n)`,
    `const board = \`\n${lines}\n\`.trim().split('\\n').map(r => r.split('').reverse());`,
    `val rows = """\n${lines}\n""".trimIndent().lines().reversed()`,
    `grid = <<~GRID\n${lines}\nGRID\ngrid = grid.lines.map(&:chomp).reverse`,
    `grid = <<~GRID.lines.reverse\n${lines}\nGRID`,
    `$p = <<<EOT\n${lines}\nEOT;\n$rows = array_reverse(explode("\\n", $p));`,
    `my @rows = qw(\n${lines}\n);\n@rows = reverse @rows;`,
    `cat <<EOF | tac | ./solve\n${lines}\nEOF`,
    `$s = "${P}"\n$s = $s.tr("1-4", "4321")`,
    `const s = [...'${P}'].reverse().join('');\nsolve(s);`,
    `const s = [...'${P}'];\ns[2] = '4';\nsolve(s);`,
    `grid = %w[\n${lines}\n]\ngrid.reverse!\nsolve(grid)`,
    `grid = %w(\n${lines}\n).map(&:chars).transpose\nsolve(grid)`,
    `grid = %w{\n${lines}\n}.map(&:chars)\ngrid[0][2] = '4'\nsolve(grid)`,
    `p = {'easy': '${P}'}\nsolve(p['easy'][::-1])`,
    `const p = {\n  name: "x",\n  easy: "${P}",\n};\np.easy = p.easy.replace(/4/g, '3');\nsolve(p.easy);`,
    `s := "${P}"\ns = strings.ReplaceAll(s, "4", "3")\nsolve(s)`,
    `var s = "${P}";\nvar t = s.Select(c => c == '4' ? '3' : c);\nSolve(t);`,
    `my $s = "${P}";\n$s =~ tr/1-4/4321/;\nsolve($s);`,
    `PUZZLES = [\n  "${P}",\n]\nfor p in PUZZLES:\n    solve(p[::-1])`,
    `$p = ['easy' => '${P}'];\nsolve(strrev($p['easy']));`,
    `val p = mapOf("easy" to "${P}")\nsolve(p["easy"]!!.reversed())`,
    ...["grid[0][2] = '4'", 'grid = list(zip(*grid))', 'grid.reverse()'].map(
      (statement) => `grid = [list(r) for r in """\n${lines}\n""".split()]\n${statement}\nsolve(grid)`,
    ),
  ])('is refused where it is turned: %j', (program) =>
    expect(read(program)).toEqual([expect.stringContaining('nothing is run')]),
  );

  test.each([
    "s[2] = '4'",
    's = s[:2] + "4" + s[3:]',
    's = s.slice(0, 2) + "4" + s.slice(3);',
    'String t = s.substring(0, 2) + "4" + s.substring(3);',
    's = s[4:] + s[:4]',
    "sb = new StringBuilder(s);\nsb.setCharAt(2, '4');",
    "var b = s.Remove(2, 1).Insert(2, '4');",
    'for i in range(16):\n    grid[i % 4][i // 4] = s[i]',
    'for i, ch in enumerate(s):\n    grid[i % 4][i // 4] = int(ch)',
    'for (int i = 0; i < 16; i++) g[i % 4][i / 4] = s.charAt(i);',
    'for (let i = 0; i < 16; i++) g[i % 4][Math.floor(i / 4)] = s[i];',
    'for (int r = 0; r < 4; r++) for (int c = 0; c < 4; c++) g[c][r] = s.charAt(r * 4 + c);',
    'const g = Array.from({length: 4}, (_, r) => Array.from({length: 4}, (_, c) => s[c * 4 + r]));',
    'grid = [list(s[i::4]) for i in range(4)]',
    'B <- matrix(as.integer(strsplit(s, "")[[1]]), 4, 4)',
    'grid = [[int(c) for c in s[i:i+4]] for i in range(0, len(s), 4)]\ngrid[0][2] = 4',
    'grid = [list(s[i:i+4]) for i in range(0, 16, 4)]\ngrid = list(zip(*grid))',
    'grid = np.array([list(r) for r in wrap(s, 4)], dtype=int)\ngrid = grid.T',
    "const g = s.match(/.{4}/g).map(r => r.split(''));\ng[0][2] = '4';",
    "cells = list(s)\ncells[2] = '4'",
    'lines = textwrap.wrap(s, 4)\nlines[0] = "4321"',
    'lines = textwrap.wrap(s, 4)\nlines.reverse()',
    'rows := split(s, 4)\nslices.Reverse(rows)',
    'rows = wrap(s, 4)\nrows[0], rows[1] = rows[1], rows[0]',
  ])('is refused where a statement changes it, or what is made of it: %j', (statement) =>
    expect(read(`s = "${P}"\n${statement}\nsolve(x)`)).toEqual([expect.stringContaining('nothing is run')]),
  );

  test.each([
    "cells = list(s)\nfor i in range(16):\n    if cells[i] == '.': cells[i] = '0'",
    'for i, ch in enumerate(s):\n    grid[i // 4][i % 4] = int(ch)',
    'grid = [[]] * 4\ngrid[0] = list(s[0:4])\ngrid[1] = list(s[4:8])',
    'cols = [s[i::4] for i in range(4)]',
    'grid = [list(s[i:i+4]) for i in range(0, 16, 4)]\nfor col in zip(*grid):\n    print(col)',
    'grid = [list(s[i:i+4]) for i in range(0, 16, 4)]\nassert all(is_unit(col) for col in zip(*grid))',
    'grid = np.array([list(r) for r in wrap(s, 4)], dtype=str)\nprint(grid.T)',
    'n = len(s)\nfor i in reversed(range(n)):\n    print(i)',
    'print(s[:4] + "/" + s[4:8])',
    'result = solve(s)\nresult[0] = 1\nprint(result[::-1])',
    'm <- matrix(strsplit(s, "")[[1]], 4, 4, byrow = TRUE)',
    'std::replace(s.begin(), s.end(), x, y);',
    't = s.replace(".", "0").replace(/[^0-9]/g, "")',
    's = strings.ReplaceAll(s, ".", "0")',
    '$s =~ tr/./0/;',
    'def solve(s, i):\n    return solve(s[:i] + "1" + s[i + 1:])',
  ])('is read where a statement looks at it, or fills its blanks: %j', (statement) =>
    expect(read(`s = "${P}"\n${statement}\nsolve(s)`)).toEqual([P]),
  );
});

test.each(['board', 'board.shape\n(4, 4)', 'board[0]\n[1, 0, 0, 0]'])(
  'a matrix at a prompt is shown: %j',
  (typed) => expect(read(`>>> board = ${LISTS}\n>>> ${typed}`)).toEqual([P]),
);

test('lists that share a line are no rows of others', () => {
  const parts = (row: string) =>
    `[${row.slice(0, 2).split('').join(' ')}] [${row.slice(2).split('').join(' ')}]`;
  const printed = P.replaceAll('.', '0').match(/.{4}/g)!.map(parts).join('\n');
  expect(read(`Starting\n${printed}`)).toEqual([P]);
});

test('numbers alone are no Futoshiki, whose signs have no place in them', () => {
  const futoshiki = familyFrom({ kind: 'futoshiki', size: 4 })!;
  for (const text of [LISTS, `board = ${LISTS}\ninequalities = [((0,2),(0,3))]`]) {
    const [{ error } = {}, ...more] = readQuestions(text, futoshiki, {});
    expect(error?.message).toMatch(/numbers alone|a puzzle with inequalities/);
    expect(more).toEqual([]);
  }
});

test('texts in records are read each', () => {
  expect(read(`INSERT INTO p VALUES (1, '${P}');\nINSERT INTO p VALUES (2, '${Q}');`)).toEqual([P, Q]);
});

test('rules beside an object among words are seen', () => {
  expect(read(`Here:\n{"grid": ${LISTS}, "transposed": true}`)).toEqual([
    expect.stringContaining('transposed'),
  ]);
});

describe('no puzzle beside a matrix is lost', () => {
  const rowsOfQ = Q.match(/.{4}/g)!.join('\n');
  test.each([
    Q,
    rowsOfQ,
    [...Q].join(' '),
    `r = ${[...Q].join(' ')}`,
    `hard = "${Q}"`,
    `"""\n${rowsOfQ}\n"""`,
  ])('%j', (other) => {
    const found = read(`board = ${LISTS}\n\n${other}\n`);
    expect(found.length).toBeGreaterThan(1);
    expect(found).toContain(P);
    expect(found.slice(1).join('\n')).toMatch(/\.\.1\.2\.|expected|no cell/);
  });
});

describe('start and goal that a program names beside its maze', () => {
  const maze = '[[0, 1, 0, 0],\n [0, 1, 0, 1],\n [0, 0, 0, 1],\n [1, 1, 0, 0]]';
  const family = familyFrom({ kind: 'maze', rows: 4, columns: 4 })!;
  const inFamily = (text: string) =>
    readQuestions(text, family, { file: 'f' }).map(({ value, error, note }) =>
      value ? [family.line(value), note] : error!.message,
    );
  test.each([
    `maze = ${maze}\nstart = (0, 0)\nend = (3, 3)\nprint(solve(maze, start=start, end=end))`,
    `START = (0, 0)\nGOAL = (3, 3)\ngrid = np.array(${maze})`,
    `const maze = ${maze};\nconst startPos = [0, 0];\nconst endPos = [3, 3];`,
    `maze = ${maze}\nstart = (0, 0)\nend = (3, 3)\ndef way(at):\n    start = at\n    return start`,
  ])('are put into it: %s', (text) => {
    expect(inFamily(text)).toEqual([['S#   # #   ### G', expect.stringContaining('nothing was run')]]);
    expect(readAnySize(text, mazes.ofAnySize!, {}).map(({ value }) => value?.info)).toEqual([
      { kind: 'maze', rows: 4, columns: 4 },
    ]);
  });
  test.each([
    ['start = (1, 1)\nend = (0, 3)', 'f:1: start and goal beside a maze that are no free cells of it'],
    ['start = (0, 2)\nend = (2, 0)', 'f:1: the start may stand in row 1, column 3, or in row 3, column 1'],
    ['start = (0, 0)\nend = (3, 3)\nstart = (2, 0)', 'f:5: start is set more than once'],
    ['start = (0, 0)\nend = (3, 3)\nstart, end = end, start', 'f:5: start is set more than once'],
    ['start = (0, 0)\nend = (len(maze) - 1, 3)', 'f:1: expected one start S, got 0'],
  ])('are refused: %s', (names, fault) => {
    expect(inFamily(`maze = ${maze}\n${names}`)).toEqual([expect.stringContaining(fault)]);
  });
});

describe('a matrix of a program that also writes a table', () => {
  test.each([
    `const initial = ${LISTS};
function App() {
  const [board, setBoard] = useState(initial);
  return (
    <table>
      {board.map((row, i) => <tr key={i}>{row.map((x, j) => <td key={j}>{x || ""}</td>)}</tr>)}
    </table>
  );
}`,
    `const board = ${LISTS};
let html = "<table>";
for (const row of board) {
  html += "<tr>";
  for (const cell of row) html += "<td>" + cell + "</td>";
  html += "</tr>";
}
el.innerHTML = html + "</table>";`,
    `board = ${LISTS}
PAGE = """<table>{% for row in board %}<tr>{% for x in row %}<td>{{ x }}</td>{% endfor %}</tr>{% endfor %}</table>"""`,
  ])('is read: %#', (text) => expect(read(text)).toEqual([P]));

  test.each([
    `<p>${LISTS}</p><table><tr><td>words here</td></tr></table>`,
    `const board = ${LISTS};\n<table><tr><td>5</td><td>123</td></tr></table>`,
  ])('is not where it stands in a page, or cells in the table: %#', (text) =>
    expect(read(text)).toEqual([expect.stringContaining('no table with one symbol in each cell')]),
  );
});

describe('a test of a solver', () => {
  const A = `[[${SOLVED.match(/.{4}/g)!
    .map((row) => [...row].join(','))
    .join('],[')}]]`;
  const [B, C] = [LISTS, A].map((lists) => lists.replaceAll('[', '{').replaceAll(']', '}'));
  const answers = (text: string) =>
    readGrids(text, sudoku, {}).map((item) =>
      item.error ? item.error.message : [sudoku.line(item.value), item.answer && sudoku.line(item.answer)],
    );

  test.each([
    `test('x', () => {\n  expect(solve(${LISTS})).toEqual(${A});\n});`,
    `const board = ${LISTS};\nexpect(solve(board)).toBe(true);\nexpect(board).toStrictEqual(${A});`,
    `const board = ${LISTS};\nexpect(solve(board)).to.deep.equal(${A});`,
    `const board = ${LISTS};\nexpect(solve(board)).to.eql(${A});`,
    `const board = ${LISTS};\nsolve(board).should.eql(${A});`,
    `test('x', (t) => {\n  t.deepEqual(solve(${LISTS}), ${A});\n});`,
    `it 'solves' do\n  board = ${LISTS}\n  expect(Sudoku.solve(board)).to eq(${A})\nend`,
    `it 'solves' do\n  board = ${LISTS}\n  expect(Sudoku.new(board).solve).to eq ${A}\nend`,
    `board = ${LISTS}\nassert_equal ${A}, Sudoku.solve(board)`,
    `def test_solve():\n    board = ${LISTS}\n    assert solve(board) == ${A}`,
    `board = ${LISTS}\nself.assertEqual(solve(board), ${A})`,
    `int[][] board = ${B};\nassertArrayEquals(new int[][] ${C}, solve(board));`,
    `int[,] board = ${B};\nAssert.That(Solve(board), Is.EqualTo(new int[,] ${C}));`,
    `board := [][]int${B}\nif !reflect.DeepEqual(Solve(board), [][]int${C}) {\n\tt.Fatal("no")\n}`,
    `let board = ${LISTS}\nXCTAssertEqual(solve(board), ${A})`,
    `it.each([\n  [${LISTS}, ${A}],\n])('solves', (board, want) => {\n  expect(solve(board)).toEqual(want);\n});`,
    `doTest(${LISTS}, ${A});`,
    `Test.assertDeepEquals(sudoku(${LISTS}), ${A});`,
  ])('expects the answer: %s', (text) => expect(answers(text)).toEqual([[P, SOLVED]]));

  test('expects what is no answer', () =>
    expect(read(`const board = ${LISTS};\nexpect(solve(board)).toEqual(${A.replace('[1', '[2')});`)).toEqual([
      P,
      expect.stringContaining('it is no answer to the puzzle beside it'),
    ]));
});

test.each([
  `solve(${LISTS}.reverse())`,
  `np.array(${LISTS}.T)`,
  `x = np.array(\n  ${LISTS}\n[::-1])`,
  `solve(a, ${LISTS} + 1)`,
  `assert solve(1 - ${LISTS})`,
])('a matrix that is changed in the brackets of a call is refused: %j', (text) =>
  expect(read(text)).toEqual([expect.stringContaining('nothing is run')]),
);

describe('rows that are joined', () => {
  const lines = `"${rows('', '",\n  "', '.')}"`;
  test.each([
    `puzzle = "\\n".join([\n  ${lines},\n])\nsolve(puzzle)`,
    `puzzle = ''.join((\n  ${lines}\n))\nsolve(puzzle)`,
    `const puzzle = [\n  ${lines},\n].join("\\n");\nsolve(puzzle);`,
    `const puzzle = [\n  ${lines},\n].join(' ');\nsolve(puzzle);`,
    `p := strings.Join([]string{\n  ${lines},\n}, "\\n")\nSolve(p)`,
    `$p = implode("\\n", [\n  ${lines}\n]);\nsolve($p);`,
    `val p = listOf(\n  ${lines}\n).joinToString("\\n")\nsolve(p)`,
  ])('are read: %j', (text) => expect(read(text)).toEqual([P]));

  test.each([
    `puzzle = "\\n".join([\n  ${lines},\n][::-1])\nsolve(puzzle)`,
    `puzzle = "\\n".join(reversed([\n  ${lines},\n]))\nsolve(puzzle)`,
    `puzzle = "".join([\n  ${lines}\n])\npuzzle = puzzle[:2] + "4" + puzzle[3:]\nsolve(puzzle)`,
    `puzzle = "".join([\n  ${lines}\n])\nother = puzzle.replace("2", "3")\nsolve(other)`,
    `const puzzle = [\n  ${lines},\n].join("\\n").split("").reverse().join("");\nsolve(puzzle);`,
    `const puzzle = [\n  ${lines},\n].join("");\nconst other = [...puzzle].reverse().join("");\nsolve(other);`,
  ])('are refused where they are turned: %j', (text) =>
    expect(read(text)).toEqual([expect.stringContaining('nothing is run')]),
  );
});

describe('columns that a program makes of a matrix', () => {
  test.each([
    `const board = ${LISTS};\nconst columns = board[0].map((_, i) => board.map(r => r[i]));\nsolve(board);`,
    `const board = ${LISTS};\nfunction valid(board) {\n  const columns = board[0].map((_, i) => board.map(r => r[i]));\n  return columns.every(ok);\n}\nsolve(board);`,
    `board = ${LISTS}\ncol_sets = [set(row[i] for row in board) for i in range(4)]\nsolve(board)`,
  ])('are passed over: %j', (text) => expect(read(text)).toEqual([P]));

  test.each([
    `columns = ${LISTS}\nsolve(columns)`,
    `const board = ${LISTS};\nconst columns = board[0].map((_, i) => board.map(r => r[i]));\nsolve(columns);`,
    `board = ${LISTS}\ncollected = [[row[i] for row in board] for i in range(4)]\nrun(collected)`,
    `board = ${LISTS}\nother = [[row[i] for row in board] for i in range(4)]  # ${'so it is '.repeat(40)}\nrun(other)`,
    `board = ${LISTS}\nother = [[row[i] for row in board] for i in range(4)] if ${'ok and '.repeat(60)}ok else 0\nrun(other)`,
  ])('are refused where they may be the puzzle: %j', (text) =>
    expect(read(text)).toEqual([expect.stringMatching(/nothing is run|may be the columns/)]),
  );
});

describe('a matrix that statements build row by row', () => {
  const built = (begin: string, end: string, around = '') =>
    `${around}${begin}${rows(', ', `${end}\n${around}${begin}`)}${end}`;
  const texts = P.match(/.{4}/g)!;
  test.each([
    `grid = []\n${built('grid.append([', '])')}\nsolve(grid)`,
    `const grid = [];\n${built('grid.push([', ']);')}\nsolve(grid);`,
    `g = []\n${built('g << [', ']')}\nputs solve(g)`,
    `List<List<Integer>> board = new ArrayList<>();\n${built('board.add(Arrays.asList(', '));')}\nsolve(board);`,
    `int main() {\n  vector<vector<int>> grid;\n${built('grid.push_back({', '});', '  ')}\n  solve(grid);\n}`,
    `class S:\n    def __init__(self):\n        self.g = []\n${built('self.g.append([', '])', '        ')}\nS().solve()`,
    `grid = []\n${texts.map((row) => `grid.append("${row}")`).join('\n')}\nsolve(grid)`,
    `grid = []\n${texts.map((row) => `grid.append(list("${row}"))`).join('\n')}\nsolve(grid)`,
    `char board[4][5];\nint main() {\n${texts.map((row, i) => `  strcpy(board[${i}], "${row}");`).join('\n')}\n  solve(board);\n}`,
    `puzzles = []\npuzzles.append(${LISTS})\nsolve(puzzles[0])`,
  ])('is read: %j', (text) => expect(read(text)).toEqual([P]));

  test.each([
    `grid = []\n${built('grid.append([', '])')}\ngrid.reverse()\nsolve(grid)`,
    `grid = []\n${built('grid.append([', '])')}\ngrid[0][2] = 4\nsolve(grid)`,
    `def f():\n    board = [None] * 4\n${P.match(/.{4}/g)!
      .map((row, i) => `    board[${i}] = [${[...row.replaceAll('.', '0')].join(', ')}]`)
      .join('\n')}\n    board[0][2] = 4\n    solve(board)`,
    `columns = []\n${built('columns.append([', '])')}\nsolve(columns)`,
  ])('is refused where it is changed, or has columns: %j', (text) =>
    expect(read(text)).toEqual([expect.stringMatching(/nothing is run|may be the columns/)]),
  );

  test('with a row that is put before the others is not read', () =>
    expect(read(`grid = []\n${built('grid.insert(0, [', '])')}\nsolve(grid)`)).not.toContain(P));

  test('steps of a search are none', () =>
    expect(
      read(
        `b = ${LISTS}\nq = []\nq.append([0, 0])\nq.append([1, 1])\nq.pop()\npath.push([0, 0, 1, 2])\nsolve(b)`,
      ),
    ).toEqual([P]));
});

describe('a cell with numbers for its place that a function sets', () => {
  const C = LISTS.replaceAll('[', '{').replaceAll(']', '}');
  test.each([
    `int board[4][4] = ${C};\nvoid init() {\n  board[0][2] = 4;\n}\nint main() {\n  init();\n  solve(board);\n}`,
    `board = ${LISTS}\ndef prepare():\n    board[0][2] = 4\nprepare()\nsolve(board)`,
    `const board = ${LISTS};\nconst prepare = () => {\n  board[0][2] = 4;\n};\nprepare();\nsolve(board);`,
    `public class A {\n  int[][] board = ${C};\n  public A() {\n    board[0][2] = 4;\n  }\n  public static void main(String[] a) { new A().solve(); }\n}`,
    `def test_it():\n    board = ${LISTS}\n    board[0][2] = 4\n    assert solve(board)`,
    `char board[4][5] = {\n  "${rows('', '",\n  "', '.')}"\n};\nint main() {\n  strcpy(board[0], "1342");\n  solve(board);\n}`,
    `int board[4][4] = ${C};\nint main() {\n  int *p = &board[0][0];\n  *(p + 2) = 4;\n  solve(board);\n}`,
  ])('changes the matrix: %j', (text) =>
    expect(read(text)).toEqual([expect.stringContaining('nothing is run')]),
  );

  test.each([
    `board = ${LISTS}\ndef fill():\n    for i in range(4):\n        board[i][0] = 5\nfill()`,
    `board = ${LISTS}\ndef solve(board):\n    board[0][0] = 5\nsolve(board)`,
    `board = ${LISTS}\ndef never():\n    board[0][0] = 5\nsolve(board)`,
    `void init() {\n  int board[4][4] = {};\n  board[0][2] = 4;\n}\nint board[4][4] = ${C};\nint main() { init(); solve(board); }`,
    `class T(unittest.TestCase):\n    def setUp(self):\n        self.board = ${LISTS}\n    def test_it(self):\n        solve(self.board)\n    def test_bad(self):\n        self.board[0][1] = 1\n        self.assertFalse(valid(self.board))`,
    `describe('s', () => {\n  let board;\n  beforeEach(() => {\n    board = ${LISTS};\n  });\n  it('is invalid', () => {\n    board[0][1] = 1;\n    expect(valid(board)).toBe(false);\n  });\n});`,
    `const board = ${LISTS};\nsolve(board);\nexpect(() => solve([[1, 2], [3, 4]])).toThrow();`,
    `vector<vector<int>> board = ${C};\nfor (auto& row : board) {\n  for (int c : row) cout << c;\n}\nsolve(board);`,
    `def test_a():\n    board = ${LISTS}\n    assert solve(board)\n\ndef test_b():\n    board = empty()\n    board[0][0] = 5\n    assert not valid(board)`,
  ])('is another, or of a search: %j', (text) => expect(read(text)).toEqual([P]));
});

describe('lists of Lisp, Scheme and Clojure', () => {
  const lists = (open: string, close: string, blank = '0') =>
    `${open}${open}${rows(' ', `${close}\n    ${open}`, blank)}${close}${close}`;
  const [L, C] = [lists('(', ')'), lists('[', ']')];

  test.each([
    `(defparameter *board*\n  '${L})\n(solve *board*)`,
    `(defvar board\n  #2a${L}) ; example board to solve`,
    `(setf *b* (make-array '(4 4) :initial-contents '${L}))\n(solve *b*)`,
    `(defun main ()\n  (let ((grid (make-array '(4 4) :initial-contents\n    '${L})))\n    (print-grid (solve-sudoku grid))))\n\n(main)`,
    `(defparameter *p* '${lists('(', ')', 'nil')})`,
    `#lang racket\n(define example '${L})\n(define (solve board)\n  (if (transpose board) (reverse board) board))\n(solve example)`,
    `(define board (list ${rows(' ', '~')
      .split('~')
      .map((row) => `(list ${row})`)
      .join('\n  ')}))`,
    `(define board #(${rows(' ', '~')
      .split('~')
      .map((row) => `#(${row})`)
      .join('\n  ')}))`,
    `(ns s.core)\n(def board\n  ${C})\n;(def other ${C.replace('1', '2')})\n(defn -main [] (println (solve board)))`,
    `(def board\n  ${lists('[', ']', 'nil')})\n(solve board)`,
    `(def sudoku-board\n  (board ${C}))`,
    `problem(1, [[${rows(',', '],\n  [', '_')}]]).`,
    `example2([[${rows(',', '],\n  [', '_')}]]).`,
    `main :-\n    Puzzle = [[${rows(',', '],\n  [', '_')}]],\n    sudoku(Puzzle), print_board(Puzzle).`,
  ])('are read: %j', (text) => expect(read(text)).toEqual([P]));

  test.each([
    `(solve (reverse '${L}))`,
    `(defvar board\n  #2a${L})\n(setf (aref board 0 2) 4)\n(solve board)`,
    `(define m '${L})\n(define board (apply map list m))\n(solve board)`,
    `(def board\n  ${C})\n(solve (reverse board))`,
    `(def board\n  ${C})\n(solve (assoc-in board [0 2] 4))`,
    `(def board (vec (reverse ${C})))`,
    `(-> ${C} reverse solve)`,
    `(def columns\n  ${C})\n(solve columns)`,
  ])('are refused where they are turned or changed: %j', (text) =>
    expect(read(text)).toEqual([expect.stringMatching(/nothing is run|may be the columns/)]),
  );
});

describe('a cell that is handed to another', () => {
  const cells = [...'1....2.....43.2.'].map((cell) => cell.replace('.', '0'));
  const lists = `[${[0, 4, 8, 12].map((at) => `[${cells.slice(at, at + 4)}]`)}]`;
  const small = familyFrom({ kind: 'sudoku', size: 4 })!;
  const read = (text: string) => readQuestions(text, small, {});

  test.each([
    'int number = board[r][c]; tiles[r][c].setNumber(number);',
    'const value = board[r][c];\ncell.setValue(value);',
    "const value = board[r][c];\ncell.setAttribute('value', value);",
    'value = board[r, c]\nset_cell(r, c, value)',
  ])('changes nothing: %s', (below) =>
    expect(read(`board = ${lists};\n${below}`)[0]!.value).toEqual(
      Int32Array.from(cells, (cell) => Number(cell) + 1),
    ),
  );

  test.each([
    'row = board[r]\nset_blanks(row)',
    'row = board[r]\nutil.setBlanks(row)',
    'int& value = board[r][c]; cell.setValue(value); value = 3;',
    'value = board[0][1]\nboard[0][1] = value + 1',
    'value = board[r][c]\nset_blanks(value)',
  ])('but a row, a reference or a place does: %s', (below) =>
    expect(read(`board = ${lists};\n${below}`)[0]!.error?.message).toContain(
      'a matrix that a program changes',
    ),
  );
});

describe('comments behind rows', () => {
  const rows = ['1, 0, 0, 0', '0, 2, 0, 0', '0, 0, 0, 4', '0, 0, 2, 1'];
  const small = familyFrom({ kind: 'sudoku', size: 4 })!;

  test.each([
    ['% [', 'problem(1, [', ']).'],
    ['% ', 'b = [', '];'],
    ['// ', 'int[,] b = {', '};'],
    ['// {', 'int[,] b = {', '};'],
    ['# [', 'b = [', ']'],
  ])('of cells behind %j are passed over', (mark, head, end) => {
    const list = rows.map((row, i) => `[${row}]${i < 3 ? ',' : end}  ${mark}4, 3, 2, 1`).join('\n');
    const text = head + (head.endsWith('{') ? list.replaceAll('[', '{').replaceAll(']', '}') : list);
    const [item, ...more] = readQuestions(text, small, {});
    expect(item!.error?.message).toBeUndefined();
    expect(small.line(item!.value!)).toBe('1....2.....4..21');
    expect(more).toEqual([]);
  });
});

test('lines that an error names are those of the program', () => {
  const family = familyFrom({ kind: 'takuzu', size: 4 })!;
  const rows = ['1..0', '....', '0..1', '....'];
  const list = `board = [\n${rows.map((row) => `  "${row}"`).join(',\n')}\n ]`;
  const below = [...rows, '1..0'].join('\n');
  const told = (text: string) => readQuestions(text, family, {}).at(-1)!.error?.message;
  expect(told(`${list}\n\n${below}\n`)).toContain('the 5 rows on lines 8 to 12 are');
  expect(told(`x = 1\n\nboard = """\n${below}\n"""\nsolve(board)`)).toContain(
    'the 5 rows on lines 4 to 8 are',
  );
});
