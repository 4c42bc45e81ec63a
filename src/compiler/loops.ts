/**
 * Fusing elementwise operators and row reductions: a loop under construction takes in what runs over the same elements.
 *
 * An operator joins the latest loop over its index space whose operands are all there: those that the loop computes for
 * the same element, and those that were written before the loop. Since operators are pure, computing one earlier than it
 * was traced changes nothing.
 */

import type { DType } from '../graph/tensor.ts';
import { sizeOf } from '../shape.ts';
import type { Access, Buffer, Computation, Loop, Member } from './program.ts';
import { costly } from './scalars.ts';
import { type Dimension, type Factor, refined } from './view.ts';

/** An operand over the index space of the operator: strides by axis. */
export type Operand =
  | { readonly kind: 'number'; readonly value: number; readonly dtype: DType }
  | {
      readonly kind: 'elements';
      readonly buffer: Buffer;
      readonly offset: number;
      readonly strides: readonly number[];
    };

/** What an operator asks of a loop. */
export interface Request {
  /** Sizes of its index space in the order in which its result lies, none of them 1. */
  readonly axes: readonly number[];
  /** Which of them it reduces. */
  readonly reduced: readonly boolean[];
  readonly operands: readonly Operand[];
  readonly dtype: DType;
  /** Its own operand when omitted. */
  readonly compute?: (...operands: Member[]) => Computation;
}

/** A member whose loads follow the axes as they are split. */
export type Draft = Omit<Member, 'computation'> & { computation: Computation };

export class OpenLoop {
  readonly kind = 'open';
  /** Place among the calls: operands must have been written before it. */
  readonly position: number;
  #axes: number[];
  #reduced: boolean[];
  readonly #members: Draft[] = [];
  /** By what they compute, so that equal ones are one. */
  readonly #known = new Map<string, Draft>();
  readonly #index = new Map<Draft, number>();
  /** Buffers that hold a member's results, densely over the axes. */
  readonly #results = new Map<Buffer, Draft>();
  /** Reduces so much into so little that threads share better what else there is to do. */
  #alone = false;
  readonly #stores: { member: Draft; access: Access; accumulate: boolean }[] = [];

  constructor(position: number, axes: readonly number[], reduced: readonly boolean[]) {
    this.position = position;
    this.#axes = [...axes];
    this.#reduced = [...reduced];
  }

