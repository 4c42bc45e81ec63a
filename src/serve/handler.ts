/**
 * A model behind HTTP as a function from a Request to a Response: POST /solve, GET /health, /metrics and /openapi.json, GET /
 * for people. Any server that speaks these can call it; node.ts listens with it.
 *
 * It takes JSON alone, which a foreign page cannot send unasked, and answers only to addresses and the names it is given, so
 * that no page reaches it by a name of its own (DNS rebinding). What a request may cost is checked first: its size before it is read, the room in the
 * queue before its puzzles are.
 */
import * as z from 'zod';
import { readJson } from '../data/json.ts';
import { TrmError } from '../errors.ts';
import type { Puzzle, Solution } from '../evaluate/solver.ts';
import { askedSchema } from '../evaluate/thinking-settings.ts';
import { didYouMean } from '../suggest.ts';
import { corsHeaders } from './cors.ts';
import { limits } from './limits.ts';
import { openApi } from './openapi.ts';
import { QueueFull, type SolveQueue } from './queue.ts';
import { RequestMetrics } from './request-metrics.ts';

/** Answers a request. It never rejects. */
export type Handler = (request: Request) => Promise<Response>;

/** What a handler takes, answers to and tells. */
export interface HandlerOptions {
  /** Bytes of a request's body; 1 MiB when omitted. */
  readonly maxBody?: number;
  /** Puzzles of a request; when omitted 256, or as many as may wait where that is less. */
  readonly maxPuzzles?: number;
  /**
   * Supervision steps that a request may take for one puzzle, all its candidates together; when omitted 64, or what the
   * queue's own settings take where that is more.
   */
  readonly maxSteps?: number;
  /**
   * Host names that are answered to, without ports; this machine's own when omitted, any with `*`. Addresses always are: no
   * foreign page comes by one.
   */
  readonly hosts?: readonly string[];
  /** Origins whose pages may read the answers, as `https://puzzles.example`; none when omitted, any with `*`. */
  readonly origins?: readonly string[];
  /** What /health tells beside the puzzle, the sizes and the device, as `model` and `version`. */
  readonly about?: Readonly<Record<string, unknown>>;
  /** When aborted, what comes from then on is refused with 503; what came before has its answer. */
  readonly closing?: AbortSignal;
  /** Called after every request, for a log. It must not throw. */
  readonly onAnswer?: (answered: Answered) => void;
}

/** A request that was answered. */
export interface Answered {
  /** The client's X-Request-Id where it is one, else made here; the answer bears it. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
  /** Code of the error that was answered. */
  readonly error?: string;
}

const localHosts = ['localhost'];

const usage = `POST /solve {"puzzle": TEXT} or {"puzzles": [TEXT, …]} as application/json; GET /health, /metrics, /openapi.json\n`;

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
  readonly method: 'GET' | 'POST';
  /** A text, or what is sent as JSON. */
  readonly answer: (request: Request) => unknown;
}

/** What a route's method brings along. */
const methods = { GET: ['GET', 'HEAD', 'OPTIONS'], POST: ['POST', 'OPTIONS'] } as const;

interface Reply {
  readonly status: number;
  /** A text, or what is sent as JSON; nothing when undefined. */
  readonly content?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Code of an error. */
  readonly error?: string;
}

/**
 * The answers of a queue; it never rejects. The request's signal, when aborted, gives up its puzzles.
 *
 * @throws TrmError `usage` when the queue's own settings take more than `maxSteps`, or `maxPuzzles` are more than may wait.
 */
