/** `trm solve` of many puzzles, in every format, from wherever they come. */

import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { solveCommand } from '../../src/cli/solve.ts';
import { readInput } from '../../src/cli/solve-input.ts';
import { textOf } from '../../src/data/reading/bytes.ts';
import { main, temporaryFolder, trm } from './command.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);
const at = (name: string) => join(folder, name);

const questions = ['--1-2--------3-4', '-3-4--------1--2', '---2--1---4-3---', '--4-----3-2-1---'];
const answers = ['3412214342311324', '2314412332411432', '4132231412433421', '2143431234211234'];

test('dashes for blanks: four puzzles have four answers, a line each', async () => {
  const { status, out, err } = await trm(['solve', 'sudoku-4x4', '--format', 'line'], {
    input: questions.join('\n'),
  });
  expect({ status, out }).toEqual({ status: 0, out: `${answers.join('\n')}\n` });
  expect(err).toMatch(/^4 of 4 solved$/m);
});

test('every answer of several starts, with how often it came', async () => {
  const options = { input: '1...............' };
  const [json, grid] = await Promise.all([
    trm(['solve', 'sudoku-4x4', '--answers', '6', '--json'], options),
    trm(['solve', 'sudoku-4x4', '--answers', '6'], options),
  ]);
  const [{ answer, answers, candidates }] = JSON.parse(json.out).puzzles;
  expect(candidates).toBe(6);
  expect(answer).toBe(answers[0].answer);
  const counts = answers.map(({ count }: { count: number }) => count);
  expect(counts).toEqual(counts.toSorted((a: number, b: number) => b - a));
  expect(counts.reduce((sum: number, count: number) => sum + count, 0)).toBe(6);
  expect(new Set(answers.map((one: { answer: string }) => one.answer)).size).toBe(answers.length);
  const right = answers.filter(({ valid }: { valid: boolean }) => valid).length;
  expect(grid.out).toContain(
    `answer 1: ${counts[0]} of 6 starts, ${answers[0].valid ? '' : 'not '}valid, halting `,
  );
  expect(grid.out).toContain(
    `${answers.length} different ${answers.length === 1 ? 'answer' : 'answers'} from 6 starts, of which ${right} ${right === 1 ? 'satisfies' : 'satisfy'} the rules`,
  );
  expect(await trm(['solve', 'sudoku-4x4', '--answers', '6', '--effort', '2'], options)).toMatchObject({
    status: 2,
    err: expect.stringContaining('effort: does not go with answers'),
  });
});

test('typed puzzles are answered where they stand: neither a file nor numbers of them', async () => {
  const isTTY = Object.getOwnPropertyDescriptor(process.stdin, 'isTTY');
  Object.defineProperty(process.stdin, 'isTTY', { value: true, configurable: true });
  try {
    for (const flags of [
      ['--out', at('typed.json')],
      ['--only', '2'],
    ])
      await expect(solveCommand().parseAsync(['sudoku-4x4', ...flags], { from: 'user' })).rejects.toThrow(
        `${flags[0]}: is not for puzzles that are typed; give a file of puzzles, or a pipe`,
      );
  } finally {
    if (isTTY) Object.defineProperty(process.stdin, 'isTTY', isTTY);
    else Reflect.deleteProperty(process.stdin, 'isTTY');
  }
  expect(existsSync(at('typed.json'))).toBe(false);
});

test('standard input that comes late', async () => {
  const child = spawn(process.execPath, [main, 'solve', 'sudoku-4x4', '--format', 'line', '-']);
  let out = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  setTimeout(() => child.stdin.end(questions[0]), 2000);
  const status = await new Promise((resolve) => child.on('close', resolve));
  expect({ status, out }).toEqual({ status: 0, out: `${answers[0]}\n` });
});

