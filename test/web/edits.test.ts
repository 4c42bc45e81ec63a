import { expect, test } from 'vitest';
import { type Edit, type Edits, edited } from '../../web/edits.ts';
import { kindOf } from '../../web/files.ts';

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
  expect(await kind('unnamed', Uint8Array.of(80, 75, 0, 255))).toBe('weights');
  expect(await kind('task.json', '{"train": [], "test": []}')).toBe('tasks');
  expect(await kind('puzzle.json', '{"puzzle": [[1, 0], [0, 1]]}')).toBe('puzzle');
  expect(await kind('list.csv', 'quizzes\n1....2.....4..21')).toBe('puzzle');
});
