/**
 * A lowered program under construction. Operators that only move elements give other views; elementwise operators and
 * reductions join loops (loops.ts); whatever else there is, is a call.
 */

import type { BinaryName, ComparisonName, UnaryName } from '../graph/scalars.ts';
import { comparison, unary } from '../graph/scalars.ts';
import type { DType } from '../graph/tensor.ts';
import { type Shape, sizeOf } from '../shape.ts';
import { loadsOf } from './accesses.ts';
import { type Draft, denseStrides, OpenLoop, type Operand, type Request } from './loops.ts';
import type { Buffer, Call, Computation, Home, Member, Part, Reduction } from './program.ts';
import { mainOf, spaceOf } from './space.ts';
import { type Elements, partOf, type Value, whole } from './value.ts';
import { type Dimension, dense, expanded, isDense, reshaped, sliced, transposed } from './view.ts';

type Compute = (...of: Member[]) => Computation;

/** How many of the latest loops an operator may join. */
const loopsTried = 3;

export class Builder {
  readonly buffers: Buffer[] = [];
  readonly #calls: Record<Part, (Call | OpenLoop)[]> = { once: [], rows: [] };
  readonly #writtenAt = new Map<Buffer, number>();
  /** Buffers that a call reads, or that are given out; results of loops that are not among them are never written. */
  readonly #read = new Set<Buffer>();
  readonly #packed = new Map<string, Buffer>();
  /** The loop that makes a buffer, where one does. */
  readonly #makers = new Map<Buffer, OpenLoop>();

