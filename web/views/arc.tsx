/** ARC tasks: the pairs of a file, a test grid, an answer to paint, and that of a checkpoint that was opened. */

import { proxy } from 'comlink';
import { useEffect, useRef, useState } from 'preact/hooks';
import { NO_AUGMENTATION } from '../../src/data/arc/augmentation.ts';
import type { Grid as Cells } from '../../src/data/arc/grid.ts';
import { CANVAS, FIRST_COLOUR, writeGrid } from '../../src/data/arc/sequence.ts';
import { isKnown } from '../../src/data/arc/task.ts';
import { gridOn } from '../../src/data/grids/canvas.ts';
import { type Address, tellRefused } from '../address.ts';
import { messageOf, worker } from '../client.ts';
import { arc, Becomes, colours, kindOfGrid, Picture, painted, YourAnswer } from '../components/arc-grids.tsx';
import { Fault } from '../components/fault.tsx';
import { NumberField } from '../components/number-field.tsx';
import { Pad } from '../components/pad.tsx';
import { Undoing } from '../components/undoing.tsx';
import { believes } from '../components/words.tsx';
import { useEdits } from '../edits.ts';
import { REST, useAddress } from '../following.ts';
import { latest } from '../latest.ts';
import type { ForArc } from '../opening.ts';
import { percent } from '../percent.ts';
import {
  type Keeps,
  keep,
  keptOrFirst,
  type Posed,
  pairsOf,
  posedFrom,
  samples,
  turnedTo,
} from '../posed.ts';
import { isArc } from '../puzzles.ts';
import type { Moment } from '../recursions.ts';
import { useUnselecting } from '../selection.ts';
import type { ModelInfo } from '../worker.ts';

interface ArcProps {
  readonly models: readonly ModelInfo[];
  /** What the page asks of this view. */
  readonly wanted: ForArc | undefined;
  /** Opens files of tasks. */
  readonly onOpen: (files: Iterable<File>) => void;
  /** Counts the times that files were opened: what was wrong before is then no longer told. */
  readonly openings: number;
  readonly shown: boolean;
}

export function ArcView({ models, wanted, onOpen, openings, shown }: ArcProps) {
  const [first] = useState(keptOrFirst);
  const { now, set, undo, redo, past, future } = useEdits(first);
  const { tasks, task, file, inputs, yours } = now;
  const [keeps, setKeeps] = useState<Keeps>('all');
  /** The test that is worked on, by its place. */
  const [at, setAt] = useState(0);
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
  const [opened] = useState(latest);
  const newest = useRef(now);
  newest.current = now;

  /** Ends what is going on. @returns whether what begins now is still what was asked for last. */
  const begin = () => {
    opened();
    worker.stop('arc');
    setAnswers([]);
    setStatus('');
    setFault('');
    return asked();
  };
  const pose = (next: Posed) => {
    begin();
    set(next);
    setAt(0);
    setSelected(undefined);
  };
  /** Takes an edit back, or takes it again. */
  const restoring = (to: Posed | undefined, step: () => void) =>
    to &&
    (() => {
      if (to.inputs !== inputs) begin(); // the model's answer was to others
      if (to.task !== task) {
        setAt(0);
        setSelected(undefined);
      }
      step();
    });
  /** What is answered stays until the tasks are there. */
  const open = async (file: File) => {
    const isLatest = opened();
    try {
      const text = await file.text();
      if (isLatest()) pose(posedFrom({ name: file.name, text }, newest.current));
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
  useEffect(() => setFault(''), [openings]);
  useEffect(() => {
    const timer = setTimeout(() => setKeeps(keep(now)), REST);
    return () => clearTimeout(timer);
  }, [now]);

  const host = useRef<HTMLElement>(null);
  /** The test that a link leads to. */
  const [sought, setSought] = useState<{ readonly test: number }>();
  useEffect(() => {
    if (sought) host.current!.querySelectorAll('.test')[sought.test]?.scrollIntoView({ block: 'nearest' });
  }, [sought]);
  const follow = ({ task: name, test = 1, refused = [] }: Address): boolean => {
    if (name === undefined) {
      setFault(tellRefused(refused));
      return false;
    }
    const named = samples.find((sample) => sample.name === name);
    if (!named) {
      const absent = `the page has no task “${name}”: open its file here`;
      setFault([absent, tellRefused(refused)].filter(Boolean).join('; '));
    } else {
      if (named !== task) pose(turnedTo(named, now));
      const { length } = pairsOf(named, 'test');
      const place = test > length ? 0 : test - 1;
      setAt(place);
      setSought({ test: place });
      const beyond = test > length ? [`test=${test} (this task has ${length})`] : [];
      setFault(tellRefused([...refused, ...beyond]));
    }
    return true;
  };
  const address = {
    view: 'arc',
    ...(samples.includes(task) && { task: task.name, ...(at > 0 && { test: at + 1 }) }),
  } as const;
  useAddress('arc', { address, settled: shown, follow });
  const write = (test: number, cell: number, colour: number) => {
    begin();
    set({ ...now, inputs: inputs.with(test, painted(inputs[test]!, [cell], colour)) });
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
          setStatus(`test ${i + 1}, look ${step}: ${believes} ${percent(halting)}`);
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
  const own = tasks.slice(samples.length);
  /** Tasks with the place of their first. */
  const groups: Record<string, readonly [first: number, some: typeof tasks]> = {
    'of ARC-AGI-1': [0, samples],
    ...(file && { [`of ${file.name}`]: [samples.length, own] }),
  };
  const numbered = (label: string, i: number) => (pairs.length > 1 ? `${label} ${i + 1}` : label);

  return (
    <article class="pane" ref={host}>
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
            onChange={(event) => pose(turnedTo(tasks[Number(event.currentTarget.value)]!, now))}
          >
            {Object.entries(groups).map(([label, [first, some]]) => (
              <optgroup key={label} label={label}>
                {some.map(({ name }, i) => (
                  <option key={name} value={first + i}>
                    {name}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        </label>
        <label class="button">
          Open tasks
          <input
            type="file"
            accept=".json"
            onChange={(event) => {
              onOpen(event.currentTarget.files ?? []);
              event.currentTarget.value = '';
            }}
          />
        </label>
        <span class="note" role="status">
          {file
            ? `${own.length === 1 ? 'A task' : `${own.length} tasks`} of ${file.name}, beside the three of the page`
            : 'Three tasks of ARC-AGI-1 are here; files are JSON, of one task or of many, as on Kaggle.'}
        </span>
      </div>
      {keeps !== 'all' && past && (
        <p class="note">
          {keeps === 'nothing'
            ? 'This browser does not keep what you open and paint here: a reload begins anew.'
            : `This browser has no room for ${file!.name}: after a reload, open it again and paint anew.`}
        </p>
      )}
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
              onSelect={(cell) => {
                setAt(i);
                setSelected([i, cell]);
              }}
              onType={(cell, colour) => write(i, cell, colour)}
            />
            <Becomes />
            <YourAnswer
              label={numbered('Your answer', i)}
              grid={yours[i]!}
              question={inputs[i]!}
              solution={isKnown(pair) && inputs[i] === pair[0] ? pair[1] : undefined}
              colour={colour}
              onSelect={() => {
                setAt(i);
                setSelected(undefined);
              }}
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
