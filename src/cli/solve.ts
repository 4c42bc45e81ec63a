/** `trm solve`: answers puzzles from a file or standard input, step by step if asked. */

import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { questionBatch } from '../data/batches.ts';
import type { Family } from '../data/family.ts';
import { ioError } from '../data/node/io-error.ts';
import { TrmError } from '../errors.ts';
import { type Thinking, type Thought, thinkingSchema } from '../evaluate/thinking.ts';
import type { Backend } from '../runtime/backend.ts';
import { type DeviceChoice, devices } from '../runtime/devices.ts';
import type { Checkpoint } from '../train/checkpoint.ts';
import { kindOf, showPuzzle } from './puzzles.ts';
import { loadCheckpoint } from './run-folder.ts';
import { explainKeys, parseKeyValues } from './support/key-values.ts';
import { nonNegativeInteger, positiveInteger } from './support/options.ts';
import { supportsColor } from './terminal/grid.ts';

export interface SolveFlags {
  readonly checkpoint: 'best' | 'last';
  readonly steps?: number;
  readonly showSteps?: true;
  readonly setting?: string;
  readonly device: DeviceChoice;
  readonly json?: true;
  readonly trainSteps: number;
  readonly trainBatch: number;
  readonly trainWeights?: true;
  readonly augment: number;
  readonly out?: string;
}

/** Rows of the graph, at most. */
const ROWS = 16;

/** A puzzle's answer with the way to it. */
interface Solution {
  readonly question: Int32Array;
  /** After each supervision step, the first one first. */
  readonly steps: readonly { readonly answer: Int32Array; readonly halting: number }[];
}

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
      const kind = kindOf(checkpoint);
      const questions = kind.read(text, file === '-' ? 'standard input' : file);
      if (questions.length === 0)
        throw new TrmError('data', 'no puzzle in it', { file: file === '-' ? 'standard input' : file });
      const { openBackend } = await import('../runtime/node.ts');
      const steps = flags.steps ?? checkpoint.config.supervisionSteps;
      if (flags.setting !== undefined) {
        const settings = parseKeyValues(flags.setting, thinkingSchema, '--setting');
        if (flags.showSteps)
          throw new TrmError('usage', 'shows a puzzle that takes every step once', { key: '--show-steps' });
        const backend = await openBackend(flags.device);
        const thoughts = await thinkAbout(checkpoint, questions, { steps, ...settings }, backend);
        print(
          flags,
          thoughts.map((thought, i) => thoughtJson(questions[i]!, thought, kind)),
          thoughts.map((thought, i) => showThought(questions[i]!, thought, kind)),
        );
        return;
      }
      const solutions = await solvePuzzles(checkpoint, questions, steps, await openBackend(flags.device));
      print(
        flags,
        solutions.map((solution) => toJson(solution, kind)),
        solutions.map((solution) => showSolution(solution, kind, flags.showSteps === true)),
      );
    });
}

function print(flags: SolveFlags, puzzles: readonly unknown[], texts: readonly string[]): void {
  process.stdout.write(flags.json ? `${JSON.stringify({ puzzles })}\n` : `${texts.join('\n')}\n`);
}

/** Answers questions with test-time compute, in their order. */
async function thinkAbout(
  checkpoint: Checkpoint,
  questions: readonly Int32Array[],
  settings: Thinking,
  backend: Backend,
): Promise<Thought[]> {
  const { Answerer, answerWeights } = await import('../inference/answer.ts');
  const { from, think } = await import('../evaluate/thinking.ts');
  const { model, state, config } = checkpoint;
  const family = kindOf(checkpoint);
  const rows = Math.min(ROWS, questions.length * settings.rollouts);
  const answerer = await Answerer.create(model, rows, backend);
  const thinker = {
    answerer,
    weights: answerWeights(state),
    supervisionSteps: config.supervisionSteps,
    family,
    fault: family.fault,
  };
  const asked = questions.map((tokens) => ({ tokens, puzzleIdentifier: 0 }));
  const thoughts: Thought[] = [];
  for await (const thought of think(thinker, from(asked), settings)) thoughts[thought.index] = thought;
  await answerer.dispose();
  return thoughts;
}

