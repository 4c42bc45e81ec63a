/** Somebody's own puzzles at the command line: import, check, show, a recipe, training, solving. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { inMemory } from '../../src/data/dataset.ts';
import { readDataset, writeDataset } from '../../src/data/node/folder.ts';
import { puzzleDataset } from '../../src/data/puzzle-dataset.ts';
import { Random } from '../../src/data/random.ts';
import { PuzzleList, sudokuDataset } from '../../src/data/sudoku/dataset.ts';
import { generatePuzzles } from '../../src/data/sudoku/generate.ts';
import { temporaryFolder, trm } from './command.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);
const at = (...parts: string[]) => join(folder, ...parts);
const data = at('data');

/** The answer is the question turned upside down. */
beforeAll(async () => {
  const random = new Random(1);
  const puzzles = Array.from({ length: 60 }, () => {
    const question = Array.from({ length: 3 }, () =>
      Array.from({ length: 2 }, () => 'ab'[random.int(2)]).join(''),
    );
    return JSON.stringify({ question, answer: question.toReversed() });
  });
  writeFileSync(at('mine.jsonl'), [...puzzles, '{"question": "a"}'].join('\n'));
  const options = ['--symmetries', 'dihedral,colours', '--test', '5', '--skip-bad', '--out', data];
  const imported = await trm(['data', 'import', at('mine.jsonl'), ...options]);
  expect(imported).toMatchObject({ status: 0 });
  expect(imported.out).toContain(`choose settings with: trm config init --data ${data}\n`);
  expect(imported.out).toMatch(/grids up to 3×2 of 2 symbols: a b\n\d+ duplicates left out\n/);
  expect(imported.err).toMatch(/skipped 1 bad entry\n.*mine\.jsonl:61: a question without an answer/);
});

test('of Sudokus to be solved one of several solutions does not stop the others', async () => {
  const [first, ...more] = ['..1.2........3.4', '.3.4........1..2', '...2..1...4.3...'];
  const puzzles = [first, '1...............', '12..............34', ...more];
  writeFileSync(at('solve.txt'), puzzles.join('\n'));
  const args = ['data', 'import', at('solve.txt'), '--solve', '--test', '1'];
  const imported = await trm([...args, '--out', at('solved')]);
  expect(imported).toMatchObject({ status: 1 });
  expect(imported.out).toContain(': 2 training and 1 test puzzles');
  expect(imported.err).toMatch(
    /skipped 2 bad entries\n.*solve\.txt:2: .*more than one solution\n.*solve\.txt:3: /,
  );
  const skipped = await trm([...args, '--skip-bad', '--out', at('solved-skip')]);
  expect(skipped).toMatchObject({ status: 0, err: expect.stringContaining('skipped 2 bad entries') });
});

test('Sudokus keep their own symmetries, which --symmetries none is told', async () => {
  writeFileSync(at('own.txt'), '..1.2........3.4\n.3.4........1..2\n...2..1...4.3...\n');
  const args = ['data', 'import', at('own.txt'), '--solve', '--test', '1'];
  expect(await trm([...args, '--symmetries', 'none', '--out', at('own')])).toMatchObject({
    status: 0,
    err: expect.stringMatching(
      /^note: Sudoku 4×4 has symmetries of its own, whatever --symmetries says; to train without them: --set augment=false$/m,
    ),
  });
  expect((await trm([...args, '--out', at('own-too')])).err).not.toContain('symmetries');
});

