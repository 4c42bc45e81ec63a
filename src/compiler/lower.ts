/**
 * From a traced graph to a lowered program (program.ts): which loops and products, in which order, on which buffers.
 *
 * Operators that only move elements become views; composite ones (norms, softmax, attention, rotary embedding) are
 * written here in simpler ones; elementwise operators and reductions are fused into loops (loops.ts); products choose
 * the order of their result so that no operand is copied (products.ts).
 */

import { TrmError } from '../errors.ts';
import type { BinaryName, ComparisonName, UnaryName } from '../graph/scalars.ts';
import { binary, comparison, unary } from '../graph/scalars.ts';
import { type DType, type Node, type OperatorName, scalarValue, type Tensor } from '../graph/tensor.ts';
import type { Graph } from '../graph/trace.ts';
import { type Shape, sizeOf } from '../shape.ts';
import { type Draft, denseStrides, OpenLoop, type Operand, type Request } from './loops.ts';
import { nested } from './nests.ts';
import { lowerProduct } from './products.ts';
import type {
  Buffer,
  Call,
  Computation,
  Home,
  Member,
  Part,
  Place,
  Program,
  Reduction,
  Signature,
} from './program.ts';
import {
  type Dimension,
  dense,
  expanded,
  factors,
  isDense,
  type Layout,
  refined,
  reshaped,
  sliced,
  transposed,
} from './view.ts';

/** A tensor while lowering: a number that is the same everywhere, or elements of a buffer. */
export type Value =
  | { readonly kind: 'number'; readonly value: number; readonly shape: Shape; readonly dtype: DType }
  | Elements;

export interface Elements {
  readonly kind: 'elements';
  readonly buffer: Buffer;
  readonly layout: Layout;
  readonly shape: Shape;
  readonly dtype: DType;
}

type Compute = (...of: Member[]) => Computation;

interface Recipe {
  /** Of the result. */
  readonly layout?: Layout;
  readonly of: readonly Value[];
  readonly shape: Shape;
  readonly dtype: DType;
  readonly compute: Compute;
}

/** Operators that take more time than a read. */
const costly: ReadonlySet<string> = new Set([
  'exp',
  'log',
  'atan',
  'sigmoid',
  'softplus',
  'silu',
  'sqrt',
  'div',
  'reciprocal',
]);

/** Which inputs and outputs have a row axis. */
export interface Rows {
  readonly chunks: number;
  readonly inputs: readonly boolean[];
  /** An output without one is a sum over the rows. */
  readonly outputs: readonly boolean[];
}

export function lower(graph: Graph, rows?: Rows): Program {
  return new Lowering(graph, rows).program();
}

export class Lowering {
  readonly #graph: Graph;
  readonly #rows: Rows | undefined;
  readonly #buffers: Buffer[] = [];
  readonly #values = new Map<number, Value>();
  readonly #consumers = new Map<number, Node[]>();
  readonly #outputs = new Set<number>();
  readonly #calls: Record<Part, (Call | OpenLoop)[]> = { once: [], rows: [] };
  readonly #writtenAt = new Map<Buffer, number>();
  /** Buffers that a call reads; results of loops that are not among them are never written. */
  readonly #read = new Set<Buffer>();
  /** By product, the lane into which it adds (with the products before it). */
  readonly #lanes = new Map<Node, Elements>();
  readonly #packed = new Map<string, Buffer>();
  /** How elementwise results were computed. */
  readonly #recipes = new Map<Buffer, Recipe>();

  constructor(graph: Graph, rows: Rows | undefined) {
    this.#graph = graph;
    this.#rows = rows;
    for (const node of graph.nodes)
      for (const { id } of node.inputs) this.#consumers.set(id, [...(this.#consumers.get(id) ?? []), node]);
    for (const { tensor } of graph.outputs) this.#outputs.add(tensor.id);
  }

