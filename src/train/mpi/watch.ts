/**
 * Ranks that watch over each other, so that none waits for ever for one that is gone.
 *
 * What launchers do when a process dies differs: mpirun ends the job, srun does so when asked to, none says which rank it was
 * and where in the same words. So every rank holds a connection to rank 0, beside MPI. The system closes it when a process
 * ends, however it ends; a machine that has lost its power or its network is silent. Whoever sees it tells all others, and
 * they end too. The same way a rank that fails tells why.
 *
 * A thread does it, for the main thread may be busy for minutes (a large graph is traced). It ends the process when the main
 * thread does not do so in time.
 */

import { Worker } from 'node:worker_threads';

/** Where a rank runs. */
export interface Member {
  readonly rank: number;
  /** Name of the machine. */
  readonly host: string;
  readonly pid: number;
}

/** What rank 0 tells the others, for them to find it. */
export interface Address {
  readonly port: number;
  /** Of its machine; which of them the others can reach is tried. */
  readonly addresses: readonly string[];
  /** Known to the ranks of this job alone. */
  readonly token: string;
}

/** What ends a job. */
export interface Fault {
  readonly member: Member;
  /** What it said; undefined when it is gone without a word. */
  readonly message?: string;
  /** It is there no more, or just not heard of. */
  readonly silent?: true;
}

export interface Watch {
  /** Aborted with the `Fault` of another rank. */
  readonly lost: AbortSignal;
  /** Where rank 0 listens. */
  readonly port: Promise<number>;
  /** Connects to rank 0; resolves to whether that could be done. */
  join(address: Address, zero: Member): Promise<boolean>;
  /** What is said when a rank is lost, behind its name. */
  advise(fix: string): void;
  /** Tells all others that this rank fails; resolves when they know. */
  fail(message: string): Promise<void>;
  /** From now on nobody is missed. */
  end(): Promise<void>;
}

/** Milliseconds: between two signs of life, without any until a rank counts as lost, for the main thread to end by itself. */
const [BEAT, SILENCE, GRACE] = [1000, 30_000, 5000];

type ToThread =
  | { readonly kind: 'join'; readonly address: Address; readonly zero: Member }
  | { readonly kind: 'advise'; readonly fix: string }
  | { readonly kind: 'fail'; readonly message: string }
  | { readonly kind: 'end' };
type FromThread =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'joined'; readonly reached: boolean }
  | { readonly kind: 'told' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'fault'; readonly fault: Fault };

/** The error's words for a fault. */
export function describeFault({ member: { rank, host, pid }, message, silent }: Fault): string {
  if (message !== undefined) return `rank ${rank} on ${host}: ${message}`;
  return `rank ${rank} on ${host} (process ${pid}) ${silent ? 'is not heard of any more' : 'is gone'}`;
}

/** Starts the thread of a rank; that of rank 0 listens. */
export function startWatch(
  me: Member,
  token: string,
  times: readonly [beat: number, silence: number, grace: number] = [BEAT, SILENCE, GRACE],
): Watch {
  const settings = JSON.stringify({ me, token, times });
  const program = `(${watching})(require, ${settings}, ${describeFault})`;
  const worker = new Worker(program, { eval: true, execArgv: [] });
  worker.unref();
  const lost = new AbortController();
  const awaited = new Map<FromThread['kind'], (message: FromThread) => void>();
  const next = <K extends FromThread['kind']>(kind: K) =>
    new Promise<Extract<FromThread, { kind: K }>>((resolve) => {
      awaited.set(kind, resolve as (message: FromThread) => void);
    });
  const listening = me.rank === 0 ? next('listening').then(({ port }) => port) : Promise.resolve(0);
  worker.on('message', (message: FromThread) => {
    if (message.kind === 'fault') lost.abort(message.fault);
    awaited.get(message.kind)?.(message);
  });
  worker.on('error', () => {}); // without it the launcher alone notices
  const send = (message: ToThread) => worker.postMessage(message);
  /** Asks the thread for something; while it is awaited the process stays. */
  const ask = async <K extends FromThread['kind']>(message: ToThread, kind: K) => {
    worker.ref();
    const answer = next(kind);
    send(message);
    const said = await answer;
    worker.unref();
    return said;
  };
  return {
    lost: lost.signal,
    port: listening,
    join: async (address, zero) => (await ask({ kind: 'join', address, zero }, 'joined')).reached,
    advise: (fix) => send({ kind: 'advise', fix }),
    fail: async (message) => void (await ask({ kind: 'fail', message }, 'told')),
    async end() {
      await ask({ kind: 'end' }, 'ended');
      await worker.terminate();
    },
  };
}

interface Peer {
  readonly socket: import('node:net').Socket;
  readonly member: Member;
  /** When it was last heard of. */
  heard: number;
  /** It has taken leave. */
  left: boolean;
}

/** A line between ranks; an empty one is a sign of life. */
type Line =
  | { readonly token: string }
  | { readonly welcome: true }
  | { readonly member: Member }
  | { readonly fault: Fault }
  | { readonly left: true };

