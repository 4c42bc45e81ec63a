/** `trm serve`: a model behind HTTP, for this machine alone unless it is told otherwise. */

import type { AddressInfo } from 'node:net';
import { Command, InvalidArgumentError, Option } from 'commander';
import { TrmError } from '../errors.ts';
import { thinkingSchema } from '../evaluate/thinking-settings.ts';
import { limits } from '../serve/limits.ts';
import { type LogFormat, logFormats, serveLog } from './serve-log.ts';
import { countOf } from './support/count-of.ts';
import { effortOption } from './support/effort.ts';
import { computing, type EngineFlags, openEngine, precisionOption } from './support/engine.ts';
import { explainKeys, parseKeyValues, refuseInSetting } from './support/key-values.ts';
import { commaList, integerBetween, once, positiveInteger } from './support/options.ts';
import { type Stop, stopping, stoppingAtOnce } from './support/stopping.ts';
import { packageVersion } from './support/version.ts';

interface ServeFlags extends EngineFlags {
  readonly checkpoint: 'best' | 'last';
  readonly host: string;
  readonly port: number;
  readonly allowHost?: readonly string[];
  readonly cors?: readonly string[];
  readonly log: LogFormat;
  readonly effort?: number;
  readonly setting?: string;
  readonly batchSize: number;
  readonly maxQueue: number;
  readonly maxPuzzles?: number;
  readonly maxSteps?: number;
  readonly maxBody: number;
  readonly timeout: number;
}

/** What is said of a signal before it listens. */
const NOT_LISTENING = 'stopped before it listened\n';

export function serveCommand(): Command {
  const command = new Command('serve')
    .description('answer puzzles over HTTP: POST /solve; GET /health, /metrics, /openapi.json')
    .argument('<run>', 'folder of a run, a checkpoint file, a shipped model, or hf:owner/name')
    .option('--host <address>', 'address to listen on; 0.0.0.0 is all of this machine', '127.0.0.1')
    .option('--port <n>', 'port; 0 takes a free one', integerBetween(0, 65535), 8642)
    .option(
      '--allow-host <names>',
      'host names it answers to beside localhost and addresses, between commas; * is any',
      hostNames,
    )
    .option(
      '--cors <origins>',
      'pages that may ask, as https://puzzles.example, between commas; * is any',
      origins,
    )
    .addOption(
      new Option(
        '--log <format>',
        'requests on standard error as text, or everything on standard output as JSON',
      )
        .choices(logFormats)
        .default('none'),
    )
    .addOption(
      new Option('--checkpoint <name>', 'which of the run').choices(['best', 'last']).default('best'),
    )
    .addOption(effortOption(limits.effort))
    .option('--setting <key=value,...>', 'how to think where a request does not say, see below', once)
    .option('--batch-size <n>', 'puzzles thought about at once', positiveInteger, limits.rows)
    .option(
      '--max-queue <n>',
      'puzzles that may wait; more are refused with 503',
      positiveInteger,
      limits.maxQueue,
    )
    .addOption(
      new Option(
        '--max-puzzles <n>',
        `puzzles of one request (default: ${limits.maxPuzzles}, or as many as may wait where that is less)`,
      ).argParser(positiveInteger),
    )
    .addOption(
      new Option(
        '--max-steps <n>',
        `supervision steps that a request may take for one puzzle, all its candidates together (default: ${limits.maxSteps}, or what the server's own settings take where that is more)`,
      ).argParser(positiveInteger),
    )
    .option('--max-body <bytes>', 'size of a request', positiveInteger, limits.maxBody)
    .option(
      '--timeout <seconds>',
      'in which a request must have arrived',
      integerBetween(1, 86_400),
      limits.timeout,
    );
  return computing(command)
    .addOption(precisionOption())
    .addHelpText(
      'after',
      '\nExamples:\n  trm serve sudoku-6x6 --port 8642\n' +
        `  curl -s 127.0.0.1:8642/solve -H 'Content-Type: application/json' -d '{"puzzle": "..1..5...42..32...6..........2..6.4."}'\n` +
        '  trm serve sudoku-6x6 --host 0.0.0.0 --allow-host puzzles.example --cors https://puzzles.example --log json\n' +
        `\nSettings, a value each:\n${explainKeys(thinkingSchema)}\n`,
    )
    .action(async (run: string, flags: ServeFlags) => {
      const { effort, setting } = flags;
      const settings = setting === undefined ? {} : parseKeyValues(setting, thinkingSchema, '--setting');
      refuseInSetting(settings, { effort });
      const thinking = { ...(effort !== undefined && { effort }), ...settings };
      const starting = stoppingAtOnce(undefined, NOT_LISTENING);
      await starting.working('', NOT_LISTENING);
      const { loadCheckpoint } = await import('./run-folder.ts');
      const { Solver } = await import('../evaluate/solver.ts');
      const { SolveQueue } = await import('../serve/queue.ts');
      const { solveHandler } = await import('../serve/handler.ts');
      const { nodeServer } = await import('../serve/node.ts');
      const { closeServer } = await import('../serve/close-node.ts');
      const checkpoint = await loadCheckpoint(run, flags.checkpoint);
      const backend = await openEngine(flags);
      const solver = new Solver(checkpoint, backend);
      await solver.tryOut(thinking); // what is wrong with device or settings shows now
      const queue = new SolveQueue(solver, { rows: flags.batchSize, limit: flags.maxQueue, thinking });
      const { host, allowHost = [], cors = [], maxBody, maxPuzzles, maxSteps, timeout } = flags;
      const log = serveLog(flags.log);
      const closing = new AbortController();
      const handler = solveHandler(queue, {
        maxBody,
        maxPuzzles: queue.puzzlesAllowed(maxPuzzles, '--max-puzzles'),
        maxSteps: queue.stepsAllowed(maxSteps, '--max-steps'),
        hosts: ['localhost', host, ...allowHost].map((name) => name.toLowerCase()),
        origins: cors,
        about: { model: run, version: packageVersion() },
        closing: closing.signal,
        ...(log.onAnswer && { onAnswer: log.onAnswer }),
      });
      const server = nodeServer(handler, timeout, closing.signal);
      await starting.working(undefined); // a signal that came meanwhile is told
      await new Promise<void>((resolve, reject) => {
        server.once('error', (cause) => reject(notListening(cause, flags)));
        server.listen(flags.port, host, resolve);
      });
      const heard = new Promise<Stop>((resolve) => {
        const asked = stopping(() => {
          closing.abort();
          const words = 'finishing what was asked; a second signal or Ctrl-C stops at once';
          log.event('stopping', words, { waiting: queue.waiting });
          resolve(asked);
          return undefined;
        });
      });
      starting.end();
      const { address, family, port } = server.address() as AddressInfo;
      const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
      const { engine, device, reason } = backend;
      const fields = { model: run, engine, device, reason, url };
      log.event('listening', `${run}: ${url}`, fields);
      if (!/^(127\.|::1$)/.test(address))
        log.event('open', `open to whoever reaches ${address}; it asks for no password`, { address });

      const stop = await heard;
      await queue.idle(); // while who comes is refused
      await closeServer(server);
      await queue.idle(); // of those who have gone away meanwhile
      await solver.dispose();
      stop.end();
      log.event('stopped', `stopped after ${countOf(queue.solved, 'puzzle')}`, { solved: queue.solved });
    });
}

