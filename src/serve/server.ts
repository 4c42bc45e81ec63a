/**
 * A model behind HTTP, for programs on the same machine: POST /solve, GET /health, GET / for people.
 *
 * It listens on the loopback address alone, takes JSON alone (which a foreign page cannot send unasked), and answers only to
 * the names of this machine, so that no page reaches it by a name of its own.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import * as z from 'zod';
import { TrmError } from '../errors.ts';
import type { Solution } from '../evaluate/solver.ts';
import { QueueFull, type SolveQueue } from './queue.ts';

export interface ServerOptions {
  /** Bytes of a request's body. */
  readonly maxBody: number;
  /** Puzzles of a request. */
  readonly maxPuzzles: number;
  /** Seconds in which a request must have arrived. */
  readonly timeout: number;
  /** What /health tells of the model. */
  readonly about: Readonly<Record<string, unknown>>;
  /** What / tells people. */
  readonly usage: string;
}

/** A fault with an HTTP status of its own. */
class HttpFault extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** A server that is not listening yet. */
export function solveServer(queue: SolveQueue, options: ServerOptions): Server {
  const began = performance.now();
  const routes: Record<
    string,
    { method: string; answer: (request: IncomingMessage, response: ServerResponse) => unknown }
  > = {
    '/': { method: 'GET', answer: () => options.usage },
    '/health': {
      method: 'GET',
      answer: () => ({
        status: 'ok',
        ...options.about,
        waiting: queue.waiting,
        solved: queue.solved,
        seconds: Math.round((performance.now() - began) / 1000),
      }),
    },
    '/solve': { method: 'POST', answer: (request, response) => solve(queue, request, response, options) },
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<unknown> => {
    if (!isLocal(request.headers.host))
      throw new HttpFault(403, 'host', 'expected the host 127.0.0.1 or localhost');
    const path = request.url!.replace(/\?.*$/s, '');
    const route = Object.hasOwn(routes, path) ? routes[path]! : undefined;
    if (!route)
      throw new HttpFault(404, 'route', `no such route; there are ${Object.keys(routes).join(', ')}`);
    if (request.method !== route.method)
      throw new HttpFault(405, 'method', `expected ${route.method}`, { Allow: route.method });
    return route.answer(request, response);
  };

  const server = createServer({ requestTimeout: options.timeout * 1000, connectionsCheckingInterval: 1000 });
  server.on('request', async (request, response) => {
    try {
      send(response, 200, await answer(request, response));
    } catch (fault) {
      const { status, code, message, headers, fix } = described(fault);
      send(response, status, { error: { code, message, ...(fix !== undefined && { fix }) } }, headers);
    }
    request.resume(); // what is left of a refused body, so that its sender reads the answer
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuseSocket(error, socket as Socket));
  return server;
}

const tokens = z.array(z.int()).max(10_000);
const puzzle = z.union([z.string(), tokens]);

async function solve(
  queue: SolveQueue,
  request: IncomingMessage,
  response: ServerResponse,
  { maxBody, maxPuzzles }: ServerOptions,
): Promise<unknown> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    throw new HttpFault(415, 'content-type', 'expected application/json');
  const body = z.union([
    z.strictObject({ puzzle }),
    z.strictObject({ puzzles: z.array(puzzle).min(1).max(maxPuzzles) }),
  ]);
  const expected = `expected {"puzzle": …} or {"puzzles": […]} with 1 to ${maxPuzzles}, each a text or a list of tokens`;
  const parsed = body.safeParse(parseJson(await readBody(request, maxBody)));
  if (!parsed.success) throw new HttpFault(400, 'data', expected);
  const gone = new AbortController();
  response.once('close', () => gone.abort(new HttpFault(499, 'closed', 'the client went away')));
  if ('puzzle' in parsed.data) return shown((await queue.solve([parsed.data.puzzle], gone.signal))[0]!);
  return { solutions: (await queue.solve(parsed.data.puzzles, gone.signal)).map(shown) };
}

function shown({ answer, tokens, halting, steps, valid }: Solution) {
  return { answer, halting, steps, valid: valid ?? null, tokens: [...tokens] };
}

async function readBody(request: IncomingMessage, most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > most)
      throw new HttpFault(413, 'size', `expected at most ${most} bytes`, { Connection: 'close' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HttpFault(400, 'json', (error as Error).message);
  }
}

function isLocal(host = ''): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host);
}

interface Described {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly fix?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

function described(fault: unknown): Described {
  if (fault instanceof HttpFault) return fault;
  if (fault instanceof QueueFull)
    return { status: 503, code: 'busy', message: fault.message, headers: { 'Retry-After': '1' } };
  if (fault instanceof TrmError && fault.code === 'data')
    return { status: 400, code: fault.code, message: fault.message, fix: fault.detail.fix };
  const message = fault instanceof Error ? fault.message : String(fault);
  return { status: 500, code: fault instanceof TrmError ? fault.code : 'internal', message };
}

/** A text as it is, anything else as JSON. */
function send(
  response: ServerResponse,
  status: number,
  content: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.destroyed) return;
  const text = typeof content === 'string' ? content : `${JSON.stringify(content)}\n`;
  const type = typeof content === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text), ...headers });
  response.end(text);
}

/** What is no HTTP, or did not arrive in time, has no response object: it is answered on the socket. */
function refuseSocket(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, code, message] =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? ['408 Request Timeout', 'timeout', 'the request did not arrive in time']
      : ['400 Bad Request', 'http', error.message];
  const body = `${JSON.stringify({ error: { code, message } })}\n`;
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