  program(): Program {
    const { inputs, outputs, constants, nodes, name } = this.#graph;
    const ofRows = (side: 'inputs' | 'outputs', index: number) => this.#rows?.[side][index] ?? true;
    inputs.forEach(({ tensor }, index) => {
      const part = this.#rows && !ofRows('inputs', index) ? 'once' : 'rows';
      this.#values.set(
        tensor.id,
        this.#whole(this.buffer(tensor.dtype, sizeOf(tensor.shape), part, { kind: 'input', index }), tensor),
      );
    });
    for (const tensor of constants) {
      const value = scalarValue(tensor);
      const { data } = tensor.source as { data: Float32Array };
      this.#values.set(
        tensor.id,
        value === undefined
          ? this.#whole(this.buffer(tensor.dtype, data.length, 'once', { kind: 'constant', data }), tensor)
          : { kind: 'number', value, shape: tensor.shape, dtype: tensor.dtype },
      );
    }
    const lanes = outputs.map(({ tensor }, index) =>
      ofRows('outputs', index) ? undefined : this.#lane(tensor, index),
    );
    for (const node of nodes) {
      this.#lower(node);
      for (const { source } of node.inputs)
        if (source.kind === 'node' && isScores(source.node)) this.#forget(source.node, node);
    }
    outputs.forEach(({ tensor }, index) => {
      this.#output(this.#values.get(tensor.id)!, index, lanes[index]);
    });
    const finished = (part: Part) =>
      this.#calls[part].flatMap((call) =>
        call.kind === 'open' ? (call.finish((buffer) => this.#read.has(buffer)) ?? []) : call,
      );
    const signature =
      (side: 'inputs' | 'outputs') =>
      ({ name, tensor }: { name: string; tensor: Tensor }, index: number): Signature => ({
        name,
        dtype: tensor.dtype,
        shape: tensor.shape,
        ofRows: ofRows(side, index),
      });
    return {
      name,
      inputs: inputs.map(signature('inputs')),
      outputs: outputs.map(signature('outputs')),
      chunks: this.#rows?.chunks ?? 1,
      once: finished('once'),
      rows: nested(finished('rows')),
      buffers: this.#buffers,
    };
  }

  #lower(node: Node): void {
    for (const { id, source } of node.inputs)
      if (!this.#values.has(id)) for (const again of [...scoresOf(source)]) this.#lower(again);
    const results = (
      lowerings[node.op] as (node: Node, l: Lowering, ...inputs: Value[]) => Value | readonly Value[]
    )(node, this, ...node.inputs.map((tensor) => this.#values.get(tensor.id)!));
    for (const [i, value] of [results].flat().entries())
      this.#values.set(node.outputs[i]!.id, value as Value);
  }

  /**
   * The weights of an attention are used at once in the forward pass and much later in the backward pass. They are large,
   * and computed again sooner than kept.
   */
  #forget(weights: Node, user: Node): void {
    const [output] = weights.outputs;
    if (this.#consumers.get(output!.id)![0] === user) this.#values.delete(output!.id);
  }

  buffer(dtype: DType, size: number, part: Part, home: Home = { kind: 'temporary' }): Buffer {
    const buffer: Buffer = { id: this.#buffers.length, dtype, size, part, home };
    this.#buffers.push(buffer);
    return buffer;
  }

  /** What does the work of a call that reads and writes these buffers. */
  call(part: Part, call: Call, reads: readonly Buffer[], writes: Buffer): void {
    for (const buffer of reads) this.#read.add(buffer);
    this.#writtenAt.set(writes, this.#calls[part].length);
    this.#calls[part].push(call);
  }

  /** Whether a node's result goes to one other node only. */
  soleConsumer(tensor: Tensor): Node | undefined {
    const consumers = this.#consumers.get(tensor.id) ?? [];
    return consumers.length === 1 && !this.#outputs.has(tensor.id) ? consumers[0] : undefined;
  }

  laneOf(node: Node): Elements | undefined {
    return this.#lanes.get(node);
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
    const to = this.#whole(this.buffer(value.dtype, sizeOf(value.shape), partOf(value)), value);
    this.write(value, to);
    return to;
  }

  /** Writes a value into other elements of the same shape. */
  write(value: Value, to: Elements, accumulate = false): void {
    const space = this.#space([value, to], value.shape, 1);
    const [from, target] = space.operands as [Operand, Operand & { kind: 'elements' }];
    const reduced = space.axes.map(() => false);
    const { loop, member } = this.#join(
      partOf(value) === 'rows' || to.buffer.part === 'rows' ? 'rows' : 'once',
      {
        axes: space.axes,
        reduced,
        operands: [from],
        dtype: value.dtype,
      },
    );
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
    const space = this.#space([x], x.shape, 0, axes);
    if (!space.reduced.some(Boolean)) {
      const same = this.view(op === 'sumSquare' ? this.binary('mul', x, x) : x, kept);
      return same;
    }
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
    const part = parts.some((value) => partOf(value) === 'rows') ? 'rows' : 'once';
    const whole = this.#whole(this.buffer(dtype, sizeOf(shape), part), { shape, dtype });
    let start = 0;
    for (const value of parts) {
      const end = start + value.shape[axis]!;
      this.write(value, this.slice(whole, axis, start, end) as Elements);
      start = end;
    }
    return whole;
  }

  #whole(buffer: Buffer, { shape, dtype }: { readonly shape: Shape; readonly dtype: DType }): Elements {
    return { kind: 'elements', buffer, layout: dense(shape), shape, dtype };
  }

  #elementwise(operands: readonly Value[], shape: Shape, dtype: DType, compute: Compute): Value {
    const part = operands.some((value) => partOf(value) === 'rows') ? 'rows' : 'once';
    const latest = this.#calls[part].at(-1);
    const loop = latest?.kind === 'open' ? latest : undefined;
    const recipe: Recipe = {
      of: operands.map((value) => (loop && this.#again(value, loop, 2)) ?? value),
      shape,
      dtype,
      compute,
    };
    const { request, dims } = this.#request(recipe);
    const joined = this.#join(part, request);
    const result = this.#result(joined.loop, joined.member, part, shape, dtype, dims);
    this.#recipes.set(result.buffer, { ...recipe, layout: result.layout });
    return result;
  }

  #request({ of, shape, dtype, compute }: Recipe): {
    readonly request: Request;
    readonly dims: readonly Dimension[];
  } {
    const { axes, operands, dimsOf } = this.#space(of, shape, mainOf(of));
    const request = { axes, reduced: axes.map(() => false), operands, dtype, compute };
    return { request, dims: dimsOf(denseStrides(axes)) };
  }

  /**
   * What another loop computed from numbers that a loop reads anyway is computed again in it: that is faster than writing
   * it and reading it back. (The backward pass of SwiGLU reads the gate, and needs silu of it.)
   *
   * @returns undefined where it is not so.
   */
  #again(value: Value, loop: OpenLoop, depth: number): Value | undefined {
    if (value.kind === 'number' || loop.knows(value.buffer, value.layout)) return value;
    const recipe = this.#recipes.get(value.buffer);
    if (!recipe || depth === 0 || recipe.layout !== value.layout) return undefined;
    const of = recipe.of.map((operand) => this.#again(operand, loop, depth - 1));
    if (of.includes(undefined)) return undefined;
    const { op } = recipe.compute(...recipe.of.map(() => undefined as never)) as { op?: string };
    const [first] = recipe.of;
    // An exponential is worth a read, unless the loop has it too.
    if (op && costly.has(op) && !(first!.kind === 'elements' && loop.computes(op, first!.buffer)))
      return undefined;
    const { request, dims } = this.#request({ ...recipe, of: of as Value[] });
    const member = loop.join(request, (buffer) => this.#writtenAt.get(buffer) ?? -1);
    return member && this.#result(loop, member, value.buffer.part, value.shape, value.dtype, dims);
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
    this.#writtenAt.set(buffer, loop.position);
    return { kind: 'elements', buffer, layout: { offset: 0, dims }, shape, dtype };
  }

  /**
   * The index space of an operator over `shape`, in the order in which operand `main` lies.
   *
   * @returns its axes, none of length 1; the operands' strides over them; and the dimensions of `shape` from strides.
   */
  #space(values: readonly Value[], shape: Shape, main: number, reducedDims: readonly number[] = []) {
    const spread = (all: readonly Value[]) =>
      all.map((value) =>
        value.kind === 'number'
          ? { offset: 0, dims: shape.map((size): Dimension => factors([{ size, stride: 0 }])) }
          : expanded(value.layout, shape),
      );
    let layouts = spread(values);
    const split = () => shape.map((_, dim) => refined(layouts.map((layout) => layout.dims[dim]!)));
    let perDim = split();
    let sources = values;
    if (perDim.includes(undefined)) {
      sources = values.map((value, i) =>
        value.kind === 'elements' && i !== main && layouts[i]!.dims.some((dim) => dim.length > 1)
          ? this.densely(value)
          : value,
      );
      layouts = spread(sources);
      perDim = split();
      if (perDim.includes(undefined)) {
        sources = sources.map((value) => (value.kind === 'elements' ? this.copy(value) : value));
        layouts = spread(sources);
        perDim = split();
      }
    }
    const axes = perDim.flatMap((views, dim) =>
      views![0]!.map((factor, i) => ({
        dim,
        size: factor.size,
        strides: views!.map((view) => view[i]!.stride),
      })),
    );
    const order = physicalOrder(axes.map(({ strides }) => strides[main]!));
    const sorted = order.map((i) => axes[i]!);
    return {
      axes: sorted.map(({ size }) => size),
      reduced: sorted.map(({ dim }) => reducedDims.includes(dim)),
      operands: sources.map((value, i): Operand => {
        if (value.kind === 'number') return { kind: 'number', value: value.value, dtype: value.dtype };
        return {
          kind: 'elements',
          buffer: value.buffer,
          offset: layouts[i]!.offset,
          strides: sorted.map(({ strides }) => strides[i]!),
          layout: value.layout,
        };
      }),
      dimsOf: (strides: readonly number[]): readonly Dimension[] =>
        shape.map((_, dim) => {
          const own = axes.flatMap((axis, i) =>
            axis.dim === dim ? [{ size: axis.size, stride: strides[order.indexOf(i)]! }] : [],
          );
          return factors(reducedDims.includes(dim) ? [] : own);
        }),
    };
  }

  #join(part: Part, request: Request) {
    const calls = this.#calls[part];
    const writtenAt = (buffer: Buffer) => (buffer.part === part ? (this.#writtenAt.get(buffer) ?? -1) : -1);
    let tried = 0;
    for (let i = calls.length - 1; i >= 0 && tried < loopsTried; i--) {
      const loop = calls[i]!;
      if (loop.kind !== 'open') continue;
      tried++;
      const member = loop.join(request, writtenAt);
      if (member) return this.#joined(loop, member, request);
    }
    const loop = new OpenLoop(calls.length, request.axes, request.reduced);
    calls.push(loop);
    return this.#joined(loop, loop.join(request, writtenAt)!, request);
  }

  #joined(loop: OpenLoop, member: Draft, request: Request) {
    for (const operand of request.operands)
      if (operand.kind === 'elements' && !loop.has(operand.buffer)) this.#read.add(operand.buffer);
    return { loop, member };
  }

  /** Where the sum of an output over the rows is made; products at its end add to it themselves. */
  #lane(tensor: Tensor, index: number): Elements {
    const lane = this.#whole(
      this.buffer(tensor.dtype, sizeOf(tensor.shape), 'rows', { kind: 'lane', index }),
      tensor,
    );
    if (this.#graph.outputs.filter((output) => output.tensor === tensor).length > 1) return lane;
    let at: Tensor = tensor;
    while (at.source.kind === 'node' && (at.source.node.op === 'gemm' || at.source.node.op === 'matmul')) {
      const { node } = at.source;
      const outside = at === tensor ? (this.#consumers.get(at.id)?.length ?? 0) > 0 : !this.soleConsumer(at);
      if (outside || at.shape.length !== 2) break;
      this.#lanes.set(node, lane);
      if (node.op === 'matmul') break;
      at = node.inputs[2]!;
    }
    return lane;
  }

  #output(value: Value, index: number, lane: Elements | undefined): void {
    const { tensor } = this.#graph.outputs[index]!;
    if (lane) {
      if (value.kind !== 'elements' || value.buffer !== lane.buffer) this.write(value, lane, true);
      return;
    }
    const own =
      value.kind === 'elements' &&
      value.buffer.home.kind === 'temporary' &&
      value.buffer.size === sizeOf(tensor.shape) &&
      isDense(value.layout);
    if (own && value.buffer.part === 'rows') {
      value.buffer.home = { kind: 'output', index };
      this.#read.add(value.buffer);
      return;
    }
    this.write(
      value,
      this.#whole(this.buffer(tensor.dtype, sizeOf(tensor.shape), 'rows', { kind: 'output', index }), tensor),
    );
  }
}