function showThought(
  question: Int32Array,
  { answer, halting, steps, candidates }: Thought,
  kind: Family,
): string {
  const of = candidates > 1 ? `, chosen of ${candidates} candidates` : '';
  return [
    `${steps} supervision steps: halting ${(100 * halting).toFixed(1)} %${of}`,
    showPuzzle(kind, question, answer, undefined, supportsColor(process.stdout)),
    verdict(kind, question, answer),
  ].join('\n');
}

function thoughtJson(question: Int32Array, { answer, halting, steps, candidates }: Thought, kind: Family) {
  return {
    question: kind.line(question),
    answer: kind.line(answer),
    halting,
    satisfiesRules: satisfiesRules(kind, question, answer),
    supervisionSteps: steps,
    candidates,
  };
}

/** Null where no rules are known. */
function satisfiesRules(kind: Family, question: Int32Array, answer: Int32Array): boolean | null {
  return kind.fault ? kind.fault(question, answer) === undefined : null;
}

/** Answers questions in batches, every one for `steps` supervision steps. */
export async function solvePuzzles(
  checkpoint: Checkpoint,
  questions: readonly Int32Array[],
  steps: number,
  backend: Backend,
): Promise<Solution[]> {
  const { Answerer, answerWeights } = await import('../inference/answer.ts');
  const { model, state } = checkpoint;
  const weights = answerWeights(state);
  const rows = Math.min(ROWS, questions.length);
  const answerer = await Answerer.create(model, rows, backend);
  const solutions: Solution[] = [];
  for (let start = 0; start < questions.length; start += rows) {
    const some = questions.slice(start, start + rows);
    const found = some.map((question) => ({
      question,
      steps: [] as { answer: Int32Array; halting: number }[],
    }));
    for await (const { answer, halt } of answerer.answer(weights, questionBatch(some, rows), steps)) {
      found.forEach((solution, row) => {
        const own = answer.slice(row * model.shape.cells, (row + 1) * model.shape.cells);
        solution.steps.push({ answer: own, halting: 1 / (1 + Math.exp(-halt[row]!)) });
      });
    }
    solutions.push(...found);
  }
  await answerer.dispose();
  return solutions;
}

/** A solution as text: the question, each step or the last, and whether the rules are satisfied. */
export function showSolution({ question, steps }: Solution, kind: Family, all: boolean): string {
  const color = supportsColor(process.stdout);
  const lines = all ? [`question\n${showPuzzle(kind, question, question, undefined, color)}`] : [];
  steps.forEach(({ answer, halting }, i) => {
    if (!all && i < steps.length - 1) return;
    const before = all ? (steps[i - 1]?.answer ?? question) : undefined;
    const changed = before
      ? `, ${answer.reduce((n, token, c) => n + (token === before[c] ? 0 : 1), 0)} cells changed`
      : '';
    lines.push(
      `step ${i + 1}: halting ${(100 * halting).toFixed(1)} %${changed}\n${showPuzzle(kind, question, answer, before, color)}`,
    );
  });
  lines.push(verdict(kind, question, steps.at(-1)!.answer));
  return lines.join('\n');
}

function verdict(kind: Family, question: Int32Array, answer: Int32Array): string {
  if (!kind.fault) return 'rules not known';
  const fault = kind.fault(question, answer);
  return fault
    ? `not solved: the answer breaks the rules: ${fault}`
    : 'solved: the answer satisfies the rules';
}

function toJson({ question, steps }: Solution, kind: Family) {
  const { answer, halting } = steps.at(-1)!;
  return {
    question: kind.line(question),
    answer: kind.line(answer),
    halting,
    satisfiesRules: satisfiesRules(kind, question, answer),
    steps: steps.map((step) => ({ answer: kind.line(step.answer), halting: step.halting })),
  };
}

function readInput(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw ioError(error, file === '-' ? 'standard input' : file);
  }
}
