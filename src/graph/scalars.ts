/**
 * What elementwise operators do to numbers. The names here are the operators; tracing folds constants with these
 * functions and the reference interpreter computes with them.
 */

export const unary = {
  neg: (x: number) => -x,
  abs: Math.abs,
  sign: Math.sign,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  reciprocal: (x: number) => 1 / x,
  atan: Math.atan,
  sigmoid: (x: number) => 1 / (1 + Math.exp(-x)),
  /** log(1 + e^x), stable for large |x|. */
  softplus: (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  /** x sigmoid(x). */
  silu: (x: number) => x / (1 + Math.exp(-x)),
} as const;

export const binary = {
  add: (a: number, b: number) => a + b,
  sub: (a: number, b: number) => a - b,
  mul: (a: number, b: number) => a * b,
  div: (a: number, b: number) => a / b,
  maximum: (a: number, b: number) => Math.max(a, b),
  minimum: (a: number, b: number) => Math.min(a, b),
} as const;

/** 1 where it holds, else 0. */
export const comparison = {
  less: (a: number, b: number) => Number(a < b),
  greater: (a: number, b: number) => Number(a > b),
  greaterOrEqual: (a: number, b: number) => Number(a >= b),
  equal: (a: number, b: number) => Number(a === b),
} as const;

export type UnaryName = keyof typeof unary;
export type BinaryName = keyof typeof binary;
export type ComparisonName = keyof typeof comparison;
