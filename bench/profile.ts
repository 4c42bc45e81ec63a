/** Where the time of a step goes: ONNX Runtime's profile of a few steps, added up by operator. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backend, Program } from '../src/runtime/backend.ts';
import { openBackend } from '../src/runtime/node.ts';
import { benchCase, type Case, nameOf } from './cases.ts';
import { median } from './measure.ts';
import { columns, percent } from './report.ts';
import { type EngineOptions, workOf } from './worker.ts';

/** An event of the profile, as far as it is read here. */
interface Event {
  readonly cat: string;
  readonly name: string;
  /** Microseconds. */
  readonly dur: number;
  readonly args?: { readonly op_name?: string; readonly input_type_shape?: readonly object[] };
}

export type ProfileOptions = Case & Omit<EngineOptions, 'engine'>;

const steps = 5;
const shown = 14;

/** A table of the costliest operators and operator shapes, per run of the task. */
export async function profileTable(options: ProfileOptions): Promise<string> {
  const { size, mixer, task, device, threads } = options;
  const folder = mkdtempSync(join(tmpdir(), 'trm-profile-'));
  try {
    const backend = await openBackend({
      engine: 'onnxruntime',
      device,
      threads,
      profile: join(folder, 'run'),
    });
    const programs: Program[] = [];
    const kept: Backend = {
      ...backend,
      async compile(graph, compileOptions) {
        const program = await backend.compile(graph, compileOptions);
        programs.push(program);
        return program;
      },
    };
    const once = await workOf(benchCase(size, mixer), task, kept);
    for (let i = 0; i < steps; i++) await once();
    for (const program of programs) await program.dispose(); // writes the profile
    const events = readdirSync(folder).flatMap((file) => kernels(join(folder, file)));
    const kinds = byKind(events);
    const total = kinds.reduce((sum, { ms }) => sum + ms, 0);
    const title = `${nameOf(options)}: ${total.toFixed(1)} ms in operators\n`;
    return `${title}${ranking(byOperator(kinds), total)}\n${ranking(kinds, total)}\n`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function kernels(file: string): Event[] {
  const events = JSON.parse(readFileSync(file, 'utf8')) as Event[];
  return events.filter(
    ({ cat, name, args }) => cat === 'Node' && name.endsWith('_kernel_time') && args?.op_name,
  );
}

/** `{ float: [2, 3] }` as `2x3`. */
function shapeOf(typeAndShape: object): string {
  return Object.values(typeAndShape)
    .map((shape) => `[${(shape as number[]).join()}]`)
    .join();
}

function grouped<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

/** Applications of one operator to one set of shapes, or of one operator. */
interface Kind {
  readonly operator: string;
  readonly name: string;
  /** Applications in a step. */
  readonly calls: number;
  /** Time in a step. An application counts with the median of its kind, which the other users of a machine disturb less. */
  readonly ms: number;
}

function byKind(events: readonly Event[]): Kind[] {
  const groups = grouped(
    events,
    ({ args }) => `${args!.op_name} ${(args!.input_type_shape ?? []).map(shapeOf).join(' ')}`,
  );
  return [...groups].map(([name, group]) => {
    const calls = group.length / steps;
    const operator = group[0]!.args!.op_name!;
    return { operator, name, calls, ms: (calls * median(group.map(({ dur }) => dur))) / 1000 };
  });
}

function byOperator(kinds: readonly Kind[]): Kind[] {
  return [...grouped(kinds, ({ operator }) => operator)].map(([operator, group]) => ({
    operator,
    name: operator,
    calls: group.reduce((sum, { calls }) => sum + calls, 0),
    ms: group.reduce((sum, { ms }) => sum + ms, 0),
  }));
}

function ranking(kinds: readonly Kind[], total: number): string {
  const rows = [...kinds].sort((a, b) => b.ms - a.ms).slice(0, shown);
  return columns([
    ['operator', 'calls', 'ms', 'share'],
    ...rows.map(({ name, calls, ms }) => [name, calls.toFixed(0), ms.toFixed(2), percent(ms / total)]),
  ]);
}