/** Host names between commas, as a browser sends them: without scheme and port. */
function hostNames(text: string): string[] {
  return commaList(text).map((given) => {
    if (given === '*') return given;
    const address = /^[a-z][a-z\d+.-]*:\/\//i.test(given) ? given : `http://${given}`;
    const { hostname } = URL.canParse(address) ? new URL(address) : { hostname: '' };
    if (hostname !== '' && hostname === given.toLowerCase()) return given;
    throw new InvalidArgumentError(
      hostname === '' ? 'It must be host names, as puzzles.example.' : `Write ${hostname}, not ${given}.`,
    );
  });
}

/** Origins between commas, as a browser writes them. */
function origins(text: string): string[] {
  return commaList(text).map((given) => {
    if (given === '*') return given;
    const { origin } = URL.canParse(given) ? new URL(given) : { origin: 'null' };
    if (origin === given) return given;
    throw new InvalidArgumentError(
      origin === 'null'
        ? 'It must be origins, as https://puzzles.example.'
        : `Write ${origin}, not ${given}.`,
    );
  });
}

function notListening(cause: NodeJS.ErrnoException, { host, port }: ServeFlags): TrmError {
  switch (cause.code) {
    case 'EADDRINUSE':
    case 'EACCES': {
      const why =
        cause.code === 'EACCES' ? `port ${port} needs more rights` : `port ${port} of ${host} is taken`;
      return new TrmError('usage', why, { key: '--port', fix: 'choose another, or 0 for a free one', cause });
    }
    default: {
      const fix = 'give an address of this machine, or 0.0.0.0 for all of them';
      return new TrmError('usage', `cannot listen there: ${cause.message}`, { key: '--host', fix, cause });
    }
  }
}
