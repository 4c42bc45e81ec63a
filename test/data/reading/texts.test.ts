/** What stands around and in place of cells in texts: comments, other digits, matrices that a program turns, titles of answers. */

import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { maze as mazes } from '../../../src/data/maze/family.ts';
import { gridsOfAnySize } from '../../../src/data/reading/any-size.ts';
import { readGrids, readQuestions } from '../../../src/data/reading/read.ts';

const P = '1....2.....4..21';
const Q = '..1.2........3.4';
const ROWS = '1 0 0 0; 0 2 0 0; 0 0 0 4; 0 0 2 1';
const LISTS = '[[1,0,0,0],[0,2,0,0],[0,0,0,4],[0,0,2,1]]';
const sudoku = familyFrom({ kind: 'sudoku', size: 4 })!;

/** The same of other cells. */
const listsOf = (cells: string) =>
  JSON.stringify(cells.match(/.{4}/g)!.map((row) => [...row].map((cell) => Number(cell) || 0)));

function read(text: string, family = sudoku): string[] {
  return readQuestions(text, family, { file: 'f' }).map(({ value, error }) =>
    value ? family.line(value) : error!.message,
  );
}

describe('comments hold no puzzles', () => {
  test.each([
    ['XML', `<opensudoku><!-- <game data="${P}"/> -->\n<game data="${Q}"/></opensudoku>`],
    ['XML on several lines', `<opensudoku><!--\n<game data="${P}"/>\n-->\n<game data="${Q}"/></opensudoku>`],
    ['a program', `/* old = '${P}' */\np = '${Q}'`],
    ['a program on several lines', `/*\n${P}\n*/\n${Q}`],
  ])('%s', (_, text) => expect(read(text)).toEqual([Q]));
  test('a slash before a star may stand between rows', () => {
    expect(read(P.replace(/.{4}(?=.)/g, '$&/').replaceAll('.', '*'))).toEqual([P]);
    expect(read(`/* not closed\n${P}`)).toContain(P);
  });
});

describe('other digits', () => {
  const digits = (zero: number) =>
    P.replaceAll('.', '0').replace(/\d/g, (digit) => String.fromCodePoint(zero + +digit));
  test.each([
    ['Arabic', digits(0x660)],
    ['Persian', digits(0x6f0)],
    ['full width', digits(0xff10)],
    ['keys', P.replace(/\d/g, '$&\ufe0f\u20e3')],
    ['marks of a mail as entities', P.replace(/.{4}/g, '&gt; $&\n')],
    ['points of a page', P.replaceAll('.', '&middot;')],
    ['entities in JSON', JSON.stringify({ puzzle: P.replaceAll('.', '&#46;') })],
    ['blanks of a page by number', P.match(/./g)!.join(',').replaceAll('.', '&#160;')],
    ['breaks as entities', P.replace(/.{4}/g, '$&&lt;br/&gt;')],
    ['blanks of a page', P.match(/./g)!.join(',').replaceAll('.', '&nbsp;')],
    ['points of a link', `https://example.org/?s=${P.replaceAll('.', '%2E')}`],
  ])('%s', (_, text) => expect(read(text)).toEqual([P]));
});

