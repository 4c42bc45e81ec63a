/**
 * Where the time of a step goes on the native engine: its generated C counts the time of each kernel when it is compiled
 * with TRM_PROFILE (src/compiler/c/render.ts) and prints it on stderr when the library is unloaded. That is for one thread,
 * in a process of its own, whose stderr is read here.
 */

import { spawnSync } from 'node:child_process';
import { writeSync } from 'node:fs';
import { compileToC } from '../src/compiler/compile.ts';
import type { Call, Nest } from '../src/compiler/program.ts';
import { TrmError } from '../src/errors.ts';
import type { Backend, Program } from '../src/runtime/backend.ts';
import { openBackend } from '../src/runtime/node.ts';
import { benchCase, nameOf } from './cases.ts';
import type { ProfileOptions } from './profile.ts';
import { columns, percent } from './report.ts';
import { workOf } from './worker.ts';

/** A kernel of a graph, by the names that the generated C has for them. */
interface Kernel {
  readonly graph: string;
  readonly name: string;
  readonly what: string;
  /** Of one call, in its products; 0 without. */
  readonly flops: number;
}

/** A kernel as the child measured it, over all steps. */
interface Timed extends Kernel {
  readonly calls: number;
  readonly ms: number;
}

const steps = 5;
const shown = 24;

/** The child's part: runs the task, then unloads one library after the other, each behind the list of its kernels. */
export async function runProfiled({ size, mixer, task, ...options }: ProfileOptions): Promise<void> {
  const opened = await openBackend({ ...options, engine: 'native', threads: 1 });
  const programs: [Kernel[], Program][] = [];
  const kept: Backend = {
    ...opened,
    async compile(graph, compileOptions) {
      const program = await opened.compile(graph, compileOptions);
      programs.push([kernelsOf(compileToC(graph, { precision: options.precision })), program]);
      return program;
    },
  };
  const once = await workOf(benchCase(size, mixer), task, kept);
  for (let i = 0; i < steps; i++) await once();
  for (const [kernels, program] of programs) {
    writeSync(2, `${JSON.stringify(kernels)}\n`);
    await program.dispose();
  }
}

/** A table of the costliest kernels, of one run of the task. */
export function kernelTable(options: ProfileOptions): string {
  const env = {
    ...process.env,
    TRM_NATIVE_FLAGS: `${process.env.TRM_NATIVE_FLAGS ?? ''} -DTRM_PROFILE`.trim(),
  };
  const args = [process.argv[1]!, 'profiled', JSON.stringify(options)];
  const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  if (status !== 0) throw new TrmError('runtime', `the profiled process failed\n${stderr.slice(-2000)}`);
  const timed = parsed(stderr).filter(({ calls }) => calls > 0);
  const total = timed.reduce((sum, { ms }) => sum + ms, 0);
  const rate = ({ flops, calls, ms }: Timed) => (flops > 0 ? ((flops * calls) / 1e6 / ms).toFixed(1) : '');
  const rows = timed
    .sort((a, b) => b.ms - a.ms)
    .slice(0, shown)
    .map((kernel) => [
      `${kernel.graph}: ${kernel.name}`,
      (kernel.calls / steps).toFixed(0),
      (kernel.ms / steps).toFixed(2),
      percent(kernel.ms / total),
      rate(kernel),
      kernel.what,
    ]);
  const inProducts = timed.reduce((sum, { flops, ms }) => sum + (flops > 0 ? ms : 0), 0);
  return [
    `${nameOf(options)}, ${options.precision}, one thread: ${(total / steps).toFixed(1)} ms in kernels, `,
    `${percent(inProducts / total)} of it in those with products\n`,
    columns([['kernel', 'calls', 'ms', 'share', 'GFLOP/s', 'what'], ...rows]),
    '\n',
  ].join('');
}

/** Kernels in the order of their numbers; the C names one in each call, in the program's order. */
function kernelsOf({ text, program }: ReturnType<typeof compileToC>): Kernel[] {
  const names = [...text.matchAll(/^ {2}CALL\(\d+, (\w+)\(/gm)].map(([, name]) => name!);
  const calls = [...program.once, ...program.rows];
  if (names.length !== calls.length)
    throw new TrmError(
      'runtime',
      `the C of "${program.name}" has ${names.length} calls, not ${calls.length}`,
    );
  const kernels = calls.map((call, i) => {
    const { what, flops } = described(call);
    return { graph: program.name, name: names[i]!, what, flops };
  });
  return [...new Map(kernels.map((kernel) => [kernel.name, kernel])).values()];
}

/** What a call works on, and the floating-point operations of its products. */
function described(call: Call): Pick<Kernel, 'what' | 'flops'> {
  switch (call.kind) {
    case 'product': {
      const { batch, m, n, k, s } = call;
      const count = batch.reduce((total, { size }) => total * size, 1);
      const times = [count, s.size].map((size) => (size === 1 ? '' : `${size} x `));
      const add = call.accumulate ? ', added' : '';
      const what = `${times.join('')}[${m.size}, ${k.size}] [${k.size}, ${n.size}]${add}`;
      return { what, flops: 2 * m.size * n.size * k.size * s.size * count };
    }
    case 'nest':
      return ofNest(call);
    case 'loop':
      return { what: `over [${call.axes.join(', ')}], ${call.stores.length} stored`, flops: 0 };
    case 'pack':
      return { what: `[${call.width.size}, ${call.depth.size}]`, flops: 0 };
    case 'gather':
      return { what: `${call.count} rows of ${call.row}`, flops: 0 };
    case 'argMax':
      return { what: `[${call.outer}, ${call.length}, ${call.inner}]`, flops: 0 };
  }
}

function ofNest({ axes, calls }: Nest): Pick<Kernel, 'what' | 'flops'> {
  const items = axes.reduce((total, size) => total * size, 1);
  const inner = calls.map(({ call }) => described(call));
  const products = inner.filter(({ flops }) => flops > 0).map(({ what }) => what);
  return {
    what: `${items} x (${products.join('; ')})`,
    flops: items * inner.reduce((total, { flops }) => total + flops, 0),
  };
}

/** Lines of JSON, each followed by `NAME CALLS calls MS ms` of its kernels. */
function parsed(stderr: string): Timed[] {
  let kernels: Kernel[] = [];
  return stderr.split('\n').flatMap((line) => {
    if (line.startsWith('[{')) kernels = JSON.parse(line) as Kernel[];
    const [, name, calls, ms] = /^(\w+) +(\d+) calls +([\d.]+) ms$/.exec(line) ?? [];
    const kernel = kernels.find((candidate) => candidate.name === name);
    return kernel ? [{ ...kernel, calls: Number(calls), ms: Number(ms) }] : [];
  });
}
