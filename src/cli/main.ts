#!/usr/bin/env node
/**
 * The command `trm`. Exit status: 0 done, 1 failed, 2 wrong use, 130 stopped by Ctrl-C.
 * Commands load ONNX Runtime when they run, so that `--help` answers at once.
 */

import { Command, CommanderError } from 'commander';
import { TrmError } from '../errors.ts';
import { configCommand } from './config.ts';
import { dataCommand } from './data/index.ts';
import { demoCommand } from './demo.ts';
import { evaluateCommand } from './evaluate.ts';
import { exportCommand } from './export.ts';
import { importCommand } from './import.ts';
import { pushCommand } from './push.ts';
import { serveCommand } from './serve.ts';
import { solveCommand } from './solve.ts';
import { packageVersion } from './support/version.ts';
import { trainCommand } from './train.ts';

const program = new Command('trm')
  .description('Tiny Recursive Models: build puzzle datasets, train, evaluate and solve')
  .version(packageVersion())
  .addHelpText('after', '\nExample:\n  trm demo\n');
for (const command of [
  demoCommand(),
  dataCommand(),
  trainCommand(),
  evaluateCommand(),
  solveCommand(),
  serveCommand(),
  importCommand(),
  exportCommand(),
  pushCommand(),
  configCommand(),
]) {
  program.addCommand(command);
}
throwing(program);

/** Makes commander throw instead of exiting, in every command. */
function throwing(command: Command): void {
  command.exitOverride().showHelpAfterError('(--help tells more)');
  command.commands.forEach(throwing);
}

function statusOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return error instanceof TrmError && (error.code === 'usage' || error.code === 'config') ? 2 : 1;
}

/** The error for people on stderr, and for a script that asked for JSON on stdout. */
function report(error: unknown): void {
  const { message, stack } = error instanceof Error ? error : { message: String(error) };
  // What commander throws it has printed already.
  if (!(error instanceof CommanderError))
    process.stderr.write(`error: ${(process.env.TRM_DEBUG && stack) || message}\n`);
  if (!process.argv.includes('--json')) return;
  const { cause: _, ...detail } = error instanceof TrmError ? error.detail : {};
  const code = error instanceof TrmError ? error.code : error instanceof CommanderError ? 'usage' : 'runtime';
  process.stdout.write(
    `${JSON.stringify({ error: { code, message: message.replace(/^error: /, ''), ...detail } })}\n`,
  );
}

// A reader that stops early (`trm … | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

// Warnings, ours or Node's, are a line.
process.removeAllListeners('warning');
process.on('warning', ({ message }) => process.stderr.write(`warning: ${message}\n`));

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = statusOf(error);
  if (process.exitCode !== 0) report(error);
}
