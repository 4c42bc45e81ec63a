/**
 * The command `trm`. Exit status: 0 done, 1 failed while working, 2 wrong use, 130 stopped by Ctrl-C; of `solve` 3 where puzzles
 * stay unsolved. Wrong use is what the command line or a recipe says, a path that is not there or is of the wrong kind among it.
 * Commands load ONNX Runtime when they run, so that `--help` answers at once.
 */

import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import { Command, CommanderError, Help } from 'commander';
import { TrmError } from '../errors.ts';
import { launched } from '../train/mpi/launcher.ts';
import { hearNoMore } from './support/early-stop.ts';
import { typed } from './support/invocation.ts';
import { asRank, endRanks, isSaid, statusOfRank } from './support/ranks.ts';
import { outlivesTerminal } from './support/signals.ts';
import { packageVersion } from './support/version.ts';

const program = new Command('trm')
  .description('Tiny Recursive Models: build puzzle datasets, train, evaluate and solve')
  .version(packageVersion())
  .addHelpText('after', '\nExample:\n  trm demo\n')
  .addHelpText(
    'after',
    '\nExit status: 0 done; 1 failed while working, or something is wrong with the data; 2 wrong use: an option, a setting, or a path that is not there or is of the wrong kind; 130 stopped. trm solve: 3 some not solved.\n',
  );
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
program.hook('preAction', () => {
  if (launched()) hearNoMore(); // ranks end together
});

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

/**
 * The command that `help NAME…` asks about; undefined where no help is asked for so. A word that names no command is refused,
 * which commander overlooks beside `help` and `--help`.
 */
function helpAsked(): Command | undefined {
  let [command, isAsked] = [program, false];
  for (const word of process.argv.slice(2)) {
    const next = command.commands.find((one) => one.name() === word);
    if (next) command = next;
    else if (word === 'help' && !isAsked && command.commands.length > 0) isAsked = true;
    else if (word.startsWith('-')) return undefined;
    else if (command.commands.length > 0) command.parse([word], { from: 'user' });
    else if (!isAsked) return undefined;
    else command.error(`error: unknown command '${word}'`, { code: 'commander.unknownCommand' });
  }
  return isAsked ? command : undefined;
}

function statusOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof TrmError)) return 1;
  return error.code === 'usage' || error.code === 'config' || isWrongPath(error) ? 2 : 1;
}

/** Whether a path of the command line is not there, or is a file for a folder: a wrong word, as any other. */
function isWrongPath({ code, detail: { file, cause } }: TrmError): boolean {
  if (code !== 'io' || file === undefined) return false;
  const given = process.argv.slice(2).flatMap((argument) => [argument, ...argument.split(/[,=]/)]);
  const { code: why = '', syscall } = (cause ?? {}) as NodeJS.ErrnoException;
  // Where nothing is, nothing is below it either; a place that takes no new folder is no wrong path.
  if (why === 'ENOENT' && syscall !== 'mkdir')
    return given.some((path) => file === path || (file.startsWith(join(path, sep)) && !existsSync(path)));
  return ['ENOTDIR', 'EISDIR', 'EEXIST'].includes(why) && given.includes(file);
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

// Nor is one of what is said beside the work (`trm train … 2>&1 | tee log`, whose tee Ctrl-C ends first): the work goes on, or is saved.
process.stderr.on('error', () => {});

// Warnings, ours or Node's, are a line.
process.removeAllListeners('warning');
process.on('warning', ({ message }) => process.stderr.write(`warning: ${message}\n`));

asRank(process.argv[2]);
try {
  helpAsked()?.help();
  await program.parseAsync();
  await endRanks();
} catch (error) {
  process.exitCode = statusOfRank(statusOf(error));
  if (process.exitCode !== 0) report(error);
  await endRanks(error, process.exitCode);
}