/** Whether a node is the softmax of the scores of an attention, which take much room: a product of two activations. */
function isScores(node: Node): node is Node<'softmax'> {
  if (node.op !== 'softmax' || node.detached) return false;
  const { source } = node.inputs[0];
  return source.kind === 'node' && source.node.op === 'matmul' && source.node.inputs[1].shape.length > 2;
}

const scoresOf = (source: Tensor['source']): Node[] => {
  const softmax = (source as { node: Node<'softmax'> }).node;
  return [(softmax.inputs[0].source as { node: Node }).node, softmax];
};

/** How many of the latest loops an operator may join. */
const loopsTried = 3;

export const partOf = (value: Value): Part => (value.kind === 'number' ? 'once' : value.buffer.part);

/** The operand with the most elements of its own. */
function mainOf(values: readonly Value[]): number {
  const sizes = values.map((value) =>
    value.kind === 'number'
      ? 0
      : value.layout.dims
          .flat()
          .reduce((size, factor) => (factor.stride === 0 ? size : size * factor.size), 1),
  );
  return sizes.indexOf(Math.max(...sizes));
}

/** Axes in the order of their strides, the largest first; one that repeats elements stays behind the one before it. */
function physicalOrder(strides: readonly number[]): number[] {
  const moving = strides.map((_, i) => i).filter((i) => strides[i] !== 0);
  const order = moving.toSorted((a, b) => strides[b]! - strides[a]! || a - b);
  strides.forEach((stride, i) => {
    if (stride === 0) order.splice(i === 0 ? 0 : order.indexOf(i - 1) + 1, 0, i);
  });
  return order;
}

