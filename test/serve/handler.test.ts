/** What the handler answers and refuses, that nothing is lost under load, and that no request holds up the others. */

import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import * as z from 'zod';
import { Random } from '../../src/data/random.ts';
import { generatePuzzles } from '../../src/data/sudoku/generate.ts';
import { formatLine } from '../../src/data/sudoku/grid.ts';
import type { Solver } from '../../src/evaluate/solver.ts';
import { load } from '../../src/load.ts';
import { type Handler, solveHandler } from '../../src/serve/handler.ts';
import { SolveQueue } from '../../src/serve/queue.ts';

let solver: Solver;
let queue: SolveQueue;
let handler: Handler;

beforeAll(async () => {
  solver = await load('sudoku-4x4', { device: 'cpu' });
  queue = new SolveQueue(solver, { rows: 8, limit: 40, thinking: { halt: 0.9 } });
  handler = solveHandler(queue, { maxBody: 4096, about: { model: 'test' } });
});
afterAll(() => solver.dispose());

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
  readonly body: any;
}

const json = { 'Content-Type': 'application/json' };

async function ask(path: string, init: RequestInit = {}, host = 'localhost', by = handler): Promise<Reply> {
  const response = await by(new Request(`http://${host}${path}`, { headers: json, ...init }));
  const isJson = response.body !== null && response.headers.get('Content-Type') === 'application/json';
  const { status, headers } = response;
  return { status, headers, body: await (isJson ? response.json() : response.text()) };
}

const post = (body: RequestInit['body'], init: RequestInit = {}, by = handler) =>
  ask('/solve', { method: 'POST', body, duplex: 'half', ...init } as RequestInit, 'localhost', by);
const solve = (content: unknown, init: RequestInit = {}, by = handler) =>
  post(JSON.stringify(content), init, by);
const puzzle = '1....2.....4..21';
const answer = '1342421321343421';

