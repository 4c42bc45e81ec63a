/** ARC tasks: the pairs of a file, a test grid to edit, and the answer of a loaded checkpoint. */

import { proxy } from 'comlink';
import { useState } from 'preact/hooks';
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
import { Grid } from '../components/grid.tsx';
import { NumberField } from '../components/number-field.tsx';
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

/** The first question of a task, where it has any. */
function questionOf({ parts }: ArcTask): Cells | undefined {
  return parts.find(({ kind }) => kind === 'test')?.pairs[0]?.[0];
}

function Picture({
  label,
  grid,
  onType,
}: {
  label: string;
  grid: Cells;
  onType?: (cell: number, colour: number) => void;
}) {
  const kind = { rows: grid.rows, columns: grid.columns, symbols, typed: () => colours };
  return (
    <figure class="picture">
      <Grid label={label} kind={kind} question={Int32Array.from(grid.cells)} onType={onType} />
      <figcaption class="note">{label}</figcaption>
    </figure>
  );
}

export function ArcView({ models }: { models: readonly ModelInfo[] }) {
  const [tasks, setTasks] = useState<readonly ArcTask[]>(samples);
  const [task, setTask] = useState(samples[0]!);
  const [test, setTest] = useState(questionOf(samples[0]!));
  const [answer, setAnswer] = useState<Cells>();
  const [name, setName] = useState('');
  const [puzzleIdentifier, setPuzzleIdentifier] = useState(0);
  const [status, setStatus] = useState('');
  const [fault, setFault] = useState('');
  const suitable = models.filter(({ cells, vocabulary }) => cells === CANVAS && vocabulary === VOCABULARY);
  const model = suitable.find((model) => model.name === name) ?? suitable[0];

  const choose = (task: ArcTask) => {
    setTask(task);
    setTest(questionOf(task));
    setAnswer(undefined);
    setStatus('');
  };
  const open = async (file: File | undefined) => {
    if (!file) return;
    setFault('');
    try {
      const read = parseTasks(await file.text(), file.name.replace(/\.json$/, ''), file.name);
      setTasks(read);
      choose(read[0]!);
    } catch (error) {
      setFault(messageOf(error));
    }
  };
  const run = async () => {
    setFault('');
    setStatus('thinking…');
    const tokens = new Int32Array(CANVAS);
    writeGrid(test!, NO_AUGMENTATION, 0, 0, tokens);
    const show = ({ step, answer, halting }: Moment) => {
      const { rows, columns, cells } = gridOn(answer, family.canvas);
      setAnswer({
        rows,
        columns,
        cells: Uint8Array.from(cells, (token) => Math.max(0, token - FIRST_COLOUR)),
      });
      setStatus(`step ${step}, halting ${(100 * halting).toFixed(1)} %`);
    };
    try {
      await worker.solve('arc', model!.name, tokens, model!.depth, proxy(show), puzzleIdentifier);
    } catch (error) {
      setStatus('');
      setFault(messageOf(error));
    }
  };

  return (
    <article class="pane">
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
      {fault && (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
      <h2>{task.name}</h2>
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
      {test && (
        <div class="pair test">
          <Picture
            label="Test input: type 0 to 9, or tap"
            grid={test}
            onType={(cell, colour) => setTest({ ...test, cells: test.cells.with(cell, colour) })}
          />
          {answer && answer.cells.length > 0 && (
            <>
              <span aria-hidden="true">→</span>
              <Picture label="The model's answer" grid={answer} />
            </>
          )}
        </div>
      )}
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
          <button type="button" class="primary" disabled={!test} onClick={run}>
            Answer
          </button>
          <span role="status">{status}</span>
        </div>
      ) : (
        <p class="note">
          To answer, a checkpoint trained on ARC is needed: a grid of 30×30 cells and 12 tokens, as{' '}
          <code>trm train</code> writes it for a dataset of <code>trm data build arc</code>. Drop its file on
          the page. Such a model knows a task by a row of its puzzle embedding, which is learned from the
          task's own examples: tasks that were not among its training data are answered poorly.
        </p>
      )}
    </article>
  );
}
