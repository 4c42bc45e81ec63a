/** The measurements as tables for people. */

import type { Mixer, Size, Task } from './cases.ts';

export interface Measurement {
  readonly size: Size;
  readonly mixer: Mixer;
  readonly task: Task;
  readonly batch: number;
  readonly rounds: number;
  /** Median. */
  readonly msPerExample: number;
  /** Floating-point operations of the matrix products. */
  readonly gflopPerExample: number;
  readonly gflopsPerSecond: number;
  /** Time of the bare products / time of the step. */
  readonly bareShare: number;
  readonly bareGflopsPerSecond: number;
  /** Time outside ONNX Runtime / time of the step. */
  readonly hostShare: number;
  readonly peakMB: number;
  readonly pytorch: readonly PyTorchMeasurement[];
}

export interface PyTorchMeasurement {
  /** Type and mode: `float32 compiled`. */
  readonly name: string;
  readonly version: string;
  readonly msPerExample: number;
  /** PyTorch's time / ours, median over rounds. */
  readonly timesOurs: number;
  readonly peakMB: number;
}

const titles: Readonly<Record<Task, string>> = {
  train: 'One training step',
  evaluate: 'One evaluation of 16 supervision steps',
};

export function table(measurements: readonly Measurement[], explained = true): string {
  const names = [...new Set(measurements.flatMap(({ pytorch }) => pytorch.map(({ name }) => name)))];
  const sections = (['train', 'evaluate'] as const).map((task) => {
    const rows = measurements.filter((m) => m.task === task);
    if (rows.length === 0) return '';
    const head = ['', 'hidden', 'batch', 'ms/example', 'GFLOP/s', 'products', 'host', 'peak MB', ...names];
    const body = rows.map((m) => [
      m.mixer,
      String(m.size),
      String(m.batch),
      digits(m.msPerExample),
      m.gflopsPerSecond.toFixed(0),
      percent(m.bareShare),
      percent(m.hostShare),
      m.peakMB.toFixed(0),
      ...names.map((name) => {
        const peer = m.pytorch.find((p) => p.name === name);
        return peer ? `${digits(peer.msPerExample)} = ${peer.timesOurs.toFixed(2)}x` : '';
      }),
    ]);
    return `${titles[task]}\n${columns([head, ...body])}\n`;
  });
  const legend = [
    'products: time of the bare matrix products / time of the step. host: share of the time outside ONNX Runtime.',
    ...(names.length > 0
      ? ['PyTorch: ms/example = how many times ours. Above 1x this package is faster.']
      : []),
  ];
  const text = sections.filter((section) => section !== '').join('\n');
  return explained ? `${text}\n${legend.join('\n')}\n` : text;
}

/** Three significant digits, no exponent. */
function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

/** Aligns columns: the first to the left, the others to the right. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
    )
    .map((line) => `${line}\n`)
    .join('');
}