describe('answers', () => {
  it('a puzzle', async () => {
    const { status, body } = await solve({ puzzle });
    expect(status).toBe(200);
    expect(body).toEqual({
      answer,
      halting: expect.any(Number),
      steps: expect.any(Number),
      valid: true,
      restored: 0,
      candidates: 1,
      notes: [],
      tokens: [...answer].map((digit) => Number(digit) + 1),
    });
  });

  it('a puzzle of a program, with a note', async () => {
    const { body } = await solve({ puzzle: `s = "${puzzle}"\nsolve(s)` });
    expect(body).toMatchObject({
      answer,
      notes: ['read as written in a program, of which nothing was run'],
    });
  });

  it('several, in their order, also as cells and tokens; a bad one has its error in its place', async () => {
    const tokens = [...puzzle].map((cell) => (cell === '.' ? 1 : Number(cell) + 1));
    const cells = tokens.map((token) => token - 1);
    const rows = [0, 4, 8, 12].map((first) => cells.slice(first, first + 4));
    const { status, body } = await solve({ puzzles: [puzzle, '12', { tokens }, cells, rows, tokens] });
    expect(status).toBe(200);
    const refused = (place: number) => ({
      error: {
        code: 'data',
        message: expect.stringContaining(`puzzles[${place}]: `),
      },
    });
    expect(body.solutions).toMatchObject([
      { answer },
      refused(1),
      { answer },
      { answer },
      { answer },
      refused(5),
    ]);
  });

  it('not the rows of one as so many puzzles', async () => {
    const rows = puzzle.match(/.{4}/g);
    expect(await solve({ puzzle: rows })).toMatchObject({ status: 200, body: { answer } });
    expect(await solve({ puzzles: rows })).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringMatching(/^puzzles: the 4 texts are the rows of one puzzle/) } },
    });
  });

  it('those of a batch that are puzzles, whatever the others are', async () => {
    const { status, body } = await solve({ puzzles: [null, puzzle, { a: 1 }, '1'.repeat(200)] });
    expect(status).toBe(200);
    const refused = { error: { code: 'data', message: expect.stringMatching(/puzzles\[\d\]: /) } };
    expect(body.solutions).toMatchObject([refused, { answer }, refused, refused]);
  });

  it('takes what has its solution beside it, which is not read', async () => {
    expect(await solve({ puzzle, solution: 'x' })).toMatchObject({ status: 200, body: { answer } });
    const several = { puzzles: [puzzle], solutions: ['x'] };
    expect(await solve(several)).toMatchObject({ status: 200, body: { solutions: [{ answer }] } });
    expect(await solve({ puzzle, solutions: ['x'] })).toMatchObject({ status: 400 });
  });

  it.each([
    [{ puzle: puzzle }, 'unknown key "puzle"; did you mean puzzle?; expected {"puzzle": …}'],
    [{ puzzle, seed: 3 }, 'unknown key "seed"; expected'],
    [{ puzzle, steps: 3 }, 'unknown key "steps"; it belongs in "settings"; expected'],
    [{ puzzle, puzzles: [puzzle] }, 'both "puzzle" and "puzzles"; expected'],
  ])('says which keys of %j are wrong', async (asked, message) => {
    expect(await solve(asked)).toMatchObject({
      status: 400,
      body: { error: { code: 'data', message: expect.stringContaining(message) } },
    });
  });

  it('its health, and people', async () => {
    expect(await ask('/health?now')).toMatchObject({
      status: 200,
      body: {
        status: 'ok',
        model: 'test',
        puzzle: { kind: 'sudoku', size: 4 },
        cells: 16,
        vocabulary: 6,
        puzzleEmbeddingRows: 1,
        device: 'cpu',
        waiting: 0,
        solved: expect.any(Number),
        seconds: expect.any(Number),
      },
    });
    expect(await ask('/')).toMatchObject({ status: 200, body: expect.stringMatching(/^POST \/solve .*\n$/) });
  });

  it('on the hosts it is given', async () => {
    const named = solveHandler(queue, { hosts: ['puzzles.example'] });
    expect(await ask('/health', {}, 'puzzles.example:8642', named)).toMatchObject({ status: 200 });
    expect(await ask('/health', {}, 'localhost', named)).toMatchObject({
      status: 403,
      body: { error: { code: 'host', message: 'expected an address or the host puzzles.example' } },
    });
    const any = solveHandler(queue, { hosts: ['*'] });
    expect(await ask('/health', {}, 'puzzles.example', any)).toMatchObject({ status: 200 });
  });

  it('on any address, for no name leads a foreign page to one', async () => {
    for (const address of ['10.1.2.3:8642', '[2001:db8::1]:8642'])
      expect(await ask('/health', {}, address)).toMatchObject({ status: 200 });
    for (const name of ['10.1.2.3.example', '127.0.0.1.nip.io', 'localhost.example'])
      expect(await ask('/health', {}, name)).toMatchObject({ status: 403 });
  });

  it('HEAD as GET without a body, and OPTIONS', async () => {
    const got = await handler(new Request('http://localhost/openapi.json'));
    const head = await handler(new Request('http://localhost/openapi.json', { method: 'HEAD' }));
    expect({ status: head.status, body: head.body }).toEqual({ status: 200, body: null });
    expect(head.headers.get('Content-Length')).toBe(String((await got.arrayBuffer()).byteLength));
    for (const [path, allow] of [
      ['/health', 'GET, HEAD, OPTIONS'],
      ['/solve', 'POST, OPTIONS'],
    ] as const) {
      const { status, headers, body } = await ask(path, { method: 'OPTIONS' });
      expect({ status, allow: headers.get('Allow'), body }).toEqual({ status: 204, allow, body: '' });
    }
  });
});

