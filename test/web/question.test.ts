import { expect, test } from 'vitest';
import { kindOf } from '../../web/files.ts';
import { edited } from '../../web/question.ts';

const asked = (token: number) => ({
  question: Int32Array.of(token),
  family: { kind: 'sudoku' as const, size: 4 as const },
  model: 'any',
});
const ask = (token: number, joins = false) => ({ type: 'ask', asked: asked(token), joins }) as const;

test('edits are taken back and taken again; a stroke is one edit; a new edit ends what could be taken again', () => {
  const tokens = (edits: Parameters<typeof edited>[1][]) => {
    let state: Parameters<typeof edited>[0] = { past: [], now: undefined, future: [] };
    return edits.map((edit) => {
      state = edited(state, edit);
      return state.now?.question[0];
    });
  };
  const [undo, redo] = [{ type: 'undo' }, { type: 'redo' }] as const;
  expect(tokens([undo, ask(1), undo, ask(2), ask(3), undo, undo])).toEqual([undefined, 1, 1, 2, 3, 2, 1]);
  expect(tokens([ask(1), ask(2), undo, redo, redo])).toEqual([1, 2, 1, 2, 2]);
  expect(tokens([ask(1), ask(2), ask(3, true), undo])).toEqual([1, 2, 3, 1]);
  expect(tokens([ask(1), ask(2), undo, ask(3), redo, undo])).toEqual([1, 2, 1, 3, 3, 1]);
});

test('dropped files go where their kind belongs', async () => {
  const kind = (name: string, content: string | Uint8Array<ArrayBuffer>) => kindOf(new File([content], name));
  expect(await kind('mine.safetensors', 'anything')).toBe('weights');
  expect(await kind('unnamed', Uint8Array.of(80, 75, 0, 255))).toBe('weights');
  expect(await kind('task.json', '{"train": [], "test": []}')).toBe('tasks');
  expect(await kind('puzzle.json', '{"puzzle": [[1, 0], [0, 1]]}')).toBe('puzzle');
  expect(await kind('list.csv', 'quizzes\n1....2.....4..21')).toBe('puzzle');
});
