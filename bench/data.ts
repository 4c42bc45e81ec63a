/**
 * `npm run bench:data`: how long the dataset builders take and how much memory, against the official builders' times.
 *
 * Each case is a process of its own, from start to exit, so that its time is what a user waits and its peak memory its own.
 * The official times are of the reference machine in README.md (2 cores): the ratios hold there and nowhere else.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { positiveInteger } from '../src/cli/support/options.ts';
import { median } from './measure.ts';

interface DataCase {
  readonly name: string;
  /** Of `trm data build`. */
  readonly args: readonly string[];
  /** Folder of the sources in --from. */
  readonly source: string;
  /** Of the official builder. */
  readonly officialSeconds: number;
}

const cases: readonly DataCase[] = [
  { name: 'arc-1 x 20', args: ['arc', '--augment', '20'], source: 'arc', officialSeconds: 12 },
  { name: 'arc-1 x 1000', args: ['arc', '--augment', '1000'], source: 'arc', officialSeconds: 539 },
  {
    name: 'sudoku 1000 x 1000',
    args: ['sudoku', '--subsample', '1000', '--augment', '1000'],
    source: 'sudoku-extreme',
    officialSeconds: 86,
  },
];

interface Flags {
  readonly from: string;
  readonly out: string;
  readonly case?: string;
  readonly repeats: number;
}

function bench({ from, out, case: only, repeats }: Flags): void {
  console.error(
    `load ${loadavg()[0]!.toFixed(2)} on ${availableParallelism()} cores: measure on an idle machine`,
  );
  console.log(`${cpus()[0]!.model}, ${availableParallelism()} cores, Node ${process.version}\n`);
  console.log('| dataset | seconds | of CPU | peak MB | official | ratio |');
  console.log('| ------- | ------- | ------ | ------- | -------- | ----- |');
  for (const { name, args, source, officialSeconds } of cases) {
    if (only !== undefined && !name.startsWith(only)) continue;
    const runs = Array.from({ length: repeats }, () => build(args, join(from, source), out));
    const seconds = median(runs.map((run) => run.seconds));
    const cpu = median(runs.map((run) => run.cpuSeconds));
    const peakMB = Math.max(...runs.map((run) => run.peakMB));
    const cells = [name, seconds.toFixed(1), cpu.toFixed(1), peakMB.toFixed(0), officialSeconds];
    console.log(`| ${cells.join(' | ')} | ${(officialSeconds / seconds).toFixed(1)}x |`);
  }
}

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** Has a process tell what it used on the last line of stderr. */
const reportUsage =
  'data:text/javascript,process.on("exit",()=>process.stderr.write("\\n"+JSON.stringify(process.resourceUsage())))';

interface Run {
  readonly seconds: number;
  /** Of all threads: what it takes of a machine that is not idle. */
  readonly cpuSeconds: number;
  readonly peakMB: number;
}

function build(args: readonly string[], from: string, parent: string): Run {
  const folder = mkdtempSync(join(parent, 'trm-bench-'));
  try {
    const command = ['--import', reportUsage, main, 'data', 'build', ...args];
    const start = performance.now();
    const { status, stderr } = spawnSync(
      process.execPath,
      [...command, '--from', from, '--out', join(folder, 'data')],
      { encoding: 'utf8' },
    );
    const seconds = (performance.now() - start) / 1000;
    if (status !== 0) throw new Error(stderr);
    const usage = JSON.parse(stderr.split('\n').at(-1)!) as NodeJS.ResourceUsage;
    const cpuSeconds = (usage.userCPUTime + usage.systemCPUTime) / 1e6;
    return { seconds, cpuSeconds, peakMB: usage.maxRSS / 1024 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

new Command('bench:data')
  .requiredOption('--from <folder>', 'folder with arc/ and sudoku-extreme/')
  .option('--out <folder>', 'where the datasets are written, 7 GB at most, and removed again', '.')
  .option('--case <name>', 'cases whose names begin so')
  .option('--repeats <n>', 'builds of each, of which the median is told', positiveInteger, 3)
  .action(bench)
  .parse();
