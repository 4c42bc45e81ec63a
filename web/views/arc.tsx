/** ARC tasks: the pairs of a file, a test grid to edit, and the answer of a loaded checkpoint. */

import { proxy } from 'comlink';
import { useEffect, useRef, useState } from 'preact/hooks';
import recolour from '../../examples/arc/0d3d703e.json';
import move from '../../examples/arc/25ff71a9.json';
import fractal from '../../examples/arc/007bbfb7.json';
import { NO_AUGMENTATION } from '../../src/data/arc/augmentation.ts';
import type { Grid as Cells } from '../../src/data/arc/grid.ts';
import { CANVAS, FIRST_COLOUR, VOCABULARY, writeGrid } from '../../src/data/arc/sequence.ts';
import { type ArcTask, parseTask } from '../../src/data/arc/task.ts';
import { parseTasks } from '../../src/data/arc/task-file.ts';
import { familyFrom } from '../../src/data/families.ts';
import { gridOn } from '../../src/data/grids/canvas.ts';
import { messageOf, worker } from '../client.ts';
import { Fault } from '../components/fault.tsx';
import { Grid } from '../components/grid.tsx';
import { NumberField } from '../components/number-field.tsx';
import { Pad } from '../components/pad.tsx';
import type { Moment } from '../recursions.ts';
import type { ModelInfo } from '../worker.ts';

const family = familyFrom({ kind: 'arc' })!;
const symbols = family.symbols.slice(FIRST_COLOUR).map(({ text, name }) => ({
  glyph: text,
  key: text,
  name,
  look: `colour c${text}`,
}));
const colours = symbols.map((_, colour) => colour);

/** Tasks to begin with. */
const samples = Object.entries({ '007bbfb7': fractal, '0d3d703e': recolour, '25ff71a9': move }).map(
  ([name, json]) => parseTask(name, json, `${name}.json`),
);

/** The questions of a task. */
function questionsOf({ parts }: ArcTask): Cells[] {
  return parts
    .filter(({ kind }) => kind === 'test')
    .flatMap(({ pairs }) => pairs.map(([question]) => question));
}

function Picture({
  label,
  grid,
  onType,
  onSelect,
}: {
  label: string;
  grid: Cells;
  onSelect?: (cell: number) => void;
  onType?: (cell: number, colour: number) => void;
}) {
  const kind = { rows: grid.rows, columns: grid.columns, symbols, typed: () => colours };
  return (
    <figure class="picture">
      <Grid
        label={label}
        kind={kind}
        question={Int32Array.from(grid.cells)}
        onType={onType}
        onSelect={onSelect}
      />
      <figcaption class="note">{label}</figcaption>
    </figure>
  );
}

interface ArcProps {
  readonly models: readonly ModelInfo[];
  /** Tasks that were dropped on the page. */
  readonly file: File | undefined;
}