describe('Sudokus with wrong answers', () => {
  /** Of so many rows the last ones have a wrong digit in their answer. */
  const write = (name: string, rows: number, wrong: number) => {
    const stream = generatePuzzles(4, new Random(3));
    const lines = Array.from({ length: rows }, (_, i) => {
      const { question, answer } = stream.next().value;
      const blank = question.indexOf(0);
      if (i >= rows - wrong) answer[blank] = 1 + (answer[blank]! % 4);
      return `${question.join('')},${answer.join('')}`;
    });
    writeFileSync(at(name), ['puzzle,solution', ...lines].join('\n'));
  };

  test('stay Sudokus, and the answers are named', async () => {
    write('few-wrong.csv', 40, 2);
    const { status, err } = await trm(['data', 'import', at('few-wrong.csv'), '--out', at('few-wrong')]);
    expect(status).toBe(1);
    expect(err).toMatch(/few-wrong\.csv:40: /);
    const options = ['--skip-bad', '--out', at('few-wrong')];
    const skipped = await trm(['data', 'import', at('few-wrong.csv'), ...options]);
    expect(skipped).toMatchObject({ status: 0, err: expect.stringMatching(/skipped 2 bad entries/) });
    expect(skipped.out).toContain('Sudoku 4×4');
  });

  test('are asked about where many are wrong', async () => {
    write('many-wrong.csv', 10, 4);
    const { status, err } = await trm(['data', 'import', at('many-wrong.csv'), '--out', at('many-wrong')]);
    expect(status).toBe(1);
    expect(err).toMatch(/may be Sudoku 4×4, but 40 % of the answers break its rules; .*--as grid/);
  });
});

describe('check', () => {
  test('a question with several answers is told', async () => {
    const rows = ['a', 'b', 'ab', 'ba', 'bb'].map((answer, i) =>
      JSON.stringify({ question: i < 2 ? 'aa' : `b${'ab'[i % 2]}${i}`, answer }),
    );
    writeFileSync(at('many.jsonl'), rows.join('\n'));
    const out = at('many');
    const imported = await trm([
      'data',
      'import',
      at('many.jsonl'),
      '--test',
      '1',
      '--seed',
      '1',
      '--out',
      out,
    ]);
    expect(imported.out).toContain('1 question has several answers');
    const checked = await trm(['data', 'check', out]);
    expect(checked.out).toMatch(/^(train|test): .*\d answers, (1 to )?2 of a question/m);
  });

  test('a sound dataset', async () => {
    const { status, out } = await trm(['data', 'check', data]);
    expect(status).toBe(0);
    expect(out).toMatch(/^train: \d+ rows of .*no rules known\ntest: /);
    expect(out).toContain('0 test questions are training questions, turned or renamed or as they are\n');
    expect(out).toMatch(/sound\n$/);
    const { out: json } = await trm(['data', 'check', data, '--json']);
    expect(JSON.parse(json)).toMatchObject({ leaked: 0, disguised: 0, problems: [] });
  });

  test('a test puzzle that is trained on in another form is told last, and is no fault', async () => {
    const maze = { kind: 'maze', rows: 2, columns: 3 } as const;
    const puzzle = (question: readonly number[], answer: readonly number[]) =>
      puzzleDataset(maze, [{ question: Int32Array.from(question), answer: Int32Array.from(answer) }]);
    const splits = {
      train: puzzle([3, 2, 4, 1, 1, 1], [3, 5, 4, 1, 1, 1]),
      test: puzzle([1, 1, 1, 4, 2, 3], [1, 1, 1, 4, 5, 3]),
    };
    await writeDataset(at('turned'), splits, ['<blank>']);
    const { status, out } = await trm(['data', 'check', at('turned')]);
    expect(out).toMatch(/\nsound, but for 1 test question that training holds in another form\n$/);
    expect(status).toBe(0);
  });

  test('a test puzzle that is trained on, an answer that breaks the rules, identifiers that are missing', async () => {
    const stream = generatePuzzles(4, new Random(1));
    const puzzles = Array.from({ length: 6 }, () => stream.next().value);
    const [train, heldOut] = [
      sudokuDataset(new PuzzleList(4, puzzles)),
      sudokuDataset(new PuzzleList(4, puzzles.slice(4))),
    ];
    const labels = heldOut.labels.slice();
    labels[3] = labels[2]!;
    await writeDataset(at('wrong'), { train, test: inMemory({ ...heldOut, labels }) }, ['<blank>']);
    const { status, out } = await trm(['data', 'check', at('wrong')]);
    expect(status).toBe(1);
    expect(out).toContain('  test, row 0: ');
    expect(out).toContain(
      'not sound: test: 1 answers break the rules; 2 test questions are training questions\n',
    );
    writeFileSync(at('wrong', 'identifiers.json'), '["<blank>", "more"]');
    const missing = await trm(['data', 'check', at('wrong')]);
    expect(missing).toMatchObject({ status: 1 });
    expect(missing.err).toContain(
      'identifiers.json: expected a list of 1 names, as num_puzzle_identifiers says, got 2',
    );
  });
});

