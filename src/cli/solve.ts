/** `trm solve`: answers puzzles from a file or standard input, step by step if asked. */

import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import type { Family } from '../data/family.ts';
import { exampleAt } from '../data/node/examples.ts';
import { ioError } from '../data/node/io-error.ts';
import { TrmError } from '../errors.ts';
import type { Solution, SolveStep } from '../evaluate/solver.ts';
import { thinkingSchema } from '../evaluate/thinking.ts';
import { devices } from '../runtime/choices.ts';
import { familyOfModel, showPuzzle } from './puzzles.ts';
import { loadCheckpoint } from './run-folder.ts';
import type { ArcSolveFlags } from './solve-arc.ts';
import { explainKeys, parseKeyValues } from './support/key-values.ts';
import { nonNegativeInteger, positiveInteger } from './support/options.ts';
import { supportsColor } from './terminal/grid.ts';

interface SolveFlags extends ArcSolveFlags {
  readonly checkpoint: 'best' | 'last';
  readonly showSteps?: true;
  readonly setting?: string;
}

/** What is shown of a step; its states are let go, which are many times larger. */
type Step = Omit<SolveStep, 'states'>;

export function solveCommand(): Command {
  return new Command('solve')
    .description('solve puzzles with a trained run')
    .argument('<run>', 'folder of a run, a checkpoint file, a shipped model, or hf:owner/name')
    .argument(
      '[file]',
      'puzzles as text, one line or one block each, or an ARC task as JSON; - reads standard input',
      '-',
    )
    .addOption(
      new Option('--checkpoint <name>', 'which of the run').choices(['best', 'last']).default('best'),
    )
    .option('--steps <n>', 'supervision steps (default: as in training)', positiveInteger)
    .option('--show-steps', 'print the answer after every supervision step')
    .option('--setting <key=value,...>', 'think more about each puzzle, or less, with the settings below')
    .addOption(new Option('--device <device>', 'where to compute').choices(devices).default('auto'))
    .option('--json', 'print one JSON object')
    .option('--train-steps <n>', 'unseen ARC task: steps to learn it', positiveInteger, 200)
    .option('--train-batch <n>', 'unseen ARC task: examples in a step', positiveInteger, 16)
    .option('--train-weights', 'unseen ARC task: learn all weights, not only the puzzle embedding')
    .option('--augment <n>', 'unseen ARC task: augmentations to learn and to vote', nonNegativeInteger, 15)
    .option('--out <folder>', 'unseen ARC task: keep what is learnt here, and go on with it')
    .addHelpText(
      'after',
      '\nExamples:\n  echo 1...............  | trm solve runs/first --show-steps\n  trm solve runs/arc task.json --out runs/task\n' +
        '  trm solve runs/first hard.txt --setting steps=32,rollouts=16,noise=0.3,untilValid=true\n' +
        `\nSettings, a value each:\n${explainKeys(thinkingSchema)}\n`,
    )
    .action(async (run: string, file: string, flags: SolveFlags) => {
      const checkpoint = await loadCheckpoint(run, flags.checkpoint);
      const text = readInput(file);
      const { isArcTask, solveArcTask } = await import('./solve-arc.ts');
      if (isArcTask(text)) {
        await solveArcTask(checkpoint, text, file === '-' ? 'standard input' : file, flags);
        return;
      }
      const family = familyOfModel(checkpoint);
      const questions = family.read(text, file === '-' ? 'standard input' : file);
      if (questions.length === 0)
        throw new TrmError('data', 'no puzzle in it', { file: file === '-' ? 'standard input' : file });
      const settings =
        flags.setting === undefined ? undefined : parseKeyValues(flags.setting, thinkingSchema, '--setting');
      if (settings && flags.showSteps)
        throw new TrmError(
          'usage',
          'goes with --steps, not with --setting, whose candidates take steps of their own',
          { key: '--show-steps' },
        );
      const { openBackend } = await import('../runtime/node.ts');
      const { Solver } = await import('../evaluate/solver.ts');
      const solver = new Solver(checkpoint, await openBackend({ device: flags.device }));
      const { steps = checkpoint.config.supervisionSteps } = flags;
      if (settings) {
        const solutions = await solver.solve(questions, { steps, ...settings });
        print(
          flags,
          solutions.map((solution, i) => solutionJson(questions[i]!, solution, family)),
          solutions.map((solution, i) => showSolution(questions[i]!, solution, family)),
        );
      } else {
        const taken = questions.map((): Step[] => []);
        for await (const { states: _, ...step } of solver.steps(questions, { steps }))
          taken[step.index]!.push(step);
        print(
          flags,
          taken.map((steps, i) => stepsJson(questions[i]!, steps, family)),
          taken.map((steps, i) => showSteps(questions[i]!, steps, family, flags.showSteps === true)),
        );
      }
      await solver.dispose();
    });
}

function print(flags: SolveFlags, puzzles: readonly unknown[], texts: readonly string[]): void {
  process.stdout.write(flags.json ? `${JSON.stringify({ puzzles })}\n` : `${texts.join('\n')}\n`);
}

function showSolution(question: Int32Array, solution: Solution, family: Family): string {
  const { tokens, halting, steps, candidates } = solution;
  const of = candidates > 1 ? `, chosen of ${candidates} candidates` : '';
  return [
    `${steps} supervision steps: halting ${(100 * halting).toFixed(1)} %${of}`,
    showPuzzle(family, question, tokens, undefined, supportsColor(process.stdout)),
    verdict(family, question, tokens),
  ].join('\n');
}

function solutionJson(
  question: Int32Array,
  { answer, halting, valid, steps, candidates }: Solution,
  family: Family,
) {
  return {
    question: family.line(question),
    answer,
    halting,
    satisfiesRules: valid ?? null,
    supervisionSteps: steps,
    candidates,
  };
}

/**
 * An answer and how it came about, as text: the question, each step or the last, and whether the rules are satisfied.
 *
 * @param steps after each supervision step, the first one first.
 */
export function showSteps(
  question: Int32Array,
  steps: readonly Step[],
  family: Family,
  all: boolean,
): string {
  const color = supportsColor(process.stdout);
  const lines = all ? [`question\n${showPuzzle(family, question, question, undefined, color)}`] : [];
  steps.forEach(({ step, tokens, halting, changed }, i) => {
    if (!all && i < steps.length - 1) return;
    const before = all ? (steps[i - 1]?.tokens ?? question) : undefined;
    const difference = all ? `, ${changed} cells changed` : '';
    lines.push(
      `step ${step}: halting ${(100 * halting).toFixed(1)} %${difference}\n${showPuzzle(family, question, tokens, before, color)}`,
    );
  });
  lines.push(verdict(family, question, steps.at(-1)!.tokens));
  return lines.join('\n');
}

function stepsJson(question: Int32Array, steps: readonly Step[], family: Family) {
  const { answer, halting, valid } = steps.at(-1)!;
  return {
    question: family.line(question),
    answer,
    halting,
    satisfiesRules: valid ?? null,
    steps: steps.map((step) => ({ answer: step.answer, halting: step.halting })),
  };
}

function verdict(family: Family, question: Int32Array, answer: Int32Array): string {
  if (!family.fault) return 'rules not known';
  const fault = family.fault(question, answer);
  return fault
    ? `not solved: the answer breaks the rules: ${fault}`
    : 'solved: the answer satisfies the rules';
}

function readInput(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : exampleAt(file), 'utf8');
  } catch (error) {
    throw ioError(error, file === '-' ? 'standard input' : file);
  }
}
