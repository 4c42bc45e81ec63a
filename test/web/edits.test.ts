import { expect, test } from 'vitest';
import { Random } from '../../src/data/random.ts';
import { type Edit, type Edits, edited } from '../../web/edits.ts';
import { kindOf, notJson, refuseLong } from '../../web/files.ts';
import { withPutBack } from '../../web/puzzles.ts';
import { whyNot } from '../../web/reading.ts';
import { onePuzzle } from '../../web/streams.ts';

const set = (to: number, joins = false) => ({ type: 'set', to, joins }) as const;

test('edits are taken back and taken again; a stroke is one edit; a new edit ends what could be taken again', () => {
  const values = (edits: Edit<number | undefined>[]) => {
    let state: Edits<number | undefined> = { past: [], now: undefined, future: [] };
    return edits.map((edit) => {
      state = edited(state, edit);
      return state.now;
    });
  };
  const [undo, redo] = [{ type: 'undo' }, { type: 'redo' }] as const;
  expect(values([undo, set(1), undo, set(2), set(3), undo, undo])).toEqual([undefined, 1, 1, 2, 3, 2, 1]);
  expect(values([set(1), set(2), undo, redo, redo])).toEqual([1, 2, 1, 2, 2]);
  expect(values([set(1), set(2), set(3, true), undo])).toEqual([1, 2, 3, 1]);
  expect(values([set(1), set(2), undo, set(3), redo, undo])).toEqual([1, 2, 1, 3, 3, 1]);
});

test('dropped files go where their kind belongs', async () => {
  const kind = (name: string, content: string | Uint8Array<ArrayBuffer>) => kindOf(new File([content], name));
  expect(await kind('mine.safetensors', 'anything')).toBe('weights');
  expect(await kind('mine.onnx', 'anything')).toBe('weights');
  expect(await kind('unnamed', Uint8Array.of(80, 75, 0, 255))).toBe('weights');
  expect(await kind('task.json', '{"train": [], "test": []}')).toBe('tasks');
  expect(await kind('puzzle.json', '{"puzzle": [[1, 0], [0, 1]]}')).toBe('puzzle');
  expect(await kind('list.csv', 'quizzes\n1....2.....4..21')).toBe('puzzle');
  expect(await kind('task.txt', '{"a1": {"train": [ {"output": [[1]], "input": [[2]]}]}}')).toBe('tasks');
  expect(await kind('old.bin', Uint8Array.of(16, 0, 0, 0, 0, 0, 0, 0, 123, 34))).toBe('weights');

  const takes =
    '; the page takes weights (.safetensors, .onnx, .pt, .pth), ARC tasks (JSON), and puzzles as text';
  const refused = (name: string, content: string | Uint8Array<ArrayBuffer>, what: string) =>
    expect(kind(name, content)).rejects.toThrow(`${name} is ${what}${takes}`);
  await refused('none.txt', ' \n', 'empty');
  await refused('photo.png', 'whatever', 'a picture, which is not read');
  await refused('photo', Uint8Array.of(0x89, 80, 78, 71, 13, 10, 26, 10), 'a picture, which is not read');
  await refused('photo.webp.txt', 'RIFF\0\0\0\0WEBPVP8 ', 'a picture, which is not read');
  await refused(
    'rows.npy',
    Uint8Array.of(0x93, 78, 85, 77, 80, 89),
    'an array of NumPy: save it as text, as numpy.savetxt does',
  );
  await refused('many.zip', Uint8Array.of(80, 75, 3, 4), 'an archive: unpack it, and drop what is in it');
  await refused('sheet.xlsx', Uint8Array.of(80, 75, 3, 4), 'a spreadsheet: save it as CSV');
  await refused('song.mp3', Uint8Array.of(73, 68, 51, 4, 0, 0), 'neither text nor weights');
});

test('what is JSON by its name alone is told so', async () => {
  const fault = (name: string, content: string) => notJson(new File([content], name));
  expect(await fault('bad.json', '{')).toMatch(/^bad\.json: not JSON/);
  expect(await fault('bad.json', '{\n"puzzle": [1, 2,,]\n}')).toMatch(/^bad\.json: not JSON/);
  expect(await fault('none.json', '{"a": 1}')).toBeUndefined();
  expect(await fault('lines.json', '{"a": 1}\n{"a": 2}\n')).toBeUndefined();
  expect(await fault('bad.txt', '{')).toBeUndefined();
});

test('what is too long is refused with the limit', () => {
  const MIB = 2 ** 20;
  expect(() => refuseLong('rows.csv', MIB, 'puzzle')).not.toThrow();
  expect(() => refuseLong('rows.csv', MIB + 1, 'puzzle')).toThrow(
    'rows.csv is 1.1 MiB; the page reads at most 1 MiB of puzzles: give a part of it, or answer all of it with trm solve',
  );
  expect(() => refuseLong('tasks.json', 8 * MIB, 'tasks')).not.toThrow();
  expect(() => refuseLong('tasks.json', 30e6, 'tasks')).toThrow(
    'tasks.json is 28.7 MiB; the page reads at most 8 MiB of ARC tasks: give a part of it',
  );
});

test('a puzzle that cannot be asked is told of in the words of its own kind', () => {
  const sudoku = { kind: 'sudoku', size: 9 };
  const maze = { kind: 'maze', rows: 10, columns: 10 };
  const twice = `11${'.'.repeat(79)}`;
  expect(whyNot(twice, sudoku, 'nine')).toBe('Sudoku 9×9: the givens break a rule: 1 stands twice in row 1');
  expect(whyNot(twice, { kind: 'sudoku', size: 6 }, 'six')).toBeUndefined();
  expect(whyNot(twice, maze, 'mazes')).toBeUndefined();
  expect(whyNot('S....\n.###.\n.....\n.###.\n....G', maze, 'mazes')).toBe(
    'Maze 5×5 is of another size than mazes takes, which is Maze 10×10; drop a model of its size on the page',
  );
  expect(whyNot('hello', maze, 'mazes')).toBeUndefined();
});

test('the page speaks of its own fields, and counts in words', () => {
  const maze = { kind: 'maze', rows: 4, columns: 4 };
  expect(() => onePuzzle(maze, new Random(0), 99)).toThrow(
    /^steps of a new maze, at least: of 200 mazes of 4x4/,
  );
  expect([0, 1, 2].map((count) => withPutBack('right', count))).toEqual([
    'right',
    'right; 1 overwritten given was put back',
    'right; 2 overwritten givens were put back',
  ]);
});
