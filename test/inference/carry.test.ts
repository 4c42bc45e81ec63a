/** What a batch carries: who begins, who goes on, who halts. */

import { describe, expect, it, test } from 'vitest';
import {
  advance,
  begin,
  drawMinHaltSteps,
  emptyCarry,
  moveOn,
  refill,
  rowsOf,
} from '../../src/inference/carry.ts';
import { blankModel } from '../support/scripted.ts';

const model = blankModel(2, undefined, [2, 3]);
const starts = { y: Float32Array.of(1, 2, 3), z: Float32Array.of(4, 5, 6) };

/** A batch whose rows hold 10, 11, 12, …; labels negative; identifiers 1, 2, … */
const batch = (rows: number) => ({
  inputs: Int32Array.from({ length: rows * 2 }, (_, i) => 10 + i),
  labels: Int32Array.from({ length: rows * 2 }, (_, i) => -10 - i),
  puzzleIdentifiers: Int32Array.from({ length: rows }, (_, i) => 1 + i),
  count: rows,
  size: rows,
});

test('rows of an array are views of it', () => {
  const data = Int32Array.of(0, 1, 2, 3, 4, 5);
  expect(rowsOf(data, 3, 1)).toEqual(Int32Array.of(2, 3));
  expect(rowsOf(data, 3, 1, 3)).toEqual(Int32Array.of(2, 3, 4, 5));
  expect(rowsOf(data, 2, 0)).toEqual(Int32Array.of(0, 1, 2));
  rowsOf(data, 3, 2)[0] = 9;
  expect(data[4]).toBe(9);
});

test('an empty carry waits for examples', () => {
  expect(emptyCarry(model, 2)).toEqual({
    states: { y: new Float32Array(12), z: new Float32Array(12) },
    inputs: new Int32Array(4),
    labels: new Int32Array(4),
    puzzleIdentifiers: new Int32Array(2),
    steps: new Int32Array(2),
    halted: Int32Array.of(1, 1),
  });
});

test('refill: halted rows take the example of their row and begin anew, the others keep all', () => {
  const carry = emptyCarry(model, 3);
  carry.halted.set([1, 0, 1]);
  carry.steps.set([4, 5, 6]);
  for (const state of Object.values(carry.states)) state.fill(7);
  refill(carry, batch(3), starts);
  expect([...carry.inputs]).toEqual([10, 11, 0, 0, 14, 15]);
  expect([...carry.labels]).toEqual([-10, -11, 0, 0, -14, -15]);
  expect([...carry.puzzleIdentifiers]).toEqual([1, 0, 3]);
  expect([...carry.steps]).toEqual([0, 5, 0]);
  expect([...carry.halted]).toEqual([0, 0, 0]);
  const kept = [7, 7, 7, 7, 7, 7];
  expect([...carry.states.y!]).toEqual([1, 2, 3, 1, 2, 3, ...kept, 1, 2, 3, 1, 2, 3]);
  expect([...carry.states.z!]).toEqual([4, 5, 6, 4, 5, 6, ...kept, 4, 5, 6, 4, 5, 6]);
});

test('begin: one row takes an example; without labels it keeps its own', () => {
  const carry = emptyCarry(model, 2);
  carry.labels.fill(8);
  begin(carry, 1, { inputs: Int32Array.of(3, 4), puzzleIdentifier: 2 }, starts);
  expect([...carry.inputs]).toEqual([0, 0, 3, 4]);
  expect([...carry.labels]).toEqual([8, 8, 8, 8]);
  expect([...carry.puzzleIdentifiers]).toEqual([0, 2]);
  expect([...carry.halted]).toEqual([1, 0]);
  expect([...carry.states.y!.subarray(6)]).toEqual([1, 2, 3, 1, 2, 3]);
  begin(carry, 0, { inputs: Int32Array.of(5, 6), labels: Int32Array.of(1, 2), puzzleIdentifier: 0 }, starts);
  expect([...carry.labels]).toEqual([1, 2, 8, 8]);
});

test('moveOn: states become the next ones, of all rows or some', () => {
  const carry = emptyCarry(model, 3);
  moveOn(carry, { y: new Float32Array(6).fill(1), z: new Float32Array(6).fill(2) }, 1, 2);
  expect([...carry.states.y!]).toEqual([0, 1, 0].flatMap((value) => new Array(6).fill(value)));
  expect([...carry.states.z!]).toEqual([0, 2, 0].flatMap((value) => new Array(6).fill(value)));
  moveOn(carry, { y: new Float32Array(18).fill(3), z: new Float32Array(18).fill(4) });
  expect(new Set(carry.states.y)).toEqual(new Set([3]));
});

describe('advance', () => {
  /** Which of four rows halt: their steps so far, wishes and least steps. */
  const halted = (steps: number[], wish: number[], least: number[], supervisionSteps: number) => {
    const carry = emptyCarry(model, steps.length);
    carry.steps.set(steps);
    advance(carry, Float32Array.from(wish), Int32Array.from(least), supervisionSteps);
    expect([...carry.steps]).toEqual(steps.map((step) => step + 1));
    return [...carry.halted];
  };

  it('halts rows that wish to, and those at the last step', () => {
    expect(halted([0, 0, 3, 2], [0.1, -0.1, -9, 0], [0, 0, 0, 0], 4)).toEqual([1, 0, 1, 0]);
  });

  it('lets no row halt before its least step, not even by wish', () => {
    expect(halted([0, 1, 2, 3], [1, 1, 1, 1], [3, 3, 3, 3], 4)).toEqual([0, 0, 1, 1]);
  });

  it('with one supervision step halts all, whatever they wish', () => {
    expect(halted([0, 0], [-1, 1], [5, 0], 1)).toEqual([1, 1]);
  });
});

describe('drawMinHaltSteps', () => {
  /** Draws in turn; `int(n)` is checked to be asked with the same n. */
  const scripted = (floats: number[], ints: number[]) => ({
    float: () => floats.shift()!,
    int: (n: number) => {
      expect(n).toBe(3);
      return ints.shift()!;
    },
  });

  it('gives explored rows a step from 2 to the last, the others none', () => {
    const random = scripted([0.09, 0.1, 0.5, 0], [0, 1, 2, 2]);
    expect([...drawMinHaltSteps(4, 0.1, 4, random)]).toEqual([2, 0, 0, 4]);
  });

  it('draws as much for each row, whether it explores or not: streams stay in step', () => {
    const ints = [0, 0, 0];
    drawMinHaltSteps(3, 0, 4, scripted([0.5, 0.5, 0.5], ints));
    expect(ints).toEqual([]);
  });

  it('has nothing to explore with one supervision step', () => {
    expect([...drawMinHaltSteps(2, 1, 1, scripted([0, 0], []))]).toEqual([0, 0]);
  });
});