describe('a matrix in a program', () => {
  const curly = LISTS.replaceAll('[', '{').replaceAll(']', '}');
  const vectors = LISTS.slice(2, -2).split('],[');
  const listed = `[\n  [${vectors.join('],\n  [')}]\n]`;
  const open = `[[${vectors.join('],\n         [')}]]`;

  test.each([
    `board = [${ROWS}]';`,
    `board = [${ROWS.replaceAll(';', '\n')}]'`,
    `A = [${ROWS}].'`,
    `a = np.transpose(${LISTS})`,
    `a = np.transpose(np.array(${LISTS}))`,
    `a = np.rot90(${LISTS})`,
    `a = np.array(${LISTS}).T`,
    `a = np.array(${LISTS}).transpose()`,
    `x = torch.tensor(${LISTS}).t()`,
    `x = torch.tensor(${LISTS}).permute(1, 0)`,
    `x = np.array(${LISTS}).astype(int).mT`,
    `a = list(reversed(${LISTS}))`,
    `a = reversed(["1000", "0200",\n"0004", "0021"])`,
    `A = ${LISTS}.reverse()`,
    `let a = ${LISTS}\n  .toReversed();`,
    `A = ${LISTS}[::-1]`,
    `a = [row[::-1] for row in ${LISTS}]`,
    `a = list(zip(*${LISTS}))`,
    `np.column_stack(${LISTS})`,
    `np.stack(${LISTS}, axis=1)`,
    `hcat([${vectors.join('], [')}])`,
    `cbind(c(${vectors.join('), c(')}))`,
    `t(rbind(c(${vectors.join('), c(')})))`,
    `val a = listOf(listOf(${vectors.join('), listOf(')})).transpose()`,
    `${curly} // Transpose`,
    `Transpose[${curly}]`,
    `Transpose@${curly}`,
    `a = transpose ${LISTS}`,
    `⍉${LISTS}`,
    `a = (np.array(${LISTS}) * 3) % 5`,
    `a = np.array(${LISTS}) + 1`,
    `a = 5 - np.array(${LISTS})`,
  ])('is refused where it is turned or changed: %s', (turned) => {
    expect(read(turned)).toEqual([
      expect.stringMatching(/^f:1: .+transposes or turns; nothing is run; write its rows/),
    ]);
  });

  test.each([
    `board = ${LISTS}\nboard[0][2] = 4`,
    `board = np.array(${LISTS})\nnp.fill_diagonal(board, 1)`,
    `board = np.array(${LISTS})\nnp.put(board, [2], [4])`,
    `board = np.array(${LISTS})\nboard[0, 2] = 4`,
    `board = ${LISTS}\nboard[board == 4] = 0`,
    `board = ${LISTS}\nboard += 1`,
    `board = ${LISTS}\nboard[0], board[1] = board[1], board[0]`,
    `board = ${LISTS}\nboard.reverse()`,
    `board = ${LISTS}\nboard[0].reverse()`,
    `board = ${LISTS}\nboard = board.T`,
    `board = ${LISTS}\nboard = other`,
    `board = ${LISTS}\ndel board[0]`,
    `board = ${LISTS}\nnp.random.shuffle(board)`,
    `board = ${LISTS}\ngrid = np.array(board).T`,
    `board = ${LISTS}\nsolve(list(zip(*board)))`,
    `int b[4][4] = ${curly};\nint main() { b[0][2] = 4; }`,
    `int b[4][4] = ${curly};\nint main() {\n  b[0][2] = 4;\n}`,
    `int b[4][4] = ${curly};\nb[0][2]++;`,
    `int b[4][4] = ${curly};\ncin >> b[0][2];`,
    `int b[4][4] = ${curly};\nmemset(b, 0, sizeof(b));`,
    `b = np.array(${LISTS})\nnp.add(b, 1, out=b)`,
    `A = [${ROWS}];\nA = fliplr(A);`,
    `A = [${ROWS}];\nA(1,3) = 4;`,
    `A = [${ROWS}];\nsolve(A')`,
    `A = [${ROWS}];\ndisp(solve(A.'))`,
    `board = ${LISTS}\npuzzle = board\npuzzle[0][2] = 4`,
    `board = ${LISTS}\nrow = board[0]\nrow[2] = 4`,
    `board = ${LISTS}\nfor row in board:\n    row[0] = 0`,
    `board = ${LISTS}\nfor i, row in enumerate(board):\n    row[i] = 0`,
    `board = ${LISTS}\nfor row in board: row.reverse()`,
    `const board = ${LISTS};\nfor (const row of board) row[0] = 0;`,
    `const board = ${LISTS};\nfor (const row of board) {\n  row.reverse();\n}`,
    `const board = ${LISTS};\nboard.forEach((row) => { row[0] = 0; });`,
    `const board = ${LISTS};\nboard.forEach((row) => row.reverse());`,
    `int b[4][4] = ${curly};\nint main() {\n  for (auto& row : b) row[0] = 0;\n}`,
    `int b[4][4] = ${curly};\nint main() { int (*p)[4] = b;\n  p[0][2] = 4;\n}`,
    `board = ${LISTS}\nset_cell(board, 0, 2, 4)`,
    `board = ${LISTS}\nboard = apply_moves(board)`,
    `board = ${LISTS}\ngame.place(board, 0, 2, 4)`,
    `board = ${LISTS}\nsolve(board[1:])`,
    `board = ${LISTS}\nanswer = solve(np.array(board) - 1)`,
    `board = ${LISTS}\nprint(solve([row[1:] for row in board]))`,
    `board = ${LISTS}\ngame = Sudoku(board)\ngame.set(0, 2, 4)`,
    `board = ${LISTS}\ngame = Sudoku(board)\ngame.board[0][2] = 4`,
  ])('is refused where a statement below changes it: %j', (program) => {
    expect(read(program)).toEqual([expect.stringMatching(/^f:[23]: .+nothing is run; write its rows/)]);
  });

  const block = `"""\n${P.match(/.{4}/g)!.join('\n')}\n"""`;
  test.each([
    `board = ${LISTS}\nfor i in range(4):\n    for j in range(i):\n        board[i][j], board[j][i] = board[j][i], board[i][j]`,
    `board = ${LISTS}\ntry:\n    for i in range(4):\n        board[i][i] = 1\nexcept ValueError:\n    pass`,
    `board = ${LISTS}\nif __name__ == "__main__":\n    with open(f) as file:\n        board[0][2] = 4`,
    `int b[4][4] = ${curly};\nint main() {\n  if (argc > 1) {\n    b[0][1] = 2;\n  } else if (argc > 2) {\n  }\n}`,
    `int b[4][4] = ${curly};\nint main() {\n  for (auto& row : b) {\n    row[0] = 1;\n  }\n}`,
    `const board = ${LISTS};\n(() => {\n  for (let i = 0; i < 4; i++) {\n    board[i][i] = 1;\n  }\n})();`,
    `board = ${LISTS}\nx = y = board\nx[0][2] = 4`,
    `const board = ${LISTS};\nconst [first] = board;\nfirst[2] = 4;`,
    `const board = ${LISTS};\nfor (const [i, row] of board.entries()) {\n  row[0] = 1;\n}`,
    `const board = ${LISTS};\nboard.forEach(function (row) {\n  row[0] = 1;\n});`,
    `const board = ${LISTS};\nboard\n  .reverse();`,
    `const board = ${LISTS};\nboard\n  .forEach((row) => row.reverse());`,
    `board = ${LISTS}\nfor r in board: r[0], r[1] = r[1], r[0]`,
    `board = ${LISTS}\nfor a, b in zip(board, board[1:]):\n    a[0] = 1`,
    `board = ${LISTS}\nfor p in (other, board): p[0][2] = 4`,
    `board = ${LISTS}\nboard = [list(map(lambda x: 5 - x, r)) for r in board]`,
    `board = ${LISTS}\nother = [[5 - x if x else 0 for x in r] for r in board]\nsolve(other)`,
    `const board = ${LISTS};\nconst t = board[0].map((_, i) => board.map((r) => r[i]));\nsolve(t);`,
    `int b[4][4] = ${curly};\nint main() {\n  scanf("%d", &b[0][2]);\n}`,
    `int[][] b = ${curly};\nArrays.fill(b[0], 0);`,
    `const board = ${LISTS};\ndelete board[0];`,
    `s = ${block}[::-1]`,
    `s = ${block}\ns = s[::-1]`,
    `s = "${P}"\ns = s.replace("1", "2")`,
    `s = "${P}".translate(table)`,
    `int b[4][4] = ${curly};\nint main() {\n  for (auto& row : b) for (auto& x : row) x = 5 - x;\n}`,
    `int b[4][4] = ${curly};\nint main() {\n  for (auto& row : b)\n    for (int& x : row)\n      x = 5 - x;\n}`,
    `int b[4][4] = ${curly};\nint main() {\n  int& x = b[0][2];\n  x = 4;\n}`,
    `int b[4][4] = ${curly};\nint main() {\n  int *x = &b[0][2];\n  *x = 4;\n}`,
    `int b[4][4] = ${curly};\nint main() {\n  sscanf(s, "%d", b[0] + 2);\n}`,
    `int b[4][4] = ${curly};\nint main() {\n  memcpy(b[0], row, sizeof(row));\n}`,
    `int[][] b = ${curly};\nSystem.arraycopy(row, 0, b[0], 0, 4);`,
    `let mut board = ${LISTS};\nfor row in board.iter_mut() {\n  for x in row.iter_mut() { *x = 1; }\n}`,
    `let mut board = ${LISTS};\nfor row in &mut board {\n  for x in row {\n    *x = 1;\n  }\n}`,
    `board := [][]int${curly}\nfor i := range board { board[i][0] = 4 }`,
    `board = ${LISTS}\nboard[0] << 3`,
    `board = ${LISTS}\nboard.map! { |row| row.rotate }`,
    `board = ${LISTS}\nboard.each(&:reverse!)`,
    `board = ${LISTS}\nboard.each do |row|\n  row[0] = 1\nend`,
    `board = ${LISTS}\nboard = board.transpose`,
    `board <- rbind(c(${vectors.join('), c(')}))\n4 -> board[1,3]`,
    `board = ${LISTS}\nexec("board[0][2] = 4")`,
    `board = ${LISTS}\nfor i in range(4):\n    for j in range(4): new[j][i] = board[i][j]`,
    `board = ${LISTS}\nfor (int i = 0; i < 4; i++) for (int j = 0; j < 4; j++) h[j, i] = board[i, j];`,
    `board = ${LISTS}\nfor r in range(4):\n    for c in range(4): new[r][3 - c] = board[r][c]`,
    `board = ${LISTS}\nfor (int i = 0; i < 4; i++) for (int j = 0; j < 4; j++) b[i][j] = board[3 - i][j];`,
    `board = ${LISTS}\nt = sorted(board)\nsolve(t)`,
    `board = ${LISTS}\ng = np.array(board, dtype=int)\ng = g[[1, 0, 2, 3]]`,
    `board = ${LISTS}\nlet t: Vec<_> = board.iter().rev().collect();`,
    `board = ${LISTS}\nconst b = [[1, 0, 3, 0], ...board.slice(1)];`,
    `board = ${LISTS}\nconst b = board.with(0, [1, 0, 3, 0]);`,
    `board = ${LISTS}\nb = board[2:] + board[:2]\nsolve(b)`,
    `board = ${LISTS}\nfor i in r:\n    for j in r: h[i][j] = 10 - board[i][j]`,
    `board = ${LISTS}\nglobals()["board"][0][2] = 4`,
    `board = ${LISTS}\noperator.setitem(board[0], 2, 4)`,
    `board = ${LISTS}\nboard = list(zip(*board))`,
    `board = ${LISTS}\nboard = [*map(list, zip(*board))]`,
    `s = ${block}.split()[::-1]`,
    `s = reversed(${block}.split())`,
    `s = "${P}"\nfor r in range(4):\n    for c in range(4):\n        grid[r][c] = int(s[c*4 + r])`,
    `s = "${P}"\ngrid = [[s[c * 4 + r] for c in range(4)] for r in range(4)]`,
    `f = [${[...P].map((cell) => (cell === '.' ? 0 : cell))}]\ngrid = [[f[c*4+r] for c in range(4)] for r in range(4)]`,
    `f = [${[...P].map((cell) => (cell === '.' ? 0 : cell))}]\ngrid = [[f[4*c + r] for c in range(4)] for r in range(4)]`,
    ...[
      'const board = data[0].map((_, i) => data.map(row => row[i]));\nconsole.log(board);',
      'const board = data[0].map((_, i) =>\n  data.map((row) => row[i]),\n);\nexport default board;',
      'const board = Array.from({ length: 4 }, (_, i) => data.map(row => row[i]));',
      'const t = data.map((row, i) => row.map((_, j) => data[j][i]));',
      't = (0...4).map { |i| data.map { |row| row[i] } }',
      'board = [[row[i] for row in data] for i in range(4)]\nprint(board)',
      'board = [\n    [row[i] for row in data]\n    for i in range(4)\n]',
      'board = [list(row[i] for row in data) for i in range(len(data))]',
      'board = [[data[c][r] for c in range(4)] for r in range(4)]',
      'board = [[data[r][3 - c] for c in range(4)] for r in range(4)]',
      'board = [[x + 1 for x in r] for r in data]',
      'board = [[5 - x if x else 0 for x in r] for r in data]',
      'board = [[data[r][c] + 1 for c in range(4)] for r in range(4)]',
      'board = [[swap[x] for x in r] for r in data]',
      'const board = data.map(r => r.map(x => 5 - x));',
      'val board = data.map { r -> r.map { x -> x + 1 } }',
      'board = np.array(data) + 1',
      'columns = list(zip(*data))\nsolve(columns)',
      'columns = list(zip(*data))\nboard = columns',
    ].map((statement) => `data = ${LISTS}\n${statement}`),
  ])('is refused however it is changed: %j', (program) => {
    expect(read(program)).toEqual([expect.stringMatching(/^f:\d+: .+nothing is run; write its rows/)]);
  });

  test('of signs below 0 is refused where it is changed', () => {
    const takuzu = familyFrom({ kind: 'takuzu', size: 6 })!;
    const grid =
      '[[-1,0,-1,-1,-1,1],[-1,-1,-1,-1,-1,-1],[0,-1,-1,-1,1,-1],[-1,-1,0,-1,-1,-1],[-1,1,-1,-1,-1,-1],[-1,-1,-1,-1,0,-1]]';
    const program = `grid = ${grid}\ngrid = [[1 - x if x >= 0 else x for x in r] for r in grid]`;
    expect(read(program, takuzu)).toEqual([expect.stringContaining('nothing is run')]);
  });

  test('the statement is named', () => {
    const fault = 'a matrix that a program changes, transposes or turns; nothing is run';
    expect(read(`grid = ${listed}\ngrid[0][2] = 4`)).toEqual([
      `f:7: grid[0][2] = 4: ${fault}; write its rows as they are to be read`,
    ]);
  });

  test.each([
    `board = [${ROWS}];`,
    `a = np.array(${LISTS}, dtype=np.int64)`,
    `a = np.array(${listed}).astype(int).tolist()`,
    `x = solve(${LISTS})`,
    `board = ${listed}\nprint(solve(board))`,
    `board = ${listed}\nboard = np.array(board)\nprint(board)`,
    `board = ${listed}\nboard = solve(board)`,
    `board = ${listed}\nfor row in board:\n    print(row)\nassert solve(board=board)`,
    `board = ${listed}\ndef solve(board):\n    board[row][column] = digit\n    return board\nsolve(board)`,
    `board = ${listed}\n# board.reverse()`,
    `const board = ${listed} as const;\nconsole.log(board.length);`,
    `const board = ${JSON.stringify(P.match(/.{4}/g)!, null, 1)}.map((row) => row.split(''));`,
    `board = ${open}\n\nprint(solve(board))`,
    `board = ${open}  # hard\nmoves = [[0, 1], [1, 0]]\nseen = [set() for _ in range(4)]\nif solve(board):\n    print(board)\nelse:\n    pass`,
    `import numpy as np\nN = 4\ndef solve(b):\n    rows = [set() for _ in range(4)]\n    return True\n\nboard = np.array(${open})\nprint(board)`,
    `board = ${listed}\ncount = sum(row.count(0) for row in board)\ncount += 1\nprint(count)`,
    `board = ${listed}\nn = len(board)\nn += 1\nprint('solving board')`,
    `board = ${listed}\ngame = Sudoku(board)\ngame.solve()\ngame.show_board()\nprint(game.solution)`,
    `board = ${listed}\nused = [set() for _ in board]\nfor i, row in enumerate(board):\n    for cell in row:\n        used[i].add(cell)`,
    `board = ${listed}\nresult = solve([row[:] for row in board])\nprint(result[0:2])`,
    `board = ${listed}\nanswer = solve(copy.deepcopy(board), 0, 0)\nfor row in answer: print(*row)`,
    `board = ${listed}\npuzzle = board\noriginal = copy.deepcopy(board)\nsolve(puzzle)`,
    `class Game:\n    def __init__(self, board):\n        self.board = board\n        self.solved = copy.deepcopy(self.board)\n\nboard = ${listed}\ngame = Game(board)\ngame.play()`,
    `board = ${listed}\nsolve(tuple(map(tuple, board)))`,
    `board = ${listed}\nfor r in range(4):\n    for c in range(4):\n        if board[r][c] == 0:\n            print(r, c)`,
    `board = ${listed}\nfor row in board:\n    assert len(set(row)) > 1\n    print(sorted(row), row.index(0))\n    sys.stdout.write(str(row))`,
    `const board = ${listed};\nfor (const row of board) if (new Set(row).size < 2) throw new Error(row);`,
    `int b[4][4] = ${curly};\nint main() {\n  Solver solver(std::move(b));\n  puts(b);\n}`,
    `int main() {\n  int b[4][4] = ${curly};\n  solve(b);\n}\nint solve(int b[4][4]) {\n  b[0][0] = 1;\n}`,
    `bool solve(int b[4][4]);\nint b[4][4] = ${curly};\nbool solve(vector<vector<int>>& b) {\n  b[0][0] = 1;\n}`,
    `class A {\n  int[][] board = ${curly};\n  private static void printBoard(int[][] board) {\n    board[0][0] = 1;\n  }\n  boolean solve(List<List<Integer>> board) {\n  }\n}`,
    `var board = [4][4]int${curly}\nfunc solve(board *[4][4]int) bool {\n\tboard[0][0] = 1\n}\nsolve(&board)`,
    `board = ${listed}\ndef solve(board)\n  board[0][0] = 1\nend\nsolve(board)`,
    `let mut board = ${LISTS};\nif solve(&mut board) {\n    print(&board);\n}`,
    `int b[4][4] = ${curly};\nint main() {\n  solve(&b[0][0]);\n}`,
    `class Game:\n    def __init__(self):\n        self.board = ${LISTS}\n\ng = Game()\nsolve(g.board)`,
    `const game = { board: ${LISTS} };\nsolve(game.board);`,
    `data = {"board": ${LISTS}}\nsolve(data["board"])`,
    `<?php\n$board = ${LISTS};\nsolve($board);`,
    `board = ${listed}\nfor col in zip(*board):\n    print(col)\ncols = [set(c) for c in zip(*board)]`,
    `board = ${listed}\nboard = [[int(x) for x in r] for r in board]\nsolve(board)`,
    `const [board, setBoard] = useState(${LISTS});`,
    `x = torch.tensor(${LISTS}).unsqueeze(0)`,
    `f = [${[...P].map((cell) => (cell === '.' ? 0 : cell))}]\nb = [f[i:i+4] for i in range(0, 16, 4)]\nsolve(b)`,
    `class P {\n    static void Main()\n    {\n        int[,] board = ${curly};\n        Solve(board);\n    }\n\n    static bool Solve(int[,] board)\n    {\n        board[0,0] = 1;\n    }\n}`,
    `board = ${listed}\nfor i in range(4):\n    entry.insert(0, board[i][0])`,
    `board = ${listed}\nempty = [(r, c) for r, row in enumerate(board) for c, x in enumerate(row) if x == 0]\nsolve(board, empty)`,
    `board = ${listed}\nif solve(board): print_board(board)\nelse: print("no answer")`,
    `const board = ${listed};\nconst copy = board.map((row) => [...row]);\nsolve(copy);\nboard.forEach((row) => console.log(row.join(' ')));`,
    `int b[4][4] = ${curly.replaceAll('},', '},\n')};\nint main() {\n  for (int i = 0; i < 4; i++) {\n    for (int j = 0; j < 4; j++) cout << b[i][j] << ' ';\n  }\n  if (solve(b, 0, 0)) print(b);\n  return 0;\n}`,
    `const b = ${LISTS};\nfor (auto& row : b) for (int& x : row) cout << x;\nint x = 5;`,
    `int b[4][4] = ${curly};\nint main() {\n  memcpy(copy, b, sizeof(b));\n  cout << b[0][0] << endl;\n}`,
    `int[][] b = ${curly};\nSystem.arraycopy(b[0], 0, row, 0, 4);`,
    `board = ${listed}\ndiagonal = [board[i][3 - i] for i in range(4)]`,
    ...[
      'columns = list(zip(*board))\nassert all(len(set(c)) > 1 for c in columns)',
      'columns = [[row[i] for row in board] for i in range(4)]',
      'const colValues = board[0].map((_, i) => board.map(row => row[i]));',
      'for (let i = 0; i < 4; i++) {\n  const one = board.map(row => row[i]);\n}',
      'taken = [[x != 0 for x in row] for row in board]',
      'tiles = [[Tile(x, i + 1) for i, x in enumerate(row)] for row in board]',
      'icons = [[ICONS[x] for x in row] for row in board]',
      'const shown = board.map(row => row.map(x => (x === 0 ? "" : x + "")).join(" "));',
      'cells = len(board) * 4',
      'for (let r = 0; r < 4; r++)\n  for (let c = 0; c < 4; c++) ctx.fillText(board[r][c], c * 40, r * 40);',
    ].map((statement) => `board = ${LISTS}\n${statement}`),
    `board = ${listed}\nboard.each do |row|\n  puts row.join(" ")\nend`,
    `s = "${P}"\ngrid = [[s[r * 4 + c] for c in range(4)] for r in range(4)]`,
    `s = "${P}"\nfor r in range(4):\n    for c in range(4):\n        grid[r][c] = s[4 * r + c]`,
    `board = ${listed}\nrow = [1, 0, 0, 0]\nfor c in range(4): assert board[0][c] == row[c]`,
    `tf.Tensor(\n[[${vectors.join(']\n [').replaceAll(',', ' ')}]], shape=(4, 4), dtype=int32)`,
  ])('is read where it stays as it stands: %j', (program) => expect(read(program)).toEqual([P]));

  test.each([
    `puzzle = "${P}"[::-1]`,
    `puzzle = reversed("${P}")`,
    `puzzle = ''.join(reversed("${P}"))`,
    `const puzzle = "${P}".split("").reverse().join("");`,
    `puzzle = "${P}"\npuzzle = puzzle[::-1]`,
    `puzzle = "${P}"\nsolve(puzzle[::-1])`,
    `puzzle = "${P}"\nsolve("".join(reversed(puzzle)))`,
    `puzzle = "${P}"[4:]`,
  ])('so is a text of cells that is turned: %j', (program) => {
    expect(read(program)).toEqual([expect.stringMatching(/^f:[12]: .+nothing is run; write its rows/)]);
  });

  test.each([
    `puzzle = "${P}".replace(".", "0")`,
    `puzzle = "${P}"\npuzzle = puzzle.replace('.', '0')\nsolve(puzzle)`,
    `const puzzle = "${P}".split("").map(Number);`,
    `grid = parse("${P}")\nfor i in range(0, 16, 4): print(grid[i:i+4])`,
  ])('a text that is taken apart is read: %j', (program) => expect(read(program)).toEqual([P]));

  test('so is a text with signs between its cells', () => {
    const futoshiki = familyFrom({ kind: 'futoshiki', size: 4 })!;
    const text = `"""\n. .<. 3\n       \n. . . .\nv      \n. 1 . .\n       \n. . . .\n"""`;
    const turned = [`p = ${text}[::-1]`, `p = ${text}\nq = "\\n".join(p.split("\\n")[::-1])`];
    for (const program of turned)
      expect(read(program, futoshiki)).toEqual([expect.stringContaining('nothing is run')]);
    expect(read(`p = ${text}`, futoshiki)).toEqual([expect.stringContaining('<')]);
  });

  test('is read beside a text of cells, whatever stands below', () => {
    expect(read(`easy = ${LISTS}\nhard = "${Q}"\nprint(easy, hard)`)).toEqual([P, Q]);
  });

  test('in quotes is a text', () => {
    expect(read(`s = '${LISTS}'`)).not.toEqual([expect.stringContaining('turns')]);
  });

  test('answers one above it where it has no blanks and agrees', () => {
    const [S, other] = ['1342421321343421', '4321214312343412'];
    expect(read(`tests = [("${P}", "${S}")]`)).toEqual([P]);
    expect(read(`puzzles = ["${P}", "${Q}"]\nsolutions = ["${S}"]`)).toEqual([P, Q]);
    expect(read(`puzzles = ["${P}"]\nsolutions = ["${other}"]`)).toEqual([
      P,
      'f:2: puzzles[0]: it is no answer to the puzzle beside it: a given was changed; leave out the answer',
    ]);
    expect(read(`puzzles = ["${P}", "${Q}"]\nsolutions = ["${S}", "${other}"]`)).toEqual([
      P,
      Q,
      expect.stringContaining('it answers none of the 2 puzzles beside it'),
    ]);
    expect(read(`solutions = ["${S}"]\npuzzles = ["${P}"]`)).toEqual([P]);
    const answer = listsOf(S);
    expect(read(`solution = ${answer}\npuzzle = ${LISTS}`)).toEqual([P]);
    expect(read(`puzzle = ${LISTS}\nexpected = ${listsOf(other)}`)).toEqual([
      P,
      expect.stringMatching(/^f:2: it is no answer to the puzzle beside it: /),
    ]);
    expect(read(`solution = ${answer}`)).toEqual([S]);
    expect(read(`a = ${LISTS}\nb = ${listsOf(other)}`)).toEqual([P, other]);
    const swift = `let a: [[Int]] = ${LISTS}\n// solution\nlet b: [[Int]] = ${answer}`;
    expect(read(swift)).toEqual([P]);
    const items = readGrids(swift, sudoku, {});
    const answers = items.map((item) => !item.error && item.answer && sudoku.line(item.answer));
    expect(answers).toEqual([S]);
  });

  test('is no puzzle where it is shown again, to be filled, or empty beside another', () => {
    const empty = listsOf('.'.repeat(16));
    for (const program of [
      `In [1]: board = ${LISTS}\n\nIn [2]: board\nOut[2]: ${LISTS}`,
      `In [1]: board = ${LISTS}\nOut[1]: array(${listed})`,
      `puzzle = ${LISTS}\nsolution = ${LISTS}`,
      `puzzle = ${LISTS}\nvisited = ${empty}`,
      `solution = ${empty}\npuzzle = ${LISTS}`,
    ])
      expect(read(program), program).toEqual([P]);
    expect(read(`board = ${empty}`)).toHaveLength(1);
    expect(read(`boards = [${LISTS}, ${LISTS}]`)).toEqual([P, P]);
    expect(read(`one = ${LISTS}\nother = ${LISTS}`)).toEqual([P, P]);
    expect(read(`array(${listed})\narray(${listed})`)).toEqual([P, P]);
  });
});

