/** `trm solve`: answers puzzles from a file, standard input or a terminal, step by step if asked. */

import { extname } from 'node:path';
import { Command, Option } from 'commander';
import type { Item, Words } from '../data/reading/found.ts';
import { TrmError } from '../errors.ts';
import type { SolveOptions, Solver } from '../evaluate/solver.ts';
import type { Question } from '../evaluate/thinking.ts';
import {
  MOST_EFFORT,
  MOST_STEPS,
  type Thinking,
  thinkingSchema,
  USUAL_EFFORT,
} from '../evaluate/thinking-settings.ts';
import { loadCheckpoint, writeAtomically } from './run-folder.ts';
import {
  type Answered,
  countsOf,
  endings,
  type Format,
  formats,
  isLeft,
  render,
  type Step,
  statusOf,
} from './solve-answers.ts';
import type { ArcSolveFlags } from './solve-arc.ts';
import { type Input, readInput, typedPuzzles } from './solve-input.ts';
import { effortOption } from './support/effort.ts';
import { computing, openEngine, precisionOption } from './support/engine.ts';
import { faultLines } from './support/fault-lines.ts';
import { typed, word } from './support/invocation.ts';
import { explainKeys, parseKeyValues, refuseInSetting } from './support/key-values.ts';
import { leftOut } from './support/left-out.ts';
import {
  flagOf,
  given,
  integerBetween,
  nonNegativeInteger,
  once,
  positiveInteger,
  refuseBeside,
  type Span,
  spans,
  spansOf,
} from './support/options.ts';
import { checkEnding, checkOutputs, outputFile, tryPlace } from './support/output-file.ts';
import { nothingWritten } from './support/signals.ts';
import { type Stop, stoppingAtOnce } from './support/stopping.ts';
import { supportsColor } from './terminal/grid.ts';
import { announcing, createProgress } from './terminal/progress.ts';

interface SolveFlags extends ArcSolveFlags {
  readonly checkpoint: 'best' | 'last';
  readonly showSteps?: true;
  readonly effort?: number;
  readonly answers?: number;
  readonly setting?: string;
  readonly format?: Format;
  readonly only?: readonly Span[];
}

/** Puzzles that are solved without a word about how far it is: they are a second's work. */
const SHOWN = 16;
/** Seconds after which of few puzzles too something is said. */
const PATIENCE = 3;

/** Notes told in full; the rest are counted. */
const TOLD = 5;

const help = `
Exit status: 0 all solved, 3 some not solved, 1 some not read, 2 wrong use, 130 stopped.
Ctrl-C keeps the answers that are there by then, the others' places marked, and says which to go on with (--only).

Examples:
  echo 1....2.....4..21 | trm solve sudoku-4x4 --show-steps
  trm solve sudoku-9x9 puzzles.csv --out answers.csv
  trm solve sudoku-9x9 hard.txt --effort 9
  trm solve runs/first hard.txt --setting steps=32,rollouts=16,noise=0.3,untilValid=true
  trm solve runs/queens board.txt --answers 16
  trm solve runs/arc task.json --out runs/task

docs/formats.md lists the forms that puzzles are read in.

Settings, a value each:
${explainKeys(thinkingSchema)}
`;

