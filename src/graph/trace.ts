/**
 * Tracing: running a TypeScript function once over symbolic tensors records the graph that it computes.
 * Identical nodes and constants are shared (hash-consing), those traced under `noGrad` among themselves; what no
 * output needs is never written.
 */

import { TrmError } from '../errors.ts';
import { type Shape, showShape, sizeOf } from '../shape.ts';

import { outputsOf } from './shapes.ts';
import type { ConstantData, DType, Node, Op, OperatorName, Operators, Tensor } from './tensor.ts';

/** A traced function: named inputs, named outputs, and the nodes between them in a fixed order. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly NamedTensor[];
  readonly outputs: readonly NamedTensor[];
  readonly nodes: readonly Node[];
  readonly constants: readonly Tensor[];
}

/**
 * A graph of rows that know nothing of one another, or of their group alone: the same function traced for any number of them. Outputs with a row
 * axis (the first) are per row; all others are sums over the rows.
 */
export interface RowGraph {
  readonly rows: number;
  /** Neighbouring rows that stay together; 1 when omitted. */
  readonly group?: number;
  readonly trace: (rows: number) => Graph;
}

export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

interface Tracer {
  nextId: number;
  readonly inputs: NamedTensor[];
  readonly shared: Map<string, readonly Tensor[]>;
  readonly scopes: string[];
  detached: boolean;
}

let active: Tracer | undefined;

function tracer(what: string): Tracer {
  if (!active)
    throw new TrmError('graph', `${what}: no graph is being traced`, { fix: 'call it inside trace()' });
  return active;
}

/**
 * Records the graph of `build`. Inputs are declared inside with `input()`; the outputs are what it returns.
 *
 * @throws TrmError `graph` when traces are nested, when two inputs share a name, or an output has the name of an input.
 */
export function trace(name: string, build: () => Record<string, Tensor>): Graph {
  if (active) {
    throw new TrmError('graph', `trace("${name}"): another graph is being traced`, {
      fix: 'call it after that trace has returned',
    });
  }
  active = { nextId: 0, inputs: [], shared: new Map(), scopes: [], detached: false };
  try {
    const outputs = Object.entries(build()).map(([key, tensor]) => ({ name: key, tensor }));
    const clash = outputs.find((output) => active!.inputs.some((other) => other.name === output.name));
    if (clash)
      throw new TrmError('graph', `output "${clash.name}" has the name of an input`, {
        fix: 'rename one of them',
      });
    const { nodes, constants } = reachable(outputs.map((output) => output.tensor));
    return { name, inputs: active.inputs, outputs, nodes, constants };
  } finally {
    active = undefined;
  }
}

/** Declares an input of the graph being traced. */
export function input(name: string, shape: Shape, dtype: DType = 'float32'): Tensor {
  const t = tracer('input');
  if (t.inputs.some((other) => other.name === name))
    throw new TrmError('graph', `input "${name}" is declared twice`, { fix: 'rename one of them' });
  const tensor: Tensor = { id: t.nextId++, shape, dtype, source: { kind: 'input', name } };
  t.inputs.push({ name, tensor });
  return tensor;
}

/** A constant tensor; equal constants are one initializer in the file. A number is a scalar `[]`. */
export function constant(
  value: number | ArrayLike<number>,
  shape: Shape = [],
  dtype: DType = 'float32',
): Tensor {
  const t = tracer('constant');
  const numbers = typeof value === 'number' ? [value] : Array.from(value);
  if (numbers.length !== sizeOf(shape)) {
    throw new TrmError('shape', `constant: ${numbers.length} values do not fill ${showShape(shape)}`, {
      fix: `give ${sizeOf(shape)} values`,
    });
  }
  const key = `constant ${dtype} ${showShape(shape)} ${numbers.map((n) => (Object.is(n, -0) ? '-0' : n)).join()}`;
  const known = t.shared.get(key);
  if (known) return known[0]!;
  const tensor: Tensor = {
    id: t.nextId++,
    shape,
    dtype,
    source: { kind: 'constant', data: encode(numbers, dtype) },
  };
  t.shared.set(key, [tensor]);
  return tensor;
}

function encode(numbers: number[], dtype: DType): ConstantData {
  switch (dtype) {
    case 'int32':
      return Int32Array.from(numbers);
    case 'bool':
      return Uint8Array.from(numbers);
    case 'float32':
      return Float32Array.from(numbers);
    case 'float16':
      throw new TrmError('graph', 'constant: float16 constants are made by casting float32 ones', {
        fix: 'use cast()',
      });
  }
}

/**
 * Adds an operator to the graph being traced, or returns the outputs of an identical one.
 *
 * @throws TrmError `shape` when the operands do not fit.
 */
export function emit<Name extends OperatorName>(
  name: Name,
  inputs: Operators[Name]['inputs'],
  attributes: Operators[Name]['attributes'],
): readonly Tensor[] {
  const t = tracer(name);
  const key = `${t.detached ? '~' : ''}${name} ${inputs.map((i) => i.id).join()} ${JSON.stringify(attributes)}`;
  const known = t.shared.get(key);
  if (known) return known;
  const op = { op: name, inputs, attributes } as unknown as Op;
  const specs = outputsOf(op);
  const outputs: Tensor[] = [];
  const node = { ...op, id: t.nextId++, outputs, scope: t.scopes.join('/'), detached: t.detached } as Node;
  specs.forEach(({ shape, dtype }, index) => {
    outputs.push({ id: t.nextId++, shape, dtype, source: { kind: 'node', node, index } });
  });
  t.shared.set(key, outputs);
  return outputs;
}

/** Names what is traced inside, for readers of the graph (Netron) and of profiles. */
export function scope<T>(name: string, build: () => T): T {
  const t = tracer('scope');
  t.scopes.push(name);
  try {
    return build();
  } finally {
    t.scopes.pop();
  }
}

/**
 * What is traced inside passes no gradient, and may therefore use the fused operators that have no rule.
 * (A tensor from outside that `build` returns as it came is still that tensor.)
 */
export function noGrad<T>(build: () => T): T {
  const t = tracer('noGrad');
  const before = t.detached;
  t.detached = true;
  try {
    return build();
  } finally {
    t.detached = before;
  }
}

/** Whether gradients are being recorded, i.e. no `noGrad` is open. */
export function gradEnabled(): boolean {
  return !tracer('gradEnabled').detached;
}

/** Everything the outputs depend on, in tracing order. */
export function reachable(outputs: readonly Tensor[]): { nodes: Node[]; constants: Tensor[] } {
  const nodes = new Map<number, Node>();
  const constants = new Map<number, Tensor>();
  const stack = [...outputs];
  while (stack.length > 0) {
    const tensor = stack.pop()!;
    if (tensor.source.kind === 'constant') constants.set(tensor.id, tensor);
    if (tensor.source.kind !== 'node' || nodes.has(tensor.source.node.id)) continue;
    nodes.set(tensor.source.node.id, tensor.source.node);
    stack.push(...tensor.source.node.inputs);
  }
  return {
    nodes: [...nodes.values()].sort((a, b) => a.id - b.id),
    constants: [...constants.values()].sort((a, b) => a.id - b.id),
  };
}
