/**
 * A lowered program for people: every different kernel once, with how often it is called, the order of the calls, and the memory
 * it all takes.
 */

import { planMemory, planScratch } from './memory.ts';
import type { Call, Loop, Member, Nest, PackCall, Place, ProductCall, Program } from './program.ts';
import { signs } from './scalars.ts';

/** The kernels of a program as text, one a line, nested ones under their nest, then their numbers as they are called. */
export function printProgram(program: Program): string {
  const { name, chunks, once, rows } = program;
  const inputs = program.inputs.filter(({ ofRows }) => ofRows);
  const rowsOfChunk = inputs[0]?.shape[0];
  const own = planMemory(rows, 'rows').bytes;
  const scratch = Math.max(0, ...rows.map((call) => (call.kind === 'nest' ? planScratch(call).bytes : 0)));
  const kernels = new Map<string, number>();
  for (const call of rows) {
    const text = describe(call);
    kernels.set(text, (kernels.get(text) ?? 0) + 1);
  }
  const numbers = new Map([...kernels.keys()].map((text, i) => [text, i + 1]));
  const head =
    chunks > 1
      ? `${name}: ${chunks} chunks of ${rowsOfChunk} rows, each by one thread`
      : `${name}: one chunk, shared by all threads`;
  return [
    `${head}; ${kernels.size} kernels in ${rows.length} calls; ${mebibytes(own)} of activations${scratch > 0 ? ` and ${mebibytes(scratch)} of what a nest has between its calls` : ''} a thread`,
    ...once.map((call) => `  once  ${describe(call)}`),
    ...[...kernels].map(
      ([text, count], i) => `${String(i + 1).padStart(4)}  ${String(count).padStart(3)} x  ${text}`,
    ),
    ...wrapped(`  in this order: ${rows.map((call) => numbers.get(describe(call))).join(' ')}`),
    '',
  ].join('\n');
}

const wrapped = (text: string): string[] => text.match(/.{1,100}(?: |$)/g) ?? [];

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

function describe(call: Call): string {
  switch (call.kind) {
    case 'loop':
      return loop(call);
    case 'nest':
      return nest(call);
    case 'product':
      return product(call);
    case 'pack':
      return pack(call);
    case 'gather':
      return `gather ${call.count} rows of ${call.row} from ${call.rows}`;
    case 'argMax':
      return `argMax over ${call.length}, ${call.outer * call.inner} times`;
  }
}

const nest = ({ axes, calls }: Nest): string =>
  [`for each of ${axes.join(' x ')}:`, ...calls.map(({ call }) => `          ${describe(call)}`)].join('\n');

function product({ batch, m, n, k, s, scale, accumulate, a, b }: ProductCall): string {
  const isPacked = ({ buffer }: Place) => (buffer.home.kind === 'packed' ? ' packed' : '');
  const depth = s.size > 1 ? `(${s.size} x ${k.size})` : k.size;
  const times = batch.map(({ size }) => `${size} x `).join('');
  const factor = scale === 1 ? '' : ` times ${Number(scale.toPrecision(6))}`;
  return `product ${times}[${m.size}, ${depth}]${isPacked(a)} [${depth}, ${n.size}]${isPacked(b)}${factor}${accumulate ? ', added' : ''}`;
}

const pack = ({ side, width, depth }: PackCall): string =>
  `pack [${side === 'a' ? `${width.size}, ${depth.size}` : `${depth.size}, ${width.size}`}] for the ${side === 'a' ? 'left' : 'right'} of products`;

/** A loop as equations: members that are used once stand where they are used. */
function loop({ axes, reduced, members, stores }: Loop): string {
  const uses = new Map<Member, number>();
  const used = (member: Member) => uses.set(member, (uses.get(member) ?? 0) + 1);
  for (const { computation } of members)
    if ('of' in computation) for (const operand of computation.of) used(operand);
  for (const { member } of stores) used(member);

  const names = new Map<Member, string>();
  const places = new Map<string, string>();
  const lines: string[] = [];
  const named = (member: Member): string => {
    const known = names.get(member);
    if (known) return known;
    const { computation } = member;
    if (computation.kind === 'load') {
      const key = `${computation.access.buffer.id} ${computation.access.offset} ${computation.access.strides.join()}`;
      if (!places.has(key)) places.set(key, letter(places.size));
      return places.get(key)!;
    }
    if (computation.kind === 'number') return String(Number(computation.value.toPrecision(6)));
    const [x, y, z] = computation.of.map(named);
    let text: string;
    if (computation.kind === 'where') text = `(${x} ? ${y} : ${z})`;
    else if (computation.kind === 'cast') text = `${member.dtype}(${x})`;
    else if (computation.kind === 'binary')
      text = signs[computation.op] ? `(${x} ${signs[computation.op]} ${y})` : `${computation.op}(${x}, ${y})`;
    else text = `${computation.op}(${x})`;
    if (uses.get(member)! < 2) return text;
    const name = `t${names.size + 1}`;
    names.set(member, name);
    lines.push(`${name} = ${text}`);
    return name;
  };
  stores.forEach(({ member, accumulate }, i) => {
    const number = stores.length > 1 ? i + 1 : '';
    const text = named(member);
    lines.push(`${accumulate ? `sum${number} +=` : `out${number} =`} ${text}`);
  });
  const space = axes.map((size, axis) => (reduced[axis] ? `|${size}|` : size)).join(', ');
  return `loop [${space}]: ${lines.join('; ')}`;
}

const letter = (index: number): string => (index < 19 ? 'abcdefghijklmnopqrs'[index]! : `in${index}`);
