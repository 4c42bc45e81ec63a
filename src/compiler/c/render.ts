/**
 * A lowered program as one C file. Every kernel is written once, however often it is called; the calls follow one another
 * as in the program. Chunks of rows go to lanes, each with sums of its own that are added up in the order of the lanes:
 * how many threads there are changes no bit.
 */

import { sizeOf } from '../../shape.ts';
import { aligned, planMemory } from '../memory.ts';
import type { Buffer, Call, Nest, Place, Program } from '../program.ts';
import { cTypes, literal, renderLoop } from './loop.ts';

/** At most so many partial sums over the rows are kept side by side. */
const mostLanes = 8;

interface Kernel {
  readonly text: string;
  readonly pointers: readonly Place[];
}

/** @param precision of the products' operands. */
export function renderC(program: Program, precision: 'float32' | 'bfloat16'): string {
  return new Renderer(program, precision).text();
}

class Renderer {
  readonly #program: Program;
  readonly #precision: 'float32' | 'bfloat16';
  readonly #kernels = new Map<string, string>();
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

  text(): string {
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
      return `  sum_lanes((float *)tensors[${inputs.length + index}], lanes + ${offset}, ${size}, worker, workers);`;
    });
    return `/* ${this.#program.name}: written by the compiler of tiny-recursive-model. */
${this.#precision === 'bfloat16' ? '#define TRM_BFLOAT16\n' : ''}#include "vector.h"
#include "product.h"
#include "team.h"
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { chunks = ${chunks}, lane_count = ${lanes}, lane_size = ${laneSize}, own_bytes = ${this.#own.bytes}, scratch_bytes = ${this.#scratchBytes} };
enum {
${packs.join('\n')}
  once_bytes = ${onceBytes}
};

${helpers}
${this.#constants.join('\n')}

${[...this.#kernels].map(([text, name]) => `static __attribute__((noinline)) void ${name}${text}`).join('\n')}
struct context {
  team *threads;
  char *memory, *once, *own, *scratch;
  float *lanes;
  void **tensors;
  atomic_int next;
};

#define MEET if (parts > 1) team_barrier(threads)

#ifdef TRM_PROFILE /* nanoseconds of processor time in each kernel; meant for one thread */
static const char *const kernel_names[] = { ${[...this.#kernels.values()].map((name) => `"${name}"`).join(', ')} };
static long kernel_time[${this.#kernels.size}], kernel_calls[${this.#kernels.size}];
static long spent(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1000000000L + now.tv_nsec;
}
#define CALL(kernel, call) do { long t = spent(); call; kernel_time[kernel] += spent() - t; kernel_calls[kernel]++; } while (0)
__attribute__((destructor)) static void print_profile(void) {
  for (int i = 0; i < ${this.#kernels.size}; i++) fprintf(stderr, "%-12s %8ld calls %10.3f ms\\n", kernel_names[i], kernel_calls[i], kernel_time[i] / 1e6);
}
#else
#define CALL(kernel, call) call
#endif

/* What depends on no row. */
static void run_once(team *threads, void **tensors, char *once, int part, int parts) {
  (void)threads; (void)tensors; (void)once; (void)part; (void)parts;
${onceCalls.join('\n')}
}

/* A chunk of rows. */
static void run_rows(team *threads, void **tensors, char *once, char *own, char *scratch, float *lane, long chunk, int part, int parts) {
  (void)threads; (void)tensors; (void)once; (void)own; (void)scratch; (void)lane; (void)chunk; (void)part; (void)parts;
${rowCalls.join('\n')}
}

static void work(void *argument, int worker, int workers) {
  struct context *c = argument;
  void **tensors = c->tensors;
  float *lanes = c->lanes;
  char *scratch = c->scratch + (long)scratch_bytes * worker;
  run_once(c->threads, tensors, c->once, worker, workers);
  if (workers > 1) team_barrier(c->threads);
  if (chunks > 1) {
    for (long lane; (lane = atomic_fetch_add(&c->next, 1)) < lane_count;) {
      memset(lanes + lane * lane_size, 0, lane_size * sizeof(float));
      for (long chunk = lane; chunk < chunks; chunk += lane_count)
        run_rows(c->threads, tensors, c->once, c->own + worker * (long)own_bytes, scratch, lanes + lane * lane_size, chunk, 0, 1);
    }
  } else {
    if (worker == 0) memset(lanes, 0, lane_size * sizeof(float));
    if (workers > 1) team_barrier(c->threads);
    run_rows(c->threads, tensors, c->once, c->own, scratch, lanes, 0, worker, workers);
  }
  if (workers > 1) team_barrier(c->threads);
${sums.join('\n')}
}

static long bytes_for(int threads) {
  return 64 + (long)once_bytes + (long)own_bytes * (chunks > 1 ? threads : 1) + (long)scratch_bytes * threads + (long)lane_count * lane_size * 4;
}

long trm_bytes(int threads) { return bytes_for(threads < chunks || chunks == 1 ? threads : chunks); }

void trm_close(void *context) {
  struct context *c = context;
  if (!c) return;
  if (c->threads) team_close(c->threads);
  free(c->memory);
  free(c);
}

void *trm_open(int threads) {
  if (chunks > 1 && threads > lane_count) threads = lane_count;
  struct context *c = calloc(1, sizeof *c);
  if (!c) return NULL;
  c->memory = aligned_alloc(1 << 21, (bytes_for(threads) + (1 << 21) - 1) >> 21 << 21);
  if (c->memory) madvise(c->memory, bytes_for(threads), MADV_HUGEPAGE);
  c->threads = team_open(threads);
  if (!c->memory || !c->threads) {
    trm_close(c);
    return NULL;
  }
  c->once = (char *)(((uintptr_t)c->memory + 63) / 64 * 64);
  c->own = c->once + once_bytes;
  c->scratch = c->own + (long)own_bytes * (chunks > 1 ? threads : 1);
  c->lanes = (float *)(c->scratch + (long)scratch_bytes * threads);
  return c;
}

void trm_run(void *context, void **tensors) {
  struct context *c = context;
  c->tensors = tensors;
  atomic_store(&c->next, 0);
  team_run(c->threads, work, c);
}
`;
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
    const name = this.#kernels.get(text) ?? `${call.kind}${this.#kernels.size}`;
    this.#kernels.set(text, name);
    return { name, text, pointers };
  }

  /** A function that calls others for one item after the other; what lies between them is in scratch of its thread. */
  #nest({ axes, calls }: Nest): Kernel {
    const plan = planMemory(
      calls.map(({ call }) => call),
      'rows',
      'scratch',
    );
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
    const items = axes.reduce((count, size) => count * size, 1);
    const indices = axes.map((size, axis) => {
      const inner = axes.slice(axis + 1).reduce((count, next) => count * next, 1);
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

const helpers = `
/* The first n lanes of x, and another number in those behind. */
TRM_INLINE vf v_first(vf x, long n, float other) {
  float lanes[TRM_LANES];
  v_store(lanes, x);
  for (long i = n; i < TRM_LANES; i++) lanes[i] = other;
  return v_load(lanes);
}

/* Sums of the lanes, in their order. */
static __attribute__((unused)) void sum_lanes(float *to, const float *lanes, long size, int part, int parts) {
  for (long i = size * part / parts; i < size * (part + 1) / parts; i++) {
    float sum = lanes[i];
    for (long lane = 1; lane < lane_count; lane++) sum += lanes[lane * lane_size + i];
    to[i] = sum;
  }
}
`;

function kernelOf(call: Exclude<Call, Nest>): Kernel {
  switch (call.kind) {
    case 'loop':
      return renderLoop(call);
    case 'product': {
      const { m, n, k, s, scale, accumulate, batch } = call;
      const packed = (place: Place) => (place.buffer.home.kind === 'packed' ? 1 : 0);
      const loops = batch.map(({ size }, i) => `for (long i${i} = 0; i${i} < ${size}; i${i}++)`);
      const count = batch.reduce((total, { size }) => total * size, 1);
      const at = (name: 'a' | 'b' | 'c') =>
        [name, ...batch.flatMap((axis, i) => (axis[name] === 0 ? [] : [`i${i} * ${axis[name]}`]))].join(
          ' + ',
        );
      const item = batch
        .map((_, i) => `i${i}`)
        .reduce((sum, index, i) => (i === 0 ? index : `(${sum}) * ${batch[i]!.size} + ${index}`), '0');
      const fields = [
        `.m = ${m.size}, .n = ${n.size}, .k = ${k.size}, .s = ${s.size}`,
        `.a_m = ${m.a}, .a_k = ${k.a}, .a_s = ${s.a}, .b_k = ${k.b}, .b_n = ${n.b}, .b_s = ${s.b}, .c_m = ${m.c}`,
        `.scale = ${literal(scale, 'float32')}, .accumulate = ${Number(accumulate)}, .a_packed = ${packed(call.a)}, .b_packed = ${packed(call.b)}`,
      ];
      const whole = `product(&p, ${at('a')}, ${at('b')}, ${at('c')}`;
      return {
        text: `(const float *a, const float *b, float *c, int part, int parts) {
  static const struct product p = { ${fields.join(',\n    ')} };
  ${
    count === 1
      ? `${whole}, part, parts);`
      : `if (${count} >= 2 * parts) {
    ${loops.join('\n    ')} if ((${item}) % parts == part) ${whole}, 0, 1);
  } else {
    ${loops.join('\n    ')} ${whole}, part, parts);
  }`
  }
}
`,
        pointers: [call.a, call.b, call.c],
      };
    }
    case 'pack': {
      const { side, width, depth } = call;
      return {
        text: `(const float *from, float *to, int part, int parts) {
  pack_${side}(to, from, ${width.size}, ${depth.size}, ${width.stride}, ${depth.stride}, part, parts);
}
`,
        pointers: [call.from, call.to],
      };
    }
    case 'gather': {
      const type = cTypes[call.table.buffer.dtype];
      return {
        text: `(const ${type} *table, const int *indices, ${type} *to, int part, int parts) {
  for (long i = ${call.count}L * part / parts; i < ${call.count}L * (part + 1) / parts; i++) {
    long index = indices[i] < 0 ? 0 : indices[i] < ${call.rows} ? indices[i] : ${call.rows - 1};
    memcpy(to + i * ${call.row}, table + index * ${call.row}, ${call.row} * sizeof(${type}));
  }
}
`,
        pointers: [call.table, call.indices, call.to],
      };
    }
    case 'argMax': {
      const type = cTypes[call.from.buffer.dtype];
      const items = call.outer * call.inner;
      return {
        text: `(const ${type} *from, int *to, int part, int parts) {
  for (long i = ${items}L * part / parts; i < ${items}L * (part + 1) / parts; i++) {
    const ${type} *x = from + i / ${call.inner} * ${call.length * call.inner} + i % ${call.inner};
    int best = 0;
    for (int j = 1; j < ${call.length}; j++)
      if (x[j * ${call.inner}L] > x[best * ${call.inner}L]) best = j;
    to[i] = best;
  }
}
`,
        pointers: [call.from, call.to],
      };
    }
  }
}
