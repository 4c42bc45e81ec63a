/** ARC tasks: the pairs of a file, a test grid to edit, and the answer of a loaded checkpoint. */

import { proxy } from 'comlink';
import { useState } from 'preact/hooks';
import { NO_AUGMENTATION } from '../../src/data/arc/augmentation.ts';
import type { Grid as Cells } from '../../src/data/arc/grid.ts';
import { CANVAS, END_TOKEN, FIRST_COLOUR, VOCABULARY, writeGrid } from '../../src/data/arc/sequence.ts';
import { type ArcTask, parseTask } from '../../src/data/arc/task.ts';
import { gridOn } from '../../src/data/grids/canvas.ts';
import { messageOf, worker } from '../client.ts';
import { Grid } from '../components/grid.tsx';
import { NumberField } from '../components/number-field.tsx';
import type { Moment } from '../recursions.ts';
import type { ModelInfo } from '../worker.ts';

const names = ['black', 'blue', 'red', 'green', 'yellow', 'grey', 'pink', 'orange', 'light blue', 'brown'];
const symbols = names.map((name, colour) => ({
  glyph: String(colour),
  key: String(colour),
  name: `${colour} ${name}`,
  look: `colour c${colour}`,
}));

function Picture({
  label,
  grid,
  onType,
}: {
  label: string;
  grid: Cells;
  onType?: (cell: number, colour: number) => void;
}) {
  const kind = { rows: grid.rows, columns: grid.columns, symbols, typed: symbols.map((_, colour) => colour) };
  return (
    <figure class="picture">
      <Grid label={label} kind={kind} question={Int32Array.from(grid.cells)} onType={onType} />
      <figcaption class="note">{label}</figcaption>
    </figure>
  );
}

export function ArcView({ models }: { models: readonly ModelInfo[] }) {
  const [task, setTask] = useState<ArcTask>();
  const [test, setTest] = useState<Cells>();
  const [answer, setAnswer] = useState<Cells>();
  const [name, setName] = useState('');
  const [puzzleIdentifier, setPuzzleIdentifier] = useState(0);
  const [status, setStatus] = useState('');
  const [fault, setFault] = useState('');
  const suitable = models.filter(({ cells, vocabulary }) => cells === CANVAS && vocabulary === VOCABULARY);
  const model = suitable.find((model) => model.name === name) ?? suitable[0];

  const open = async (file: File | undefined) => {
    if (!file) return;
    setFault('');
    try {
      const read = parseTask(file.name.replace(/\.json$/, ''), JSON.parse(await file.text()), file.name);
      setTask(read);
      setTest(read.parts.find(({ kind }) => kind === 'test')!.pairs[0]![0]);
      setAnswer(undefined);
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
      const { rows, columns, cells } = gridOn(answer, { rows: 30, columns: 30, end: END_TOKEN });
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
        <label class="button">
          Open a task
          <input
            type="file"
            accept=".json"
            onChange={(event) => {
              open(event.currentTarget.files?.[0]);
              event.currentTarget.value = '';
            }}
          />
        </label>
        <span class="note">a JSON file of ARC-AGI, with its lists train and test</span>
      </div>
      {fault && (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
      {task && test && (
        <>
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
        </>
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
            value={Math.min(puzzleIdentifier, model.puzzles - 1)}
            min={0}
            max={model.puzzles - 1}
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