test.each([
  `columns = ${LISTS}`,
  `cols = np.array(${LISTS})`,
  `Columns: ${LISTS}`,
  `columns:\n${LISTS}`,
  `Columns:\n${P.match(/.{4}/g)!.join('\n')}`,
  `The columns from left to right:\n\n${P}`,
])('what is called columns may be no rows: %j', (text) => {
  expect(read(text)).toEqual([expect.stringContaining('what is called columns may be the columns')]);
});

test('other words of columns are a title', () => {
  expect(read(`4 rows and 4 columns\n${P}`)).toEqual([P]);
});

test('cells that a program lays out as a matrix are refused; nothing is run', () => {
  const cells = [...P].map((cell) => (cell === '.' ? 0 : cell)).join(', ');
  const fix = 'write the puzzle as rows of cells';
  for (const text of [
    `board = np.array([${cells}]).reshape(4, 4)`,
    `import numpy as np\nboard = np.array([\n${cells}\n]).reshape((4, 4))`,
    `m <- matrix(c(${cells}), nrow = 4, byrow = TRUE)`,
    `A = reshape([${cells.replaceAll(',', '')}], 4, 4);`,
    `[${cells.replaceAll(',', ';')}]`,
  ])
    expect(read(text)).toEqual([`f: cells that a program is to lay out as a matrix; nothing is run; ${fix}`]);
});

