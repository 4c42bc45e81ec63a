// One rank: makes every call of a communicator, and prints what came of it as a line of JSON.
import { findKoffi } from '../../dist/runtime/native/library.js';
import { joinRanks } from '../../dist/train/mpi/ranks.js';

/** The beginnings of functions that V8's threads call at any time, as hexadecimal. */
const koffi = await findKoffi();
const libc = koffi.load('libc.so.6');
const beginnings = () =>
  ['mmap', 'munmap', 'mremap', 'madvise', 'brk', 'sbrk'].map((name) => [
    name,
    Buffer.from(koffi.decode(libc.symbol(name), 'uint8_t', 16)).toString('hex'),
  ]);
const untouched = new Map(beginnings());
const ranks = await joinRanks(process.argv[2]);
const patched = beginnings().flatMap(([name, bytes]) => (untouched.get(name) === bytes ? [] : [name]));
const { rank, size, allReduce, allGather, allToAll, barrier } = ranks.communicator;

/** Numbers that only this rank and this place have. */
const own = (length) => Float32Array.from({ length }, (_, i) => Math.sin(1 + i * size + rank));
const large = own(300_001); // sent in pieces, and the ranks' shares of it are not alike
await allReduce(large);
const bits = new Int32Array(large.buffer);
const uneven = await allGather(Int32Array.from({ length: rank * 2 }, (_, i) => 10 * rank + i));
const halves = await allToAll(Uint16Array.from({ length: size * 3 }, (_, i) => 60_000 + 100 * rank + i));
const bytes = await allGather(Uint8Array.of(250 + rank));
const before = performance.now();
if (rank === 1) await new Promise((resolve) => setTimeout(resolve, 300));
await barrier();
const waited = performance.now() - before;
// Nothing stands still meanwhile.
let turns = 0;
const timer = setInterval(() => turns++, 5);
if (rank === 1) await new Promise((resolve) => setTimeout(resolve, 300));
await barrier();
clearInterval(timer);
process.stdout.write(
  `${JSON.stringify({
    rank,
    size,
    mpi: ranks.mpi,
    threads: ranks.threads,
    hosts: ranks.members.map(({ host }) => host),
    sum: Array.from(large.subarray(0, 3)),
    hash: bits.reduce((hash, value) => (Math.imul(hash, 31) + value) | 0, 0),
    uneven: Array.from(uneven),
    halves: Array.from(halves),
    bytes: Array.from(bytes),
    waited,
    turns,
    patched,
  })}\n`,
);
await ranks.leave();