/** The thread's program, sent as text: a worker cannot begin with a file of TypeScript. */
function watching(
  require: NodeJS.Require,
  {
    me,
    token,
    times: [beat, silence, grace],
  }: { me: Member; token: string; times: readonly [number, number, number] },
  describe: typeof describeFault,
): void {
  const { createServer, connect } = require('node:net') as typeof import('node:net');
  const { writeSync } = require('node:fs') as typeof import('node:fs');
  const port = require('node:worker_threads').parentPort as import('node:worker_threads').MessagePort;
  const post = (message: FromThread) => port.postMessage(message);
  const peers = new Map<number, Peer>();
  let advice = '';
  let over = false;

  const send = ({ socket }: Pick<Peer, 'socket'>, line: Line) => socket.write(`${JSON.stringify(line)}\n`);
  /** The end of the job, from wherever it comes. Rank 0 says it, or rank 1 where rank 0 is lost. */
  const alarm = (fault: Fault) => {
    if (over) return;
    over = true;
    const mine = fault.member.rank === me.rank;
    const speaks = !mine && me.rank === (fault.member.rank === 0 ? 1 : 0);
    const say = () => {
      try {
        writeSync(2, `error: ${describe(fault)}${advice && `; ${advice}`}\n`);
      } catch {} // a launcher that is gone
    };
    if (speaks && fault.message === undefined) say(); // at once: the launcher may end this process, too
    for (const peer of peers.values()) send(peer, { fault });
    if (!mine) post({ kind: 'fault', fault });
    setTimeout(() => {
      if (speaks && fault.message !== undefined) say(); // the main thread has not come to it
      process.kill(process.pid, 'SIGKILL');
    }, grace);
  };
  /** Takes a rank's connection, from its first line on. */
  const keep = (socket: Peer['socket'], member: Member): Peer => {
    const peer = { socket, member, heard: Date.now(), left: false };
    peers.set(member.rank, peer);
    socket.on('close', () => {
      peers.delete(member.rank);
      if (!peer.left) alarm({ member });
    });
    return peer;
  };
  const lines = (socket: Peer['socket'], take: (line: Line) => void, heard: () => void) => {
    let text = '';
    socket.setEncoding('utf8').setNoDelay(true);
    socket.on('error', () => {}); // it is closed then
    socket.on('data', (data: string) => {
      heard();
      const parts = (text + data).split('\n');
      text = parts.pop()!;
      try {
        for (const part of parts) if (part !== '') take(JSON.parse(part) as Line);
      } catch {
        socket.destroy(); // no rank speaks so
      }
    });
  };

  if (me.rank === 0) {
    const server = createServer((socket) => {
      let known = false;
      let peer: Peer | undefined;
      lines(
        socket,
        (line) => {
          if ('token' in line && line.token === token) {
            known = true;
            send({ socket }, { welcome: true });
          } else if (!known) socket.destroy();
          else if ('member' in line) peer = keep(socket, line.member);
          else if (!peer) socket.destroy();
          else if ('fault' in line) alarm(line.fault);
          else if ('left' in line) peer.left = true;
        },
        () => {
          if (peer) peer.heard = Date.now();
        },
      );
    });
    server.listen(0, () => post({ kind: 'listening', port: (server.address() as { port: number }).port }));
  }

  /** The first of rank 0's addresses that answers. */
  const join = ({ port, addresses, token }: Address, zero: Member) => {
    let open = addresses.length;
    let chosen: Peer | undefined;
    for (const host of addresses) {
      const socket = connect({ host, port, timeout: 5000 }, () => send({ socket }, { token }));
      socket.on('timeout', () => socket !== chosen?.socket && socket.destroy());
      socket.on('close', () => {
        if (--open === 0 && !chosen) post({ kind: 'joined', reached: false });
      });
      lines(
        socket,
        (line) => {
          if ('welcome' in line && chosen) socket.destroy();
          else if ('welcome' in line) {
            chosen = keep(socket, zero);
            send(chosen, { member: me });
            post({ kind: 'joined', reached: true });
          } else if ('fault' in line) alarm(line.fault);
          else if ('left' in line && chosen) chosen.left = true;
        },
        () => {
          if (chosen) chosen.heard = Date.now();
        },
      );
    }
  };

  let last = Date.now();
  setInterval(() => {
    const now = Date.now();
    const slept = now - last > 3 * beat; // this process itself did nothing, so it could not hear either
    last = now;
    for (const peer of peers.values()) {
      peer.socket.write('\n');
      if (slept) peer.heard = now;
      else if (now - peer.heard > silence && !peer.left) alarm({ member: peer.member, silent: true });
    }
  }, beat);

  port.on('message', (message: ToThread) => {
    switch (message.kind) {
      case 'join':
        return join(message.address, message.zero);
      case 'advise':
        advice = message.fix;
        return;
      case 'fail':
        alarm({ member: me, message: message.message });
        return setTimeout(() => post({ kind: 'told' }), 50);
      case 'end': {
        over = true;
        for (const peer of peers.values()) {
          peer.left = true;
          send(peer, { left: true });
          peer.socket.end();
        }
        return setTimeout(() => post({ kind: 'ended' }), peers.size > 0 ? 20 : 0);
      }
    }
  });
}
