/** What members of a loop, and numbers, are in C. */

import type { DType } from '../../graph/tensor.ts';
import type { Access, Member, Reduction } from '../program.ts';
import { signs } from '../scalars.ts';

export const cTypes: Readonly<Record<DType, string>> = {
  float32: 'float',
  int32: 'int',
  bool: 'unsigned char',
  float16: '_Float16',
};

/** A member as an expression of vectors. @param operand the expression of another member. */
export function vectorExpression({ computation }: Member, operand: (member: Member) => string): string {
  switch (computation.kind) {
    case 'where':
      return `v_where(${computation.of.map(operand).join(', ')})`;
    case 'cast':
      return operand(computation.of[0]);
    case 'unary':
    case 'binary':
      return `v_${computation.op}(${computation.of.map(operand).join(', ')})`;
    default:
      throw new Error(`no vector form of ${computation.kind}`);
  }
}

/** A member as an expression of single elements. @param load the expression of a place. */
export function scalarExpression(
  member: Member,
  operand: (member: Member) => string,
  load: (access: Access) => string,
): string {
  const { computation, dtype } = member;
  switch (computation.kind) {
    case 'load':
      return load(computation.access);
    case 'number':
      return literal(computation.value, dtype);
    case 'where': {
      const [condition, yes, no] = computation.of.map(operand);
      return `${condition} ? ${yes} : ${no}`;
    }
    case 'cast': {
      const [from] = computation.of;
      if (dtype === 'bool') return `${operand(from)} != 0`;
      return `(${cTypes[dtype]})${operand(from)}`;
    }
    case 'unary':
    case 'binary': {
      const of = computation.of.map(operand);
      const type = computation.of[0].dtype;
      return type === 'float32'
        ? `s_${computation.op}(${of.join(', ')})`
        : wholeExpression(computation.op, of);
    }
    case 'reduce':
      throw new Error('a reduction is no expression');
  }
}

/** A sum, or a maximum, with one more element. */
export const folded = (op: Reduction, sum: string, value: string, vector: boolean): string =>
  op === 'max'
    ? `${vector ? 'v' : 's'}_maximum(${sum}, ${value})`
    : op === 'sum'
      ? `${sum} + ${value}`
      : `${sum} + ${value} * ${value}`;

/** Operators on whole numbers. */
function wholeExpression(op: string, [a, b]: readonly string[]): string {
  const sign = signs[op as keyof typeof signs];
  if (sign) return `${a} ${sign} ${b}`;
  switch (op) {
    case 'maximum':
      return `${a} > ${b} ? ${a} : ${b}`;
    case 'minimum':
      return `${a} < ${b} ? ${a} : ${b}`;
    case 'neg':
      return `-${a}`;
    case 'abs':
      return `${a} < 0 ? -${a} : ${a}`;
    case 'sign':
      return `(${a} > 0) - (${a} < 0)`;
    default:
      throw new Error(`no ${op} of whole numbers`);
  }
}

export function literal(value: number, dtype: DType): string {
  if (dtype !== 'float32' && dtype !== 'float16') return String(value);
  if (Number.isNaN(value)) return 'NAN';
  if (!Number.isFinite(value)) return value > 0 ? 'INFINITY' : '-INFINITY';
  const text = Object.is(value, -0) ? '-0' : String(Math.fround(value));
  return `${/[.e]/.test(text) ? text : `${text}.0`}f`;
}
