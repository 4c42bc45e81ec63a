/** Lowered programs as data: what is fused, what is never copied, what exists once, what is never made whole. */

import { describe, expect, it, test } from 'vitest';
import { compileToC, lowered } from '../../src/compiler/compile.ts';
import { planMemory } from '../../src/compiler/memory.ts';
import type { Buffer, Call, Loop, Program } from '../../src/compiler/program.ts';
import { addRmsNorm } from '../../src/graph/ops/fused.ts';
import { matmul } from '../../src/graph/ops/linear.ts';
import { softmax } from '../../src/graph/ops/reduce.ts';
import { reshape, transpose } from '../../src/graph/ops/shape.ts';
import type { Tensor } from '../../src/graph/tensor.ts';
import { input, noGrad, trace } from '../../src/graph/trace.ts';
import { swiglu, swigluSpecs } from '../../src/nn/layers.ts';
import { answering, model, training } from './programs.ts';

const flat = (calls: readonly Call[]): readonly Call[] =>
  calls.flatMap((call) => (call.kind === 'nest' ? call.calls.map((inner) => inner.call) : [call]));

const loopsOf = (program: Program): Loop[] => flat(program.rows).filter((call) => call.kind === 'loop');

/** Only moves elements. */
const isCopy = ({ members, stores }: Loop): boolean =>
  stores.length > 0 && members.every(({ computation }) => computation.kind === 'load');

