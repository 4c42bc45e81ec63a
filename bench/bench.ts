/**
 * `npm run bench`: how fast a training step and a 16-step evaluation are, and how near to what the CPU can do.
 *
 * The native engine in each precision that the CPU computes in, beside ONNX Runtime and, with `--pytorch`, the same model
 * in PyTorch (pytorch/trm.py) on the same cores, interleaved (measure.ts). Every side is a process of its own (worker.ts),
 * whose peak memory is that of a process which did nothing else. All of them are measured against the CPU's peak (peak.ts).
 */

import { availableParallelism, loadavg } from 'node:os';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { engineOption } from '../src/cli/support/engine.ts';
import { positiveInteger } from '../src/cli/support/options.ts';
import { TrmError } from '../src/errors.ts';
import {
  type DeviceChoice,
  devices,
  type EngineChoice,
  type Precision,
  precisions,
} from '../src/runtime/choices.ts';
import { physicalCores } from '../src/runtime/native/cpu.ts';
import {
  type AskedCases,
  benchCase,
  type Case,
  casesOf,
  mixers,
  nameOf,
  sizes,
  supervisionSteps,
  tasks,
} from './cases.ts';
import { firstRuns } from './first-run.ts';
import { kernelTable, runProfiled } from './kernels.ts';
import { median, ratio, rounds, shareOfPeak } from './measure.ts';
import { multipliesBfloat16, type RunningPeak, startPeak } from './peak.ts';
import { checkPyTorch, type Peer, startPyTorch, startWorker } from './peer.ts';
import { type ProfileOptions, profileTable } from './profile.ts';
import { report } from './report.ts';
import { type Measurement, openResults, saveResults, withResults } from './results.ts';
import { serve, type WorkerOptions } from './worker.ts';

interface Flags extends AskedCases {
  readonly precision?: readonly Precision[];
  readonly repeats: number;
  readonly seconds: number;
  readonly engine: EngineChoice;
  readonly device: DeviceChoice;
  readonly threads?: number;
  readonly pytorch?: true;
  readonly eager?: true;
  readonly profile?: true;
  readonly json?: string;
}

const note = (text: string) => process.stderr.write(`${text}\n`);

async function bench(flags: Flags): Promise<void> {
  if (casesOf(flags).length === 0)
    throw new TrmError('usage', 'of mazes, only the training of attention is measured', { key: '--size' });
  if (flags.pytorch) checkPyTorch();
  if (flags.pytorch && !flags.precision && !multipliesBfloat16())
    note('bfloat16 is left out: this CPU has no instructions for its products');
  note(`load ${loadavg()[0]!.toFixed(2)} on ${availableParallelism()} cores: measure on an idle machine`);
  const threads = flags.threads ?? physicalCores();
  const running = await startPeak(threads);
  const peak = running && { ...running.ready, threads };
  let results = { ...openResults(flags.json), peak };
  for (const size of flags.size)
    for (const mixer of flags.mixer) {
      const cases = casesOf({ ...flags, size: [size], mixer: [mixer] });
      if (cases.length > 0) note(`${mixer} ${size}: starting`);
      // All tasks at once: a compiler of PyTorch's takes one core for most of its time.
      const started = await Promise.all(cases.map((one) => startSides(one, flags)));
      for (const [i, one] of cases.entries()) {
        note(`${nameOf(one)}: measuring`);
        const measurements = await measure(one, started[i]!, running, flags);
        const isFirst = size === 64 && one.task === 'train';
        if (isFirst) note(`${nameOf(one)}: first runs with empty caches`);
        const first = isFirst ? await firstRuns(one, enginesOf(flags), flags) : [];
        results = { ...withResults(results, measurements, first), peak };
        if (flags.json !== undefined) saveResults(results, flags.json);
        note(report(withResults({ ...results, measurements: [], firstRuns: [] }, measurements, first)));
      }
    }
  await running?.end();
  process.stdout.write(report(results));
}

/** Every side of a case, warm. */
async function startSides(one: Case, flags: Flags): Promise<Record<string, Peer>> {
  const options = { ...one, device: flags.device, ...threadsOf(flags), warmUps: 2 };
  const sides: Record<string, Promise<Peer>> = {};
  for (const precision of precisionsOf(flags)) {
    sides[precision] = startWorker({ ...options, engine: flags.engine, precision });
    for (const mode of modesOf(flags))
      sides[`PyTorch ${mode} ${precision}`] = startPyTorch({ ...options, mode, dtype: precision });
  }
  if (besideOrt(flags))
    sides['ONNX Runtime'] = startWorker({ ...options, engine: 'onnxruntime', precision: 'float32' });
  const started = Object.entries(sides).map(async ([name, peer]) => [name, await peer] as const);
  return Object.fromEntries(await Promise.all(started));
}

