/**
 * TensorBoard's event files: records, each an `Event` of protocol buffers.
 *
 * Written with the wire writer of @bufbuild/protobuf, since of the schema a few fields are needed and npm has no maintained
 * library that writes them. Sources: TensorFlow's event.proto, summary.proto and lib/io/record_writer.h.
 */

import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { crc32c } from './crc.ts';

/** Numbers at a step, by their tags. */
export interface ScalarEvent {
  readonly step: number;
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly scalars: Readonly<Record<string, number>>;
}

/** Field numbers of the messages. */
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5, sessionLog: 7 } as const;
const SUMMARY = { value: 1 } as const;
const VALUE = { tag: 1, simpleValue: 2 } as const;
const SESSION_LOG = { status: 1 } as const;
const SESSION_START = 1;

/** How a file begins: its version, and word that a run starts, at which TensorBoard forgets what an older file said. */
export function encodeHead(wallTime: number): Uint8Array[] {
  const version = event(wallTime, 0).tag(EVENT.fileVersion, WireType.LengthDelimited).string('brain.Event:2');
  const start = event(wallTime, 0).tag(EVENT.sessionLog, WireType.LengthDelimited).fork();
  start.tag(SESSION_LOG.status, WireType.Varint).int32(SESSION_START).join();
  return [record(version.finish()), record(start.finish())];
}

export function encodeScalars({ step, wallTime, scalars }: ScalarEvent): Uint8Array {
  const writer = event(wallTime, step).tag(EVENT.summary, WireType.LengthDelimited).fork();
  for (const [tag, value] of Object.entries(scalars)) {
    writer.tag(SUMMARY.value, WireType.LengthDelimited).fork();
    writer.tag(VALUE.tag, WireType.LengthDelimited).string(tag);
    writer.tag(VALUE.simpleValue, WireType.Bit32).float(value).join();
  }
  return record(writer.join().finish());
}

function event(wallTime: number, step: number): BinaryWriter {
  const writer = new BinaryWriter().tag(EVENT.wallTime, WireType.Bit64).double(wallTime);
  return writer.tag(EVENT.step, WireType.Varint).int64(step);
}

/** Length (8 bytes), its checksum (4), the bytes, their checksum (4); all little-endian. */
function record(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + 4 + data.length + 4);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, masked(crc32c(bytes.subarray(0, 8))), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, masked(crc32c(data)), true);
  return bytes;
}

/** A checksum is turned and shifted, so that the checksum of data that holds checksums is none of them (TensorFlow's crc32c.h). */
function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