export function solveCommand(): Command {
  const command = new Command('solve')
    .description('solve puzzles with a trained run')
    .argument('<run>', 'folder of a run, a checkpoint file, a shipped model, or hf:owner/name')
    .argument(
      '[file]',
      'puzzles as text, CSV, JSON or as other programs keep them, or an ARC task; - reads standard input',
      '-',
    )
    .addOption(
      new Option('--checkpoint <name>', 'which of the run').choices(['best', 'last']).default('best'),
    )
    .option('--steps <n>', 'supervision steps, once, whatever the answer', integerBetween(1, MOST_STEPS))
    .option('--show-steps', 'print the answer after every supervision step, until it satisfies the rules')
    .addOption(effortOption(USUAL_EFFORT))
    .option(
      '--answers <n>',
      'think from n starts, and show every answer that came, with how often',
      positiveInteger,
    )
    .option(
      '--only <numbers>',
      'of several puzzles those with these numbers, as 3,17,40-99, each once',
      spans,
    )
    .option('--setting <key=value,...>', 'think otherwise about each puzzle, with the settings below', once)
    .addOption(new Option('--format <format>', 'of the answers (default: grid)').choices(formats))
    .option('--json', 'the same as --format json')
    .option(
      '--out <path>',
      'file for the answers, .json, .csv or .txt, replaced if it exists; of an unseen ARC task: folder to keep what is learnt, and go on with it',
    )
    .option('--train-steps <n>', 'unseen ARC task: steps to learn it', positiveInteger, 200)
    .option('--train-batch <n>', 'unseen ARC task: examples in a step', positiveInteger, 16)
    .option('--train-weights', 'unseen ARC task: learn all weights, not only the puzzle embedding')
    .option('--augment <n>', 'unseen ARC task: augmentations to learn and to vote', nonNegativeInteger, 15);
  return computing(command)
    .addOption(precisionOption())
    .addHelpText('after', help)
    .action(async (run: string, file: string, flags: SolveFlags, command: Command) => {
      const settings = settingsOf(flags);
      if (flags.format !== 'json') refuseBeside(flags, 'format', ['json']);
      const isTyped = file === '-' && process.stdin.isTTY;
      if (isTyped) refuseTyped(flags);
      const answered: Answered[] = [];
      const stop = stoppingAtOnce(() => answered.some(({ solution }) => solution));
      await stop.working('', nothingWritten);
      await checkOrder(run, file);
      const checkpoint = await announcing(`reading ${run}`, () => loadCheckpoint(run, flags.checkpoint));
      const open = async () => {
        const { Solver } = await import('../evaluate/solver.ts');
        return new Solver(checkpoint, await openEngine(flags));
      };
      if (isTyped) {
        refuseArcFlags(command);
        stop.end();
        await converse(await open(), settings, flags);
        return;
      }
      const reading = `reading ${file === '-' ? 'standard input' : file}`;
      const { text, name } = await announcing(reading, () => readInput(file));
      const { isArcTask, solveArcTask } = await import('./solve-arc.ts');
      if (isArcTask(text, checkpoint.model.shape)) {
        stop.end();
        await solveArcTask(checkpoint, text, name, arcFlags(flags));
        return;
      }
      refuseArcFlags(command);
      const format = formatFor(flags, file, run);
      checkRoom(format, flags, settings);
      const solver = await open();
      await stop.working('solve: reading the puzzles', nothingWritten);
      answered.push(...readAll(solver, { text, name }, flags.only));
      await answer(solver, answered, settings, flags.showSteps === true, stop);
      await solver.dispose();
      say(solver, answered, format, flags);
      stop.end();
    });
}

/** @throws TrmError `usage` where the puzzles stand before the model. */
async function checkOrder(run: string, file: string): Promise<void> {
  const { isModelName } = await import('../interop/node/source.ts');
  if (!isModelName(file) || isModelName(run)) return;
  const fix = typed(`the model comes first: trm solve ${word(file)} ${word(run)}`);
  throw new TrmError('usage', `${run} is no model, but ${file} is one`, { fix });
}

/** What is asked of the thinking. @throws TrmError `usage` on a setting that is not possible, or that two options contradict. */
function settingsOf(flags: SolveFlags): Thinking {
  const { effort, answers, setting, steps } = flags;
  const candidates = 'its candidates take steps of their own; --show-steps goes with --steps';
  for (const key of ['setting', 'answers', 'effort']) refuseBeside(flags, key, ['showSteps'], candidates);
  refuseBeside(flags, 'effort', ['steps'], `give one of them, or --setting effort=${effort},steps=${steps}`);
  const settings = setting === undefined ? {} : parseKeyValues(setting, thinkingSchema, '--setting');
  refuseInSetting(settings, { effort, answers, steps });
  return {
    ...(effort !== undefined && { effort }),
    ...(answers !== undefined && { answers }),
    ...(steps !== undefined && { steps }),
    ...settings,
  };
}

/** @throws TrmError `usage` on what was asked of an ARC task, where there is none. */
function refuseArcFlags(command: Command): void {
  const flags = given(command);
  const key = ['trainSteps', 'trainBatch', 'trainWeights', 'augment'].find((one) => flags[one] !== undefined);
  if (key !== undefined)
    throw new TrmError('usage', 'is for unseen ARC tasks', { key: flagOf(key), fix: 'leave it out' });
}

/** @throws TrmError `usage` on what goes with a whole file of puzzles: each that is typed is answered where it stands. */
function refuseTyped(flags: SolveFlags): void {
  const key = (['out', 'only'] as const).find((one) => flags[one] !== undefined);
  if (key === undefined) return;
  const fix = 'give a file of puzzles, or a pipe';
  throw new TrmError('usage', 'is not for puzzles that are typed', { key: flagOf(key), fix });
}

/** @throws TrmError `usage` where what is asked for would be dropped: a line has one answer. */
function checkRoom(format: Format, { showSteps, answers }: SolveFlags, settings: Thinking): void {
  if (format !== 'csv' && format !== 'line') return;
  const several = answers === undefined ? '--setting answers' : '--answers';
  const key = showSteps ? '--show-steps' : settings.answers === undefined ? undefined : several;
  if (key === undefined) return;
  const fix = 'use --format json or grid';
  throw new TrmError('usage', `does not go with ${format}, which has no place for them`, { key, fix });
}

