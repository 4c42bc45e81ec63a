/** Where the temporary buffers of a program lie: one arena a thread, in which buffers whose lives do not overlap share room. */

import type { DType } from '../graph/tensor.ts';
import { accessesOf } from './accesses.ts';
import type { Buffer, Call, Nest, Part } from './program.ts';

export const bytesOf: Readonly<Record<DType, number>> = { float32: 4, int32: 4, bool: 1, float16: 2 };

/** A cache line, so that vectors do not straddle two. */
const alignment = 64;

export const aligned = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;

export interface MemoryPlan {
  /** Byte offset of every temporary. */
  readonly offsets: ReadonlyMap<Buffer, number>;
  readonly bytes: number;
}

/** The buffers that a call touches. */
export function touched(call: Call): Buffer[] {
  switch (call.kind) {
    case 'loop':
      return accessesOf(call).map(({ buffer }) => buffer);
    case 'nest':
      return call.calls.flatMap((inner) => touched(inner.call));
    case 'product':
      return [call.a.buffer, call.b.buffer, call.c.buffer];
    case 'pack':
      return [call.from.buffer, call.to.buffer];
    case 'gather':
      return [call.table.buffer, call.indices.buffer, call.to.buffer];
    case 'argMax':
      return [call.from.buffer, call.to.buffer];
  }
}

/** What lies between the calls of a nest, of one item: each thread has its own. */
export const planScratch = ({ calls }: Nest): MemoryPlan =>
  planMemory(
    calls.map(({ call }) => call),
    'rows',
    'scratch',
  );

/** First fit in the order of the calls. What a part computes once is kept until the end of the run. */
export function planMemory(
  calls: readonly Call[],
  part: Part,
  kind: 'temporary' | 'scratch' = 'temporary',
): MemoryPlan {
  const last = new Map<Buffer, number>();
  for (const [at, call] of calls.entries())
    for (const buffer of touched(call))
      if (buffer.home.kind === kind && buffer.part === part)
        last.set(buffer, part === 'once' ? calls.length : at);
  const offsets = new Map<Buffer, number>();
  let alive: { start: number; end: number; last: number }[] = [];
  let bytes = 0;
  for (const [at, call] of calls.entries()) {
    alive = alive.filter((block) => block.last >= at);
    for (const buffer of touched(call)) {
      if (!last.has(buffer) || offsets.has(buffer)) continue;
      const size = aligned(buffer.size * bytesOf[buffer.dtype]);
      let start = 0;
      for (const block of alive) {
        if (block.start - start >= size) break;
        start = Math.max(start, block.end);
      }
      offsets.set(buffer, start);
      const place = alive.findIndex((block) => block.start > start);
      alive.splice(place < 0 ? alive.length : place, 0, {
        start,
        end: start + size,
        last: last.get(buffer)!,
      });
      bytes = Math.max(bytes, start + size);
    }
  }
  return { offsets, bytes };
}