test('a bad puzzle is told in its place, in a file by its ending', async () => {
  const file = at('in.txt');
  // UTF-16 with its mark, as Windows programs save it
  writeFileSync(
    file,
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`${questions[0]}\r\n12\r\n`, 'utf16le')]),
  );
  const out = at('out.csv');
  const { status, err } = await trm(['solve', 'sudoku-4x4', file, '--out', out]);
  expect(status).toBe(1);
  expect(err).toContain(`error: ${file}:2: puzzle 2: expected a grid of 16 cells or a row of 4, got 2`);
  expect(err).toContain('1 of 2 solved, 1 not read');
  const [header, first, second] = readFileSync(out, 'utf8').split('\n');
  expect(header).toBe('puzzle,question,answer,valid,halting,steps,error');
  expect(first).toMatch(/^1,\.\.1\.2\.{8}3\.4,3412214342311324,true,[\d.]+,(\d|1[0-5]),$/);
  expect(second).toMatch(/^2,,,,,,.*expected a grid/);
  expect(await trm(['solve', 'sudoku-4x4', file, '--out', at('out.png')])).toMatchObject({ status: 2 });
  for (const [name, option] of [
    ['other.json', '--format csv'],
    ['other.csv', '--json'],
    ['other.txt', '--format json'],
  ] as const) {
    const said = name.replace('other.', '').replace('txt', 'line');
    expect(await trm(['solve', 'sudoku-4x4', file, '--out', at(name), ...option.split(' ')])).toMatchObject({
      status: 2,
      err: expect.stringContaining(
        `error: --out: .${name.split('.')[1]} is the ending of ${said}; leave out ${option}, or choose another ending\n`,
      ),
    });
    expect(existsSync(at(name))).toBe(false);
  }
  expect(await trm(['solve', 'sudoku-4x4', file, '--out', at('no/out.csv')])).toMatchObject({ status: 1 });
});

test('answers never take the place of the questions', async () => {
  const file = at('questions.txt');
  writeFileSync(file, questions.join('\n'));
  expect(await trm(['solve', 'sudoku-4x4', file, '--out', file])).toMatchObject({
    status: 2,
    err: expect.stringContaining(`--out: is ${file}, which is read; name another file`),
  });
  expect(readFileSync(file, 'utf8')).toBe(questions.join('\n'));
});