/** What is asked of an ARC task. @throws TrmError `usage` on what goes with other puzzles alone. */
function arcFlags({
  effort,
  answers,
  setting,
  showSteps,
  format,
  only,
  ...flags
}: SolveFlags): ArcSolveFlags {
  const refused = {
    only,
    effort,
    answers,
    setting,
    showSteps,
    format: format === 'json' || format === 'grid' ? undefined : format,
  };
  for (const [key, value] of Object.entries(refused))
    if (value !== undefined) throw new TrmError('usage', 'is not for ARC tasks', { key: flagOf(key) });
  return format === 'json' ? { ...flags, json: true } : flags;
}

/** The format that is asked for, else that of the file to write, which is tried. @throws TrmError as `outputFile`. */
function formatFor({ json, format, out }: SolveFlags, ...inputs: string[]): Format {
  const asked = json ? 'json' : format;
  if (out === undefined) return asked ?? 'grid';
  checkOutputs({ '--out': out }, inputs);
  if (asked === undefined) return endings[outputFile(out, '--out', ['json', 'csv', 'txt'])];
  const said = Object.entries(endings).find(([ending]) => extname(out).toLowerCase() === `.${ending}`)?.[1];
  const isText = said === 'line' && asked === 'grid';
  if (said !== undefined && !isText) checkEnding(out, said, asked, json ? '--json' : undefined);
  tryPlace(out);
  return asked;
}

/** Solves what somebody types, puzzle by puzzle. */
async function converse(solver: Solver, settings: Thinking, flags: SolveFlags): Promise<void> {
  const isWhole = (text: string) =>
    !solver.takesAnySize &&
    solver.family.written?.smaller !== true &&
    solver.read(text).every(({ error }) => !error);
  const format = flags.json ? 'json' : (flags.format ?? 'grid');
  checkRoom(format, flags, settings);
  for await (const text of typedPuzzles(isWhole)) {
    const answered = numbered(solver, solver.read(text), undefined);
    await answer(solver, answered, settings, flags.showSteps === true);
    say(solver, answered, format, flags);
  }
  await solver.dispose();
}

/** The puzzles of a text. @throws TrmError on one that is none. */
function readAll(solver: Solver, { text, name }: Input, only: readonly Span[] | undefined): Answered[] {
  const words: Words[] = [];
  const items = solver.read(text, { file: name, onWords: (one) => words.push(one) });
  const [first] = items;
  process.stderr.write(leftOut(words));
  if (items.length === 1 && first?.error) throw first.error;
  return numbered(solver, items, only);
}

/** @throws TrmError `usage` where there are no puzzles of these numbers. */
function numbered(
  solver: Solver,
  items: readonly Item<Question>[],
  only: readonly Span[] = [[1, items.length]],
): Answered[] {
  const beyond = only.find(([, last]) => last > items.length);
  if (beyond) {
    const message = `expected numbers from 1 to ${items.length}, got ${[...new Set(beyond)].join('-')}`;
    throw new TrmError('usage', message, { key: '--only' });
  }
  return items.flatMap((item, i) => {
    const { family } = item.error ? solver : solver.at(item.value);
    const number = i + 1;
    return only.some(([first, last]) => first <= number && number <= last) ? [{ number, item, family }] : [];
  });
}

/** Answers puzzles in their places, of which nothing is written until the last is there, or somebody stops it. */
async function answer(
  solver: Solver,
  answered: Answered[],
  settings: Thinking,
  showSteps: boolean,
  stop?: Stop,
): Promise<void> {
  const sound = [...answered.entries()].flatMap(([i, { number, item }]) =>
    item.error ? [] : [{ i, number, question: item.value }],
  );
  tellNotes(solver, sound, answered.length);
  void stop?.working('solve: making ready the graph that answers', nothingWritten);
  const progress = createProgress({ label: 'solve' });
  const [total, begun] = [sound.length, performance.now()];
  let [done, solved, steps] = [0, 0, 0];
  /** Of many puzzles at once, of few when they take their time. */
  const show = () => {
    const seconds = (performance.now() - begun) / 1000;
    if (total <= SHOWN && seconds < PATIENCE) return;
    const left = { ...(done > 0 && { rate: done / seconds, eta: ((total - done) * seconds) / done }) };
    const fields = { solved, 'thinking for': `${steps} steps` };
    progress.update({ done, total, ...left, unit: 'puzzles', fields });
  };
  const took = (at: number, rest: Pick<Answered, 'solution' | 'steps' | 'spared'>) => {
    const { i } = sound[at]!;
    answered[i] = { ...answered[i]!, ...rest };
    if (rest.solution?.valid !== false) solved++;
    if (++done === 1) void stop?.working(undefined);
    show();
  };
  const signal = stop?.signal;
  signal?.addEventListener('abort', () => {
    if (done > 0) progress.log('stopping after this step; a second signal or Ctrl-C stops at once');
  });
  try {
    if (showSteps) {
      for (const [at, { question }] of sound.entries())
        took(at, await watched(solver, question, { ...settings, ...(signal && { signal }) }));
    } else {
      const questions = sound.map(({ question }) => question);
      const onStep = () => {
        if (++steps === 1) void stop?.working(undefined);
        show();
      };
      const options = { ...settings, ...(signal && { signal }) };
      for await (const { index, solution } of solver.solutions(questions, options, onStep))
        took(index, { solution });
    }
  } catch (fault) {
    if (!signal?.aborted) throw fault;
  } finally {
    progress.end();
  }
}