test('a header of Markdown that counts the columns is no row', () => {
  const rows = P.match(/.{4}/g)!.map((row) => `| ${[...row].join(' | ').replaceAll('.', ' ')} |`);
  const table = (below: readonly string[]) => ['| 1 | 2 | 3 | 4 |', '|---|---|---|---|', ...below].join('\n');
  expect(read(table(rows))).toEqual([P]);
  expect(read(table(rows.slice(1)))).toEqual([expect.stringContaining('3')]);
  expect(read([rows[0], '|---|---|---|---|', ...rows.slice(1)].join('\n'))).toEqual([P]);
});

test.each([
  'Expected output:',
  'Output:',
  'Result:',
  'Решение:',
  '解答:',
  'Answer:',
  'The solution is:',
  "And here's the solution:",
  'Die Lösung:',
  'Solution (found in 2 min):',
])('the answer below %s', (title) => {
  const answer = '1342421321343421';
  expect(read(`${P}\n\n${title}\n${answer}\n`)).toEqual([P]);
  expect(read(`${P}\n${title}\n${answer.replace(/.{4}/g, '$&\n')}`)).toEqual([P]);
  expect(read(`${P}\n${title}\n${answer.slice(4)}${answer.slice(0, 4)}\n`)).toEqual([
    P,
    expect.stringContaining('it is no answer to the puzzle above it'),
  ]);
});

