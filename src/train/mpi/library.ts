/**
 * The MPI of this machine, called through koffi: the handful of functions that training needs.
 *
 * MPI says what its functions are called, not what its handles are. Open MPI's are addresses of its own variables, those of
 * MPICH and all that share its binary interface (Intel MPI, MVAPICH, Cray) are numbers (mpich.org/abi). Everything that
 * differs is in `interfaces`.
 *
 * Collective calls are begun (MPI_I…) and then asked whether they are done, never waited in: the thread that JavaScript runs
 * on goes on hearing signals, and can give up when another rank is lost. So one thread calls MPI, and no more than
 * MPI_THREAD_FUNNELED is asked of it.
 */

import { TrmError } from '../../errors.ts';
import { findKoffi } from '../../runtime/native/library.ts';
import type { MpiKind } from './launcher.ts';

type Koffi = Exclude<Awaited<ReturnType<typeof findKoffi>>, string>;
type Library = ReturnType<Koffi['load']>;

/** What ranks give each other. */
export type Numbers = Float32Array | Int32Array | Uint16Array | Uint8Array;

/** Answers whether what was begun is done. */
export type IsDone = () => boolean;

export interface Mpi {
  /** `Open MPI v4.1.4` */
  readonly version: string;
  readonly rank: number;
  readonly size: number;
  /** Sums over the ranks, in place. */
  allReduce(values: Float32Array): IsDone;
  /** The values of all ranks into `all`, of which rank r gives `counts[r]`. */
  allGather(values: Numbers, all: Numbers, counts: Int32Array): IsDone;
  /** Part r of the values to rank r, all parts alike; into `received`, what each rank has for this one. */
  allToAll(values: Numbers, received: Numbers): IsDone;
  /** Ends the processes of all ranks, this one too. */
  abort(status: number): never;
  /** Takes leave; returns when all ranks do. */
  finalize(): void;
}

/** Handles of a kind, and special addresses; as koffi takes them. */
interface Interface {
  /** C type of a handle. */
  readonly handle: string;
  readonly world: string | number;
  readonly float: string | number;
  readonly int32: string | number;
  readonly uint16: string | number;
  readonly byte: string | number;
  readonly sum: string | number;
  readonly inPlace: number;
  readonly statusIgnore: number;
}

/** A text is the name of the variable whose address is the handle. */
const interfaces: Readonly<Record<MpiKind, Interface>> = {
  'open-mpi': {
    handle: 'void *',
    world: 'ompi_mpi_comm_world',
    float: 'ompi_mpi_float',
    int32: 'ompi_mpi_int32_t',
    uint16: 'ompi_mpi_uint16_t',
    byte: 'ompi_mpi_byte',
    sum: 'ompi_mpi_op_sum',
    inPlace: 1,
    statusIgnore: 0,
  },
  mpich: {
    handle: 'int',
    world: 0x44000000,
    float: 0x4c00040a,
    int32: 0x4c000439,
    uint16: 0x4c00023c,
    byte: 0x4c00010d,
    sum: 0x58000003,
    inPlace: -1,
    statusIgnore: 1,
  },
};

/** Where MPI goes by which name: distributions' names of a kind first, then those that several kinds share. */
const names: Readonly<Record<string, Readonly<Record<MpiKind, readonly string[]>>>> = {
  linux: {
    'open-mpi': ['libmpi.so.40', 'libmpi.so.20', 'libmpi.so'],
    mpich: ['libmpich.so.12', 'libmpi.so.12', 'libmpi_cray.so.12', 'libmpich.so', 'libmpi.so'],
  },
  darwin: {
    'open-mpi': ['libmpi.40.dylib', '/opt/homebrew/lib/libmpi.40.dylib', '/usr/local/lib/libmpi.40.dylib'],
    mpich: ['libmpi.12.dylib', '/opt/homebrew/lib/libmpi.12.dylib', '/usr/local/lib/libmpi.12.dylib'],
  },
};

const FUNNELED = 1;

/**
 * MPIs and UCX below them write jumps over mmap, munmap, brk and others in the C library, to hear of memory that a network card
 * still knows (docs/log.md). They do it while V8's threads are in these functions, of which a rank can crash. Without them
 * transfers over InfiniBand keep no registrations. What a user has set stays.
 */
const unpatched = { UCX_MEM_MMAP_HOOK_MODE: 'none', OMPI_MCA_memory: '^patcher' };

const inFlight = new Set<readonly Numbers[]>();

/**
 * Loads MPI and starts it (MPI_Init).
 *
 * @param file of the library; else it is looked for by its usual names, those of `kind` first.
 * @throws TrmError `runtime` when there is none, or none of a kind that is known; it says what to install.
 */
export async function openMpi(file?: string, kind?: MpiKind): Promise<Mpi> {
  const koffi = await findKoffi();
  if (typeof koffi === 'string') {
    const fix = 'npm install koffi, which calls MPI';
    throw new TrmError('runtime', koffi, { key: 'mpi', fix });
  }
  Object.assign(process.env, { ...unpatched, ...process.env });
  const library = file === undefined ? find(koffi, kind) : load(koffi, file);
  return start(koffi, library);
}

function load(koffi: Koffi, file: string): Library {
  try {
    const library = koffi.load(file, { global: true }); // Open MPI loads parts of itself, which look for its names
    versionOf(library);
    return library;
  } catch (cause) {
    const message = `does not load as a library of MPI (${(cause as Error).message.split('\n')[0]})`;
    const fix = 'leave it out, and it is looked for by its usual names';
    throw new TrmError('runtime', message, { key: '--mpi-library', file, fix, cause });
  }
}