function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const m = a[axis - rank + a.length] ?? 1;
    const n = b[axis - rank + b.length] ?? 1;
    return m === 1 ? n : m;
  });
}

const number = (value: number, shape: Shape = []): Value => ({
  kind: 'number',
  value,
  shape,
  dtype: 'float32',
});

type Lower<Name extends OperatorName> = (
  node: Node<Name>,
  l: Lowering,
  ...inputs: Value[]
) => Value | readonly Value[];

const each = <Name extends string>(
  names: Readonly<Record<Name, unknown>>,
  make: (name: Name) => Lower<never>,
) => Object.fromEntries(Object.keys(names).map((name) => [name, make(name as Name)])) as Record<Name, never>;

const outputShape = (node: Node): Shape => node.outputs[0]!.shape;

const reduction =
  (
    reduce: (l: Lowering, x: Value, axes: readonly number[], count: number) => Value,
  ): Lower<'sum' | 'mean' | 'max' | 'sumSquare'> =>
  (node, l, x) => {
    const { axes } = node.attributes;
    const count = axes.reduce((n, axis) => n * x!.shape[axis]!, 1);
    return l.view(reduce(l, x!, axes, count), outputShape(node));
  };

function softmax(l: Lowering, x: Value): Value {
  const last = [x.shape.length - 1];
  const powers = l.unary('exp', l.binary('sub', x, l.reduce('max', x, last)));
  return l.binary('mul', powers, l.unary('reciprocal', l.reduce('sum', powers, last)));
}