describe('a grid without blanks below a puzzle is its answer under any title, or an error', () => {
  const [answer, second, other] = ['1342421321343421', '.3.4........1..2', '4321214312343412'];
  const changed = 'it has no blanks: leave it out, or put it below its puzzle';
  const none = `it is no answer to the puzzle above it: a given was changed; ${changed}`;
  const answered = (text: string) =>
    readGrids(text, sudoku, {}).map((item) =>
      item.error ? item.error.message : item.answer && sudoku.line(item.answer),
    );
  test.each(['', 'Respuesta', 'Rozwiązanie:', '해답', 'Completed grid', 'After:', '==='])('%j', (title) => {
    expect(read(`${P}\n${title}\n${answer}\n`)).toEqual([P]);
    expect(answered(`${P}\n${title}\n${answer}\n`)).toEqual([answer]);
    expect(read(`${P}\n${title}\n${other}\n`)).toEqual([P, expect.stringMatching(`puzzle 2: ${none}`)]);
  });

  test('below several, and among others', () => {
    const below = answered(`${P}\n${second}\n\nKey\n${answer}\n`);
    expect(below).toEqual([answer, undefined]);
    expect(read(`${P}\n${answer}\n${second}\n${P}\n${answer}`)).toEqual([P, second, P]);
    expect(read(`${answer}\n${other}\n${P}`)).toEqual([answer, other, P]);
    expect(read(`${P}\n\nResult so far:\n13${P.slice(2)}`)).toHaveLength(2);
  });

  describe('a maze with its whole way, below words below its maze, is its answer', () => {
    const maze = familyFrom({ kind: 'maze', rows: 4, columns: 5 })!;
    const asked = '#####\n#S.G#\n#...#\n#####';
    const answer = asked.replace('S.G', 'SoG');
    const answers = (text: string) => [
      readGrids(text, maze, {}).map((item) =>
        item.error ? item.error.message : item.answer && maze.line(item.answer),
      ),
      gridsOfAnySize(text, mazes.ofAnySize, {}).map((item) =>
        item.error ? item.error.message : item.answer && maze.line(item.answer.tokens),
      ),
    ];
    const line = answer.replaceAll('\n', '/');
    test.each([
      'The shortest path is:\n',
      'The shortest path is:\n\n```',
      'Assistant: Here is the solution:\n',
      'ChatGPT said:\n',
      'Sure! Here is the path:\n',
      'The way\n',
    ])('%s', (title) => {
      for (const found of answers(`${asked}\n\n${title}\n${answer}\n`)) expect(found).toEqual([line]);
      const walls = (text: string) => text.replaceAll('#', 'X');
      for (const found of answers(`${walls(asked)}\n\n${title}\n${walls(answer)}\n`))
        expect(found).toEqual([line]);
    });

    test('another maze, or one without words, is a question', () => {
      const other = '#####\n#SoG#\n#..##\n#####';
      const beside = '#####\n#SG.#\n#...#\n#####';
      const walls = (text: string) => text.replace(/[#]/g, 'X');
      for (const text of [
        `${asked}\n\nMaze two\n\n${other}`,
        `${walls(asked)}\n\n${walls(answer)}`,
        `${beside}\n\nMaze two\n\n${beside}`,
      ])
        for (const found of answers(text)) expect(found).toEqual([undefined, undefined]);
    });

    test('a legend above a second maze is no title of answers', () => {
      const other = '#####\n#.SG#\n#...#\n#####';
      for (const found of answers(`${asked}\n\nWall: #\nPath: .\n\n${other}`))
        expect(found.filter((one) => one?.includes('it is no answer'))).toEqual([]);
    });

    test('a way that does not lead to the goal, below a title, is an error', () => {
      const torn = asked.replace('...', 'o..');
      for (const title of ['Shortest route:', 'The shortest path is:', 'Here is the shortest way:'])
        for (const found of answers(`${asked}\n\n${title}\n${torn}`))
          expect(found).toEqual([
            undefined,
            expect.stringContaining('it is no answer to the puzzle above it'),
          ]);
    });
  });

  test('a maze with a way is a question of its own', () => {
    const maze = familyFrom({ kind: 'maze', rows: 4, columns: 5 })!;
    const asked = '#####\n#S.G#\n#...#\n#####';
    expect(read(`${asked}\n\n${asked.replace('S.G', 'SoG')}`, maze)).toHaveLength(2);
  });
});

describe('tags around a text', () => {
  const rows = P.match(/.{4}/g)!;
  const lines = rows.join('\n');
  test.each([
    `[code]\n${lines}\n[/code]`,
    `[code]${P}[/code]`,
    `Try this:\n\n[CODE]${lines}[/CODE]`,
    `[quote="Anna, page 2"]Hello\n[code=text]\n${lines}\n[/code][/quote]`,
    `[size=4][color=red]${lines}[/color][/size]`,
    rows.map((row) => row.replace(/\d/g, '[b]$&[/b]')).join('\n'),
    `<pre>${lines}</pre>`,
    `<pre><code class="x">${lines}\n</code></pre>`,
    `<textarea rows="4">${lines}</textarea>`,
    `<p>${rows.join('<br>')}</p>`,
    `<ul>${rows.map((row) => `<li>${row}</li>`).join('')}</ul>`,
    `<ul>\n${rows.map((row) => `  <li>${row}</li>`).join('\n')}\n</ul>`,
    `[Puzzle]\n${lines}\n[State]\n${lines.replaceAll('.', '3')}`,
  ])('go: %j', (text) => expect(read(text)).toEqual([P]));

  test('several stay apart, and answers below are answers', () => {
    expect(read(`<p>${P}</p>\n<p>${Q}</p>`)).toEqual([P, Q]);
    expect(read(`[code]${lines}[/code]\n\n[code]${Q}[/code]`)).toEqual([P, Q]);
    expect(read(`[code]${Q}[/code]\nSolution:\n[spoiler]3412214342311324[/spoiler]`)).toEqual([Q]);
  });

  test('a digit that is struck out, or a note, is no cell', () => {
    for (const tag of ['s', 'strike', 'sub', 'small'])
      for (const one of read(lines.replace('4', `[${tag}]4[/${tag}]`))) expect(one).toMatch(/^f:\d: /);
  });

  test('what nothing closes is a place in a list', () => {
    expect(read(`code = 0\nboard = ${LISTS}\nprint(board[code])`)).toEqual([P]);
    expect(read(`board = ${LISTS}\nboard[code] = board[0]`)).toEqual([
      expect.stringContaining('nothing is run'),
    ]);
  });
});

describe('lists of YAML, sizes and underlined headings above a grid, in every family', () => {
  const families: [name: string, info: Parameters<typeof familyFrom>[0], rows: string[]][] = [
    ['Sudoku', { kind: 'sudoku', size: 4 }, P.match(/.{4}/g)!],
    ['Maze', { kind: 'maze', rows: 4, columns: 4 }, ['####', '#S.#', '#.G#', '####']],
    ['Takuzu', { kind: 'takuzu', size: 6 }, ['1..0..', '..0..1', '.1....', '....0.', '0....1', '..1...']],
    ['Queens', { kind: 'queens', size: 6 }, ['Q.....', '......', '......', '......', '......', '......']],
  ];
  test.each(families)('%s', (name, info, rows) => {
    const family = familyFrom(info)!;
    const lines = rows.join('\n');
    const values = (text: string) =>
      readGrids(text, family, {}).map(({ value, error }) => value ?? error!.message);
    const expected = values(lines);
    expect(expected).toEqual([expect.any(Int32Array)]);
    const list = (quote: string) => `grid:\n${rows.map((row) => `  - ${quote}${row}${quote}`).join('\n')}`;
    for (const quote of ['"', "'", '']) expect(values(list(quote))).toEqual(expected);
    const nested = (indent: string, quote: string) =>
      rows.map((row) =>
        [...row].map((cell, i) => `${indent}${i ? ' ' : '-'} - ${quote}${cell}${quote}\n`).join(''),
      );
    for (const indent of ['', '  '])
      for (const quote of ['"', "'", '']) {
        const grids = nested(indent, quote);
        expect(values(`id: one\ngrid:\n${grids.join('')}of: nobody\n`)).toEqual(expected);
        const cut = values(`grid:\n${grids.with(2, grids[2]!.replace(/\n.*\n/, '\n')).join('')}`);
        expect(cut).toEqual([expect.stringMatching(/row 3/)]);
      }
    expect(values(`${name}\n${'='.repeat(rows.length)}\n${lines}`)).toEqual(expected);
    if (name === 'Maze') return;
    const size = rows.length;
    for (const title of [`${size}x${size}`, `${size}×${size}:`, `(${size}x${size})`])
      expect(values(`${title}\n${lines}`), title).toEqual(expected);
  });
});

describe('short lines and rules above a puzzle are left out, and said', () => {
  const puzzles = {
    takuzu: ['1..0', '....', '.1..', '....'],
    queens: ['.Q..', '....', '....', '..Q.'],
    futoshiki: ['. .<. .', '  v', '. 1 . .', '', '. . . .', '', '. . . .'],
  } as const;

  test.each(['takuzu', 'queens', 'futoshiki'] as const)('%s', (kind) => {
    const family = familyFrom({ kind, size: 4 })!;
    const lines = puzzles[kind];
    const values = (text: string, said: string[] = []) =>
      readGrids(text, family, {}, (words) => said.push(words.text)).map(({ value, error }) =>
        value ? family.line(value) : error!.message,
      );
    const whole = values(lines.join('\n'));
    for (const words of ['Hi', 'Hi,', 'Q:', '---', '***'])
      for (const between of ['\n', '\n\n']) {
        const said: string[] = [];
        expect(values(words + between + lines.join('\n'), said)).toEqual(whole);
        expect(said).toEqual([words]);
      }
    // What may be cells or signs is none.
    const dashes = lines.join('\n').replaceAll('.', '-');
    for (const text of [`---\n${dashes}`, `v\n${lines.join('\n')}`, `..\n${lines.join('\n')}`])
      expect(values(text)).not.toEqual(whole);
  });
});

test.each(['- **Row #:** ', '* **Row #**: ', '- Row #: ', '  - __Reihe #:__ ', '**R#:** '])(
  'rows with names in a list of Markdown: %s',
  (name) => {
    const rows = P.match(/.{4}/g)!;
    const list = rows.map((row, i) => name.replace('#', String(i + 1)) + [...row].join(' ')).join('\n');
    expect(read(`Here it is:\n\n${list}`)).toEqual([P]);
    const columns = list.replace(/R(?:ow|eihe)?(?= ?\d)/g, 'Column');
    expect(read(columns)).not.toContain(P);
  },
);
