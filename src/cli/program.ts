/**
 * The command `trm`. Exit status: 0 done, 1 failed, 2 wrong use, 130 stopped by Ctrl-C; of `solve` 3 where puzzles stay unsolved.
 * Commands load ONNX Runtime when they run, so that `--help` answers at once.
 */

import { Command, CommanderError, Help } from 'commander';
import { TrmError } from '../errors.ts';
import { commandBegins } from './support/early-stop.ts';
import { typed } from './support/invocation.ts';
import { asRank, endRanks, isSaid, statusOfRank } from './support/ranks.ts';
import { outlivesTerminal } from './support/signals.ts';
import { packageVersion } from './support/version.ts';

const program = new Command('trm')
  .description('Tiny Recursive Models: build puzzle datasets, train, evaluate and solve')
  .version(packageVersion())
  .addHelpText('after', '\nExample:\n  trm demo\n');
/** A start loads the command that is asked for, or all for what tells of all. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./demo.ts')).demoCommand(),
  data: async () => (await import('./data/index.ts')).dataCommand(),
  train: async () => (await import('./train.ts')).trainCommand(),
  sweep: async () => (await import('./sweep/index.ts')).sweepCommand(),
  evaluate: async () => (await import('./evaluate.ts')).evaluateCommand(),
  solve: async () => (await import('./solve.ts')).solveCommand(),
  models: async () => (await import('./models.ts')).modelsCommand(),
  serve: async () => (await import('./serve.ts')).serveCommand(),
  import: async () => (await import('./import.ts')).importCommand(),
  export: async () => (await import('./export.ts')).exportCommand(),
  push: async () => (await import('./push.ts')).pushCommand(),
  config: async () => (await import('./config.ts')).configCommand(),
  completion: async () => (await import('./completion.ts')).completionCommand(program),
};
const asked = process.argv[2] ?? '';
const isOne = Object.hasOwn(commands, asked) && asked !== 'completion';
for (const load of isOne ? [commands[asked]!] : Object.values(commands)) program.addCommand(await load());
settle(program);
program.hook('preAction', () => commandBegins());

/** In every command: faults are thrown, the options that must be given are marked, and examples are as one types them. */
function settle(command: Command): void {
  command.exitOverride().showHelpAfterError('(--help tells more)');
  command.configureHelp({
    optionDescription(option) {
      const text = Help.prototype.optionDescription.call(this, option);
      return option.mandatory ? `${text} (required)` : text;
    },
  });
  command.configureOutput({
    writeOut: (text) => void process.stdout.write(typed(text)),
    writeErr: (text) => void process.stderr.write(typed(text)),
  });
  command.commands.forEach(settle);
}

function statusOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return error instanceof TrmError && (error.code === 'usage' || error.code === 'config') ? 2 : 1;
}

/** The error for people on stderr, and for a script that asked for JSON on stdout. */
function report(error: unknown): void {
  if (isSaid(error)) return;
  const { message, stack } = error instanceof Error ? error : { message: String(error) };
  // What commander throws it has printed already.
  if (!(error instanceof CommanderError))
    process.stderr.write(typed(`error: ${(process.env.TRM_DEBUG && stack) || message}\n`));
  if (!process.argv.includes('--json')) return;
  const { cause: _, ...detail } = error instanceof TrmError ? error.detail : {};
  const code = error instanceof TrmError ? error.code : error instanceof CommanderError ? 'usage' : 'runtime';
  process.stdout.write(
    `${JSON.stringify({ error: { code, message: message.replace(/^error: /, ''), ...detail } })}\n`,
  );
}

if (outlivesTerminal()) process.on('SIGHUP', () => {}); // Node has forgotten that it was ignored

// A reader that stops early (`trm … | head`) is no failure.
process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') process.exit(0);
  process.stderr.write(`error: standard output takes no more: ${message}\n`);
  process.exit(1);
});

// Warnings, ours or Node's, are a line.
process.removeAllListeners('warning');
process.on('warning', ({ message }) => process.stderr.write(`warning: ${message}\n`));

asRank(process.argv[2]);
try {
  await program.parseAsync();
  await endRanks();
} catch (error) {
  process.exitCode = statusOfRank(statusOf(error));
  if (process.exitCode !== 0) report(error);
  await endRanks(error, process.exitCode);
}
