import { expect, test } from 'vitest';
import { emptyHistory, record } from '../../web/history.ts';

test('the curves of a run that goes on from an earlier state have each step once', () => {
  const history = emptyHistory();
  const step = (number: number, loss: number) =>
    record(history, { type: 'step', step: number, loss, accuracy: null });
  for (const number of [1, 2, 3, 4]) step(number, 10 * number);
  record(history, { type: 'evaluation', exact: 0.5 });
  step(3, 31); // its last save was after step 2
  record(history, { type: 'evaluation', exact: 0.25 });
  step(4, 41);
  expect(history).toEqual({
    step: [1, 2, 3, 4],
    loss: [10, 20, 31, 41],
    accuracy: [null, null, null, null],
    heldOut: [null, null, 0.25, null],
  });
});