describe('a request with settings of its own', () => {
  const settings = { rollouts: 3, symmetries: true, choose: 'vote', halt: 1, steps: 2 };

  it('is thought about by them, beside others that are not', async () => {
    const [own, plain] = await Promise.all([
      solve({ puzzles: [puzzle, puzzle], settings }),
      solve({ puzzle, settings: {} }),
    ]);
    expect(own.body.solutions).toMatchObject([
      { answer, steps: 6 },
      { answer, steps: 6 },
    ]);
    expect(plain.body.steps).toBeLessThan(3); // the queue's halt=0.9
  });

  it('has every answer of several starts', async () => {
    const { body } = await solve({ puzzle, settings: { answers: 3, steps: 2 } });
    expect(body).toMatchObject({ candidates: 3, steps: 6, answer: body.answers[0].answer });
    expect(body.answers.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(3);
    for (const one of body.answers)
      expect(one).toMatchObject({ valid: expect.any(Boolean), tokens: expect.any(Array) });
  });

  it.each([
    ['unknown keys', { stepz: 1 }, 'usage', /^stepz: unknown key; did you mean steps\?/],
    [
      'keys that are like none',
      { colour: 1 },
      'usage',
      /known are effort, steps, halt, untilValid, rollouts, noise, randomStart, symmetries, guesses, choose, answers$/,
    ],
    ['the seed', { seed: 1 }, 'usage', /^seed: is the server's to choose/],
    ['values that are none', { steps: -1 }, 'usage', /^steps: /],
    ['a text for a number', { steps: '8' }, 'usage', /^steps: expected a number, got "8"$/],
    ['true for a number', { steps: true }, 'usage', /^steps: expected a number, got true$/],
    ['a list for a number', { steps: [8] }, 'usage', /^steps: expected a number, got \[8\]$/],
    ['a text for true', { untilValid: 'true' }, 'usage', /^untilValid: expected true or false, got "true"$/],
    [
      'answers and what stops at one',
      { answers: 2, untilValid: true },
      'usage',
      /^untilValid: does not go with/,
    ],
    ['more by answers', { answers: 33, steps: 2 }, 'usage', /up to 66 supervision steps, of 64 that/],
    ['what contradicts itself', { rollouts: 2 }, 'usage', /^rollouts: got 2; ask for 2 or more together/],
    ['more than it may cost', { steps: 65 }, 'usage', /up to 65 supervision steps, of 64 that/],
    ['more by rollouts', { ...settings, steps: 22 }, 'usage', /up to 66 supervision steps, of 64 that/],
  ])('is refused %s', async (_, given, code, message) => {
    expect(await solve({ puzzle, settings: given })).toMatchObject({
      status: 400,
      body: { error: { code, message: expect.stringMatching(message) } },
    });
  });

  it('may cost what the server’s own do', async () => {
    const slow = solveHandler(new SolveQueue(solver, { rows: 8, thinking: { steps: 70 } }));
    expect(await solve({ puzzle, settings: {} }, {}, slow)).toMatchObject({ body: { steps: 70 } });
    expect(await solve({ puzzle, settings: { steps: 71 } }, {}, slow)).toMatchObject({ status: 400 });
  });

  it('takes no more rows than arrays hold', () => {
    expect(() => new SolveQueue(solver, { rows: 1e9 })).toThrow(/^a batch holds at most \d+ puzzles of this/);
  });

  it('may cost no more than a bound that is given, which the server’s own settings keep too', async () => {
    const nine = new SolveQueue(solver, { rows: 8, thinking: { steps: 9 } });
    const bounded = solveHandler(nine, { maxSteps: 9 });
    expect(await solve({ puzzle, settings: { steps: 9 } }, {}, bounded)).toMatchObject({
      body: { steps: 9 },
    });
    expect(await solve({ puzzle, settings: { steps: 10 } }, {}, bounded)).toMatchObject({ status: 400 });
    expect(() => solveHandler(nine, { maxSteps: 8 })).toThrow(
      /^maxSteps: 8 is less than the 9 supervision steps that a puzzle may take by the server's own settings; allow 9/,
    );
  });
});

describe('a page of another origin', () => {
  const shared = () => solveHandler(queue, { origins: ['https://puzzles.example'] });
  const from = (Origin: string, more = {}) => ({ headers: { ...json, Origin, ...more } });

  it('may ask and read where it is named, errors too', async () => {
    const asked = from('https://puzzles.example', {
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'content-type',
    });
    const preflight = await ask('/solve', { method: 'OPTIONS', ...asked }, 'localhost', shared());
    expect(preflight.status).toBe(204);
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      'access-control-allow-origin': 'https://puzzles.example',
      'access-control-allow-methods': 'GET, HEAD, POST',
      'access-control-allow-headers': 'Content-Type, X-Request-Id',
      vary: 'Origin',
    });
    for (const path of ['/health', '/nowhere']) {
      const { headers } = await ask(path, from('https://puzzles.example'), 'localhost', shared());
      expect(headers.get('Access-Control-Allow-Origin')).toBe('https://puzzles.example');
    }
  });

  it('may not where it is not', async () => {
    for (const by of [shared(), handler]) {
      const { headers } = await ask('/health', from('https://other.example'), 'localhost', by);
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    const any = solveHandler(queue, { origins: ['*'] });
    const { headers } = await ask('/health', from('https://other.example'), 'localhost', any);
    expect(headers.get('Access-Control-Allow-Origin')).toBe('https://other.example');
  });
});

describe('what is told of requests', () => {
  it('an identifier, the client’s own where it is one', async () => {
    const id = async (own?: string) =>
      (await ask('/', own ? { headers: { 'X-Request-Id': own } } : {})).headers.get('X-Request-Id')!;
    expect(await id('trace-1:a/b')).toBe('trace-1:a/b');
    for (const unsafe of [undefined, 'a b', '"', 'x'.repeat(129)])
      expect(await id(unsafe)).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  });

  it('each, when it is answered', async () => {
    const told: unknown[] = [];
    const by = solveHandler(queue, { onAnswer: (answered) => told.push(answered) });
    const headers = { ...json, 'X-Request-Id': 'one' };
    await solve({ puzzle }, { headers }, by);
    await post('{', { headers }, by);
    const milliseconds = expect.any(Number);
    expect(told).toEqual([
      { id: 'one', method: 'POST', path: '/solve', status: 200, milliseconds },
      { id: 'one', method: 'POST', path: '/solve', status: 400, milliseconds, error: 'json' },
    ]);
  });

  it('all, as Prometheus reads it', async () => {
    const own = new SolveQueue(solver, { rows: 8 });
    const by = solveHandler(own);
    await solve({ puzzles: [puzzle, puzzle] }, {}, by);
    await ask('/nowhere"', { method: 'HEAD' }, 'localhost', by);
    await ask('/other', { method: 'PATCH' }, 'localhost', by);
    const { body } = await ask('/metrics', {}, 'localhost', by);
    const samples = body.split('\n').filter((line: string) => line !== '' && !line.startsWith('#'));
    for (const sample of samples) expect(sample).toMatch(/^\w+(\{(\w+="[^"]*",?)+\})? [\d.e+-]+$/);
    expect(samples).toEqual(
      expect.arrayContaining([
        'trm_puzzles_solved_total 2',
        'trm_puzzles_waiting 0',
        'trm_requests_total{route="/solve",method="POST",status="200"} 1',
        'trm_requests_total{route="other",method="HEAD",status="404"} 1',
        'trm_requests_total{route="other",method="other",status="404"} 1',
        'trm_request_seconds_bucket{route="/solve",le="+Inf"} 1',
        'trm_request_seconds_count{route="other"} 2',
      ]),
    );
    // A histogram's buckets never fall.
    const buckets = samples.filter((line: string) =>
      line.startsWith('trm_request_seconds_bucket{route="/solve"'),
    );
    const counts = buckets.map((line: string) => Number(line.split(' ')[1]));
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
  });

  it('what there is to ask, and answers are as it says', async () => {
    const { body: document } = await ask('/openapi.json');
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).sort()).toEqual([
      '/',
      '/health',
      '/metrics',
      '/openapi.json',
      '/solve',
    ]);
    // Zod follows references to a schema's own definitions.
    const { paths, components } = JSON.parse(
      JSON.stringify(document).replaceAll('#/components/schemas/', '#/$defs/'),
    );
    const { schemas } = components;
    expect(schemas.Settings.properties).toMatchObject({ steps: {}, halt: {}, rollouts: {}, symmetries: {} });
    expect(schemas.Settings.properties).not.toHaveProperty('seed');
    const reader = (schema: object) => z.fromJSONSchema({ ...schema, $defs: schemas });
    const { requestBody, responses } = paths['/solve'].post;
    const request = reader(requestBody.content['application/json'].schema);
    const response = reader(responses[200].content['application/json'].schema);
    for (const good of [
      { puzzle },
      { puzzle, solution: answer },
      { puzzles: [puzzle, [1, 2]], settings: { steps: 3 } },
    ]) {
      expect(request.safeParse(good).error).toBeUndefined();
    }
    for (const bad of [{}, { puzzle, puzzles: [puzzle] }, { puzzle, steps: 3 }, { puzzles: [] }])
      expect(request.safeParse(bad).success).toBe(false);
    for (const asked of [{ puzzle }, { puzzles: [puzzle] }, { puzzle, settings: { answers: 2, steps: 1 } }])
      expect(response.safeParse((await solve(asked)).body).error).toBeUndefined();
    expect(response.safeParse({ solutions: [{ answer }] }).success).toBe(false);
    expect(reader(schemas.Health).safeParse((await ask('/health')).body).error).toBeUndefined();
    const error = reader(schemas.Error);
    expect(error.safeParse((await post('{')).body).error).toBeUndefined();
  });
});

describe('refuses', () => {
  it.each([
    ['no JSON', '{"puzzle": ', 400, 'json', /./],
    [
      'another shape',
      '{"puzzles": "1"}',
      400,
      'data',
      /expected \{"puzzle": …\} or \{"puzzles": \[…\]\} with 1 to 40, .* of 1024 characters or numbers at most, and no key/,
    ],
    ['unknown keys', `{"puzzle": "${puzzle}", "steps": 99}`, 400, 'data', /expected/],
    ['no puzzles', '{"puzzles": []}', 400, 'data', /1 to 40/],
    [
      'too many puzzles',
      JSON.stringify({ puzzles: Array(41).fill(puzzle) }),
      400,
      'data',
      /^got 41 puzzles; .* 1 to 40/,
    ],
    ['settings that are none', `{"puzzle": "${puzzle}", "settings": 3}`, 400, 'data', /expected/],
    [
      'a long text',
      JSON.stringify({ puzzle: '.'.repeat(1025) }),
      400,
      'data',
      /^got 1025 characters or numbers; .* 1024/,
    ],
    ['too many puzzles', JSON.stringify({ puzzles: Array(49).fill('.') }), 400, 'data', /^got 49 puzzles; /],
    [
      'settings that are none',
      '{"puzzle": "1", "settings": null}',
      400,
      'data',
      /^"settings" is no object; /,
    ],
    ['a body that is a list', '[1]', 400, 'data', /^got a list; /],
    [
      'a long list',
      JSON.stringify({ puzzle: Array(1025).fill(1) }),
      400,
      'data',
      /1024 characters or numbers at most/,
    ],
    ['a deep list', '{"puzzle": [[[1]]]}', 400, 'data', /1024 characters or numbers at most/],
    [
      'a list of another length',
      '{"puzzle": [1, "2"]}',
      400,
      'data',
      /expected 16 cells, 4 rows of 4, got 2/,
    ],
    ['no puzzle', '{"puzzle": {"a": 1}}', 400, 'data', /a list of cells or of rows/],
    [
      'an empty text',
      '{"puzzle": ""}',
      400,
      'data',
      /^puzzle: expected 16 cells, 4 rows of 4, got an empty text$/,
    ],
    ['a blank text', '{"puzzle": " \\n\\t"}', 400, 'data', /^puzzle: expected 16 cells.*got an empty text$/],
    [
      'words',
      '{"puzzle": "solve this"}',
      400,
      'data',
      /^puzzle: expected 16 cells.*got a text without them$/,
    ],
    ['an empty list', '{"puzzle": []}', 400, 'data', /^puzzle: expected 16 cells.*got an empty list$/],
    ['null', '{"puzzle": null}', 400, 'data', /^puzzle: expected a puzzle, got null; give a text, a list/],
    ['an empty object', '{"puzzle": {}}', 400, 'data', /a list of cells or of rows/],
    ['nothing', '{}', 400, 'data', /^expected \{"puzzle": …\} or/],
    [
      'a grid of another size',
      JSON.stringify({ puzzle: Array(9).fill(Array(9).fill(0)) }),
      400,
      'data',
      /^puzzle: expected 16 cells, 4 rows of 4, got 9 rows of 9$/,
    ],
    ['a puzzle of another size', '{"puzzle": "123"}', 400, 'data', /^puzzle: expected a grid of 16 cells/],
    ['two in one text', JSON.stringify({ puzzle: `${puzzle}\n${puzzle}` }), 400, 'data', /one puzzle, got 2/],
    ['givens that break a rule', `{"puzzle": "11${'.'.repeat(14)}"}`, 400, 'data', /1 stands twice in row 1/],
    ['a puzzle without a solution', '{"puzzle": "123....4........"}', 400, 'data', /no solution/],
    [
      'tokens out of range',
      JSON.stringify({ puzzle: { tokens: Array(16).fill(7) } }),
      400,
      'data',
      /token 0 is 7/,
    ],
    [
      'a key beside tokens',
      '{"puzzle": {"tokens": [1], "foo": 1}}',
      400,
      'data',
      /unknown key "foo" beside "tok/,
    ],
    ['a large body', JSON.stringify({ puzzle: '.'.repeat(5000) }), 413, 'size', /at most 4096 bytes/],
  ])('%s', async (_, body, status, code, message) => {
    expect(await post(body)).toMatchObject({
      status,
      body: { error: { code, message: expect.stringMatching(message) } },
    });
  });

  it('wrong routes, methods, types and hosts', async () => {
    expect(await ask('/nowhere')).toMatchObject({ status: 404, body: { error: { code: 'route' } } });
    expect(await ask('/constructor')).toMatchObject({ status: 404 });
    expect(await ask('/health', { method: 'DELETE' })).toMatchObject({ status: 405 });
    const wrong = await ask('/solve');
    expect(wrong).toMatchObject({ status: 405, body: { error: { code: 'method' } } });
    expect(wrong.headers.get('Allow')).toBe('POST, OPTIONS');
    expect(await post('{}', { headers: { 'Content-Type': 'text/plain' } })).toMatchObject({ status: 415 });
    const latin = await post('{}', { headers: { 'Content-Type': 'application/json; charset=latin1' } });
    expect(latin).toMatchObject({
      status: 415,
      body: { error: { message: 'expected application/json in UTF-8, got charset latin1' } },
    });
    const broken = await ask('/solve', {
      method: 'POST',
      headers: json,
      body: new Uint8Array([34, 255, 34]),
    });
    expect(broken).toMatchObject({ status: 400, body: { error: { message: 'the body is not UTF-8' } } });
    const zipped = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' };
    const refused = await post('{}', { headers: zipped });
    expect(refused).toMatchObject({ status: 415, body: { error: { code: 'content-encoding' } } });
    expect(refused.body.error.message).toBe('expected a body as it is, got gzip');
    expect(refused.headers.get('Accept-Encoding')).toBe('identity');
    expect(await ask('/health', {}, 'puzzles.example')).toMatchObject({ status: 403 });
    for (const host of ['127.0.0.1:8642', '[::1]:8642', 'LOCALHOST'])
      expect(await ask('/health', {}, host)).toMatchObject({ status: 200 });
  });

  /** A body of endless zeros, that counts what is taken from it. */
  function endless() {
    const taken = { chunks: 0, cancelled: false };
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          taken.chunks++;
          controller.enqueue(new Uint8Array(1000));
        },
        cancel() {
          taken.cancelled = true;
        },
      },
      { highWaterMark: 0 },
    );
    return { taken, body };
  }

  it('a body that says it is too large before it is read', async () => {
    const { taken, body } = endless();
    const reply = await post(body, { headers: { ...json, 'Content-Length': '4097' } });
    expect(reply).toMatchObject({ status: 413, body: { error: { code: 'size' } } });
    expect(taken).toEqual({ chunks: 0, cancelled: false });
  });

  it('a body that does not say how large it is, once it is too large', async () => {
    const { taken, body } = endless();
    expect(await post(body)).toMatchObject({ status: 413 });
    expect(taken).toEqual({ chunks: 5, cancelled: true });
  });

  it('a body that breaks off, with the fault', async () => {
    const body = new ReadableStream({ start: (controller) => controller.error(new Error('cut')) });
    expect(await post(body)).toMatchObject({
      status: 500,
      body: { error: { code: 'internal', message: 'cut' } },
    });
  });

  it('more than may wait, before a puzzle is read', async () => {
    const first = solve({ puzzles: Array(30).fill(puzzle) });
    while (queue.waiting < 30) await new Promise((resolve) => setImmediate(resolve));
    const reply = await solve({ puzzles: Array(11).fill('no puzzle') });
    const message = '30 of the 40 puzzles that may wait are there, too many for 11 more; ask again later';
    expect(reply).toMatchObject({ status: 503, body: { error: { code: 'busy', message } } });
    expect(reply.headers.get('Retry-After')).toBe('1');
    expect((await first).body.solutions).toHaveLength(30);
    expect(await solve({ puzzle })).toMatchObject({ status: 200, body: { answer } });
  });

  it('more than may wait, counting those that are being read, before a body is', async () => {
    const first = solve({ puzzles: Array(40).fill(puzzle) });
    while (queue.waiting < 40) await new Promise((resolve) => setImmediate(resolve));
    const { taken, body } = endless();
    expect(await post(body)).toMatchObject({ status: 503 });
    expect(taken.chunks).toBe(0);
    expect((await first).body.solutions).toHaveLength(40);
    expect(queue.waiting).toBe(0);
  });

  it('what could never wait, with what may', async () => {
    const { body } = await ask('/openapi.json');
    const [, several] = body.paths['/solve'].post.requestBody.content['application/json'].schema.oneOf;
    expect(several.properties.puzzles.maxItems).toBe(40);
    expect(() => solveHandler(queue, { maxPuzzles: 41 })).toThrow(
      'maxPuzzles: 41 is more than the 40 puzzles that may wait, so no request could have them; allow 40, or let more wait',
    );
    await expect(queue.solve(Array(41).fill(puzzle), new AbortController().signal)).rejects.toThrow(
      'expected at most 40 puzzles in a request, got 41; ask for them in parts',
    );
  });

  it.each([
    ['are being read', () => queue.waiting > 0],
    ['are waiting', () => queue.waiting > 0 && queue.waiting < 40],
  ])('a client that goes away while its puzzles %s: they are not thought about', async (_, now) => {
    const before = queue.solved;
    const gone = new AbortController();
    const asked = solve({ puzzles: Array(40).fill(puzzle) }, { signal: gone.signal });
    while (!now()) await new Promise((resolve) => setImmediate(resolve));
    gone.abort();
    expect(await asked).toMatchObject({ status: 499, body: { error: { code: 'closed' } } });
    await queue.idle();
    expect(queue.solved - before).toBeLessThan(40);
    expect(queue.waiting).toBe(0);
  });
});