function find(koffi: Koffi, kind: MpiKind | undefined): Library {
  const known = names[process.platform];
  const kinds: readonly MpiKind[] = kind === undefined ? ['open-mpi', 'mpich'] : [kind];
  const tried = known ? kinds.flatMap((one) => known[one]) : [];
  for (const name of tried) {
    try {
      return koffi.load(name, { global: true });
    } catch {} // the next
  }
  const what = { 'open-mpi': 'Open MPI', mpich: 'MPICH' };
  const wanted = kind === undefined ? 'MPI' : what[kind];
  const looked =
    tried.length > 0 ? `, looked for ${tried.join(', ')}` : ` is looked for on ${process.platform}`;
  throw new TrmError('runtime', `no library of ${wanted}${looked}`, {
    key: 'mpi',
    fix: 'install it (Debian: apt-get install openmpi-bin, or mpich), or name its file: --mpi-library FILE',
  });
}

/** Whose library it is. @throws TrmError `runtime` when of none that is known. */
function kindOf(library: Library, version: string): MpiKind {
  try {
    library.symbol('ompi_mpi_comm_world');
    return 'open-mpi';
  } catch {}
  if (/mpich|intel|mvapich|cray/i.test(version)) return 'mpich';
  throw new TrmError('runtime', `${version}: an MPI of a kind that is not known`, {
    key: 'mpi',
    fix: 'name the library of Open MPI, MPICH, Intel MPI, MVAPICH or Cray MPICH: --mpi-library FILE',
  });
}

function versionOf(library: Library): string {
  const [text, length] = [Buffer.alloc(8192), [0]];
  library.func('int MPI_Get_library_version(void *text, _Out_ int *length)')(text, length);
  const [first = ''] = text.toString('latin1', 0, length[0]).split(/[\n\0]/);
  return first
    .replace(/,.*/, '')
    .replace(/\s*Version:\s*/, ' ')
    .trim();
}

function start(koffi: Koffi, library: Library): Mpi {
  const version = versionOf(library);
  const kind = interfaces[kindOf(library, version)];
  const { handle, inPlace, statusIgnore } = kind;
  const handleOf = (name: string | number) => (typeof name === 'number' ? name : library.symbol(name));
  const [world, sum] = [handleOf(kind.world), handleOf(kind.sum)];
  const types = new Map<unknown, unknown>([
    [Float32Array, handleOf(kind.float)],
    [Int32Array, handleOf(kind.int32)],
    [Uint16Array, handleOf(kind.uint16)],
    [Uint8Array, handleOf(kind.byte)],
  ]);
  const typeOf = (values: Numbers) => types.get(values.constructor)!;

  /** A function of MPI, whose result is 0. Numbers stand for addresses, too: MPI gives some of them a meaning. */
  const bind = (name: string, parameters: string) => {
    const call = library.func(`int MPI_${name}(${parameters.replaceAll('HANDLE', handle)})`);
    return (...values: unknown[]): void => {
      const status = call(...values);
      if (status !== 0) throw new TrmError('runtime', `MPI_${name} failed with ${status}`, { key: 'mpi' });
    };
  };
  const init = bind('Init_thread', 'void *argc, void *argv, int required, _Out_ int *provided');
  const commRank = bind('Comm_rank', 'HANDLE comm, _Out_ int *rank');
  const commSize = bind('Comm_size', 'HANDLE comm, _Out_ int *size');
  const allReduce = bind(
    'Iallreduce',
    'intptr_t send, void *receive, int count, HANDLE type, HANDLE op, HANDLE comm, void *request',
  );
  const allGather = bind(
    'Iallgatherv',
    'void *send, int count, HANDLE type, void *receive, void *counts, void *starts, HANDLE receiveType, HANDLE comm, void *request',
  );
  const allToAll = bind(
    'Ialltoall',
    'void *send, int count, HANDLE type, void *receive, int receiveCount, HANDLE receiveType, HANDLE comm, void *request',
  );
  const testRequest = bind('Test', 'void *request, void *flag, intptr_t status');
  const abort = bind('Abort', 'HANDLE comm, int status');
  const finalize = bind('Finalize', '');

  init(null, null, FUNNELED, [0]);
  const [rank, size] = [[0], [0]];
  commRank(world, rank);
  commSize(world, size);

  /**
   * Begins a call. What it works on must neither be collected nor move until it is done: asking for its address moves it out
   * of V8's heap, and a set that the process always reaches holds it, for ever where the call is given up.
   */
  const begin = (held: readonly Numbers[], call: (request: BigInt64Array) => void): IsDone => {
    for (const values of held) koffi.address(values);
    const request = new BigInt64Array(1); // of MPICH an int, of Open MPI an address
    const flag = new Int32Array(1);
    inFlight.add(held);
    call(request);
    return () => {
      testRequest(request, flag, statusIgnore);
      if (flag[0] === 0) return false;
      inFlight.delete(held);
      return true;
    };
  };
  return {
    version,
    rank: rank[0]!,
    size: size[0]!,
    allReduce: (values) =>
      begin([values], (request) =>
        allReduce(inPlace, values, values.length, typeOf(values), sum, world, request),
      ),
    allGather(values, all, counts) {
      const starts = new Int32Array(counts.length);
      for (let r = 1; r < counts.length; r++) starts[r] = starts[r - 1]! + counts[r - 1]!;
      const type = typeOf(values);
      return begin([values, all, counts, starts], (request) =>
        allGather(values, values.length, type, all, counts, starts, type, world, request),
      );
    },
    allToAll(values, received) {
      const [part, type] = [values.length / size[0]!, typeOf(values)];
      return begin([values, received], (request) =>
        allToAll(values, part, type, received, part, type, world, request),
      );
    },
    abort(status) {
      abort(world, status);
      throw new Error('MPI_Abort came back');
    },
    finalize: () => finalize(),
  };
}
