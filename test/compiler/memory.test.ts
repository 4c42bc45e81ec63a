/** The memory plan against lifetimes found anew: no two buffers that are needed at the same time share a byte. */

import { describe, expect, it, test } from 'vitest';
import { bytesOf, type MemoryPlan, planMemory, touched } from '../../src/compiler/memory.ts';
import type { Buffer, Call, Part } from '../../src/compiler/program.ts';
import { programs } from './programs.ts';

/** Pairs of buffers that overlap in memory while both are alive. */
function clashes(calls: readonly Call[], part: Part, kind: 'temporary' | 'scratch', { offsets }: MemoryPlan) {
  const lives = new Map<Buffer, { first: number; last: number }>();
  for (const [at, call] of calls.entries())
    for (const buffer of touched(call)) {
      if (buffer.home.kind !== kind || buffer.part !== part) continue;
      const first = lives.get(buffer)?.first ?? at;
      lives.set(buffer, { first, last: part === 'once' ? calls.length : at });
    }
  expect(new Set(offsets.keys())).toEqual(new Set(lives.keys()));
  const all = [...lives].map(([buffer, life]) => {
    const start = offsets.get(buffer)!;
    return { ...life, start, end: start + buffer.size * bytesOf[buffer.dtype] };
  });
  return all.flatMap((a, i) =>
    all
      .slice(i + 1)
      .filter((b) => a.first <= b.last && b.first <= a.last && a.start < b.end && b.start < a.end),
  );
}

describe('of real programs', () => {
  const all = programs();

  it.each(['once', 'rows'] as const)('what runs %s has no clash, and room is shared', (part) => {
    for (const program of all) {
      const plan = planMemory(program[part], part);
      expect(clashes(program[part], part, 'temporary', plan)).toEqual([]);
      const sizes = [...plan.offsets].map(([{ size, dtype }]) => size * bytesOf[dtype]);
      const total = sizes.reduce((sum, size) => sum + size, 0);
      if (part === 'rows') expect(plan.bytes).toBeLessThan(0.8 * total);
      for (const [{ size, dtype }, offset] of plan.offsets) {
        expect(offset % 64).toBe(0);
        expect(offset + size * bytesOf[dtype]).toBeLessThanOrEqual(plan.bytes);
      }
    }
  });

  it('nests have no clash in their scratch', () => {
    const nests = all.flatMap(({ rows }) => rows.filter((call) => call.kind === 'nest'));
    expect(nests.length).toBeGreaterThan(2);
    for (const { calls } of nests) {
      const inner = calls.map(({ call }) => call);
      expect(clashes(inner, 'rows', 'scratch', planMemory(inner, 'rows', 'scratch'))).toEqual([]);
    }
  });

  it('every buffer that is read was written before, or comes from outside', () => {
    for (const { once, rows } of all) {
      const written = new Set<Buffer>();
      for (const call of [...once, ...rows]) {
        for (const buffer of reads(call))
          if (buffer.home.kind === 'temporary' || buffer.home.kind === 'packed')
            expect(written.has(buffer), `buffer ${buffer.id}`).toBe(true);
        for (const buffer of writes(call)) written.add(buffer);
      }
    }
  });
});

const reads = (call: Call): Buffer[] => {
  switch (call.kind) {
    case 'nest':
      return call.calls.flatMap(({ call: inner }, i) => {
        const before = new Set(call.calls.slice(0, i).flatMap((other) => writes(other.call)));
        return reads(inner).filter((buffer) => !before.has(buffer));
      });
    case 'loop':
      return call.members.flatMap(({ computation }) =>
        computation.kind === 'load' ? [computation.access.buffer] : [],
      );
    case 'product':
      return [call.a.buffer, call.b.buffer, ...(call.accumulate ? [call.c.buffer] : [])];
    case 'pack':
    case 'argMax':
      return [call.from.buffer];
    case 'gather':
      return [call.table.buffer, call.indices.buffer];
  }
};

const writes = (call: Call): Buffer[] => {
  switch (call.kind) {
    case 'nest':
      return call.calls.flatMap(({ call: inner }) => writes(inner));
    case 'loop':
      return call.stores.map(({ access }) => access.buffer);
    case 'product':
      return [call.c.buffer];
    default:
      return [call.to.buffer];
  }
};

test('a buffer takes the first gap that is large enough', () => {
  const buffer = (id: number, size: number): Buffer => ({
    id,
    dtype: 'float32',
    size,
    part: 'rows',
    home: { kind: 'temporary' },
  });
  const [a, b, c, d] = [buffer(0, 32), buffer(1, 16), buffer(2, 16), buffer(3, 8)];
  const pack = (from: Buffer, to: Buffer): Call => ({
    kind: 'gather',
    count: 1,
    row: 1,
    rows: 1,
    table: { buffer: from, offset: 0 },
    indices: { buffer: from, offset: 0 },
    to: { buffer: to, offset: 0 },
  });
  const { offsets, bytes } = planMemory([pack(a, b), pack(b, c), pack(b, d)], 'rows');
  expect([a, b, c, d].map((one) => offsets.get(one))).toEqual([0, 128, 0, 0]);
  expect(bytes).toBe(192);
});