test('a queue is idle once what is being read is solved too', async () => {
  const before = queue.solved;
  const asked = queue.solve(Array(40).fill(puzzle), new AbortController().signal);
  await queue.idle();
  expect(queue.solved - before).toBe(40);
  expect(await asked).toHaveLength(40);
});

test('a thousand requests, thirty-two at a time: each gets its own answer', async () => {
  const puzzles: string[] = [];
  for (const { question } of generatePuzzles(4, new Random(9))) {
    puzzles.push(formatLine(question));
    if (puzzles.length === 64) break;
  }
  const direct = await solver.solve(puzzles, { halt: 0.9 });
  const counts = { solved: 0, refused: 0, gone: 0 };
  let next = 0;
  const client = async () => {
    for (let i = next++; i < 1000; i = next++) {
      const own = i % puzzles.length;
      if (i % 10 === 3) {
        const bad = ['{', '{"puzzle": "12"}', `{"puzzle": "${'.'.repeat(5000)}"}`][i % 3]!;
        const { status, body } = await post(bad);
        expect(status).toBe([400, 400, 413][i % 3]);
        expect(body.error.message).toBeTypeOf('string');
        counts.refused++;
      } else if (i % 50 === 7) {
        const signal = AbortSignal.timeout(1);
        const { status } = await solve({ puzzle: puzzles[own] }, { signal });
        expect([200, 499]).toContain(status);
        counts.gone++;
      } else {
        const { status, body } = await solve({ puzzle: puzzles[own] });
        expect(status).toBe(200);
        expect(body.answer).toBe(direct[own]!.answer);
        expect(body.halting).toBeCloseTo(direct[own]!.halting, 4);
        counts.solved++;
      }
    }
  };
  await Promise.all(Array.from({ length: 32 }, client));
  expect(counts).toEqual({ solved: 880, refused: 100, gone: 20 });
  await queue.idle();
  expect(queue.waiting).toBe(0);
}, 60_000);

