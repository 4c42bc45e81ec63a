/** ARC tasks: the pairs of a file, a test grid, an answer to paint, and that of a checkpoint that was opened. */

import { proxy } from 'comlink';
import { useEffect, useState } from 'preact/hooks';
import recolour from '../../examples/arc/0d3d703e.json';
import move from '../../examples/arc/25ff71a9.json';
import fractal from '../../examples/arc/007bbfb7.json';
import { NO_AUGMENTATION } from '../../src/data/arc/augmentation.ts';
import type { Grid as Cells } from '../../src/data/arc/grid.ts';
import { CANVAS, FIRST_COLOUR, writeGrid } from '../../src/data/arc/sequence.ts';
import { type ArcTask, isKnown, type Pair, parseTask } from '../../src/data/arc/task.ts';
import { parseTasks } from '../../src/data/arc/task-file.ts';
import { gridOn } from '../../src/data/grids/canvas.ts';
import { messageOf, worker } from '../client.ts';
import {
  arc,
  Becomes,
  blank,
  colours,
  kindOfGrid,
  Picture,
  painted,
  YourAnswer,
} from '../components/arc-grids.tsx';
import { Fault } from '../components/fault.tsx';
import { NumberField } from '../components/number-field.tsx';
import { Pad } from '../components/pad.tsx';
import { Undoing } from '../components/undoing.tsx';
import { useEdits } from '../edits.ts';
import { latest } from '../latest.ts';
import type { ForArc } from '../opening.ts';
import { isArc } from '../puzzles.ts';
import type { Moment } from '../recursions.ts';
import { useUnselecting } from '../selection.ts';
import type { ModelInfo } from '../worker.ts';

/** Tasks to begin with. */
const samples = Object.entries({ '007bbfb7': fractal, '0d3d703e': recolour, '25ff71a9': move }).map(
  ([name, json]) => parseTask(name, json, `${name}.json`),
);

function pairsOf({ parts }: ArcTask, part: 'train' | 'test'): Pair[] {
  return parts.filter(({ kind }) => kind === part).flatMap(({ pairs }) => pairs);
}

/** What is on the table, and can be taken back. */
interface Posed {
  readonly tasks: readonly ArcTask[];
  /** Where they are from, for people; empty of the samples. */
  readonly opened: string;
  readonly task: ArcTask;
  /** Test inputs, which may be changed, and the visitor's own answers. */
  readonly inputs: readonly Cells[];
  readonly yours: readonly Cells[];
}

function posed(tasks: readonly ArcTask[], task: ArcTask, opened: string): Posed {
  const inputs = pairsOf(task, 'test').map(([question]) => question);
  return { tasks, opened, task, inputs, yours: inputs.map(() => blank) };
}

interface ArcProps {
  readonly models: readonly ModelInfo[];
  /** What the page asks of this view. */
  readonly wanted: ForArc | undefined;
}