/** The steps of a puzzle up to the first answer that satisfies the rules. */
async function watched(
  solver: Solver,
  question: Question,
  settings: Thinking & Pick<SolveOptions, 'signal'>,
): Promise<Pick<Answered, 'solution' | 'steps' | 'spared'>> {
  const steps: Step[] = [];
  for await (const { states: _, ...step } of solver.steps(question, settings)) {
    steps.push(step);
    if (step.valid) break;
  }
  const { index: _, step, changed: __, ...last } = steps.at(-1)!;
  const most = settings.steps ?? solver.checkpoint.config.supervisionSteps;
  return {
    steps,
    ...(step < most && { spared: most - step }),
    solution: { ...last, steps: step, candidates: 1, notes: solver.notes(question) },
  };
}

/** What is known of the questions before they are thought about. */
function tellNotes(
  solver: Solver,
  questions: readonly { readonly number: number; readonly question: Question }[],
  total: number,
): void {
  const [first, ...others] = questions.map(({ question }) => question.note);
  const read = new Set(first !== undefined && others.every((note) => note === first) ? [first] : []); // of all of them
  for (const note of read) process.stderr.write(`note: ${note}\n`);
  const notes = questions.flatMap(({ number, question }) =>
    solver
      .notes(question)
      .filter((note) => !read.has(note))
      .map((note) => (total > 1 ? `note: puzzle ${number}: ${note}\n` : `note: ${note}\n`)),
  );
  for (const note of notes.slice(0, TOLD)) process.stderr.write(note);
  if (notes.length > TOLD) process.stderr.write(`note: ${notes.length - TOLD} more such notes\n`);
}

function say(solver: Solver, answered: readonly Answered[], format: Format, flags: SolveFlags): void {
  const { family } = solver;
  const color = flags.out === undefined && supportsColor(process.stdout);
  const text = render(format, answered, color);
  if (flags.out === undefined) process.stdout.write(text);
  else writeAtomically(flags.out, [text]);
  const counts = countsOf(answered);
  const { total, solved, unreadable, left } = counts;
  const tell = (line: string) => process.stderr.write(`${line}\n`);
  if (format !== 'grid')
    for (const line of faultLines(answered.flatMap(({ item }) => item.error ?? []))) tell(`error: ${line}`);
  if (total > 1 || flags.out !== undefined) {
    const bad = unreadable > 0 ? `, ${unreadable} not read` : '';
    const open = left > 0 ? `, ${left} not answered` : '';
    tell(`${solved} of ${total} ${family.fault ? 'solved' : 'answered'}${bad}${open}`);
  }
  if (left > 0) {
    const missing = spansOf(answered.filter(isLeft).map(({ number }) => number));
    tell(`go on with: --only ${missing}${flags.out === undefined ? '' : ', and another --out'}`);
  }
  const failed = answered.filter(({ solution }) => solution?.valid === false);
  if (failed.length > 0 && flags.setting === undefined && flags.answers === undefined) {
    const { effort = USUAL_EFFORT, steps, showSteps } = flags;
    const without = (options: Readonly<Record<string, unknown>>) => {
      const names = Object.keys(options).filter((key) => options[key] !== undefined);
      return names.length > 0 ? `, without ${names.map(flagOf).join(' and ')}` : '';
    };
    // A larger grid than those of training takes more steps before it takes other looks.
    if (solver.takesAnySize) {
      const more = 4 * (steps ?? 4 * solver.checkpoint.config.supervisionSteps);
      tell(`think longer${without({ effort: flags.effort })}: --steps ${more}`);
    } else if (effort < MOST_EFFORT)
      tell(`think more${without({ showSteps, steps })}: --effort ${MOST_EFFORT}`);
  }
  // Of a conversation the first puzzle that went wrong decides.
  process.exitCode ||= statusOf(counts);
}
