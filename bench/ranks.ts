/**
 * Ranks against threads: `npm run bench:ranks [-- --size 128 --seconds 40 --links 1gbit,100mbit]`
 *
 * Two ranks of one thread, by the first MPI that is installed, take turns with one process of two threads, and with one of one
 * thread; the efficiency is how much longer the process of two threads takes than the ranks. With `--links` (needs root), at
 * the first size, two ranks on a throttled link between two network namespaces, beside what the model says of the link, on which
 * a sum alone was measured before (scaling.ts).
 */

import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Random } from '../src/data/random.ts';
import { layoutOf } from '../src/inference/weights.ts';
import { openBackend } from '../src/runtime/node.ts';
import { alone, type Communicator, timed } from '../src/train/communicator.ts';
import { joinRanks } from '../src/train/mpi/ranks.ts';
import { initialState } from '../src/train/state.ts';
import { Trainer } from '../src/train/trainer.ts';
import { launchers } from '../test/train/mpi.ts';
import { benchCase, type Case, type Mixer, randomBatch, type Size } from './cases.ts';
import { median, type Round, ratio, rounds } from './measure.ts';
import { Peer, type Reply } from './peer.ts';
import { type Link, predicted, simulated, type Work } from './scaling.ts';

interface RankReply extends Reply {
  /** Milliseconds of a step that rank 0 waited for the other, and summed gradients. */
  readonly waited: number;
  readonly summed: number;
  readonly link: Link;
}

interface Options {
  readonly size: Size;
  readonly mixer: Mixer;
  readonly threads: number;
  /** Divides the batch, for the share of one of several ranks. */
  readonly share?: number;
}

/** Steps before the first that is measured: at hidden 512 one takes seconds. */
const WARM = 2;

/** One side: a process, or a rank of several, of which rank 0 is asked. */
async function serve({ size, mixer, threads, share = 1 }: Options): Promise<void> {
  const ranks = await joinRanks();
  const communicator = timed(ranks?.communicator ?? alone);
  const bench = benchCase(size, mixer);
  const config = { ...bench.config, batchSize: bench.batch / share };
  const batch = randomBatch({ ...bench, batch: config.batchSize });
  const backend = await openBackend({ engine: 'native', device: 'cpu', threads });
  const state = initialState(bench.model, config, new Random(0));
  const trainer = await Trainer.create(bench.model, config, backend, state, communicator);
  const minHaltSteps = new Int32Array(config.batchSize);
  const step = () => trainer.step(batch, minHaltSteps);
  for (let i = 0; i < WARM; i++) await step();
  const link = await measured(communicator, layoutOf(bench.model.parameters).size);
  /** Rank 0's word to the others: another step, or none. */
  const goOn = async (go: boolean) => (await communicator.allGather(Int32Array.of(go ? 1 : 0)))[0] === 1;
  if (communicator.rank > 0) {
    while (await goOn(false)) await step();
  } else {
    const say = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);
    say({ ready: true, runtime: ranks?.mpi ?? 'one process' });
    for await (const line of createInterface({ input: process.stdin })) {
      if (line.trim() === 'quit') break;
      await goOn(true);
      communicator.spent();
      const begun = performance.now();
      await step();
      const ms = performance.now() - begun;
      const { waited, summed } = communicator.spent();
      const peakMB = process.memoryUsage.rss() / 2 ** 20;
      say({ ms, waited: 1000 * waited, summed: 1000 * summed, link, peakMB });
    }
    await goOn(false);
  }
  await ranks?.leave();
  process.exit(0);
}

/** The link as MPI has it: half of the time that two gatherings of nothing take, and the bytes a second of a gradient's sum. */
async function measured(communicator: Communicator, weights: number): Promise<Link> {
  const gradient = new Float32Array(weights);
  const seconds = async (act: () => Promise<void>) => {
    const all: number[] = [];
    for (let i = 0; i < 7; i++) {
      await communicator.barrier();
      const begun = performance.now();
      await act();
      all.push((performance.now() - begun) / 1000);
    }
    return all;
  };
  const latency = Math.min(...(await seconds(() => communicator.barrier()))) / 2;
  const sum = median(await seconds(() => communicator.allReduce(gradient)));
  return { name: 'measured', latency, bandwidth: (4 * weights) / (sum - 2 * latency) };
}

const self = process.argv[1]!;
const worker = (options: Options) => [process.execPath, self, 'worker', JSON.stringify(options)];
const twoMachines = fileURLToPath(new URL('../two-machines.sh', import.meta.url));

type Rounds = readonly Round<string>[];

