/**
 * Calls that do the same for each of many items (the heads of an attention), joined so that one item goes through all of
 * them before the next begins: what stands between them is then as large as one item's, and still in the cache. So the
 * scores of attention, `[B, H, L, L]`, never exist all at once.
 */

import { sizeOf } from '../shape.ts';
import { accessesOf, loadsOf, mapAccesses } from './accesses.ts';
import { touched } from './memory.ts';
import type { Buffer, Call, Loop, Nest, NestedCall, Place, ProductCall } from './program.ts';

export function nested(calls: readonly Call[]): Call[] {
  const lastTouch = new Map<Buffer, number>();
  const firstTouch = new Map<Buffer, number>();
  for (const [at, call] of calls.entries())
    for (const buffer of touched(call)) {
      lastTouch.set(buffer, at);
      if (!firstTouch.has(buffer)) firstTouch.set(buffer, at);
    }
  const result: Call[] = [];
  for (let at = 0; at < calls.length; ) {
    const nest = nestAt(
      calls,
      at,
      (buffer, from, to) => firstTouch.get(buffer)! >= from && lastTouch.get(buffer)! < to,
    );
    result.push(nest?.call ?? calls[at]!);
    at = nest?.end ?? at + 1;
  }
  return result;
}

/** The longest nest that begins with a call. */
function nestAt(
  calls: readonly Call[],
  begin: number,
  livesWithin: (buffer: Buffer, begin: number, end: number) => boolean,
): { readonly call: Nest; readonly end: number } | undefined {
  const first = calls[begin]!;
  if (first.kind !== 'product' || first.batch.length === 0) return undefined;
  if (first.a.buffer.part !== 'rows' || first.b.buffer.part !== 'rows') return undefined;
  const axes = first.batch.map(({ size }) => size);
  const items = sizeOf(axes);
  const dense = (size: number) => axes.map((_, axis) => (size / items) * sizeOf(axes.slice(axis + 1)));

  let parts: Separated[] = [];
  for (let at = begin; at < calls.length; at++) {
    const part = separated(calls[at]!, axes);
    if (!part) break;
    parts.push(part);
  }
  for (; parts.length > 1; parts = parts.slice(0, -1)) {
    const end = begin + parts.length;
    // Between the calls: made and used up by the same item.
    const within = new Set(
      parts
        .flatMap(({ places }) => places.map(({ place }) => place.buffer))
        .filter((buffer) => {
          const own = dense(buffer.size);
          return (
            buffer.home.kind === 'temporary' &&
            livesWithin(buffer, begin, end) &&
            parts.every(({ places }) =>
              places.every(
                (other) =>
                  other.place.buffer !== buffer ||
                  other.strides.every((stride, axis) => stride === own[axis]),
              ),
            )
          );
        }),
    );
    const isLastNeeded = parts.at(-1)!.places.some(({ place }) => within.has(place.buffer));
    const written = new Set(
      parts.flatMap(({ call }) => writtenBy(call)).filter((buffer) => !within.has(buffer)),
    );
    const isSound = parts.every(({ call }) => readBy(call).every((buffer) => !written.has(buffer)));
    if (!isLastNeeded || within.size === 0 || !isSound) continue;
    const scratch = new Map(
      [...within].map((buffer) => [
        buffer,
        { ...buffer, size: buffer.size / items, home: { kind: 'scratch' } as const },
      ]),
    );
    return { call: { kind: 'nest', axes, calls: parts.map((part) => itemised(part, scratch)) }, end };
  }
  return undefined;
}

interface Separated {
  /** Of one item. */
  readonly call: Loop | ProductCall;
  /** Its operands, and by how much they move from item to item. */
  readonly places: readonly { readonly place: Place; readonly strides: readonly number[] }[];
}

/** A call as the same for each item; undefined where it is none. */
function separated(call: Call, axes: readonly number[]): Separated | undefined {
  const matches = (sizes: readonly number[]) => axes.every((size, axis) => sizes[axis] === size);
  if (call.kind === 'product') {
    const { batch } = call;
    if (!matches(batch.map(({ size }) => size))) return undefined;
    const own = batch.slice(0, axes.length);
    const places = (['a', 'b', 'c'] as const).map((name) => ({
      place: call[name],
      strides: own.map((axis) => axis[name]),
    }));
    return { call: { ...call, batch: batch.slice(axes.length) }, places };
  }
  if (call.kind !== 'loop' || !matches(call.axes) || call.reduced.slice(0, axes.length).some(Boolean))
    return undefined;
  const accesses = accessesOf(call);
  const places = accesses.map((access) => ({ place: access, strides: access.strides.slice(0, axes.length) }));
  const inner = mapAccesses(call, (access) => ({ ...access, strides: access.strides.slice(axes.length) }));
  return {
    call: { ...inner, axes: call.axes.slice(axes.length), reduced: call.reduced.slice(axes.length) },
    places,
  };
}

/** A call of one item, its scratch buffers as large as one item's. */
function itemised({ call, places }: Separated, scratch: ReadonlyMap<Buffer, Buffer>): NestedCall {
  const moved = <P extends Place>(place: P): P => ({
    ...place,
    buffer: scratch.get(place.buffer) ?? place.buffer,
  });
  const strides = places.map(({ place, strides }) => ({
    place: moved(place),
    strides: scratch.has(place.buffer) ? strides.map(() => 0) : strides,
  }));
  const inner =
    call.kind === 'loop'
      ? mapAccesses(call, moved)
      : { ...call, a: moved(call.a), b: moved(call.b), c: moved(call.c) };
  return { call: inner, strides };
}

const writtenBy = (call: Loop | ProductCall): Buffer[] =>
  call.kind === 'product' ? [call.c.buffer] : call.stores.map(({ access }) => access.buffer);

const readBy = (call: Loop | ProductCall): Buffer[] =>
  call.kind === 'product' ? [call.a.buffer, call.b.buffer] : loadsOf(call).map(({ buffer }) => buffer);