const kernels = (text: string): { readonly name: string; readonly body: string }[] =>
  text
    .split('#if UNIT < 2')[0]!
    .replaceAll(/^#.*$/gm, '')
    .split('KERNEL ')
    .slice(1)
    .filter((kernel) => !kernel.trim().endsWith(';')) // declared only
    .map((kernel) => ({ name: /^\w+/.exec(kernel)![0], body: kernel.replace(/^\w+/, '').trim() }));

const program = (build: () => Tensor): Program => lowered(trace('test', () => ({ y: noGrad(build) })));
const kinds = ({ rows }: Program): string[] => rows.map(({ kind }) => kind);

describe('one loop', () => {
  const [R, D] = [24, 40];
  it('is a norm with its residual', () => {
    expect(kinds(program(() => addRmsNorm(input('x', [R, D]), input('y0', [R, D]), 1e-5)))).toEqual(['loop']);
  });

  it('is softmax', () => {
    expect(kinds(program(() => softmax(input('x', [R, D]))))).toEqual(['loop']);
  });

  it("is SwiGLU's gate, between three products", () => {
    const gated = program(() => {
      const weights = Object.fromEntries(
        Object.entries(swigluSpecs(D, 1)).map(([name, { shape }]) => [name, input(name, shape)]),
      );
      return swiglu(input('x', [R, D]), weights);
    });
    expect(kinds(gated)).toEqual(['product', 'product', 'loop', 'product']);
    expect(loopsOf(gated)[0]!.stores).toHaveLength(1);
  });
});

describe('a mixer over positions', () => {
  it('is one product: the transpositions around it are how it reads and writes', () => {
    const [L, D] = [16, 32];
    const mixer = (B: number) =>
      trace('mixer', () => {
        const columns = reshape(transpose(input('x', [B, L, D]), [0, 2, 1]), [B * D, L]); // [B*D, L]
        const mixed = matmul(columns, input('weight', [L, L])); // [B*D, L]
        return { y: transpose(reshape(mixed, [B, D, L]), [0, 2, 1]) }; // [B, L, D]
      });
    expect(kinds(lowered({ rows: 6, trace: mixer }))).toEqual(['product']);
  });

  it.each([training, answering])('copies no activations of a model (%#)', (graphOf) => {
    const of = model({ mixer: 'mlp', layers: 1 });
    const [B, L, D] = [4, 16, 32];
    const whole = lowered(graphOf(of, B));
    const moved = loopsOf(whole).filter(isCopy);
    const sizes = moved.map(({ axes }) => axes.reduce((size, axis) => size * axis, 1));
    expect(Math.max(0, ...sizes)).toBeLessThanOrEqual((B * L * D) / L); // what halting reads is one position
  });
});

describe('weights', () => {
  it.each(['mlp', 'attention'])('are packed once a run for each side on which they stand (%s)', (mixer) => {
    const of = model({ mixer });
    const { once, rows } = lowered(training(of, 4));
    const packs = once.filter((call) => call.kind === 'pack');
    expect(rows.filter((call) => call.kind === 'pack')).toEqual([]);
    expect(packs.length).toBeGreaterThan(4);
    const keys = packs.map(
      ({ side, from, width, depth }) =>
        `${side} ${from.buffer.id} ${from.offset} ${width.stride} ${depth.stride}`,
    );
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('gradients of weights', () => {
  it.each(['mlp', 'attention'])('are added up soon after their operands are made (%s)', (mixer) => {
    const { rows } = lowered(training(model({ mixer, cycles: 1 }), 4));
    /** How many calls ago a buffer was last written. */
    const age = (buffer: Buffer, now: number) =>
      now - rows.findLastIndex((call, at) => at < now && writtenBy(call).includes(buffer));
    const sums = rows.flatMap((call, now) =>
      call.kind === 'product' && call.c.buffer.home.kind === 'lane' && call.a.buffer.home.kind === 'temporary'
        ? [[call.a, call.b].map(({ buffer }) => age(buffer, now)).sort((a, b) => a - b)]
        : [],
    );
    expect(sums.length).toBeGreaterThan(12);
    for (const [gradient] of sums) expect(gradient).toBeLessThan(8);
    // Of SwiGLU's second matrix neither operand comes from the forward pass.
    expect(sums.filter(([, other]) => other! < 8).length).toBeGreaterThanOrEqual(sums.length / 8);
  });
});

describe('kernels', () => {
  const sizes = (cycles: number, latentSteps: number, mixer: string) => {
    const { text, program: whole } = compileToC(training(model({ mixer, cycles, latentSteps }), 4), {
      precision: 'float32',
    });
    return { kernels: kernels(text).length, calls: whole.rows.length };
  };

  it.each(['mlp', 'attention'])('are as many for any number of cycles and latent steps (%s)', (mixer) => {
    const [few, more, most] = [sizes(2, 3, mixer), sizes(3, 3, mixer), sizes(3, 6, mixer)];
    expect(most.calls).toBeGreaterThan(1.5 * few.calls);
    expect(few.kernels).toBeGreaterThan(20);
    expect(more.kernels).toBe(few.kernels);
    expect(most.kernels).toBe(few.kernels);
  });

  it.each(['mlp', 'attention'])('are written once, and called by their names (%s)', (mixer) => {
    const { text } = compileToC(training(model({ mixer }), 4), { precision: 'float32' });
    const all = kernels(text);
    expect(all.length).toBeGreaterThan(20);
    expect(new Set(all.map(({ body }) => body)).size).toBe(all.length);
    for (const { name } of all) expect(text.split(`${name}(`).length, name).toBeGreaterThan(3); // declared, too
  });
});

describe('attention over many positions', () => {
  const attending = (L: number) =>
    model({ mixer: 'attention', hiddenSize: 64, heads: 8, layers: 1, cycles: 1, latentSteps: 1 }, L);

  it.each([training, answering])('has the scores of one head at a time (%#)', (graphOf) => {
    const L = 916;
    const { rows } = lowered(graphOf(attending(L), 1));
    expect(Math.max(...rows.flatMap(temporaries))).toBeLessThan(L * L);
  });

  it('takes memory in proportion to their number', () => {
    const bytes = (L: number) => planMemory(lowered(training(attending(L), 1)).rows, 'rows').bytes;
    expect(bytes(916) / bytes(458)).toBeLessThan(2.01);
    expect(bytes(916)).toBeLessThan(8 * 916 * 916 * 4); // of the scores of a single application
  });
});

const writtenBy = (call: Call): readonly Buffer[] =>
  flat([call]).flatMap((inner) => {
    if (inner.kind === 'loop') return inner.stores.map(({ access }) => access.buffer);
    return inner.kind === 'product' ? [inner.c.buffer] : 'to' in inner ? [inner.to.buffer] : [];
  });

/** Sizes of the temporary buffers of a call. */
const temporaries = (call: Call): number[] =>
  flat([call]).flatMap((inner) => {
    const places =
      inner.kind === 'loop'
        ? inner.stores.map(({ access }) => access)
        : inner.kind === 'product'
          ? [inner.a, inner.b, inner.c]
          : [];
    return places.flatMap(({ buffer }) => (buffer.home.kind === 'temporary' ? [buffer.size] : []));
  });

test.each(['mlp', 'attention'])('the C of a graph is the same text every time (%s)', (mixer) => {
  const text = () => compileToC(training(model({ mixer }), 4), { precision: 'float32' }).text;
  expect(text()).toBe(text());
});
