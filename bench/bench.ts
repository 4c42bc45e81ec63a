/**
 * `npm run bench`: how fast a training step and a 16-step evaluation are, and how near to what the hardware allows.
 *
 * Three yardsticks, each interleaved with the measured step in the same run (measure.ts):
 * - ONNX Runtime's bare matrix products of the same shapes, as many as the step does (matmul-work.ts): their share of
 *   the step's time says what is lost between the products;
 * - the time outside ONNX Runtime's runs: what TypeScript costs;
 * - with `--pytorch`, the same model in PyTorch (pytorch/trm.py) on the same cores.
 * Every side is a process of its own (worker.ts); the peak memory is that of a process which did nothing else.
 */

import { availableParallelism, cpus, loadavg } from 'node:os';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { engineOption, precisionOption } from '../src/cli/support/engine.ts';
import { positiveInteger } from '../src/cli/support/options.ts';
import { TrmError } from '../src/errors.ts';
import { type DeviceChoice, devices, type EngineChoice, type Precision } from '../src/runtime/choices.ts';
import { benchCase, type Mixer, mixers, type Size, sizes, type Task, tasks } from './cases.ts';
import { median, ratio, rounds, type Side } from './measure.ts';
import { checkPyTorch, type Peer, type PyTorchMode, startPyTorch, startWorker } from './peer.ts';
import { profileTable } from './profile.ts';
import { type Measurement, table } from './report.ts';
import { serve, type WorkerOptions } from './worker.ts';

interface Flags {
  readonly size: readonly Size[];
  readonly mixer: readonly Mixer[];
  readonly task: readonly Task[];
  readonly repeats: number;
  readonly seconds: number;
  readonly engine: EngineChoice;
  readonly device: DeviceChoice;
  readonly threads?: number;
  readonly precision: Precision;
  readonly pytorch?: true;
  readonly eager?: true;
  readonly profile?: true;
  readonly json?: true;
}

const note = (text: string) => process.stderr.write(`${text}\n`);

async function bench(flags: Flags): Promise<void> {
  if (flags.pytorch) checkPyTorch();
  note(`load ${loadavg()[0]!.toFixed(2)} on ${availableParallelism()} cores: measure on an idle machine`);
  const measurements: Measurement[] = [];
  for (const size of flags.size) {
    for (const mixer of flags.mixer) measurements.push(...(await measureCase(size, mixer, flags)));
  }
  const machine = {
    cpu: cpus()[0]!.model,
    cores: availableParallelism(),
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
  };
  process.stdout.write(
    flags.json
      ? `${JSON.stringify({ machine, measurements }, undefined, 2)}\n`
      : `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}\n\n${table(measurements)}`,
  );
}

async function measureCase(size: Size, mixer: Mixer, flags: Flags): Promise<Measurement[]> {
  const torch: Record<string, Peer> = {};
  if (flags.pytorch) {
    for (const mode of pytorchModes(flags)) {
      const name = `${mode.dtype} ${mode.mode}`;
      note(`${mixer} ${size}: starting PyTorch ${name}`);
      torch[name] = await startPyTorch(benchCase(size, mixer), mode, flags.threads);
    }
  }
  const results: Measurement[] = [];
  for (const task of flags.task) {
    note(`${mixer} ${size}: measuring ${task}`);
    const measurement = await measureTask({ size, mixer, task, ...backendOf(flags) }, torch, flags);
    results.push(measurement);
    note(table([measurement], false));
  }
  for (const peer of Object.values(torch)) await peer.end();
  return results;
}

