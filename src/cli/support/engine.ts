/** The engine of a command: its options, and what it has to say while it compiles. */

import { homedir } from 'node:os';
import { type Command, Option } from 'commander';
import type { Backend } from '../../runtime/backend.ts';
import {
  type DeviceChoice,
  devices,
  type EngineChoice,
  engines,
  type Precision,
  precisions,
} from '../../runtime/choices.ts';
import type { EngineNotice } from '../../runtime/native/backend.ts';
import { announcing, createProgress, type Progress } from '../terminal/progress.ts';
import { positiveInteger } from './options.ts';

/** Where and how a command computes. */
export interface EngineFlags {
  readonly engine?: EngineChoice;
  readonly device?: DeviceChoice;
  readonly threads?: number | undefined;
  readonly precision?: Precision;
}

export const engineOption = (): Option =>
  new Option(
    '--engine <engine>',
    'what computes: native compiles for this CPU, ort is ONNX Runtime; auto says what it took and why (TRM_ENGINE names what auto takes)',
  )
    .choices(engines)
    .default('auto');

/** Adds the options of every command that computes: with what, where, and with how many threads. */
export function computing(command: Command): Command {
  return command
    .addOption(engineOption())
    .addOption(new Option('--device <device>', 'where to compute').choices(devices).default('auto'))
    .option('--threads <n>', 'threads inside an operator (default: the physical cores)', positiveInteger);
}

/** Of the commands that use a model; training takes it from the recipe. */
export const precisionOption = (): Option =>
  new Option('--precision <precision>', 'of products; bfloat16 needs the native engine')
    .choices(precisions)
    .default('float32');

/**
 * Opens the engine that is asked for and says on stderr which that is and why, later what it compiles and what stands in
 * for it: `engine native, gcc 12.2.0, AVX2 on cpu (auto: …)`.
 */
export async function openEngine({ engine, device, threads, precision }: EngineFlags): Promise<Backend> {
  const backend = await announcing('opening the engine', async () => {
    const { openBackend } = await import('../../runtime/node.ts');
    return openBackend({ engine, device, threads, precision, onNotice: tell() });
  });
  process.stderr.write(`engine ${backend.runtime} on ${backend.device} (${backend.reason})\n`);
  return backend;
}

/** Shows notices as they come: a progress line while a graph is compiled, a line that stays for the rest. */
function tell(): (notice: EngineNotice) => void {
  const compiling = new Map<string, Progress>();
  const line = (text: string) => createProgress({ label: 'engine' }).end(text);
  return (notice) => {
    switch (notice.kind) {
      case 'compiling': {
        const progress = createProgress({ label: 'engine' });
        progress.update(`compiling graph "${notice.graph}" for this CPU (${notice.compiler})`);
        compiling.set(notice.graph, progress);
        return;
      }
      case 'compiled':
        compiling.get(notice.graph)?.end(describeCompiled(notice));
        compiling.delete(notice.graph);
        return;
      case 'no cache':
        return line(`compiled anew each time, for ${notice.reason}`);
      case 'stand-in':
        compiling.get(notice.graph)?.end();
        compiling.delete(notice.graph);
        return line(`ONNX Runtime computes graph "${notice.graph}", which native cannot: ${notice.reason}`);
    }
  };
}

/** `compiled graph "answer" for this CPU (gcc 12.2.0): 1.4 s, 12 MiB to run, kept in ~/.cache/…`. */
export function describeCompiled(
  { graph, compiler, seconds, bytes, kept }: Extract<EngineNotice, { kind: 'compiled' }>,
  home = homedir(),
): string {
  const where = home !== '' && kept?.startsWith(`${home}/`) ? `~${kept.slice(home.length)}` : kept;
  const memory = `${(bytes / 2 ** 20).toFixed(1)} MiB to run`;
  const keeping = where === undefined ? '' : `, kept in ${where}`;
  return `compiled graph "${graph}" for this CPU (${compiler}): ${seconds.toFixed(1)} s, ${memory}${keeping}`;
}