export function ArcView({ models, file }: ArcProps) {
  const [tasks, setTasks] = useState<readonly ArcTask[]>(samples);
  const [task, setTask] = useState(samples[0]!);
  const [tests, setTests] = useState<readonly Cells[]>(questionsOf(samples[0]!));
  /** By the place of its question. */
  const [answers, setAnswers] = useState<readonly (Cells | undefined)[]>([]);
  const [selected, setSelected] = useState<readonly [test: number, cell: number]>();
  const [name, setName] = useState('');
  const [puzzleIdentifier, setPuzzleIdentifier] = useState(0);
  const [status, setStatus] = useState('');
  const [fault, setFault] = useState('');
  const suitable = models.filter(({ cells, vocabulary }) => cells === CANVAS && vocabulary === VOCABULARY);
  const model = suitable.find((model) => model.name === name) ?? suitable[0];

  /** The run whose answers are shown; others come too late. */
  const turn = useRef(0);

  const forget = () => {
    turn.current++;
    worker.stop('arc');
    setAnswers([]);
    setStatus('');
    setFault('');
  };
  const choose = (task: ArcTask) => {
    forget();
    setTask(task);
    setTests(questionsOf(task));
    setSelected(undefined);
  };
  const open = async (file: File | undefined) => {
    if (!file) return;
    setFault('');
    try {
      const read = parseTasks(await file.text(), file.name.replace(/\.json$/, ''), file.name);
      setTasks(read);
      choose(read[0]!);
      setStatus(`${read.length === 1 ? 'A task' : `${read.length} tasks`} of ${file.name}`);
    } catch (error) {
      setFault(messageOf(error));
    }
  };
  useEffect(() => void open(file), [file]);
  const write = (test: number, cell: number, colour: number) => {
    forget();
    const grid = tests[test]!;
    setTests(tests.with(test, { ...grid, cells: grid.cells.with(cell, colour) }));
  };
  const run = async () => {
    forget();
    const mine = turn.current;
    setStatus('thinking…');
    try {
      for (const [i, test] of tests.entries()) {
        const tokens = new Int32Array(CANVAS);
        writeGrid(test, NO_AUGMENTATION, 0, 0, tokens);
        const show = ({ step, answer, halting }: Moment) => {
          if (mine !== turn.current) return;
          const { rows, columns, cells } = gridOn(answer, family.canvas);
          const colours = Uint8Array.from(cells, (token) => Math.max(0, token - FIRST_COLOUR));
          setAnswers((all) => Object.assign([...all], { [i]: { rows, columns, cells: colours } }));
          setStatus(`test ${i + 1}, step ${step}, halting ${(100 * halting).toFixed(1)} %`);
        };
        await worker.solve('arc', model!.name, tokens, model!.depth, proxy(show), puzzleIdentifier);
        if (mine !== turn.current) return;
      }
    } catch (error) {
      setStatus('');
      setFault(messageOf(error));
    }
  };

  return (
    <article class="pane">
      <h1>ARC: find the rule that the examples share</h1>
      <div class="bar">
        <label>
          Task{' '}
          <select
            value={tasks.indexOf(task)}
            onChange={(event) => choose(tasks[Number(event.currentTarget.value)]!)}
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
        <span class="note">
          JSON: a task with its lists train and test, or tasks by name; three of ARC-AGI-1 are here
        </span>
      </div>
      <Fault text={fault} />
      <h2>Task {task.name}</h2>
      <div class="pairs">
        {task.parts
          .filter(({ kind }) => kind === 'train')
          .flatMap(({ pairs }) => pairs)
          .map(([input, output], i) => (
            <div class="pair" key={i}>
              <Picture label={`Example ${i + 1}, input`} grid={input} />
              <span aria-hidden="true">→</span>
              <Picture label={`Example ${i + 1}, output`} grid={output} />
            </div>
          ))}
      </div>
      {tests.map((test, i) => {
        const answer = answers[i];
        return (
          <div class="pair test" key={i}>
            <Picture
              label={tests.length > 1 ? `Test input ${i + 1}` : 'Test input'}
              grid={test}
              onSelect={(cell) => setSelected([i, cell])}
              onType={(cell, colour) => write(i, cell, colour)}
            />
            {answer && answer.cells.length > 0 && (
              <>
                <span aria-hidden="true">→</span>
                <Picture
                  label={tests.length > 1 ? `The model's answer ${i + 1}` : "The model's answer"}
                  grid={answer}
                />
              </>
            )}
          </div>
        );
      })}
      <p class="note">Select a cell of a test input, then type 0 to 9 or choose a colour.</p>
      <Pad
        kind={{ rows: 1, columns: 1, symbols, typed: () => colours }}
        tokens={colours}
        onPick={(colour) => selected && write(...selected, colour)}
      />
      {model ? (
        <div class="bar">
          <label>
            Model{' '}
            <select value={model.name} onChange={(event) => setName(event.currentTarget.value)}>
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
            onInput={setPuzzleIdentifier}
          />
          <button type="button" class="primary" disabled={tests.length === 0} onClick={run}>
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