test.skipIf(process.platform !== 'linux')('a full disk under standard output is told', async () => {
  const full = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, [main, 'models'], { stdio: ['ignore', full, 'pipe'] });
  closeSync(full);
  let err = '';
  child.stderr!.on('data', (text) => {
    err += text;
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  expect(status).toBe(1);
  expect(err).toMatch(/^error: standard output takes no more: ENOSPC/m);
});

test('what is read from a program is told once', async () => {
  const rows = (cells: string) => JSON.stringify(cells.match(/.{4}/g)!.map((row) => [...row].map(Number)));
  const input = `easy = ${rows('1000020000040021')}\nhard = ${rows('0010200000000304')}\n`;
  const { err, out } = await trm(['solve', 'sudoku-4x4', '--json'], { input });
  const note = 'read as written in a program, of which nothing was run';
  expect(err.split(`note: ${note}\n`)).toHaveLength(2);
  const { puzzles } = JSON.parse(out);
  expect(puzzles).toMatchObject([{ notes: [note] }, { notes: [note] }]);
});

test('several solutions are told before, what is not solved has its status', async () => {
  const { status, err, out } = await trm(['solve', 'sudoku-4x4', '--json'], { input: '.'.repeat(16) });
  expect(err).toContain('note: it has more than one solution');
  expect(err).toContain('note: it is unlike the puzzles of training: 16 cells to fill, trained on up to 12');
  const { solved, total, puzzles } = JSON.parse(out);
  expect(total).toBe(1);
  expect(puzzles[0].valid).toBe(solved === 1);
  expect(status).toBe(solved === 1 ? 0 : 3);
});

test('--show-steps ends when the answer satisfies the rules', async () => {
  const { out } = await trm(['solve', 'sudoku-4x4', '--show-steps'], { input: questions[0]! });
  expect(out).toMatch(/solved: the answer satisfies the rules\nsettled: \d+ more steps were not taken\n$/);
  const again = await trm(['solve', 'sudoku-4x4', '--format', 'line'], { input: out });
  expect(new Set(again.out.trim().split('\n'))).toContain(answers[0]);
});

test('text in every encoding that puzzles come in', () => {
  const text = '12..\r\n';
  const utf16 = Buffer.from(text, 'utf16le');
  for (const bytes of [
    Buffer.from(text),
    Buffer.from(`\uFEFF${text}`),
    utf16,
    Buffer.from(utf16).swap16(),
    Buffer.from(`\uFEFF${text}`, 'utf16le'),
    Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(),
  ])
    expect(textOf(bytes, 'f')).toBe(text);
});

test('text in the code page of Windows, which is said; signs in it are no cells', async () => {
  const latin = (text: string) => Buffer.from(text, 'latin1');
  const notes: string[] = [];
  expect(textOf(latin('Rätsel, Lösung\n1·..'), 'f', (note) => notes.push(note))).toBe(
    'Rätsel, Lösung\n1\ufffd..',
  );
  expect(notes).toEqual(['f: not in UTF-8; read as Windows-1252']);
  for (const bytes of [Buffer.from('Rätsel \ufffd'), Buffer.from('Rätse').subarray(0, 2)])
    textOf(bytes, 'f', (note) => notes.push(note));
  expect(notes).toHaveLength(1);
  const puzzle = questions[0]!.replaceAll('-', '.');
  const { out, err } = await trm(['solve', 'sudoku-4x4', '--format', 'line'], {
    input: latin(`# Rätsel\n${puzzle}\n`),
  });
  expect(out).toBe(`${answers[0]}\n`);
  expect(err).toContain('standard input: not in UTF-8; read as Windows-1252\n');
  const cells = await trm(['solve', 'sudoku-4x4'], { input: latin(`${puzzle.slice(0, -1)}·\n`) });
  expect(cells.err).toContain("'\ufffd' is no cell");
});

test('what is no text, and a puzzle where its file is expected', async () => {
  expect(() => textOf(Buffer.from('PK\u0003\u0004\0\0'), 'f.xlsx')).toThrow(
    'f.xlsx: no text: a byte 0 is in it; unpack an archive; save a spreadsheet as CSV',
  );
  const puzzle = questions[0]!.replaceAll('-', '.');
  await expect(readInput(puzzle)).rejects.toThrow(
    `expected the name of a file, got a puzzle; put a puzzle into a file, or give it by a pipe: echo '${puzzle}' |`,
  );
  await expect(readInput(at('12345678901234567890.txt'))).rejects.toThrow('no such file or directory');
});

test.each([
  [['--setting', 'steps=1'], undefined],
  [['--effort', '1'], /^think more: --effort 10$/m],
  [['--steps', '1'], /^think more, without --steps: --effort 10$/m],
  [['--steps', '1', '--show-steps'], /^think more, without --show-steps and --steps: --effort 10$/m],
])('a maze that is not solved with %j names the setting to try', async (options, hint) => {
  const input = `${'S'.padEnd(19, '.')}${'G'.padEnd(81, '.')}\n`;
  const { status, err } = await trm(['solve', 'maze-10x10', ...options], { input });
  expect(status, err).toBe(3);
  expect(err).toMatch(/note: it is unlike the puzzles of training: .*free cells/);
  if (hint) expect(err).toMatch(hint);
  else expect(err).not.toContain('think more');
});

test('a line of words behind puzzles is told', async () => {
  const input = `${questions.join('\n')}\nlorem ipsum\n`;
  const { status, err } = await trm(['solve', 'sudoku-4x4', '--format', 'line'], { input });
  expect(status).toBe(0);
  expect(err).toContain("note: 1 line left out, with no puzzle in it: standard input:5 'lorem ipsum'\n");
});

test.each([
  [
    'no puzzles',
    ['solve', 'sudoku-4x4', 'empty.txt'],
    1,
    'expected 16 cells, 4 rows of 4, got an empty text',
  ],
  [
    'no mazes',
    ['solve', 'maze-10x10', 'empty.txt'],
    1,
    'expected 100 cells, 10 rows of 10, got an empty text',
  ],
  [
    'puzzles before the model',
    ['solve', 'puzzles.txt', 'sudoku-4x4'],
    2,
    'puzzles.txt is no model, but sudoku-4x4 is one; the model comes first: trm solve sudoku-4x4 ',
  ],
  ['a slip', ['solve', 'sudoku4x4', 'puzzles.txt'], 2, 'no such run or model; did you mean sudoku-4x4?'],
  ['a folder', ['solve', 'sudoku-4x4', '.'], 2, 'a folder, not a file of puzzles; name a file in it'],
  ['a recipe', ['config', 'show', 'sudoku4x4'], 2, 'no such recipe; did you mean sudoku-4x4?'],
  ['a sweep', ['sweep', 'learning-rates', '--out', 'x'], 2, 'no such sweep; did you mean learning-rate?'],
])('%s', async (_, args, status, message) => {
  writeFileSync(at('empty.txt'), ' \n');
  writeFileSync(at('puzzles.txt'), questions.join('\n'));
  const words = args.map((word) => (word.endsWith('.txt') || word === '.' ? at(word) : word));
  const result = await trm(words);
  expect(result.status).toBe(status);
  expect(result.err).toContain(message);
});

test('one puzzle that takes its time is told of too', async () => {
  const { err } = await trm(['solve', 'sudoku-4x4', '--steps', '1000000'], {
    input: '1...............', // of several solutions, so that steps are all taken
    onOutput: (said, kill) => {
      if (said.includes('thinking for')) kill('SIGINT');
    },
  });
  expect(err).toMatch(/^solve: 0\/1 \(0 %\), solved 0, thinking for \d+ steps$/m);
});

const solved = '534678912672195348198342567859761423426853791713924856961537284287419635345286179';
/** Without a solution, which is not seen soon: it takes all steps there are. */
const impossible = '.....5.8....6.1.43..........1.5........1.6...3.......553.....61........4.........';

test.skipIf(process.platform === 'win32').each([
  ['line', `${solved}\n# puzzle 2 was not answered\n${solved}\n`],
  ['csv', /^1,.*,5346.*\n2,\.{5}5\.8[.\d]+,,,,,not answered\n3,.*,5346.*\n$/m],
  [
    'json',
    /"puzzle":2,"line":2,"question":"\.{5}5\.8[.\d]+","error":\{"code":"stopped","message":"not answered"\}/,
  ],
  ['grid', /^puzzle 1\n(?:(?!puzzle 2).*\n)+puzzle 3\n/],
] as const)('Ctrl-C keeps the answers there are, as %s, and says which are missing', async (format, kept) => {
  const file = at(`stopped-${format}.txt`);
  writeFileSync(file, [`.${solved.slice(1)}`, impossible, `${solved.slice(0, -1)}.`].join('\n'));
  const out = at(`stopped.${format}`);
  const isFile = format === 'csv' || format === 'json';
  const options = [
    '--setting',
    'untilValid=true,steps=1000000',
    ...(isFile ? ['--out', out] : ['--format', format]),
  ];
  let sent = false;
  const { err, ...ended } = await trm(['solve', 'sudoku-9x9', file, ...options], {
    onOutput: (said, kill) => {
      if (sent || !said.includes('solve: 2/3')) return;
      sent = true;
      kill('SIGINT');
    },
  });
  expect(ended.status, err).toBe(130);
  expect(isFile ? readFileSync(out, 'utf8') : ended.out).toEqual(
    typeof kept === 'string' ? kept : expect.stringMatching(kept),
  );
  expect(err).toMatch(/^2 of 3 solved, 1 not answered$/m);
  expect(err).toMatch(isFile ? /^go on with: --only 2, and another --out$/m : /^go on with: --only 2$/m);
});

test('--only answers puzzles by their numbers', async () => {
  const input = questions.join('\n');
  const only = (numbers: string) =>
    trm(['solve', 'sudoku-4x4', '--format', 'csv', '--only', numbers], { input });
  const { status, out, err } = await only('4,1-2');
  expect({ status, numbers: out.match(/^\d+(?=,)/gm) }).toEqual({ status: 0, numbers: ['1', '2', '4'] });
  expect(err).toMatch(/^3 of 3 solved$/m);
  expect(await only('3-7')).toMatchObject({
    status: 2,
    err: expect.stringContaining('--only: expected numbers from 1 to 4, got 3-7'),
  });
  expect(await only('two')).toMatchObject({
    status: 2,
    err: expect.stringContaining('It must be numbers, as 3,17,40-99.'),
  });
});
