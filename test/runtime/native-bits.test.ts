/** What may change no bit of a result on the native engine: the number of threads, and the rows beside a row. */

import { describe, expect, it, vi } from 'vitest';
import { type CompileSettings, compileToC } from '../../src/compiler/compile.ts';
import { TrmError } from '../../src/errors.ts';
import type { Graph, RowGraph } from '../../src/graph/trace.ts';
import type { HostTensor, HostTensors } from '../../src/runtime/backend.ts';
import { nativeBackend } from '../../src/runtime/native/backend.ts';
import { openToolchain, type Toolchain } from '../../src/runtime/native/toolchain.ts';
import { skippedFor } from '../support/missing.ts';
import { bits, closeTo, largest, numbers } from './contract-checks.ts';
import { drawn, type GraphCase, graphCases, rowGraph } from './contract-graphs.ts';
import { modelCases } from './contract-models.ts';

vi.stubEnv('TRM_NATIVE_FLAGS', '-O1'); // as any optimisation
const found = await openToolchain();

/** With the compiler's choices but for what is given. */
async function run(
  graph: Graph | RowGraph,
  feeds: HostTensors,
  threads: number,
  given: Partial<CompileSettings> = {},
) {
  const backend = nativeBackend(found as Toolchain, { reason: 'test', threads }, (of, settings) =>
    compileToC(of, { ...settings, ...given }),
  );
  const program = await backend.compile(graph);
  const outputs = await program.run(feeds);
  await program.dispose();
  return outputs;
}

const equalBits = (some: Readonly<Record<string, HostTensor>>, others: typeof some) => {
  for (const [name, tensor] of Object.entries(some))
    expect(Buffer.compare(bits(tensor), bits(others[name]!)), `bits of ${name}`).toBe(0);
};

describe.skipIf(found instanceof TrmError)(`the same bits${skippedFor(found)}`, () => {
  const chosen = [
    'takes 7 rows',
    'takes 20 rows',
    'reduces long rows',
    'attention over 33',
    'in another order',
  ];
  const products = ['attention over 33', 'in another order', 'trains TRM (mlp)'];
  const cases: readonly GraphCase[] = [
    ...graphCases().filter(({ name }) => chosen.some((part) => name.includes(part))),
    ...modelCases().filter(({ name }) => name.startsWith('trains TRM (')),
  ];
  it.each(cases)('on 1, 2, 3 and 5 threads: $name', async ({ graph, feeds }) => {
    const once = await run(graph, feeds, 1);
    for (const threads of [2, 3, 5]) equalBits(once, await run(graph, feeds, threads));
  });

  it('of a row, however many rows there are, where as many run together', async () => {
    const [few, many] = [rowGraph(4), rowGraph(12)];
    const feeds = drawn(many, 4);
    const shared = Object.entries(drawn(few, 4)).map(([name, { shape, dtype, data }]) => {
      const whole = feeds[name]!;
      const isSame = whole.data.length === data.length;
      return [name, isSame ? whole : { shape, dtype, data: whole.data.slice(0, data.length) }] as const;
    });
    const [some, all] = [
      await run(few, Object.fromEntries(shared), 2, { chunk: 4 }),
      await run(many, feeds, 2, { chunk: 4 }),
    ];
    for (const name of ['losses', 'best', 'positive', 'gradient/x']) {
      const own = bits(some[name]!);
      expect(Buffer.compare(own, bits(all[name]!).subarray(0, own.length)), name).toBe(0);
    }
  });

  it('are not asked of other numbers of rows that run together: those are close', async () => {
    const graph = rowGraph(12);
    const feeds = drawn(graph, 4);
    const whole = await run(graph, feeds, 2, { chunk: 12 });
    for (const chunk of [1, 2, 6]) {
      const parts = await run(graph, feeds, 2, { chunk });
      for (const [name, tensor] of Object.entries(whole))
        closeTo(name, numbers(parts[name]!), numbers(tensor), 1e-5 * largest(numbers(tensor)));
    }
  });

  it.each(cases.filter(({ name }) => products.some((part) => name.includes(part))))(
    'in bfloat16, in the tiles of AMX in plain C: $name',
    async ({ graph, feeds }) => {
      const bfloat16 = async (threads: number, granted: boolean) => {
        vi.stubEnv('TRM_NATIVE_FLAGS', `-O1 -Wno-psabi -DTRM_LANES=16 -DTRM_AMX_PLAIN=${Number(granted)}`);
        const outputs = await run(graph, feeds, threads, { precision: 'bfloat16' });
        vi.stubEnv('TRM_NATIVE_FLAGS', '-O1');
        return outputs;
      };
      const [exact, tiles, refused] = [
        await run(graph, feeds, 1),
        await bfloat16(1, true),
        await bfloat16(1, false),
      ];
      for (const threads of [2, 3]) equalBits(tiles, await bfloat16(threads, true));
      equalBits(refused, await bfloat16(2, false));
      expect(
        Object.keys(exact).some((name) => Buffer.compare(bits(tiles[name]!), bits(refused[name]!)) !== 0),
      ).toBe(true);
      for (const [name, tensor] of Object.entries(exact)) {
        if (tensor.dtype !== 'float32') continue;
        const apart = (of: Readonly<Record<string, HostTensor>>) =>
          Math.hypot(...numbers(of[name]!).map((x, i) => x - numbers(tensor)[i]!));
        expect(apart(tiles), name).toBeLessThanOrEqual(2 * apart(refused)); // the same rounding, in another order
      }
    },
  );
});
