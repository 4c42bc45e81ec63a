/**
 * A lowered program as one C file. Every kernel is written once, however often it is called; the calls follow one another
 * as in the program. Chunks of rows go to lanes, each with sums of its own that are added up in the order of the lanes:
 * how many threads there are changes no bit.
 */

import { sizeOf } from '../../shape.ts';
import { aligned, planMemory, planScratch } from '../memory.ts';
import type { Buffer, Call, Nest, Place, Program } from '../program.ts';
import { cTypes, literal } from './expressions.ts';
import { kernelOf } from './kernels.ts';
import type { Kernel } from './loop.ts';

/** At most so many partial sums over the rows are kept side by side. */
const mostLanes = 8;

/** A C file that may be compiled in pieces side by side: with -DUNIT=1 its first one and so on, without it whole. */
export interface Source {
  readonly text: string;
  /** How many pieces: 1 where it is whole only. */
  readonly units: number;
}

/** Products, with the order of the calls, take a compiler as long as all the rest. */
const firstUnit: readonly Call['kind'][] = ['product', 'pack'];

/** @param precision of the products' operands. */
export function renderC(program: Program, precision: 'float32' | 'bfloat16'): Source {
  return new Renderer(program, precision).source();
}

class Renderer {
  readonly #program: Program;
  readonly #precision: 'float32' | 'bfloat16';
  readonly #kernels = new Map<string, { readonly name: string; readonly unit: number }>();
  readonly #constants: string[] = [];
  readonly #constantNames = new Map<Buffer, string>();
  readonly #laneOffsets = new Map<number, number>();
  #scratchBytes = 0;
  readonly #once;
  readonly #own;

  constructor(program: Program, precision: 'float32' | 'bfloat16') {
    this.#program = program;
    this.#precision = precision;
    this.#once = planMemory(program.once, 'once');
    this.#own = planMemory(program.rows, 'rows');
  }