/** One measurement in each precision; ends the sides. */
async function measure(
  one: Case,
  peers: Record<string, Peer>,
  peak: RunningPeak | undefined,
  flags: Flags,
): Promise<Measurement[]> {
  const results = await rounds(peers, peak, one, flags);
  for (const peer of Object.values(peers)) await peer.end();

  const { batch, timedSteps } = benchCase(one.size, one.mixer);
  const examples = one.task === 'train' ? batch : (batch * timedSteps) / supervisionSteps;
  const replies = (name: string) => results.flatMap((round) => round.replies[name]!);
  const cost = (name: string) => ({
    runtime: peers[name]!.ready.runtime,
    msPerExample: median(replies(name).map(({ ms }) => ms)) / examples,
    peakMB: Math.max(...replies(name).map(({ peakMB }) => peakMB)),
  });
  return precisionsOf(flags).map((precision) => {
    const flops = peers[precision]!.ready.flops!;
    const names = { 'ONNX Runtime': 'ONNX Runtime' } as Record<string, string>;
    for (const mode of modesOf(flags)) names[`PyTorch ${mode}`] = `PyTorch ${mode} ${precision}`;
    return {
      ...one,
      precision,
      ...cost(precision),
      batch,
      rounds: results.length,
      gflopPerExample: flops / examples / 1e9,
      gflopsPerSecond: flops / examples / 1e6 / cost(precision).msPerExample,
      ofPeak: shareOfPeak(results, precision, flops),
      hostShare: median(replies(precision).map(({ ms, insideMs }) => (ms - insideMs!) / ms)),
      others: Object.entries(names)
        .filter(([, side]) => side in peers)
        .map(([name, side]) => ({ name, ...cost(side), timesOurs: ratio(results, side, precision) })),
    };
  });
}

const isOrt = ({ engine }: Flags) => engine === 'ort' || engine === 'onnxruntime';
const besideOrt = (flags: Flags) => !isOrt(flags) && flags.device === 'cpu';
const enginesOf = (flags: Flags): EngineChoice[] =>
  isOrt(flags) ? ['onnxruntime'] : besideOrt(flags) ? [flags.engine, 'onnxruntime'] : [flags.engine];
const threadsOf = ({ threads }: Flags) => (threads === undefined ? {} : { threads });

const modesOf = ({ pytorch, eager }: Flags) =>
  pytorch ? (eager ? (['compiled', 'eager'] as const) : (['compiled'] as const)) : [];

async function profile(flags: Flags): Promise<void> {
  const precisions = isOrt(flags) ? (['float32'] as const) : precisionsOf(flags);
  for (const one of casesOf(flags))
    for (const precision of precisions) {
      const options = { ...one, device: flags.device, ...threadsOf(flags), precision };
      process.stdout.write(isOrt(flags) ? await profileTable(options) : kernelTable(options));
    }
}

/** As asked; else float32, and bfloat16 where that gains. */
function precisionsOf(flags: Flags): readonly Precision[] {
  if (flags.precision) return flags.precision;
  return multipliesBfloat16() && !isOrt(flags) ? precisions : ['float32'];
}

/** A repeatable option of a few values; without it, all of them, or undefined for what `otherwise` says. */
function someOf<T extends string | number>(
  flags: string,
  what: string,
  values: readonly T[],
  otherwise?: string,
): Option {
  let given: T[] = [];
  const without = otherwise === undefined ? '' : ` (default: ${otherwise})`;
  return new Option(flags, `${what} (repeatable): ${values.join(', ')}${without}`)
    .default(otherwise === undefined ? values : undefined, 'all')
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
    'measure training steps and evaluations against the CPU, against ONNX Runtime and against PyTorch',
  )
  .addOption(someOf('--size <hidden>', 'hidden size', sizes))
  .addOption(someOf('--mixer <mixer>', 'how positions mix', mixers))
  .addOption(someOf('--task <task>', 'what is measured', tasks))
  .option('--repeats <n>', 'most rounds of a measurement', positiveInteger, 9)
  .option('--seconds <n>', 'begin no round after so long; two are always taken', positiveInteger, 30)
  .addOption(new Option('--device <device>', 'where to compute').choices(devices).default('cpu'))
  .addOption(engineOption().default('native'))
  .addOption(
    someOf(
      '--precision <precision>',
      'of the products',
      precisions,
      'float32, and bfloat16 where the CPU has it',
    ),
  )
  .option('--threads <n>', 'threads of every side (default: each library decides)', positiveInteger)
  .option('--pytorch', 'compare with PyTorch, compiled, in the same precisions (interpreter: TRM_PYTHON)')
  .option('--eager', 'with --pytorch: eager, too')
  .option('--profile', 'instead, show where the time of a step goes, by kernel or by operator')
  .option(
    '--json <file>',
    'keep the measurements in a file, beside those of other parts: the tables show them all',
  )
  .action(async (flags: Flags) => {
    if (flags.profile) await profile(flags);
    else await bench(flags);
  });
program
  .command('worker <options>', { hidden: true })
  .action((options: string) => serve(JSON.parse(options) as WorkerOptions));
program
  .command('profiled <options>', { hidden: true })
  .action((options: string) => runProfiled(JSON.parse(options) as ProfileOptions));

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  process.stderr.write(`error: ${error instanceof TrmError ? error.message : (error as Error).stack}\n`);
  process.exit(1);
}
