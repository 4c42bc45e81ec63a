/**
 * The end of a Node server at which nobody is cut off. A socket that stops listening resets the connections that wait to be
 * accepted; so it goes on listening for a moment, in which the handler refuses what comes (`closing`), and stops once nothing
 * has come for a while.
 */

import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { turn } from './slices.ts';

/** Milliseconds without a new connection or request after which nobody waits. */
const QUIET = 100;
/** Milliseconds after which a turn of the event loop without one is enough, for some clients never rest. */
const DRAIN = 1000;
/** Milliseconds after which no more is waited for. */
const MOST = 10_000;

/** Stops a server; resolves when its last answer is sent. Its handler should refuse by now what is new. */
export async function closeServer(server: Server): Promise<void> {
  await quiet(server);
  server.headersTimeout = 1; // who has connected and said nothing is not waited for
  // The close of an HTTP server also ends its watch over slow requests, and then waits for them for ever.
  const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
  server.closeIdleConnections();
  await closed;
  server.close();
}

async function quiet(server: Server): Promise<void> {
  let arrivals = 0;
  const count = () => {
    arrivals++;
  };
  server.on('connection', count).on('request', count);
  const begun = performance.now();
  const took = () => performance.now() - begun;
  for (let seen = -1; seen !== arrivals && took() < MOST; ) {
    seen = arrivals;
    if (took() < DRAIN) await setTimeout(QUIET);
    await turn(); // Node accepts one connection in each
  }
  server.off('connection', count).off('request', count);
}