export function ArcView({ models, wanted }: ArcProps) {
  const [first] = useState(() => posed(samples, samples[0]!, ''));
  const { now, set, undo, redo, past, future } = useEdits(first);
  const { tasks, task, opened, inputs, yours } = now;
  /** By the place of its question. */
  const [answers, setAnswers] = useState<readonly (Cells | undefined)[]>([]);
  const [selected, setSelected] = useState<readonly [test: number, cell: number]>();
  useUnselecting(selected !== undefined, () => setSelected(undefined), '.board, .pad');
  /** The colour in hand. */
  const [colour, setColour] = useState(1);
  const [name, setName] = useState('');
  const [puzzleIdentifier, setPuzzleIdentifier] = useState(0);
  const [status, setStatus] = useState('');
  const [fault, setFault] = useState('');
  const suitable = models.filter(isArc);
  const model = suitable.find((model) => model.name === name) ?? suitable[0];
  const pairs = pairsOf(task, 'test');

  const [asked] = useState(latest);

  /** Ends what is going on. @returns whether what begins now is still what was asked for last. */
  const begin = () => {
    worker.stop('arc');
    setAnswers([]);
    setStatus('');
    setFault('');
    return asked();
  };
  const pose = (next: Posed) => {
    begin();
    set(next);
    setSelected(undefined);
  };
  /** Takes an edit back, or takes it again. */
  const restoring = (to: Posed | undefined, step: () => void) =>
    to &&
    (() => {
      if (to.inputs !== inputs) begin(); // the model's answer was to others
      if (to.task !== task) setSelected(undefined);
      step();
    });
  const open = async (file: File | undefined) => {
    if (!file) return;
    const isLatest = begin();
    try {
      const read = parseTasks(await file.text(), file.name.replace(/\.json$/, ''), file.name);
      if (!isLatest()) return;
      const what = read.length === 1 ? 'A task' : `${read.length} tasks`;
      pose(posed(read, read[0]!, `${what} of ${file.name}`));
    } catch (error) {
      if (isLatest()) setFault(messageOf(error));
    }
  };
  const take = (name: string) => {
    begin();
    setName(name);
  };
  useEffect(() => {
    if (!wanted) return;
    if ('tasks' in wanted) open(wanted.tasks);
    else take(wanted.model.name);
  }, [wanted]);
  const write = (test: number, cell: number, colour: number) => {
    begin();
    set({ ...now, inputs: inputs.with(test, painted(inputs[test]!, cell, colour)) });
  };
  const run = async () => {
    const isLatest = begin();
    setStatus('thinking…');
    try {
      for (const [i, test] of inputs.entries()) {
        const tokens = new Int32Array(CANVAS);
        writeGrid(test, NO_AUGMENTATION, 0, 0, tokens);
        const show = ({ step, answer, halting }: Moment) => {
          if (!isLatest()) return;
          const { rows, columns, cells } = gridOn(answer, arc.canvas);
          const colours = Uint8Array.from(cells, (token) => Math.max(0, token - FIRST_COLOUR));
          setAnswers((all) => Object.assign([...all], { [i]: { rows, columns, cells: colours } }));
          setStatus(`test ${i + 1}, step ${step}, halting ${(100 * halting).toFixed(1)} %`);
        };
        await worker.solve('arc', model!.name, tokens, model!.depth, proxy(show), puzzleIdentifier);
        if (!isLatest()) return;
      }
    } catch (error) {
      if (!isLatest()) return;
      setStatus('');
      setFault(messageOf(error));
    }
  };
  const numbered = (label: string, i: number) => (pairs.length > 1 ? `${label} ${i + 1}` : label);

  return (
    <article class="pane">
      <div class="lead">
        <h1>ARC: find the rule that the examples share</h1>
        <p>
          One rule makes each output from its input, and nobody says which. Find it, and paint what it makes
          of the last input.
        </p>
      </div>
      <div class="bar">
        <label>
          Task{' '}
          <select
            value={tasks.indexOf(task)}
            onChange={(event) => pose(posed(tasks, tasks[Number(event.currentTarget.value)]!, opened))}
          >
            {tasks.map(({ name }, i) => (
              <option key={name} value={i}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="button">
          Open tasks
          <input
            type="file"
            accept=".json"
            onChange={(event) => {
              open(event.currentTarget.files?.[0]);
              event.currentTarget.value = '';
            }}
          />
        </label>
        <span class="note" role="status">
          {opened ||
            'Three tasks of ARC-AGI-1 are here; files are JSON, of one task or of many, as on Kaggle.'}
        </span>
      </div>
      <Fault text={fault} />
      <h2>Task {task.name}</h2>
      <div class="pairs">
        {pairsOf(task, 'train').map(([input, output], i) => (
          <div class="pair" key={i}>
            <Picture label={`Example ${i + 1}, input`} grid={input} />
            <Becomes />
            <Picture label={`Example ${i + 1}, output`} grid={output} />
          </div>
        ))}
      </div>
      <h2>What comes out of this one?</h2>
      <Pad
        kind={kindOfGrid({ rows: 1, columns: 1 })}
        tokens={colours}
        brush={colour}
        onPick={(next) => {
          setColour(next);
          if (selected) write(...selected, next);
        }}
      />
      <div class="bar">
        <Undoing undo={restoring(past, undo)} redo={restoring(future, redo)} />
      </div>
      <p class="note">
        Choose a colour and paint your answer, or type 0 to 9. A colour also goes into the selected cell of a
        test input, which may be changed to ask something else.
      </p>
      {pairs.map((pair, i) => {
        const answer = answers[i];
        return (
          <div class="pair test" key={i}>
            <Picture
              label={numbered('Test input', i)}
              grid={inputs[i]!}
              onSelect={(cell) => setSelected([i, cell])}
              onType={(cell, colour) => write(i, cell, colour)}
            />
            <Becomes />
            <YourAnswer
              label={numbered('Your answer', i)}
              grid={yours[i]!}
              question={inputs[i]!}
              solution={isKnown(pair) && inputs[i] === pair[0] ? pair[1] : undefined}
              colour={colour}
              onSelect={() => setSelected(undefined)}
              onChange={(grid, joins) => set({ ...now, yours: yours.with(i, grid) }, joins)}
            />
            {answer && answer.cells.length > 0 && (
              <Picture label={numbered("The model's answer", i)} grid={answer} />
            )}
          </div>
        );
      })}
      {model ? (
        <div class="bar">
          <label>
            Model{' '}
            <select value={model.name} onChange={(event) => take(event.currentTarget.value)}>
              {suitable.map(({ name }) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
          <NumberField
            label="row of the puzzle embedding"
            value={Math.min(puzzleIdentifier, model.puzzleEmbeddingRows - 1)}
            min={0}
            max={model.puzzleEmbeddingRows - 1}
            onInput={(row) => {
              begin();
              setPuzzleIdentifier(row);
            }}
          />
          <button type="button" class="primary" disabled={pairs.length === 0} onClick={run}>
            Answer
          </button>
          <span role="status">{status}</span>
        </div>
      ) : (
        <p class="note">
          No weights for ARC are shipped: a model of it takes days of a large GPU. To answer, a checkpoint
          trained on ARC is needed: a grid of 30×30 cells and 12 tokens, as <code>trm train</code> writes it
          for a dataset of <code>trm data build arc</code>. Drop its file on the page. Such a model knows a
          task by a row of its puzzle embedding, which is learned from the task's own examples: tasks that
          were not among its training data are answered poorly.
        </p>
      )}
    </article>
  );
}