export function solveHandler(queue: SolveQueue, options: HandlerOptions = {}): Handler {
  const { hosts = localHosts, origins = [], about, closing, onAnswer } = options;
  const maxPuzzles = queue.puzzlesAllowed(options.maxPuzzles);
  const began = performance.now();
  const seconds = () => Math.round((performance.now() - began) / 1000);
  const metrics = new RequestMetrics();
  const version = typeof about?.version === 'string' ? about.version : 'unknown';
  const document = openApi({ version, maxPuzzles, longest: longestPuzzle(queue) });
  const health = () => ({
    status: 'ok',
    ...queue.about,
    ...about,
    waiting: queue.waiting,
    solved: queue.solved,
    seconds: seconds(),
  });
  const readings = () => [
    {
      name: 'trm_puzzles_solved_total',
      type: 'counter',
      help: 'Puzzles solved.',
      value: queue.solved,
    } as const,
    { name: 'trm_puzzles_waiting', type: 'gauge', help: 'Puzzles waiting.', value: queue.waiting } as const,
    { name: 'trm_uptime_seconds', type: 'gauge', help: 'Time since the start.', value: seconds() } as const,
  ];
  const routes = new Map<string, Route>([
    ['/', { method: 'GET', answer: () => usage }],
    ['/health', { method: 'GET', answer: health }],
    ['/metrics', { method: 'GET', answer: () => metrics.text(readings()) }],
    ['/openapi.json', { method: 'GET', answer: () => document }],
    ['/solve', { method: 'POST', answer: solveRoute(queue, options) }],
  ]);

  const reply = async (request: Request, { hostname, pathname }: URL): Promise<Reply> => {
    try {
      if (closing?.aborted)
        throw new HttpFault(503, 'closing', 'the server is about to stop', { 'Retry-After': '1' });
      if (!isAddress(hostname) && !hosts.includes(hostname) && !hosts.includes('*'))
        throw new HttpFault(403, 'host', `expected an address or the host ${hosts.join(' or ')}`);
      const route = routes.get(pathname);
      if (!route)
        throw new HttpFault(404, 'route', `no such route; there are ${[...routes.keys()].join(', ')}`);
      const allowed: readonly string[] = methods[route.method];
      const headers = { Allow: allowed.join(', ') };
      if (request.method === 'OPTIONS') return { status: 204, headers };
      if (!allowed.includes(request.method))
        throw new HttpFault(405, 'method', `expected ${route.method}`, headers);
      return { status: 200, content: await route.answer(request) };
    } catch (fault) {
      const gone = request.signal.aborted;
      const { status, headers, ...error } = describedFault(
        gone ? new HttpFault(499, 'closed', 'the client went away') : fault,
      );
      return { status, content: { error }, headers, error: error.code };
    }
  };

  return async (request) => {
    const arrived = performance.now();
    const { method } = request;
    const url = new URL(request.url);
    const id = requestId(request.headers);
    const { status, content, headers, error } = await reply(request, url);
    const milliseconds = performance.now() - arrived;
    const route = routes.has(url.pathname) ? url.pathname : 'other';
    const known = /^(GET|HEAD|POST|OPTIONS)$/.test(method) ? method : 'other';
    metrics.count(route, known, status, milliseconds / 1000);
    onAnswer?.({ id, method, path: url.pathname, status, milliseconds, ...(error && { error }) });
    const all = { 'X-Request-Id': id, ...corsHeaders(request, origins), ...headers };
    return response(status, content, all, method === 'HEAD');
  };
}

/** Whether a host, as a URL writes it, is an IP address. */
function isAddress(hostname: string): boolean {
  return hostname.startsWith('[') || /^\d+\.\d+\.\d+\.\d+$/.test(hostname);
}

/** The client's own identifier of a request where it is safe to repeat, else a new one. */
function requestId(headers: Headers): string {
  const own = headers.get('X-Request-Id');
  return own !== null && /^[\w.:/+=-]{1,128}$/.test(own) ? own : crypto.randomUUID();
}

/** Characters or numbers of a puzzle, at most: what a table of a web page takes for a cell, and half again. */
function longestPuzzle(queue: SolveQueue): number {
  return 64 * queue.cells;
}

function solveRoute(queue: SolveQueue, options: HandlerOptions): Route['answer'] {
  const { maxBody = limits.maxBody } = options;
  const maxPuzzles = queue.puzzlesAllowed(options.maxPuzzles);
  const maxSteps = queue.stepsAllowed(options.maxSteps);
  const longest = longestPuzzle(queue);
  // By hand: a schema for every cell takes ten times as long, a quarter of a second for 1 MiB of them.
  const puzzle = z.custom<Puzzle>((given) => lengthOf(given) <= longest);
  const settings = z.looseObject({}).optional();
  const unread = z.unknown().optional(); // what somebody keeps beside a puzzle is no question
  const body = z.union([
    z.strictObject({ puzzle, solution: unread, settings }),
    z.strictObject({
      puzzles: z.array(z.unknown()).min(1).max(maxPuzzles),
      solutions: unread,
      settings,
    }),
  ]);
  const kinds = `a text, a list of cells or of rows, or {"tokens": […]}, of ${longest} characters or numbers at most`;
  const expectedPuzzle = `expected ${kinds}`;
  const expected = `expected {"puzzle": …} or {"puzzles": […]} with 1 to ${maxPuzzles}, each ${kinds}, and no key beside it but "settings", and "solution" or "solutions", which are not read`;
  return async (request) => {
    const type = request.headers.get('Content-Type') ?? '';
    if (!/^application\/json\b/i.test(type))
      throw new HttpFault(
        415,
        'content-type',
        "expected application/json; send the header Content-Type: application/json, with curl -H 'Content-Type: application/json'",
      );
    const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(type) ?? [];
    if (!/^utf-?8$/i.test(charset))
      throw new HttpFault(415, 'content-type', `expected application/json in UTF-8, got charset ${charset}`);
    const encoding = request.headers.get('Content-Encoding') ?? 'identity';
    if (!/^identity$/i.test(encoding))
      throw new HttpFault(415, 'content-encoding', `expected a body as it is, got ${encoding}`, {
        'Accept-Encoding': 'identity', // of a 415 what is taken (RFC 9110, 12.5.3)
      });
    queue.expectRoom(1);
    const asked = parseJson(await readBody(request, maxBody));
    const { data } = body.safeParse(asked);
    if (!data) {
      const wrong = [...wrongKeys(asked), ...wrongValues(asked, maxPuzzles, longest)];
      throw new HttpFault(400, 'data', [...wrong, expected].join('; '));
    }
    const plan = data.settings && queue.plan(data.settings, maxSteps);
    if ('puzzle' in data) {
      const [solution] = await queue.solve([data.puzzle], request.signal, plan);
      return shown(solution!);
    }
    const puzzles = data.puzzles.map((one, i) => {
      if (lengthOf(one) <= longest) return one as Puzzle;
      const key = data.puzzles.length === 1 ? 'puzzle' : `puzzles[${i}]`;
      return new TrmError('data', [...wrongPuzzle(one, longest), expectedPuzzle].join('; '), { key });
    });
    const solutions = await queue.solveEach(puzzles, request.signal, plan);
    return { solutions: solutions.map((one) => (one instanceof TrmError ? refused(one) : shown(one))) };
  };
}