  source(): Source {
    const { inputs, outputs, chunks, buffers, once, rows } = this.#program;
    let laneSize = 0;
    outputs.forEach(({ ofRows, shape }, index) => {
      if (ofRows) return;
      this.#laneOffsets.set(index, laneSize);
      laneSize += aligned(sizeOf(shape) * 4) / 4;
    });
    const packed = buffers.filter((buffer) => buffer.home.kind === 'packed');
    const lanes = Math.min(chunks, mostLanes);
    const onceCalls = this.#calls(once);
    const rowCalls = this.#calls(rows);
    const packs = packed.map(({ id, home }, i) => {
      const { side, width, depth } = home as { side: 'a' | 'b'; width: number; depth: number };
      const before = i === 0 ? String(this.#once.bytes) : `end${packed[i - 1]!.id}`;
      return `  pack${id} = ${before}, end${id} = pack${id} + (4 * PACKED_${side.toUpperCase()}(${width}L, ${depth}L) + 63) / 64 * 64,`;
    });
    const onceBytes = packed.length > 0 ? `end${packed.at(-1)!.id}` : String(this.#once.bytes);
    const sums = [...this.#laneOffsets].map(([index, offset]) => {
      const size = sizeOf(outputs[index]!.shape);
      return `  sum_lanes((float *)tensors[${inputs.length + index}], lanes + ${offset}, lane_count, lane_size, ${size}, part, parts);`;
    });
    const units = new Set([...this.#kernels.values()].map(({ unit }) => unit)).size;
    const text = `/* ${this.#program.name}: written by the compiler of tiny-recursive-model. */
${this.#precision === 'bfloat16' ? '#define TRM_BFLOAT16\n' : ''}#include "kernel.h"
#include "loops.h"
#include "product.h"
#include "team.h"

enum { chunks = ${chunks}, lane_count = ${lanes}, lane_size = ${laneSize}, own_bytes = ${this.#own.bytes}, scratch_bytes = ${this.#scratchBytes} };
enum {
${packs.join('\n')}
  once_bytes = ${onceBytes}
};

${units > 1 ? this.#declarations() : ''}
${this.#definitions(1)}
${this.#definitions(2)}
#if UNIT < 2
${this.#constants.join('\n')}
static const char *const kernel_names[] = { ${[...this.#kernels.values()].map(({ name }) => `"${name}"`).join(', ')} };
enum { kernel_count = ${this.#kernels.size} };
#include "profile.h"

/* What depends on no row. */
static CALLS void run_once(team *threads, void **tensors, char *once, int part, int parts) {
  (void)threads; (void)tensors; (void)once; (void)part; (void)parts;
${onceCalls.join('\n')}
}

/* A chunk of rows. */
static CALLS void run_rows(team *threads, void **tensors, char *once, char *own, char *scratch, float *lane, long chunk, int part, int parts) {
  (void)threads; (void)tensors; (void)once; (void)own; (void)scratch; (void)lane; (void)chunk; (void)part; (void)parts;
${rowCalls.join('\n')}
}

static void sum_outputs(void **tensors, const float *lanes, int part, int parts) {
  (void)tensors; (void)lanes; (void)part; (void)parts;
${sums.join('\n')}
}

#include "run.h"
#endif
`;
    return { text, units };
  }

  /** Of all kernels, for those of one unit that call the other's. */
  #declarations(): string {
    return [...this.#kernels]
      .map(([text, { name }]) => `KERNEL ${name}${text.slice(0, text.indexOf(') {') + 1)};\n`)
      .join('');
  }

  #definitions(of: number): string {
    const own = [...this.#kernels].filter(([, { unit }]) => unit === of);
    if (own.length === 0) return '';
    const texts = own.map(([text, { name }]) => `KERNEL ${name}${text}`);
    return `#if UNIT != ${3 - of}\n${texts.join('\n')}#endif\n`;
  }

  #calls(calls: readonly Call[]): string[] {
    return calls.map((call) => {
      const { name, text, pointers } = this.#kernel(call);
      const index = [...this.#kernels.keys()].indexOf(text);
      const list = [
        ...pointers.map((place) => this.#address(place)),
        ...(call.kind === 'nest' ? ['scratch'] : []),
        'part',
        'parts',
      ].join(', ');
      return `  CALL(${index}, ${name}(${list})); MEET;`;
    });
  }

  #kernel(call: Call): Kernel & { readonly name: string } {
    const { text, pointers } = call.kind === 'nest' ? this.#nest(call) : kernelOf(call);
    const known = this.#kernels.get(text);
    const name = known?.name ?? `${call.kind}${this.#kernels.size}`;
    if (!known) this.#kernels.set(text, { name, unit: firstUnit.includes(call.kind) ? 1 : 2 });
    return { name, text, pointers };
  }

  /** A function that calls others for one item after the other; what lies between them is in scratch of its thread. */
  #nest(nest: Nest): Kernel {
    const { axes, calls } = nest;
    const plan = planScratch(nest);
    this.#scratchBytes = Math.max(this.#scratchBytes, plan.bytes);
    const places: Place[] = [];
    const lines = calls.map(({ call, strides }) => {
      const { name, pointers } = this.#kernel(call);
      const list = pointers.map((place) => {
        const { buffer, offset } = place;
        if (buffer.home.kind === 'scratch')
          return `(${cTypes[buffer.dtype]} *)(scratch + ${plan.offsets.get(buffer)}) + ${offset}`;
        const own = strides.find((other) => other.place.buffer === buffer && other.place.offset === offset)!;
        const known = places.findIndex((other) => other.buffer === buffer && other.offset === offset);
        const index = known >= 0 ? known : places.push(place) - 1;
        return [
          `p${index}`,
          ...own.strides.flatMap((stride, axis) => (stride === 0 ? [] : [`i${axis} * ${stride}`])),
        ].join(' + ');
      });
      return `    ${name}(${[...list, '0', '1'].join(', ')});`;
    });
    const items = sizeOf(axes);
    const indices = axes.map((size, axis) => {
      const inner = sizeOf(axes.slice(axis + 1));
      return `const long i${axis} = item / ${inner} % ${size};`;
    });
    const parameters = places.map(({ buffer }, i) => `${cTypes[buffer.dtype]} *p${i}`);
    return {
      text: `(${[...parameters, 'char *scratch', 'int part', 'int parts'].join(', ')}) {
  for (long item = ${items}L * part / parts; item < ${items}L * (part + 1) / parts; item++) {
    ${indices.join(' ')}
${lines.join('\n')}
  }
}
`,
      pointers: places,
    };
  }

  #address({ buffer, offset }: Place): string {
    const { home, dtype, id } = buffer;
    const type = `${cTypes[dtype]} *`;
    const from = (base: string) => `(${type})(${base}) + ${offset}`;
    switch (home.kind) {
      case 'input':
      case 'output': {
        const { inputs, outputs } = this.#program;
        const { ofRows } = (home.kind === 'input' ? inputs : outputs)[home.index]!;
        const index = home.kind === 'input' ? home.index : inputs.length + home.index;
        return `${from(`tensors[${index}]`)}${ofRows && this.#program.chunks > 1 ? ` + chunk * ${buffer.size}` : ''}`;
      }
      case 'constant':
        return from(this.#constant(buffer, home.data));
      case 'lane':
        return `lane + ${this.#laneOffsets.get(home.index)! + offset}`;
      case 'scratch':
        throw new Error('scratch lies inside a nest');
      case 'packed':
        return from(`once + pack${id}`);
      case 'temporary':
        return buffer.part === 'once'
          ? from(`once + ${this.#once.offsets.get(buffer)}`)
          : from(`own + ${this.#own.offsets.get(buffer)}`);
    }
  }

  #constant(buffer: Buffer, data: ArrayLike<number>): string {
    const known = this.#constantNames.get(buffer);
    if (known) return known;
    const name = `constant${buffer.id}`;
    const values = Array.from(data, (value) => literal(value, buffer.dtype)).join(', ');
    this.#constants.push(`static const ${cTypes[buffer.dtype]} ${name}[] = { ${values} };`);
    this.#constantNames.set(buffer, name);
    return name;
  }
}
