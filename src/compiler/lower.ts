/**
 * From a traced graph to a lowered program (program.ts): which loops and products, in which order, on which buffers.
 *
 * Operators that only move elements become views (view.ts), elementwise operators and reductions are fused into loops
 * (loops.ts), products choose the order of their result so that no operand is copied (products.ts), and what is done head
 * by head is nested (nests.ts). Here is what takes the whole graph to see: who reads a result, and where sums go.
 */

import { type Node, scalarValue, type Tensor } from '../graph/tensor.ts';
import type { Graph, NamedTensor } from '../graph/trace.ts';
import { sizeOf } from '../shape.ts';
import { Builder } from './builder.ts';
import { nested } from './nests.ts';
import { lowerings } from './operators.ts';
import { lowerProduct, type Product } from './products.ts';
import type { Program, Signature } from './program.ts';
import { type Elements, type Value, whole } from './value.ts';
import { isDense } from './view.ts';

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

class Lowering {
  readonly #graph: Graph;
  readonly #rows: Rows | undefined;
  readonly #build = new Builder();
  readonly #values = new Map<number, Value>();
  readonly #consumers = new Map<number, Node[]>();
  readonly #outputs = new Set<number>();
  /** By product, the lane into which it adds (with the products before it). */
  readonly #lanes = new Map<Node, Elements>();

  constructor(graph: Graph, rows: Rows | undefined) {
    this.#graph = graph;
    this.#rows = rows;
    for (const node of graph.nodes)
      for (const { id } of node.inputs) this.#consumers.set(id, [...(this.#consumers.get(id) ?? []), node]);
    for (const { tensor } of graph.outputs) this.#outputs.add(tensor.id);
  }

