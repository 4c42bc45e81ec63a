/**
 * A model behind HTTP as a function from a Request to a Response: POST /solve, GET /health, GET / for people. Any server that
 * speaks these can call it; node.ts listens with it.
 *
 * It takes JSON alone, which a foreign page cannot send unasked, and answers only to the names it is given, so that no page
 * reaches it by a name of its own. What a request may cost is checked first: its size before it is read, the room in the
 * queue before its puzzles are.
 */
import * as z from 'zod';
import { TrmError } from '../errors.ts';
import type { Puzzle, Solution } from '../evaluate/solver.ts';
import { limits } from './limits.ts';
import { QueueFull, type SolveQueue } from './queue.ts';

export type Handler = (request: Request) => Promise<Response>;

export interface HandlerOptions {
  /** Bytes of a request's body; 1 MiB when omitted. */
  readonly maxBody?: number;
  /** Puzzles of a request; 256 when omitted. */
  readonly maxPuzzles?: number;
  /** Host names that are answered to, without ports; this machine's own when omitted, any with `*`. */
  readonly hosts?: readonly string[];
  /** What /health tells of the model. */
  readonly about?: Readonly<Record<string, unknown>>;
}

const localHosts = ['127.0.0.1', 'localhost', '[::1]'];

const usage = `POST /solve {"puzzle": TEXT} or {"puzzles": [TEXT, …]} as application/json; GET /health\n`;

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

interface Route {
  readonly method: string;
  /** A text, or what is sent as JSON. */
  readonly answer: (request: Request) => unknown;
}

/** The answers of a queue; it never rejects. The request's signal, when aborted, gives up its waiting puzzles. */
export function solveHandler(queue: SolveQueue, options: HandlerOptions = {}): Handler {
  const { maxBody = limits.maxBody, maxPuzzles = limits.maxPuzzles, hosts = localHosts, about } = options;
  const began = performance.now();
  const solve = solveRoute(queue, maxBody, maxPuzzles);
  const health = () => ({
    status: 'ok',
    ...about,
    waiting: queue.waiting,
    solved: queue.solved,
    seconds: Math.round((performance.now() - began) / 1000),
  });
  const routes = new Map<string, Route>([
    ['/', { method: 'GET', answer: () => usage }],
    ['/health', { method: 'GET', answer: health }],
    ['/solve', { method: 'POST', answer: solve }],
  ]);

  return async (request) => {
    try {
      const { hostname, pathname } = new URL(request.url);
      if (!hosts.includes(hostname) && !hosts.includes('*'))
        throw new HttpFault(403, 'host', `expected the host ${hosts.join(' or ')}`);
      const route = routes.get(pathname);
      if (!route)
        throw new HttpFault(404, 'route', `no such route; there are ${[...routes.keys()].join(', ')}`);
      if (request.method !== route.method)
        throw new HttpFault(405, 'method', `expected ${route.method}`, { Allow: route.method });
      return response(200, await route.answer(request));
    } catch (fault) {
      const gone = request.signal.aborted;
      const { status, headers, ...error } = describedFault(
        gone ? new HttpFault(499, 'closed', 'the client went away') : fault,
      );
      return response(status, { error }, headers);
    }
  };
}

function solveRoute(queue: SolveQueue, maxBody: number, maxPuzzles: number): Route['answer'] {
  const longest = 8 * queue.cells; // a token of five digits, a comma and spaces; decorated grids take half of it
  // By hand: a schema for every cell takes ten times as long, a quarter of a second for 1 MiB of them.
  const puzzle = z.custom<Puzzle>((given) => lengthOf(given) <= longest);
  const body = z.union([
    z.strictObject({ puzzle }),
    z.strictObject({ puzzles: z.array(puzzle).min(1).max(maxPuzzles) }),
  ]);
  const expected = `expected {"puzzle": …} or {"puzzles": […]} with 1 to ${maxPuzzles}, each a text, a list of cells or of rows, or {"tokens": […]}, ${longest} at most`;
  return async (request) => {
    if (!/^application\/json\b/i.test(request.headers.get('Content-Type') ?? ''))
      throw new HttpFault(415, 'content-type', 'expected application/json');
    queue.expectRoom(1);
    const { data } = body.safeParse(parseJson(await readBody(request, maxBody)));
    if (!data) throw new HttpFault(400, 'data', expected);
    if ('puzzle' in data) {
      const [solution] = await queue.solveEach([data.puzzle], request.signal);
      if (solution instanceof TrmError) throw solution;
      return shown(solution!);
    }
    const solutions = await queue.solveEach(data.puzzles, request.signal);
    return { solutions: solutions.map((one) => (one instanceof TrmError ? refused(one) : shown(one))) };
  };
}

/** Characters or cells of a puzzle; infinite for what is none. */
function lengthOf(given: unknown): number {
  if (typeof given === 'string') return given.length;
  if (typeof given === 'number' || given === null) return 1;
  if (Array.isArray(given)) return given.reduce<number>((sum, part) => sum + lengthOf(part), 0);
  return given !== undefined && Object.keys(given).join() === 'tokens'
    ? lengthOf((given as { tokens: unknown }).tokens)
    : Number.POSITIVE_INFINITY;
}

function shown({ tokens, valid, ...solution }: Solution) {
  return { ...solution, valid: valid ?? null, tokens: [...tokens] };
}

/** In the place of a solution. */
function refused(error: TrmError) {
  const { status: _, ...described } = describedFault(error);
  return { error: described };
}

/** The body as text: what says that it is too large is not read, what turns out to be is read no further. */
async function readBody({ headers, body }: Request, most: number): Promise<string> {
  const tooLarge = () => new HttpFault(413, 'size', `expected at most ${most} bytes`);
  if (Number(headers.get('Content-Length')) > most) throw tooLarge();
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > most) throw tooLarge();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HttpFault(400, 'json', (error as Error).message);
  }
}

interface Described {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly fix?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

function describedFault(fault: unknown): Described {
  const message = fault instanceof Error ? fault.message : String(fault);
  if (fault instanceof HttpFault) {
    const { status, code, headers } = fault;
    return { status, code, message, headers };
  }
  if (fault instanceof QueueFull)
    return { status: 503, code: 'busy', message, headers: { 'Retry-After': '1' } };
  if (fault instanceof TrmError && fault.code === 'data')
    return { status: 400, code: fault.code, message, fix: fault.detail.fix };
  return { status: 500, code: fault instanceof TrmError ? fault.code : 'internal', message };
}

/** A text as it is, anything else as JSON. */
function response(
  status: number,
  content: unknown,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const isText = typeof content === 'string';
  return new Response(isText ? content : `${JSON.stringify(content)}\n`, {
    status,
    headers: { 'Content-Type': isText ? 'text/plain; charset=utf-8' : 'application/json', ...headers },
  });
}