/** What is wrong with the keys of a body. */
function wrongKeys(asked: unknown): string[] {
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) return [];
  const known = ['puzzle', 'solution', 'puzzles', 'solutions', 'settings'];
  const unknown = Object.keys(asked).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    const isSetting = Object.hasOwn(askedSchema.shape, unknown);
    const fix = isSetting ? 'it belongs in "settings"' : didYouMean(unknown, known, '');
    return [`unknown key ${JSON.stringify(unknown)}`, ...(fix ? [fix] : [])];
  }
  return 'puzzle' in asked && 'puzzles' in asked ? ['both "puzzle" and "puzzles"'] : [];
}

/** What is wrong with the values of a body, where its keys are right. */
function wrongValues(asked: unknown, maxPuzzles: number, longest: number): string[] {
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked))
    return [`got ${asked === null ? 'null' : Array.isArray(asked) ? 'a list' : `a ${typeof asked}`}`];
  const { puzzle, puzzles, settings } = asked as Readonly<Record<string, unknown>>;
  const wrong = puzzle === undefined ? [] : wrongPuzzle(puzzle, longest);
  if (Array.isArray(puzzles) && (puzzles.length === 0 || puzzles.length > maxPuzzles))
    wrong.push(`got ${puzzles.length} puzzles`);
  if (
    settings !== undefined &&
    (typeof settings !== 'object' || settings === null || Array.isArray(settings))
  )
    wrong.push('"settings" is no object');
  return wrong;
}

function wrongPuzzle(puzzle: unknown, longest: number): string[] {
  if (typeof puzzle === 'object' && puzzle !== null && 'tokens' in puzzle) {
    const beside = Object.keys(puzzle).find((key) => key !== 'tokens');
    if (beside !== undefined) return [`unknown key ${JSON.stringify(beside)} beside "tokens"`];
  }
  const length = lengthOf(puzzle);
  return Number.isFinite(length) && length > longest ? [`got ${length} characters or numbers`] : [];
}

/** Characters or cells of a puzzle, at most `depth` lists deep; infinite for what is none. */
function lengthOf(given: unknown, depth = 2): number {
  if (typeof given === 'string') return given.length;
  if (typeof given === 'number' || given === null) return 1;
  if (depth === 0 || given === undefined) return Number.POSITIVE_INFINITY;
  if (Array.isArray(given)) return given.reduce<number>((sum, part) => sum + lengthOf(part, depth - 1), 0);
  return Object.keys(given).join() === 'tokens'
    ? lengthOf((given as { tokens: unknown }).tokens, depth - 1)
    : Number.POSITIVE_INFINITY;
}

function shown({ answers, ...solution }: Solution) {
  return { ...inJson(solution), ...(answers && { answers: answers.map(inJson) }) };
}

function inJson<T extends Pick<Solution, 'tokens' | 'valid'>>({ tokens, valid, ...rest }: T) {
  return { ...rest, valid: valid ?? null, tokens: [...tokens] };
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
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decoded = (...chunk: Parameters<TextDecoder['decode']>) => {
    try {
      return decoder.decode(...chunk);
    } catch {
      throw new HttpFault(400, 'encoding', 'the body is not UTF-8');
    }
  };
  let text = '';
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > most) throw tooLarge();
    text += decoded(chunk, { stream: true });
  }
  return text + decoded();
}

function parseJson(text: string): unknown {
  const json = readJson(text);
  if (json.fault !== undefined) throw new HttpFault(400, 'json', `${json.fault}; ${json.fix}`);
  return json.value;
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
  if (fault instanceof TrmError && (fault.code === 'data' || fault.code === 'usage'))
    return { status: 400, code: fault.code, message, fix: fault.detail.fix };
  return { status: 500, code: fault instanceof TrmError ? fault.code : 'internal', message };
}

/** A text as it is, anything else as JSON, undefined as no body; `head`: the headers alone. */
function response(
  status: number,
  content: unknown,
  headers: Readonly<Record<string, string>>,
  head: boolean,
): Response {
  if (content === undefined) return new Response(null, { status, headers });
  const isText = typeof content === 'string';
  const body = isText ? content : `${JSON.stringify(content)}\n`;
  const type = { 'Content-Type': isText ? 'text/plain; charset=utf-8' : 'application/json' };
  const length = { 'Content-Length': String(new TextEncoder().encode(body).length) };
  return head
    ? new Response(null, { status, headers: { ...type, ...length, ...headers } })
    : new Response(body, { status, headers: { ...type, ...headers } });
}
