/** `trm serve`: a model behind HTTP on this machine. */

import type { AddressInfo } from 'node:net';
import { Command, Option } from 'commander';
import { TrmError } from '../errors.ts';
import { thinkingSchema } from '../evaluate/thinking.ts';
import { type DeviceChoice, devices } from '../runtime/choices.ts';
import { limits } from '../serve/limits.ts';
import { explainKeys, parseKeyValues } from './support/key-values.ts';
import { nonNegativeInteger, positiveInteger } from './support/options.ts';
import { packageVersion } from './support/version.ts';

interface ServeFlags {
  readonly checkpoint: 'best' | 'last';
  readonly port: number;
  readonly setting: string;
  readonly batchSize: number;
  readonly maxQueue: number;
  readonly maxPuzzles: number;
  readonly maxBody: number;
  readonly timeout: number;
  readonly device: DeviceChoice;
  readonly threads?: number;
}

export function serveCommand(): Command {
  return new Command('serve')
    .description('answer puzzles over HTTP on 127.0.0.1: POST /solve, GET /health')
    .argument('<run>', 'folder of a run, a checkpoint file, a shipped model, or hf:owner/name')
    .option('--port <n>', 'port; 0 takes a free one', nonNegativeInteger, 8642)
    .addOption(
      new Option('--checkpoint <name>', 'which of the run').choices(['best', 'last']).default('best'),
    )
    .option('--setting <key=value,...>', 'how to think about every puzzle, see below', 'halt=0.99')
    .option('--batch-size <n>', 'puzzles thought about at once', positiveInteger, limits.rows)
    .option(
      '--max-queue <n>',
      'puzzles that may wait; more are refused with 503',
      positiveInteger,
      limits.maxQueue,
    )
    .option('--max-puzzles <n>', 'puzzles of one request', positiveInteger, limits.maxPuzzles)
    .option('--max-body <bytes>', 'size of a request', positiveInteger, limits.maxBody)
    .option('--timeout <seconds>', 'in which a request must have arrived', positiveInteger, limits.timeout)
    .addOption(new Option('--device <device>', 'where to compute').choices(devices).default('auto'))
    .option('--threads <n>', 'threads inside an operator (default: the physical cores)', positiveInteger)
    .addHelpText(
      'after',
      '\nExample:\n  trm serve sudoku-6x6 --port 8642\n' +
        `  curl -s 127.0.0.1:8642/solve -H 'Content-Type: application/json' -d '{"puzzle": "..1..5...42..32...6..........2..6.4."}'\n` +
        `\nSettings, a value each:\n${explainKeys(thinkingSchema)}\n`,
    )
    .action(async (run: string, flags: ServeFlags) => {
      const thinking = parseKeyValues(flags.setting, thinkingSchema, '--setting');
      const { loadCheckpoint } = await import('./run-folder.ts');
      const { openBackend } = await import('../runtime/node.ts');
      const { Solver } = await import('../evaluate/solver.ts');
      const { SolveQueue } = await import('../serve/queue.ts');
      const { solveHandler } = await import('../serve/handler.ts');
      const { nodeServer } = await import('../serve/node.ts');
      const checkpoint = await loadCheckpoint(run, flags.checkpoint);
      const { threads } = flags;
      const backend = await openBackend({ device: flags.device, threads });
      const solver = new Solver(checkpoint, backend);
      await solver.tryOut(thinking); // what is wrong with device or settings shows now
      const queue = new SolveQueue(solver, { rows: flags.batchSize, limit: flags.maxQueue, thinking });
      const about = {
        model: run,
        puzzle: checkpoint.family ?? null,
        ...checkpoint.model.shape,
        device: backend.device,
        version: packageVersion(),
      };
      const { maxBody, maxPuzzles, timeout } = flags;
      const server = nodeServer(solveHandler(queue, { maxBody, maxPuzzles, about }), timeout);
      await new Promise<void>((resolve, reject) => {
        server.once('error', (cause: NodeJS.ErrnoException) => {
          const why = cause.code === 'EADDRINUSE' ? 'the port is taken' : cause.message;
          reject(
            new TrmError('usage', why, { key: '--port', fix: 'choose another, or 0 for a free one', cause }),
          );
        });
        server.listen(flags.port, '127.0.0.1', resolve);
      });
      const { port } = server.address() as AddressInfo;
      process.stdout.write(`${run} on ${backend.device} (${backend.reason}): http://127.0.0.1:${port}\n`);

      await new Promise<void>((resolve) => {
        let stopping = false;
        const stop = () => {
          if (stopping) process.exit(130);
          stopping = true;
          process.stderr.write('finishing what was asked; press Ctrl-C again to stop at once\n');
          server.close(() => resolve());
          server.closeIdleConnections();
        };
        process.on('SIGINT', stop);
        process.on('SIGTERM', stop);
      });
      await queue.idle();
      await solver.dispose();
      process.stdout.write(`stopped after ${queue.solved} puzzles\n`);
    });
}
