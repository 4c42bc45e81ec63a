/** TensorBoard's files, read by a decoder made from their description and, where there is one, by TensorBoard's own reader. */

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hasEvents } from '../../src/cli/event-log.ts';
import { MetricsLog, type StepRow } from '../../src/cli/metrics.ts';
import { temporaryFolder } from './command.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);

const stepRow = (step: number, loss: number, exact: number | null = null): StepRow => ({
  ...{ kind: 'step', step, loss, cellLoss: loss / 2, haltLoss: 0.25, learningRate: 0.001, gradientNorm: 3 },
  ...{ cellAccuracy: exact, exactAccuracy: exact, haltAccuracy: exact, meanSteps: exact && 4 },
  ...{ seconds: 10 * step, examplesPerSecond: 100, dataShare: 0 },
});
const evaluation = (step: number, exact: number) => ({
  ...{ kind: 'evaluation' as const, step, exact, cell: 0.75, halting: 0.5, exactInterval: [0, 1] as const },
  ...{ examples: 8, steps: [], meanSteps: 4, meanFlops: 4e9, seconds: 1, examplesPerSecond: 8 },
});

const eventFiles = (run: string) => readdirSync(run).filter((name) => name.includes('tfevents'));

interface Decoded {
  readonly wallTime: number;
  readonly step: number;
  readonly version?: string;
  readonly start?: boolean;
  readonly scalars: Readonly<Record<string, number>>;
}

/** CRC-32C bit by bit, which its published check value proves right. */
function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

/** The fields of a message of protocol buffers, by number. */
function fields(bytes: Buffer): [field: number, value: number | Buffer][] {
  const found: [number, number | Buffer][] = [];
  let at = 0;
  const varint = () => {
    let [value, shift] = [0, 1];
    for (;;) {
      const byte = bytes[at++]!;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
      shift *= 128;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const [field, wire] = [key >> 3, key & 7];
    if (wire === 0) found.push([field, varint()]);
    else {
      const length = wire === 1 ? 8 : wire === 5 ? 4 : varint();
      found.push([field, bytes.subarray(at, at + length)]);
      at += length;
    }
  }
  return found;
}

function decode(file: string): Decoded[] {
  const bytes = readFileSync(file);
  const events: Decoded[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    const data = bytes.subarray(at + 12, at + 12 + length);
    for (const [part, sum] of [
      [bytes.subarray(at, at + 8), bytes.readUInt32LE(at + 8)],
      [data, bytes.readUInt32LE(at + 12 + length)],
    ] as const) {
      const rotated = (sum - 0xa282ead8) >>> 0;
      expect(((rotated >>> 17) | (rotated << 15)) >>> 0).toBe(crc32c(part));
    }
    const of = (number: number) => fields(data).find(([field]) => field === number)?.[1];
    const values = fields((of(5) as Buffer | undefined) ?? Buffer.alloc(0)).map(([, value]) =>
      fields(value as Buffer),
    );
    events.push({
      wallTime: (of(1) as Buffer).readDoubleLE(0),
      step: of(2) as number,
      ...(of(3) !== undefined && { version: String(of(3)) }),
      ...(of(7) !== undefined && { start: fields(of(7) as Buffer)[0]![1] === 1 }),
      scalars: Object.fromEntries(
        values.map((value) => [String(value[0]![1]), (value[1]![1] as Buffer).readFloatLE(0)]),
      ),
    });
    at += 12 + length + 4;
  }
  return events;
}

it('the check value of CRC-32C', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
});

describe('event files', () => {
  it('are written only where they are asked for', () => {
    const run = join(folder, 'plain');
    new MetricsLog(run, 0).flush();
    expect(readdirSync(run)).toEqual(['metrics.jsonl']);
    expect(hasEvents(run)).toBe(false);
  });

  it('hold what metrics.jsonl holds, with steps and times, and nothing of what was not measured', () => {
    const run = join(folder, 'whole');
    const log = new MetricsLog(run, 0, true);
    log.add(stepRow(1, 2));
    log.add(stepRow(300, 1.5, 0.5));
    log.add(evaluation(300, 0.25));
    log.flush();
    const [version, start, first, second, third, ...more] = decode(join(run, eventFiles(run)[0]!));
    expect(version).toMatchObject({ version: 'brain.Event:2', step: 0 });
    expect(start).toMatchObject({ start: true, step: 0 });
    expect(first!.step).toBe(1);
    expect(first!.scalars).toEqual({
      ...{ 'train/loss': 2, 'train/cell loss': 1, 'train/halt loss': 0.25, 'train/gradient norm': 3 },
      ...{ 'train/learning rate': Math.fround(0.001), 'speed/examples per second': 100 },
      'speed/share waiting for data': 0,
    });
    expect(second).toMatchObject({
      step: 300,
      scalars: { 'train/exact': 0.5, 'train/supervision steps': 4 },
    });
    expect(second!.wallTime - first!.wallTime).toBeCloseTo(10 * 299, 3);
    expect(third!.scalars).toEqual({
      'held-out/exact': 0.25,
      'held-out/cell': 0.75,
      'held-out/halting': 0.5,
    });
    expect(third!.wallTime).toBe(second!.wallTime);
    expect(more).toEqual([]);
  });

  it('of a run that goes on are one file, without the steps that are done again', () => {
    const run = join(folder, 'resumed');
    const before = new MetricsLog(run, 0, true);
    for (const step of [1, 2, 3]) before.add(stepRow(step, 4 - step));
    before.flush();
    const after = new MetricsLog(run, 2); // without asking again
    after.add(stepRow(3, 0.5));
    after.flush();
    const events = decode(join(run, eventFiles(run)[0]!));
    expect(eventFiles(run)).toHaveLength(1);
    expect(events.slice(2).map(({ step, scalars }) => [step, scalars['train/loss']])).toEqual([
      [1, 3],
      [2, 2],
      [3, 0.5],
    ]);
  });
});

const python = process.env.TRM_PYTHON ?? 'python3';
const able = spawnSync(python, ['-c', 'import tensorboard']).status === 0;

describe.skipIf(!able)("TensorBoard's own reader (skipped: set TRM_PYTHON to one with tensorboard)", () => {
  it('reads the same', () => {
    const run = join(folder, 'read');
    const log = new MetricsLog(run, 0, true);
    for (const step of [1, 2, 200_000]) log.add(stepRow(step, 1 / step));
    log.add(evaluation(200_000, 0.5));
    log.flush();
    const script = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1]).Reload()
print(json.dumps({tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in events.Tags()['scalars']}))`;
    const { stdout, stderr } = spawnSync(python, ['-c', script, run], { encoding: 'utf8' });
    expect(stdout, stderr).not.toBe('');
    expect(JSON.parse(stdout)).toMatchObject({
      'train/loss': [1, 2, 200_000].map((step) => [step, Math.fround(1 / step)]),
      'held-out/exact': [[200_000, 0.5]],
    });
  });
});