describe('show', () => {
  test('prints question beside answer, and draws a picture', async () => {
    const picture = at('sheet.svg');
    const { status, out } = await trm([
      'data',
      'show',
      data,
      '--at',
      '0',
      '--count',
      '2',
      '--image',
      picture,
    ]);
    expect(status).toBe(0);
    const [title, ...rows] = out.split('\n');
    expect(title).toBe('train row 0, puzzle 0');
    const sides = rows.slice(0, 3).map((row) => row.split(/ {5}/).map((side) => side.match(/[ab]\*?/g)!));
    const questions = sides.map(([question]) => question!);
    const marked = questions
      .toReversed()
      .map((row, i) => row.map((cell, j) => (cell === questions[i]![j] ? cell : `${cell}*`)));
    expect(sides.map(([, answer]) => answer)).toEqual(marked);
    const svg = readFileSync(picture, 'utf8');
    expect(svg).toMatch(/^<svg .*<\/svg>\n$/s);
    expect(svg.match(/<rect x/g)).toHaveLength(2 * 2 * 6);
  });

  test('a row that is not there, a picture of another kind', async () => {
    expect(await trm(['data', 'show', data, '--split', 'test', '--at', '999'])).toMatchObject({ status: 2 });
    const jpg = await trm(['data', 'show', data, '--image', at('x.jpg')]);
    expect(jpg).toMatchObject({ status: 2, out: '' });
    expect(jpg.err).toContain('x.jpg; end it in .svg or .png');
  });
});

test('a recipe is proposed, trains, and its run solves grids as they were imported', async () => {
  const recipe = at('mine.yaml');
  const proposed = await trm(['config', 'init', '--data', data, '--out', recipe]);
  expect(proposed.err, proposed.err).toContain('measuring');
  expect(proposed.out).toMatch(/mine\.yaml: \d+\.\d+ s a step, about .* in all, \d+ MiB of memory/);
  const settings = parse(readFileSync(recipe, 'utf8')) as Record<string, unknown>;
  expect(settings).toMatchObject({ augment: true, model: { mixer: 'mlp' } });
  expect(await trm(['config', 'init', '--data', data, '--out', recipe])).toMatchObject({ status: 2 });
  const { train } = { train: await readDataset(data, 'train') };
  expect(train.metadata.puzzle).toMatchObject({ kind: 'grid', symmetries: { dihedral: true, rename: true } });

  const small = [
    '--set',
    'steps=3',
    'model.hiddenSize=16',
    'model.puzzleEmbeddingSize=16',
    'evaluateEvery=3',
    'supervisionSteps=2',
  ];
  const trained = await trm(['train', '--config', recipe, '--data', data, '--out', at('run'), ...small]);
  expect(trained.status, trained.err).toBe(0);
  writeFileSync(at('unseen.txt'), 'ab\nba\naa\n\nbb/ab/ba\n');
  const { out } = await trm(['solve', at('run'), at('unseen.txt'), '--json']);
  const { puzzles } = JSON.parse(out) as {
    puzzles: { question: string; answer: string; valid: null }[];
  };
  expect(puzzles.map(({ question }) => question)).toEqual(['ab/ba/aa', 'bb/ab/ba']);
  expect(puzzles[0]).toMatchObject({ answer: expect.stringMatching(/^[ab?]/), valid: null });
  writeFileSync(at('unseen.txt'), 'ac\nba\naa\n');
  const wrong = await trm(['solve', at('run'), at('unseen.txt')]);
  expect(wrong).toMatchObject({ status: 1 });
  expect(wrong.err).toContain('"c" is no symbol of these puzzles; use a b');
});