test('a handler that is closing refuses what comes, and finishes what came', async () => {
  const closing = new AbortController();
  const told: (string | undefined)[] = [];
  const by = solveHandler(queue, {
    closing: closing.signal,
    onAnswer: ({ error }) => told.push(error),
  });
  const before = solve({ puzzle }, {}, by);
  closing.abort();
  const after = await solve({ puzzle }, {}, by);
  expect(after).toMatchObject({ status: 503, body: { error: { code: 'closing' } } });
  expect(after.headers.get('Retry-After')).toBe('1');
  expect((await ask('/health', {}, 'localhost', by)).status).toBe(503);
  expect(await before).toMatchObject({ status: 200, body: { answer } });
  expect(told).toEqual(['closing', 'closing', undefined]);
});

describe('a puzzle that takes long to refute', () => {
  // Without a solution (Norvig, Solving Every Sudoku Puzzle): after 20 000 guesses, 150 ms and more, it is not refuted.
  const impossible = '.....5.8....6.1.43..........1.5........1.6...3.......553.....61........4.........';
  let nine: Solver;
  beforeAll(async () => {
    nine = await load('sudoku-9x9', { device: 'cpu' });
  });
  afterAll(() => nine.dispose());

  it('holds up no other request, though there are 255 of it', async () => {
    const busy = solveHandler(new SolveQueue(nine, { thinking: { steps: 1 } }));
    let done = false;
    const asked = solve({ puzzles: [...Array(255).fill(impossible), '1'.repeat(81)] }, {}, busy);
    asked.finally(() => {
      done = true;
    });
    const waits: number[] = [];
    for (let before = performance.now(); !done; before = performance.now()) {
      await new Promise((resolve) => setImmediate(resolve));
      expect(await ask('/health', {}, 'localhost', busy)).toMatchObject({ status: 200 });
      waits.push(performance.now() - before);
    }
    const { status, body } = await asked;
    expect(status).toBe(200);
    expect(body.solutions).toHaveLength(256);
    expect(body.solutions[255]).toMatchObject({
      error: { message: expect.stringMatching(/1 stands twice/) },
    });
    const half = waits.sort((a, b) => a - b)[waits.length >> 1]!;
    expect(waits.length).toBeGreaterThan(20); // one for each 5 ms of the half second that reading takes
    expect(half).toBeLessThan(50);
  });

  it('is left to the model, whose answer is not valid', async () => {
    // The same with two more givens: refuted after 5071 guesses.
    const refutable = '.....5.8....6.1.43.....7....1.5........126...3.......553.....61........4.........';
    expect(() => nine.question(refutable)).toThrow('the puzzle has no solution');
    const reply = await solve({ puzzle: refutable }, {}, solveHandler(new SolveQueue(nine)));
    expect(reply).toMatchObject({ status: 200, body: { valid: false } });
  });

  it('shares its bound with all others of a text', () => {
    const many = Array(200).fill(impossible).join('\n');
    const began = performance.now();
    expect(() => nine.question(many, 0, 200)).toThrow('expected one puzzle, got 200');
    expect(performance.now() - began).toBeLessThan(1000); // half a minute with the whole search for each
  });
});