async function measureTask(
  options: Omit<WorkerOptions, 'side'>,
  torch: Readonly<Record<string, Peer>>,
  flags: Flags,
): Promise<Measurement> {
  const { size, mixer, task } = options;
  const { batch } = benchCase(size, mixer);
  const ours = await startWorker({ ...options, side: 'ours' });
  note(`${mixer} ${size}: ${task} with ${ours.ready.runtime} (${ours.ready.reason})`);
  const bare = await startWorker({ ...options, side: 'bare' });
  const sides: Record<string, Side> = {
    ours: { peer: ours, command: task },
    bare: { peer: bare, command: task },
  };
  for (const [name, peer] of Object.entries(torch)) sides[name] = { peer, command: task };
  const results = await rounds(sides, size, task, flags);
  await ours.end();
  await bare.end();

  const replies = (name: string) => results.flatMap((round) => round[name]!);
  const perExample = (name: string) => median(replies(name).map(({ ms }) => ms)) / batch;
  const peak = (name: string) => Math.max(...replies(name).map(({ peakMB }) => peakMB));
  const work = ours.ready.flops! / batch;
  return {
    size,
    mixer,
    task,
    batch,
    rounds: results.length,
    msPerExample: perExample('ours'),
    gflopPerExample: work / 1e9,
    gflopsPerSecond: work / 1e6 / perExample('ours'),
    bareShare: ratio(results, 'bare', 'ours'),
    bareGflopsPerSecond: work / 1e6 / perExample('bare'),
    hostShare: median(replies('ours').map(({ ms, insideMs }) => (ms - insideMs!) / ms)),
    peakMB: peak('ours'),
    pytorch: Object.keys(torch).map((name) => ({
      name,
      version: torch[name]!.ready.torch!,
      msPerExample: perExample(name),
      timesOurs: ratio(results, name, 'ours'),
      peakMB: peak(name),
    })),
  };
}

function pytorchModes({ eager }: Flags): PyTorchMode[] {
  const modes = eager ? (['compiled', 'eager'] as const) : (['compiled'] as const);
  return modes.flatMap((mode) => [
    { mode, dtype: 'float32' as const },
    { mode, dtype: 'bfloat16' as const },
  ]);
}

const backendOf = ({ engine, device, threads, precision }: Flags) => ({
  engine,
  device,
  precision,
  ...(threads === undefined ? {} : { threads }),
});

/** A repeatable option of a few values; without it, all of them. */
function someOf<T extends string | number>(flags: string, what: string, values: readonly T[]): Option {
  let given: T[] = [];
  return new Option(flags, `${what} (repeatable): ${values.join(', ')}`)
    .default(values, 'all')
    .argParser((text) => {
      const value = values.find((candidate) => String(candidate) === text);
      if (value === undefined) throw new InvalidArgumentError(`It must be one of ${values.join(', ')}.`);
      given = [...given, value];
      return given;
    });
}

const program = new Command('bench')
  .exitOverride()
  .description(
    'measure training steps and evaluations against their bare matrix products and against PyTorch',
  )
  .addOption(someOf('--size <hidden>', 'hidden size', sizes))
  .addOption(someOf('--mixer <mixer>', 'how positions mix', mixers))
  .addOption(someOf('--task <task>', 'what is measured', tasks))
  .option('--repeats <n>', 'most rounds of a measurement', positiveInteger, 9)
  .option('--seconds <n>', 'begin no round after so long; two are always taken', positiveInteger, 30)
  .addOption(new Option('--device <device>', 'where to compute').choices(devices).default('cpu'))
  .addOption(engineOption())
  .addOption(precisionOption())
  .option('--threads <n>', 'threads of every side (default: each library decides)', positiveInteger)
  .option('--pytorch', 'compare with PyTorch, compiled, float32 and bfloat16 (interpreter: TRM_PYTHON)')
  .option('--eager', 'with --pytorch: eager, too')
  .option('--profile', 'instead, show where the time of a step goes, by operator')
  .option('--json', 'print one JSON object')
  .action(async (flags: Flags) => {
    if (!flags.profile) return bench(flags);
    for (const size of flags.size)
      for (const mixer of flags.mixer)
        for (const task of flags.task)
          process.stdout.write(await profileTable({ size, mixer, task, ...backendOf(flags) }));
  });
program
  .command('worker <options>', { hidden: true })
  .action((options: string) => serve(JSON.parse(options) as WorkerOptions));

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  process.stderr.write(`error: ${error instanceof TrmError ? error.message : (error as Error).stack}\n`);
  process.exit(1);
}
