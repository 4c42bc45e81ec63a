/** What lowering and writing know of the operators on numbers (graph/scalars.ts). */

import type { BinaryName, ComparisonName } from '../graph/scalars.ts';

/** How mathematics and C write those that stand between their operands. */
export const signs: Readonly<Partial<Record<BinaryName | ComparisonName, string>>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  less: '<',
  greater: '>',
  greaterOrEqual: '>=',
  equal: '==',
};

/** Those that take more time than a read. */
export const costly: ReadonlySet<string> = new Set([
  ...['exp', 'log', 'atan', 'sigmoid', 'softplus', 'silu', 'sqrt', 'div', 'reciprocal'],
]);