  program(): Program {
    const { inputs, outputs, constants, nodes, name } = this.#graph;
    const build = this.#build;
    const isOfRows = (side: 'inputs' | 'outputs', index: number) => this.#rows?.[side][index] ?? true;
    inputs.forEach(({ tensor }, index) => {
      const part = isOfRows('inputs', index) ? 'rows' : 'once';
      const buffer = build.buffer(tensor.dtype, sizeOf(tensor.shape), part, { kind: 'input', index });
      this.#values.set(tensor.id, whole(buffer, tensor));
    });
    for (const tensor of constants) this.#values.set(tensor.id, this.#constant(tensor));
    const lanes = outputs.map(({ tensor }, index) =>
      isOfRows('outputs', index) ? undefined : this.#lane(tensor, index),
    );
    for (const node of this.#soon(nodes)) {
      this.#lower(node);
      for (const { source } of node.inputs)
        if (source.kind === 'node' && again(source.node)) this.#forget(source.node, node);
    }
    outputs.forEach(({ tensor }, index) => {
      this.#output(this.#values.get(tensor.id)!, index, lanes[index]);
    });
    const rows = build.calls('rows'); // first, for it reads what is computed once
    const signatures = (side: 'inputs' | 'outputs') =>
      this.#graph[side].map(
        ({ name, tensor: { dtype, shape } }: NamedTensor, index): Signature => ({
          name,
          dtype,
          shape,
          ofRows: isOfRows(side, index),
        }),
      );
    return {
      name,
      inputs: signatures('inputs'),
      outputs: signatures('outputs'),
      chunks: this.#rows?.chunks ?? 1,
      once: build.calls('once'),
      rows: nested(rows),
      buffers: build.buffers,
    };
  }

  /**
   * The nodes in another order: products that add to a sum over the rows come after the next product with weights, and not
   * where the whole sum is asked for, at the end. So what they read is still in the cache, and its room is free sooner. (After
   * it, for what is computed again for them is computed in the loop that follows it.)
   */
  #soon(nodes: readonly Node[]): readonly Node[] {
    const places = new Map<Node, number>();
    const isProduct = ({ op, outputs }: Node) =>
      (op === 'matmul' || op === 'gemm') && outputs[0]!.shape.length === 2;
    const products = nodes.flatMap((node, index) =>
      isProduct(node) && !this.#lanes.has(node) ? [index] : [],
    );
    for (const [index, node] of nodes.entries()) {
      const before = node.inputs.map(({ source }) => (source.kind === 'node' ? places.get(source.node)! : 0));
      const ready = Math.max(0, ...before);
      places.set(
        node,
        this.#lanes.has(node) ? (products.find((place) => place > ready) ?? index) + 0.5 : index,
      );
    }
    return nodes.toSorted((a, b) => places.get(a)! - places.get(b)!);
  }

  #constant(tensor: Tensor): Value {
    const { dtype, shape, source } = tensor;
    const value = scalarValue(tensor);
    if (value !== undefined) return { kind: 'number', value, shape, dtype };
    const { data } = source as Extract<Tensor['source'], { kind: 'constant' }>;
    return whole(this.#build.buffer(dtype, data.length, 'once', { kind: 'constant', data }), tensor);
  }

  #lower(node: Node): void {
    for (const { id, source } of node.inputs)
      if (!this.#values.has(id))
        for (const node of again((source as { node: Node }).node)!) this.#lower(node);
    const inputs = node.inputs.map((tensor) => this.#values.get(tensor.id)!);
    const results = this.#results(node, inputs);
    for (const [i, value] of [results].flat().entries())
      this.#values.set(node.outputs[i]!.id, value as Value);
  }

  #results(node: Node, inputs: readonly Value[]): Value | readonly Value[] {
    if (node.op === 'matmul' || node.op === 'gemm') {
      const [a, b, c] = inputs;
      return lowerProduct(this.#build, this.#product(node, c), a!, b!, c);
    }
    const lowering = lowerings[node.op] as (
      node: Node,
      build: Builder,
      ...inputs: readonly Value[]
    ) => Value | readonly Value[];
    return lowering(node, this.#build, ...inputs);
  }

  /** A product with where its result goes. */
  #product(node: Node<'matmul' | 'gemm'>, c: Value | undefined): Product {
    const lane = this.#lanes.get(node);
    if (lane) return { ...node.attributes, into: lane };
    if (node.op === 'gemm') {
      // Nobody else reads what an earlier product made: this one adds to it in place.
      const { source } = node.inputs[2];
      const isProduct = source.kind === 'node' && (source.node.op === 'matmul' || source.node.op === 'gemm');
      const isOwn = isProduct && c?.kind === 'elements' && this.#soleConsumer(node.inputs[2]) === node;
      return { ...node.attributes, into: isOwn ? c : undefined };
    }
    // The one transposition that reads it says in which order it wants it.
    const consumer = this.#soleConsumer(node.outputs[0]!);
    if (consumer?.op !== 'transpose') return node.attributes;
    const { permutation } = consumer.attributes;
    return permutation.at(-1) === permutation.length - 1
      ? { ...node.attributes, order: permutation }
      : node.attributes;
  }

  /** What was used at once and will be computed again is forgotten until then. */
  #forget(node: Node, user: Node): void {
    const [output] = node.outputs;
    const isFirst = this.#consumers.get(output!.id)![0] === user;
    if (isFirst && !this.#outputs.has(output!.id)) this.#values.delete(output!.id);
  }

  /** Whether a node's result goes to one other node only. */
  #soleConsumer(tensor: Tensor): Node | undefined {
    const consumers = this.#consumers.get(tensor.id) ?? [];
    return consumers.length === 1 && !this.#outputs.has(tensor.id) ? consumers[0] : undefined;
  }

  /** Where the sum of an output over the rows is made; products at its end add to it themselves. */
  #lane(tensor: Tensor, index: number): Elements {
    const lane = whole(
      this.#build.buffer(tensor.dtype, sizeOf(tensor.shape), 'rows', { kind: 'lane', index }),
      tensor,
    );
    if (this.#graph.outputs.filter((output) => output.tensor === tensor).length > 1) return lane;
    let at: Tensor = tensor;
    while (at.source.kind === 'node' && (at.source.node.op === 'gemm' || at.source.node.op === 'matmul')) {
      const { node } = at.source;
      const outside = at === tensor ? (this.#consumers.get(at.id)?.length ?? 0) > 0 : !this.#soleConsumer(at);
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
      if (value.kind !== 'elements' || value.buffer !== lane.buffer) this.#build.write(value, lane, true);
      return;
    }
    const size = sizeOf(tensor.shape);
    if (value.kind === 'elements' && isDense(value.layout)) {
      const { buffer } = value;
      const isOwn = buffer.home.kind === 'temporary' && buffer.size === size && buffer.part === 'rows';
      if (isOwn) {
        this.#build.giveOut(buffer, index);
        return;
      }
    }
    const buffer = this.#build.buffer(tensor.dtype, size, 'rows', { kind: 'output', index });
    this.#build.write(value, whole(buffer, tensor));
  }
}

/**
 * What has to be computed to have a node's result again, where that is sooner done than keeping it from the forward pass to
 * the backward pass: the weights of an attention, which take much room, and the gated value of SwiGLU, of which the backward
 * pass reads the factors anyway.
 */
function again(node: Node): readonly Node[] | undefined {
  if (node.detached) return undefined;
  const sources = node.inputs.flatMap(({ source }) => (source.kind === 'node' ? [source.node] : []));
  const [first] = sources;
  if (node.op === 'softmax' && first?.op === 'matmul' && first.inputs[1]!.shape.length > 2)
    return [first, node];
  if (node.op === 'mul' && first?.op === 'silu') return [first, node];
  return undefined;
}