  /** The calls of a part, in their order; of loops, what a later call reads. */
  calls(part: Part): Call[] {
    const finished: Call[] = [];
    for (const call of this.#calls[part])
      if (call.kind === 'open') call.computeAgain((buffer) => this.#makers.get(buffer));
    for (const call of this.#calls[part].toReversed()) {
      const done = call.kind === 'open' ? call.finish((buffer) => this.#read.has(buffer)) : call;
      if (!done) continue;
      finished.push(done);
      if (done.kind === 'loop') for (const { buffer } of loadsOf(done)) this.#read.add(buffer);
    }
    return finished.reverse();
  }

  buffer(dtype: DType, size: number, part: Part, home: Home = { kind: 'temporary' }): Buffer {
    const buffer: Buffer = { id: this.buffers.length, dtype, size, part, home };
    this.buffers.push(buffer);
    return buffer;
  }

  /** What does the work of a call that reads and writes these buffers. */
  call(part: Part, call: Call, reads: readonly Buffer[], writes: Buffer): void {
    for (const buffer of reads) this.#read.add(buffer);
    this.#writtenAt.set(writes, this.#calls[part].length);
    this.#calls[part].push(call);
  }

  /** Makes a buffer an output of the program: the elements that fill it, row-major. */
  giveOut(buffer: Buffer, index: number): void {
    buffer.home = { kind: 'output', index };
    this.#read.add(buffer);
  }

  /** A matrix packed for products, once for all that ask for it. */
  packed(key: string, make: () => Buffer): Buffer {
    const known = this.#packed.get(key) ?? make();
    this.#packed.set(key, known);
    return known;
  }

  /** Elements of a value, a number among them spread out. */
  elements(value: Value): Elements {
    if (value.kind === 'elements') return value;
    return this.copy(value);
  }

  /** The same elements in row-major order without gaps; no copy where they lie so. */
  densely(value: Value): Elements {
    if (value.kind === 'elements' && isDense(value.layout)) return { ...value, layout: dense(value.shape) };
    return this.copy(value);
  }

  copy(value: Value): Elements {
    const to = whole(this.buffer(value.dtype, sizeOf(value.shape), partOf(value)), value);
    this.write(value, to);
    return to;
  }

  /** Writes a value into other elements of the same shape. */
  write(value: Value, to: Elements, accumulate = false): void {
    const space = spaceOf([value, to], value.shape, 1, this);
    const [from, target] = space.operands as [Operand, Operand & { kind: 'elements' }];
    const reduced = space.axes.map(() => false);
    const { loop, member } = this.#join(partOf(value, to), {
      axes: space.axes,
      reduced,
      operands: [from],
      dtype: value.dtype,
    });
    loop.store(
      member,
      {
        buffer: to.buffer,
        offset: target.offset,
        strides: loop.stridesOf(space.axes, reduced, target.strides),
      },
      accumulate,
    );
    this.#writtenAt.set(to.buffer, Math.max(this.#writtenAt.get(to.buffer) ?? -1, loop.position));
  }

  unary(op: UnaryName, x: Value): Value {
    if (x.kind === 'number') return { ...x, value: unary[op](x.value) };
    if (op === 'silu') return this.binary('mul', x, this.unary('sigmoid', x));
    return this.#elementwise([x], x.shape, x.dtype, (a) => ({ kind: 'unary', op, of: [a!] }));
  }

  binary(op: BinaryName | ComparisonName, a: Value, b: Value, shape = broadcast(a.shape, b.shape)): Value {
    const dtype = op in comparison ? 'bool' : a.dtype;
    return this.#elementwise([a, b], shape, dtype, (x, y) => ({ kind: 'binary', op, of: [x!, y!] }));
  }

  where(condition: Value, yes: Value, no: Value, shape: Shape): Value {
    return this.#elementwise([condition, yes, no], shape, yes.dtype, (c, y, n) => ({
      kind: 'where',
      of: [c!, y!, n!],
    }));
  }

  cast(x: Value, to: DType): Value {
    return this.#elementwise([x], x.shape, to, (a) => ({ kind: 'cast', of: [a!] }));
  }

  /** Over axes, which stay with length 1. */
  reduce(op: Reduction, of: Value, axes: readonly number[]): Value {
    const x = this.elements(of);
    const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    const space = spaceOf([x], x.shape, 0, this, axes);
    if (!space.reduced.some(Boolean))
      return this.view(op === 'sumSquare' ? this.binary('mul', x, x) : x, kept);
    const { loop, member } = this.#join(x.buffer.part, {
      axes: space.axes,
      reduced: space.reduced,
      operands: space.operands,
      dtype: x.dtype,
      compute: (a) => ({ kind: 'reduce', op, of: [a!] }),
    });
    return this.#result(
      loop,
      member,
      x.buffer.part,
      kept,
      x.dtype,
      space.dimsOf(denseStrides(space.axes, space.reduced)),
    );
  }

  /** Another shape of the same elements, copied where no view has it. */
  view(value: Value, shape: Shape): Value {
    if (value.kind === 'number') return { ...value, shape };
    const layout = reshaped(value.layout, shape);
    if (layout) return { ...value, layout, shape };
    return { ...this.copy(value), layout: dense(shape), shape };
  }

  transpose(value: Value, permutation: readonly number[]): Value {
    const shape = permutation.map((axis) => value.shape[axis]!);
    return value.kind === 'number'
      ? { ...value, shape }
      : { ...value, layout: transposed(value.layout, permutation), shape };
  }

  slice(value: Value, axis: number, start: number, end: number): Value {
    const shape = value.shape.with(axis, end - start);
    if (value.kind === 'number') return { ...value, shape };
    const layout = sliced(value.layout, axis, start, end);
    if (layout) return { ...value, layout, shape };
    return this.slice(this.copy(value), axis, start, end);
  }

  expand(value: Value, shape: Shape): Value {
    return value.kind === 'number'
      ? { ...value, shape }
      : { ...value, layout: expanded(value.layout, shape), shape };
  }

  concat(parts: readonly Value[], axis: number): Value {
    const length = parts.reduce((sum, part) => sum + part.shape[axis]!, 0);
    const { shape: first, dtype } = parts[0]!;
    const shape = first.with(axis, length);
    const all = whole(this.buffer(dtype, sizeOf(shape), partOf(...parts)), { shape, dtype });
    let start = 0;
    for (const value of parts) {
      const end = start + value.shape[axis]!;
      this.write(value, this.slice(all, axis, start, end) as Elements);
      start = end;
    }
    return all;
  }

  #elementwise(of: readonly Value[], shape: Shape, dtype: DType, compute: Compute): Value {
    const part = partOf(...of);
    const { axes, operands, dimsOf } = spaceOf(of, shape, mainOf(of), this);
    const reduced = axes.map(() => false);
    const { loop, member } = this.#join(part, { axes, reduced, operands, dtype, compute });
    return this.#result(loop, member, part, shape, dtype, dimsOf(denseStrides(axes)));
  }

  #result(
    loop: OpenLoop,
    member: Draft,
    part: Part,
    shape: Shape,
    dtype: DType,
    dims: readonly Dimension[],
  ): Elements {
    const buffer = this.buffer(dtype, sizeOf(shape), part);
    loop.holds(buffer, member);
    this.#makers.set(buffer, loop);
    this.#writtenAt.set(buffer, loop.position);
    return { kind: 'elements', buffer, layout: { offset: 0, dims }, shape, dtype };
  }

  #join(part: Part, request: Request): { readonly loop: OpenLoop; readonly member: Draft } {
    const calls = this.#calls[part];
    const writtenAt = (buffer: Buffer) => (buffer.part === part ? (this.#writtenAt.get(buffer) ?? -1) : -1);
    let tried = 0;
    for (let i = calls.length - 1; i >= 0 && tried < loopsTried; i--) {
      const loop = calls[i]!;
      if (loop.kind !== 'open') continue;
      tried++;
      const member = loop.join(request, writtenAt);
      if (member) return { loop, member };
    }
    const loop = new OpenLoop(calls.length, request.axes, request.reduced);
    calls.push(loop);
    return { loop, member: loop.join(request, writtenAt)! };
  }
}

function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const m = a[axis - rank + a.length] ?? 1;
    const n = b[axis - rank + b.length] ?? 1;
    return m === 1 ? n : m;
  });
}