  /**
   * Takes an operator in.
   *
   * @param writtenAt the position of the last call that writes a buffer.
   * @returns undefined where it does not belong here, else what its result is.
   */
  join(request: Request, writtenAt: (buffer: Buffer) => number): Draft | undefined {
    const fit = this.#fit(request);
    if (!fit || (this.#members.length > 0 && !fit.outer && (this.#alone || isLong(request))))
      return undefined;
    const known: (Draft | undefined)[] = [];
    for (const [i, operand] of request.operands.entries()) {
      if (operand.kind === 'number') continue;
      const member = this.#results.get(operand.buffer);
      if (!member && writtenAt(operand.buffer) >= this.position) return undefined;
      if (!member) continue;
      const own = denseStrides(fit.axes, member.reduced ? fit.reduced : undefined);
      if (operand.offset !== 0 || own.some((stride, axis) => stride !== fit.strides[i]![axis]))
        return undefined;
      // What is the same for a whole row may be used for each of its elements, not the other way round.
      if (!member.reduced && fit.outer) return undefined;
      known[i] = member;
    }
    this.#split(fit.axes);
    this.#reduced = [...fit.reduced];
    this.#alone ||= isLong(request);
    const members = request.operands.map((operand, i) => {
      if (known[i]) return known[i];
      const computation: Computation =
        operand.kind === 'number'
          ? { kind: 'number', value: operand.value }
          : {
              kind: 'load',
              access: { buffer: operand.buffer, offset: operand.offset, strides: fit.strides[i]! },
            };
      return this.#add(
        computation,
        operand.kind === 'number' ? operand.dtype : operand.buffer.dtype,
        fit.outer,
      );
    });
    if (!request.compute) return members[0]!;
    return this.#add(request.compute(...members), request.dtype, fit.outer || request.reduced.some(Boolean));
  }

  /** Remembers in which buffer a member's results would lie, if anyone asks for them. */
  holds(buffer: Buffer, member: Draft): void {
    this.#results.set(buffer, member);
  }

  /** The loop writes a member's results, at strides by axis of the request that made it. */
  store(member: Draft, access: Access, accumulate = false): void {
    this.#stores.push({ member, access, accumulate });
  }

  /** Strides over the loop's axes as they are now, from those over the axes of a request. */
  stridesOf(
    axes: readonly number[],
    reduced: readonly boolean[],
    strides: readonly number[],
  ): readonly number[] {
    const request: Request = {
      axes,
      reduced,
      operands: [{ kind: 'elements', buffer: undefined as never, offset: 0, strides }],
      dtype: 'float32',
    };
    return this.#fit(request)!.strides[0]!;
  }

  /**
   * What another loop computed from numbers that this one reads anyway is computed again here: that is faster than writing
   * it and reading it back. (The backward pass of SwiGLU reads the gate, and needs silu of it.)
   */
  computeAgain(makerOf: (buffer: Buffer) => OpenLoop | undefined): void {
    for (const member of [...this.#members]) {
      const { computation } = member;
      if (computation.kind !== 'load' || computation.access.offset !== 0) continue;
      const { buffer, strides } = computation.access;
      const maker = makerOf(buffer);
      if (!maker || member.reduced) continue;
      const made = maker.#results.get(buffer);
      if (!made || made.reduced) continue;
      if (maker.#axes.join() !== this.#axes.join() || denseStrides(this.#axes).join() !== strides.join())
        continue;
      const again = this.#same(made);
      if (again && again !== member) member.computation = again.computation;
    }
  }

  /** The member that computes what a member of another loop over the same axes does; cheap ones are added. */
  #same({ computation, dtype, reduced }: Draft): Draft | undefined {
    if (reduced) return undefined;
    if (!('of' in computation)) {
      if (computation.kind === 'number') return this.#add(computation, dtype, false);
      return this.#known.get(this.#key({ computation, dtype, reduced }));
    }
    const of = computation.of.map((operand) => this.#same(operand));
    if (of.includes(undefined)) return undefined;
    const copy: Draft = { computation: { ...computation, of } as unknown as Computation, dtype, reduced };
    const known = this.#known.get(this.#key(copy));
    if (known || !('op' in computation) || costly.has(computation.op)) return known;
    return this.#add(copy.computation, dtype, reduced);
  }

  /**
   * The loop as a call; undefined where nobody needs its results.
   *
   * @param needed whether a buffer is read elsewhere.
   */
  finish(needed: (buffer: Buffer) => boolean): Loop | undefined {
    for (const [buffer, member] of this.#results) {
      if (!needed(buffer)) continue;
      const strides = denseStrides(this.#axes, member.reduced ? this.#reduced : undefined);
      this.#stores.push({ member, access: { buffer, offset: 0, strides }, accumulate: false });
    }
    if (this.#stores.length === 0) return undefined;
    const members = new Set<Draft>(); // in an order in which operands come first
    const use = (member: Draft) => {
      if (members.has(member)) return;
      if ('of' in member.computation) for (const operand of member.computation.of) use(operand as Draft);
      members.add(member);
    };
    for (const { member } of this.#stores) use(member);
    return {
      kind: 'loop',
      axes: this.#axes,
      reduced: this.#reduced,
      members: [...members],
      stores: this.#stores,
    };
  }

  /** Common axes of the loop and a request, and the request's strides over them. */
  #fit({ axes, reduced, operands }: Request) {
    const reduces = reduced.some(Boolean);
    const loopReduces = this.#reduced.some(Boolean);
    const size = sizeOf(axes);
    const full = size === sizeOf(this.#axes);
    const outerAxes = this.#axes.filter((_, axis) => !this.#reduced[axis]);
    if (!full && !(loopReduces && !reduces && size === sizeOf(outerAxes))) return undefined;
    const as = (strides: readonly number[]): Dimension =>
      axes.map((size, axis): Factor => ({ size, stride: strides[axis]! }));
    const own = (full ? this.#axes : outerAxes).map((size): Factor => ({ size, stride: 0 }));
    const marks = as(reduced.map(Number));
    const views = operands.map((operand) =>
      as(operand.kind === 'number' ? axes.map(() => 0) : operand.strides),
    );
    const common = refined([own, marks, ...views]);
    if (!common) return undefined;
    const sizes = common[0]!.map((factor) => factor.size);
    // The marks' strides were multiplied where an axis was split; what is not 0 is reduced.
    const wish = common[1]!.map((factor) => factor.stride > 0);
    const strides = common.slice(2).map((dim) => dim.map((factor) => factor.stride));
    const split = full ? splitting(this.#axes, sizes) : splitting(outerAxes, sizes);
    if (!split) return undefined;
    if (full) {
      const now = split.flatMap((parts, axis) => parts.map(() => this.#reduced[axis]!));
      if (reduces && loopReduces && wish.some((mark, axis) => mark !== now[axis])) return undefined;
      return { axes: sizes, reduced: reduces ? wish : now, strides, outer: false };
    }
    // Over the axes that are not reduced: put the reduced ones back, with stride 0.
    let next = 0;
    const whole = this.#axes.map((size, axis) => (this.#reduced[axis] ? [size] : split[next++]!));
    let at = 0;
    const allAxes = whole.flat();
    const allReduced = whole.flatMap((parts, axis) => parts.map(() => this.#reduced[axis]!));
    const positions = allReduced.map((mark) => (mark ? -1 : at++));
    return {
      axes: allAxes,
      reduced: allReduced,
      strides: strides.map((list) => positions.map((position) => (position < 0 ? 0 : list[position]!))),
      outer: true,
    };
  }

  /** Splits the axes as far as another operator needs it. */
  #split(axes: readonly number[]): void {
    if (axes.length === this.#axes.length) return;
    const parts = splitting(this.#axes, axes)!;
    const resplit = (access: Access): Access => ({
      ...access,
      strides: parts.flatMap((sizes, axis) =>
        sizes.map((_, i) => access.strides[axis]! * sizeOf(sizes.slice(i + 1))),
      ),
    });
    for (const member of this.#members) {
      const { computation } = member;
      if (computation.kind === 'load')
        member.computation = { kind: 'load', access: resplit(computation.access) };
    }
    this.#stores.forEach((store, i) => {
      this.#stores[i] = { ...store, access: resplit(store.access) };
    });
    this.#axes = [...axes];
    this.#known.clear();
    for (const member of this.#members) this.#known.set(this.#key(member), member);
  }

  #add(computation: Computation, dtype: DType, reduced: boolean): Draft {
    const draft: Draft = { computation, dtype, reduced };
    const key = this.#key(draft);
    const known = this.#known.get(key);
    if (known) return known;
    this.#known.set(key, draft);
    this.#index.set(draft, this.#members.length);
    this.#members.push(draft);
    return draft;
  }

  #key({ computation, dtype, reduced }: Draft): string {
    const head = `${reduced ? 'r' : ''}${dtype} ${computation.kind}`;
    switch (computation.kind) {
      case 'load': {
        const { buffer, offset, strides } = computation.access;
        return `${head} ${buffer.id} ${offset} ${strides.join()}`;
      }
      case 'number':
        return `${head} ${Object.is(computation.value, -0) ? '-0' : computation.value}`;
      default: {
        const of = computation.of.map((member) => this.#index.get(member as Draft)).join();
        return `${head} ${'op' in computation ? computation.op : ''} ${of}`;
      }
    }
  }
}

/** Whether a reduction has long rows, and hardly more of them than threads. */
function isLong({ axes, reduced }: Request): boolean {
  const rows = sizeOf(axes.filter((_, axis) => !reduced[axis]));
  return reduced.some(Boolean) && rows < 8 && sizeOf(axes) / rows > 8192;
}

/** Strides of a dense result over the axes, 0 over those that are reduced. */
export function denseStrides(axes: readonly number[], reduced?: readonly boolean[]): number[] {
  let stride = 1;
  const strides = axes.map(() => 0);
  for (let axis = axes.length - 1; axis >= 0; axis--) {
    if (reduced?.[axis]) continue;
    strides[axis] = stride;
    stride *= axes[axis]!;
  }
  return strides;
}

/** How axes are split into finer ones: the parts of each. */
function splitting(axes: readonly number[], finer: readonly number[]): number[][] | undefined {
  const left = [...finer];
  const parts: number[][] = [];
  for (const size of axes) {
    const own: number[] = [];
    while (sizeOf(own) < size) {
      const next = left.shift();
      if (next === undefined) return undefined;
      own.push(next);
    }
    if (sizeOf(own) !== size) return undefined;
    parts.push(own);
  }
  return left.length === 0 ? parts : undefined;
}