const parts = (taken: Rounds, name: string, key: 'waited' | 'summed') =>
  median(
    taken.flatMap(({ replies }) => (replies[name] as RankReply[]).map((reply) => reply[key] / reply.ms)),
  );
const times = (taken: Rounds, name: string) =>
  median(taken.flatMap(({ replies }) => replies[name]!.map(({ ms }) => ms)));

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

async function compare(size: Size, mixer: Mixer, seconds: number): Promise<void> {
  const launcher = launchers.find(({ installed }) => installed);
  if (!launcher) throw new Error('no MPI is installed: apt-get install openmpi-bin');
  const sides = {
    ranks: await Peer.start(
      'two ranks',
      [...launcher.command(2), ...worker({ size, mixer, threads: 1 })] as [string],
      {},
    ),
    threads: await Peer.start('two threads', worker({ size, mixer, threads: 2 }) as [string], {}),
    one: await Peer.start('one thread', worker({ size, mixer, threads: 1 }) as [string], {}),
  };
  const task: Case = { size, mixer, task: 'train' };
  const taken = await rounds(sides, undefined, task, { repeats: 1000, seconds });
  for (const side of Object.values(sides)) await side.end();
  console.log(
    `${mixer} ${size}, ${taken.length} rounds, ${launcher.name}: ` +
      `two ranks ${times(taken, 'ranks').toFixed(1)} ms, two threads ${times(taken, 'threads').toFixed(1)} ms, one thread ${times(taken, 'one').toFixed(1)} ms; ` +
      `efficiency ${percent(ratio(taken, 'threads', 'ranks'))} of two threads, ${percent(ratio(taken, 'one', 'ranks') / 2)} of one thread; ` +
      `sum of gradients ${percent(parts(taken, 'ranks', 'summed'))}, waiting ${percent(parts(taken, 'ranks', 'waited'))}`,
  );
}

/** One rank's step with half of the rows, then two ranks on the link, beside the model's numbers for the link as it was measured. */
async function throttled(size: Size, mixer: Mixer, rate: string, seconds: number): Promise<void> {
  const sides = {
    half: await Peer.start('half a batch', worker({ size, mixer, threads: 1, share: 2 }) as [string], {}),
    one: await Peer.start('one thread', worker({ size, mixer, threads: 1 }) as [string], {}),
    ranks: await Peer.start('two machines', [twoMachines, rate, ...worker({ size, mixer, threads: 1 })], {}),
  };
  const task: Case = { size, mixer, task: 'train' };
  const taken = await rounds(sides, undefined, task, { repeats: 1000, seconds });
  for (const side of Object.values(sides)) await side.end();
  const [half, one, two] = (['half', 'one', 'ranks'] as const).map((name) => times(taken, name) / 1000) as [
    number,
    number,
    number,
  ];
  const { model, batch, config } = benchCase(size, mixer);
  const row = (one - half) / (batch / 2);
  const work: Work = {
    batch,
    row,
    fixed: Math.max(0, one - batch * row),
    weights: layoutOf(model.parameters).size,
    width: config.model.puzzleEmbeddingSize,
    noise: 0,
  };
  const { link } = taken[0]!.replies.ranks![0] as RankReply;
  const way = { bytes: 4, localSteps: 1 } as const;
  const [paper, played] = [predicted(2, work, link, way), simulated(2, work, link, way)];
  console.log(
    `${mixer} ${size} over ${rate} (${(link.bandwidth / 1e6).toFixed(1)} MB/s, ${(1e6 * link.latency).toFixed(0)} µs), ${taken.length} rounds: one rank ${(1000 * one).toFixed(0)} ms; two ranks ${(1000 * two).toFixed(0)} ms, ` +
      `on paper ${(1000 * paper).toFixed(0)} ms (${percent(paper / two - 1)}), simulated ${(1000 * played).toFixed(0)} ms (${percent(played / two - 1)}); ` +
      `sum of gradients ${percent(parts(taken, 'ranks', 'summed'))}`,
  );
}

if (process.argv[2] === 'worker') await serve(JSON.parse(process.argv[3]!) as Options);
else {
  const { values } = parseArgs({
    options: {
      size: { type: 'string', multiple: true, default: ['128', '512'] },
      mixer: { type: 'string', default: 'mlp' },
      seconds: { type: 'string', default: '40' },
      links: { type: 'string' },
    },
  });
  const [mixer, seconds] = [values.mixer as Mixer, Number(values.seconds)];
  const sizes = values.size.map((text) => (text === 'maze' ? text : Number(text)) as Size);
  for (const size of sizes) await compare(size, mixer, seconds);
  for (const rate of values.links?.split(',') ?? []) await throttled(sizes[0]!, mixer, rate, seconds);
}
