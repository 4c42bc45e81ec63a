/** The results as Markdown tables, as they stand in README.md. */

import type { Task } from './cases.ts';
import { mixers } from './cases.ts';
import type { Measurement, Other, Results } from './results.ts';

const titles: Readonly<Record<Task, string>> = {
  train: 'training step',
  evaluate: '16-step evaluation',
};

export function report(results: Results): string {
  const { measurements } = results;
  const tables = (['train', 'evaluate'] as const).flatMap((task) => {
    const rows = measurements.filter((m) => m.task === task);
    return rows.length === 0 ? [] : [taskTable(titles[task], rows)];
  });
  const first = results.firstRuns.length === 0 ? [] : [firstRunTable(results)];
  return [machineLine(results), ...tables, ...first].join('\n');
}

function machineLine({ machine, date, peak, measurements }: Results): string {
  const all = measurements.flatMap(({ runtime, others }) => [runtime, ...others.map((o) => o.runtime)]);
  const runtimes = [...new Set(all)];
  const most = peak
    ? `Peak: ${peak.alone.toFixed(0)} GFLOP/s of one core, ${peak.together.toFixed(0)} of ${peak.threads}, ${peak.lanes} floats in a vector.`
    : 'The peak was not measured: there is no C compiler.';
  const where = `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; ${runtimes.join('; ')}; ${date}.`;
  return `${where}\n${most}\n`;
}

function taskTable(title: string, rows: readonly Measurement[]): string {
  const names = [...new Set(rows.flatMap(({ others }) => others.map(({ name }) => name)))];
  const head = [title, 'precision', 'ms/example', 'GFLOP/s', 'of peak', 'host', 'peak MB', ...names];
  const body = rows.map((m) => [
    `${m.mixer} ${m.size}`,
    m.precision,
    digits(m.msPerExample),
    m.gflopsPerSecond.toFixed(0),
    m.ofPeak !== undefined && m.precision === 'float32' ? percent(m.ofPeak) : '',
    percent(m.hostShare),
    m.peakMB.toFixed(0),
    ...names.map((name) => comparison(m.others.find((other) => other.name === name))),
  ]);
  return columns([head, ...body]);
}

/** `1.80 = 1.52x, 300 MB` */
function comparison(other?: Other): string {
  if (!other) return '';
  const { msPerExample, timesOurs, peakMB } = other;
  return `${digits(msPerExample)} = ${timesOurs.toFixed(2)}x, ${peakMB.toFixed(0)} MB`;
}

function firstRunTable({ firstRuns }: Results): string {
  const names = [...new Set(firstRuns.map(({ name }) => name))];
  const rows = mixers.flatMap((mixer) => {
    const of = (name: string) => firstRuns.find((run) => run.mixer === mixer && run.name === name);
    if (!names.some(of)) return [];
    return [[`${mixer} 64`, ...names.map((name) => (of(name) ? `${of(name)!.seconds.toFixed(1)} s` : ''))]];
  });
  return columns([['first ten steps', ...names], ...rows]);
}

/** Three significant digits, no exponent. */
function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

/** A Markdown table with aligned columns: the first to the left, the others to the right. The first row is its head. */
export function columns([head, ...body]: readonly (readonly string[])[]): string {
  const widths = head!.map((_, i) => Math.max(3, ...[head!, ...body].map((row) => row[i]!.length)));
  const rule = widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [head!, rule, ...body]
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))))
    .map((row) => `| ${row.join(' | ')} |\n`)
    .join('');
}