const lowerings: { readonly [Name in OperatorName]: Lower<Name> } = {
  ...each(unary, (op) => (_: Node, l: Lowering, x: Value) => l.unary(op, x)),
  ...each(
    { ...binary, ...comparison },
    (op) => (node: Node, l: Lowering, a: Value, b: Value) => l.binary(op, a, b, outputShape(node)),
  ),
  where: (node, l, condition, yes, no) => l.where(condition!, yes!, no!, outputShape(node)),
  cast: ({ attributes }, l, x) => l.cast(x!, attributes.to),

  matmul: (node, l, a, b) => lowerProduct(l, node, a!, b!),
  gemm: (node, l, a, b, c) => lowerProduct(l, node, a!, b!, c!),

  reshape: ({ attributes }, l, x) => l.view(x!, attributes.shape),
  transpose: ({ attributes }, l, x) => l.transpose(x!, attributes.permutation),
  expand: ({ attributes }, l, x) => l.expand(x!, attributes.shape),
  slice: ({ attributes: { axis, start, end } }, l, x) => l.slice(x!, axis, start, end),
  concat: ({ attributes }, l, ...parts) => l.concat(parts, attributes.axis),
  gather(node, l, table, indices) {
    const [from, ids] = [l.densely(table!), l.densely(indices!)];
    const to = l.buffer(
      from.dtype,
      sizeOf(outputShape(node)),
      from.buffer.part === 'rows' || ids.buffer.part === 'rows' ? 'rows' : 'once',
    );
    const row = sizeOf(from.shape.slice(1));
    l.call(
      to.part,
      {
        kind: 'gather',
        count: sizeOf(ids.shape),
        row,
        rows: from.shape[0]!,
        table: start(from),
        indices: start(ids),
        to: { buffer: to, offset: 0 },
      },
      [from.buffer, ids.buffer],
      to,
    );
    return {
      kind: 'elements',
      buffer: to,
      layout: dense(outputShape(node)),
      shape: outputShape(node),
      dtype: from.dtype,
    };
  },

  sum: reduction((l, x, axes) => l.reduce('sum', x, axes)),
  mean: reduction((l, x, axes, count) => l.binary('mul', l.reduce('sum', x, axes), number(1 / count))),
  max: reduction((l, x, axes) => l.reduce('max', x, axes)),
  sumSquare: reduction((l, x, axes) => l.reduce('sumSquare', x, axes)),
  argMax(node, l, x) {
    const from = l.densely(x!);
    const { axis } = node.attributes;
    const to = l.buffer('int32', sizeOf(outputShape(node)), from.buffer.part);
    const outer = sizeOf(from.shape.slice(0, axis));
    const inner = sizeOf(from.shape.slice(axis + 1));
    l.call(
      to.part,
      {
        kind: 'argMax',
        outer,
        length: from.shape[axis]!,
        inner,
        from: start(from),
        to: { buffer: to, offset: 0 },
      },
      [from.buffer],
      to,
    );
    return {
      kind: 'elements',
      buffer: to,
      layout: dense(outputShape(node)),
      shape: outputShape(node),
      dtype: 'int32',
    };
  },
  softmax: (_, l, x) => softmax(l, x!),

  addRmsNorm({ attributes: { epsilon } }, l, x, residual) {
    const width = x!.shape.at(-1)!;
    const total = l.binary('add', x!, residual!);
    const squares = l.reduce('sumSquare', total, [x!.shape.length - 1]);
    const deviation = l.unary(
      'sqrt',
      l.binary('add', l.binary('mul', squares, number(1 / width)), number(epsilon)),
    );
    return [l.binary('mul', total, l.unary('reciprocal', deviation)), total];
  },
  attention({ attributes: { heads: H } }, l, q, k, v) {
    const [B, L, D] = q!.shape as readonly [number, number, number];
    const K = D / H;
    const heads = (x: Value) => l.transpose(l.view(x, [B, L, H, K]), [0, 2, 1, 3]); // [B, H, L, K]
    const scores = lowerProduct(
      l,
      { transposeA: false, transposeB: true, scale: 1 / Math.sqrt(K) },
      heads(q!),
      heads(k!),
    ); // [B, H, L, L]
    const plain = { transposeA: false, transposeB: false, scale: 1 };
    const mixed = lowerProduct(l, { ...plain, order: [0, 2, 1, 3] }, softmax(l, scores), heads(v!)); // [B, H, L, K]
    return l.view(l.transpose(mixed, [0, 2, 1, 3]), [B, L, D]); // [B, L, D]
  },
  rotary({ attributes: { heads: H } }, l, x, cos, sin) {
    const [B, L, D] = x!.shape as readonly [number, number, number];
    const half = D / H / 2; // K/2
    const halves = l.view(x!, [B, L, H, 2, half]);
    const [first, second] = [0, 1].map((i) => l.slice(halves, 3, i, i + 1)) as [Value, Value]; // [B, L, H, 1, K/2]
    const table = (t: Value) => l.view(t, [1, L, 1, 1, half]);
    const turned = (own: Value, other: Value, op: 'add' | 'sub') =>
      l.binary(op, l.binary('mul', own, table(cos!)), l.binary('mul', other, table(sin!)));
    return l.view(l.concat([turned(first, second, 'sub'), turned(second, first, 'add')], 3), [B, L, D]); // [B, L, D]
  },
};

export const start = ({ buffer, layout }: Elements): Place => ({ buffer, offset: layout.offset });

/** @throws TrmError `graph`: this engine has no such type. */
export function refuseType(what: string, dtype: DType): never {
  throw new TrmError('graph', `the native engine has no ${what} of ${dtype}`, { fix: 'use float32' });
}
