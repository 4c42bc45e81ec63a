/** One puzzle, one model, and the model's thinking about it, moment by moment. */

import { proxy } from 'comlink';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { FamilyInfo } from '../../src/data/families.ts';
import type { Solution } from '../../src/evaluate/solver.ts';
import { messageOf, shippedNames, worker } from '../client.ts';
import { Chart } from '../components/chart.tsx';
import { Grid } from '../components/grid.tsx';
import { NumberField } from '../components/number-field.tsx';
import { Scatter } from '../components/scatter.tsx';
import { firstOfAnySize, pagePuzzle, resized } from '../puzzles.ts';
import type { Depth, Moment } from '../recursions.ts';
import type { ModelInfo, Trajectory } from '../worker.ts';

interface PaneProps {
  readonly side: string;
  readonly models: readonly ModelInfo[];
  readonly need: (name: string) => Promise<boolean>;
  /** What to begin with; a new puzzle of the first model when omitted. */
  readonly begin?: Asked | undefined;
  readonly onAsk?: (asked: Asked) => void;
  readonly onSpeed: (speed: string) => void;
}

export interface Asked {
  readonly model: string;
  readonly question: Int32Array;
  readonly family: FamilyInfo;
}

/** A moment whose answer has the question's givens again. */
interface KeptMoment extends Moment {
  /** Those that the model had overwritten. */
  readonly restored: number;
}

/** Milliseconds a moment is shown while playing: a supervision step, or a recursion inside one. */
const pace = { steps: 350, recursions: 120 };

export function Pane({ side, models, need, begin, onAsk, onSpeed }: PaneProps) {
  const [name, setName] = useState(begin?.model ?? models[0]!.name);
  const model = models.find((model) => model.name === name) ?? models[0]!;
  const names = [...new Set([...shippedNames, ...models.map(({ name }) => name)])];
  /** What the puzzles are, where another size was chosen than the model's own. */
  const [chosen, setChosen] = useState(begin?.family);
  const family = (model.anySize && chosen) || model.family!;
  const kind = useMemo(() => pagePuzzle(family)!, [family]);
  const cells = kind.rows * kind.columns;
  const [question, setQuestion] = useState(begin?.question);
  const [depth, setDepth] = useState<Depth>(model.depth);
  const [level, setLevel] = useState(0);
  const [moments, setMoments] = useState<readonly KeptMoment[]>([]);
  const [trajectory, setTrajectory] = useState<Trajectory>();
  /** What other looks came to, where the plain one did not solve it. */
  const [later, setLater] = useState<Solution>();
  const [at, setAt] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [each, setEach] = useState<keyof typeof pace>('steps');
  const [state, setState] = useState('');
  const [fault, setFault] = useState('');
  const [shown, setShown] = useState<'z' | 'y'>('z');
  const text = useRef<HTMLTextAreaElement>(null);
  const run = useRef(0);

  const forget = () => {
    run.current++;
    worker.stop(side);
    setMoments([]);
    setTrajectory(undefined);
    setLater(undefined);
    setAt(0);
    setPlaying(false);
    setState('');
    setFault('');
  };
  const ask = (next: Int32Array, of = family) => {
    forget();
    setQuestion(next);
    setChosen(of);
    onAsk?.({ model: model.name, question: next, family: of });
  };
  const generate = async (at = level, of = family) => {
    const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
    try {
      ask(await worker.generate(of, at, seed), of);
    } catch (error) {
      setFault(messageOf(error)); // there are no such puzzles
    }
  };
  useEffect(() => {
    setDepth(model.depth);
    const isAsked = question?.length === cells && model.name === begin?.model;
    const own = isAsked ? family : model.family!;
    const { level } = pagePuzzle(own)!;
    setLevel(level.usual);
    if (!isAsked) generate(level.usual, own);
  }, [model.name]);
  const resize = (side: number) => {
    const of = resized(family, side, side);
    const { usual } = pagePuzzle(of)!.level;
    setLevel(usual);
    generate(usual, of);
  };

  const perStep = depth.cycles * depth.latentSteps;
  const stride = each === 'steps' ? perStep : 1;
  const last = moments.length - 1;
  /** The moment to go to: the end of the next or previous supervision step, or the next or previous recursion. */
  const beyond = (direction: 1 | -1) => {
    const next = Math.floor((at + 1) / stride + (direction > 0 ? 0 : -1e-9)) + direction;
    const to =
      direction > 0 ? next * stride - 1 : Math.max(0, Math.floor((at + 1 - 1e-9) / stride)) * stride - 1;
    return Math.min(Math.max(0, to), last);
  };

  useEffect(() => {
    if (!playing || at >= last) return;
    // From this moment only: who has gone elsewhere meanwhile stays there.
    const timer = setTimeout(() => setAt((now) => (now === at ? beyond(1) : now)), pace[each]);
    return () => clearTimeout(timer);
  }, [playing, at, last, each]);

  const solve = async () => {
    forget();
    const mine = ++run.current;
    const arrived: KeptMoment[] = [];
    let _frame = 0;
    const show = () => {
      _frame = 0;
      if (mine !== run.current) return;
      setMoments([...arrived]);
      setState('');
    };
    setState('loading ONNX Runtime and the model…');
    setPlaying(true);
    setAt(stride - 1);
    try {
      const onMoment = (moment: Moment) => {
        const { tokens: answer, restored } = kind.kept(question!, moment.answer);
        arrived.push({ ...moment, answer, restored });
        _frame ||= requestAnimationFrame(show);
      };
      const done = await worker.solve(side, model.name, question!, depth, proxy(onMoment), 0, family);
      if (mine !== run.current) return;
      show();
      setTrajectory(done);
      onSpeed(`${done.millisecondsPerRefinement.toFixed(1)} ms a recursion`);
      if (matchMedia('(prefers-reduced-motion: reduce)').matches) setAt(arrived.length - 1);
      if (kind.judge(question!, arrived.at(-1)!.answer).solved) return;
      setState('not solved yet; looking again, from other sides');
      const again = await worker.lookAgain(side, model.name, question!, family);
      if (mine !== run.current) return;
      setState('');
      setLater(again);
    } catch (error) {
      setState('');
      setFault(messageOf(error));
    }
  };

  const moment = moments[Math.min(at, last)];
  /** Other looks come after the last moment. */
  const other = at >= last ? later : undefined;
  const x = useMemo(() => moments.map((_, i) => (i + 1) / perStep), [moments]);
  const curves = useMemo(
    () => ({
      halting: [{ label: 'halting probability', values: moments.map(({ halting }) => halting) }],
      change: [
        { label: 'change of z', values: moments.map(({ changeOfZ }) => changeOfZ) },
        {
          label: 'change of y',
          values: moments.map(({ changeOfY }) => changeOfY ?? null),
          dash: [6, 4],
        },
      ],
    }),
    [moments],
  );
  const fits = question?.length === cells;
  const note = useMemo(() => (fits ? kind.note(question, model.traits) : ''), [question, model.name]);
  if (!question || !fits) return <p role="status">Making a puzzle…</p>;

  const before = moment && (at >= stride ? moments[at - stride]!.answer : question);
  const verdict = kind.judge(question, other?.tokens ?? moment?.answer ?? question);
  const { restored = 0, halting = 0 } = other ?? moment ?? {};
  const field = (key: keyof Depth, label: string, max: number) => (
    <NumberField
      label={label}
      value={depth[key]}
      min={1}
      max={max}
      onInput={(value) => {
        forget();
        setDepth({ ...depth, [key]: value });
      }}
    />
  );
  const paste = () => {
    try {
      const { value } = text.current!;
      if (!model.anySize) return ask(kind.parse(value));
      const { tokens, info } = firstOfAnySize(value, family);
      ask(tokens, info);
    } catch (error) {
      setFault(messageOf(error));
    }
  };

  return (
    <article class="pane" aria-label={`Puzzle ${side}`}>
      <div class="bar">
        <label>
          Model{' '}
          <select
            value={model.name}
            onChange={async (event) => {
              const chosen = event.currentTarget.value;
              forget();
              if (await need(chosen)) setName(chosen);
            }}
          >
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <span class="note">
          {kind.name}, {model.weights.toLocaleString('en')} weights; {model.quality}
        </span>
      </div>

      <div class="split thinking">
        <div>
          <Grid
            label={`${kind.name}, puzzle ${side}`}
            kind={kind}
            question={question}
            answer={other?.tokens ?? moment?.answer}
            before={before}
            confidence={other ? undefined : moment?.confidence}
            broken={verdict.broken}
            onType={(cell, token) => ask(question.with(cell, token))}
          />
          <p class={verdict.solved ? 'verdict solved' : 'verdict'} role="status">
            {moment ? (verdict.solved ? '✓ ' : verdict.broken.size > 0 ? '✗ ' : '') : ''}
            {moment || verdict.broken.size > 0 ? verdict.text : 'Type or tap to edit; press Solve.'}
            {restored > 0 && `; ${restored} overwritten givens were put back`}
          </p>
          {note && <p class="note">Note: {note}.</p>}
        </div>

        <div class="controls">
          <div class="bar">
            <button type="button" class="primary" onClick={solve}>
              Solve
            </button>
            <button type="button" onClick={() => generate()}>
              New puzzle
            </button>
            <button type="button" onClick={() => ask(question.map((_, place) => kind.typed(place)[0]!))}>
              Clear
            </button>
          </div>
          <div class="bar">
            <button type="button" disabled={!moment} onClick={() => setAt(beyond(-1))} aria-label="One back">
              ◀
            </button>
            <button
              type="button"
              disabled={!moment}
              onClick={() => {
                if (at >= last) setAt(stride - 1);
                setPlaying(!playing || at >= last);
              }}
            >
              {playing && at < last ? 'Pause' : 'Play'}
            </button>
            <button type="button" disabled={!moment} onClick={() => setAt(beyond(1))} aria-label="One on">
              ▶
            </button>
            <label>
              by{' '}
              <select
                aria-label="Move by"
                value={each}
                onChange={(event) => setEach(event.currentTarget.value as keyof typeof pace)}
              >
                <option value="steps">supervision steps</option>
                <option value="recursions">recursions</option>
              </select>
            </label>
          </div>
          <input
            type="range"
            aria-label="Moment"
            min={0}
            max={Math.max(0, last)}
            value={Math.min(at, Math.max(0, last))}
            disabled={!moment}
            aria-valuetext={moment && placeOf(moment)}
            onInput={(event) => {
              setPlaying(false);
              setAt(Number(event.currentTarget.value));
            }}
          />
          <p class="place">
            {other ? placeOfLooks(other) : moment ? placeOf(moment) : state || 'not solved yet'}
            {moment && ` · halting ${(100 * halting).toFixed(1)}\u00a0%`}
            {moment && state && ` · ${state}`}
          </p>
          <details>
            <summary>Settings</summary>
            <div class="bar">
              {field('supervisionSteps', 'supervision steps', 64)}
              {field('cycles', 'cycles T', 8)}
              {field('latentSteps', 'refinements n', 12)}
              <NumberField
                label={kind.level.label}
                value={level}
                min={0}
                max={cells - 1}
                onInput={setLevel}
              />
              {model.anySize && (
                <NumberField label="rows and columns" value={kind.rows} min={4} max={40} onInput={resize} />
              )}
            </div>
          </details>
          <details>
            <summary>Paste a puzzle, or take it as text</summary>
            <label>
              Puzzle as text
              <textarea
                ref={text}
                rows={3}
                spellcheck={false}
                defaultValue={kind.format(question)}
                key={kind.format(question)}
              />
            </label>
            <button type="button" onClick={paste}>
              Use this puzzle
            </button>
          </details>
          {fault && (
            <p class="fault" role="alert">
              {fault}
            </p>
          )}
          <p class="note">
            In the grid: bold, given; the bar at a cell's foot, how sure the model is; a corner, changed since
            the moment before; a cross, breaks a rule. Puzzle slots are squares in the plane.
          </p>
        </div>
        <figure class="chart latent">
          <figcaption>
            <label>
              positions of{' '}
              <select value={shown} onChange={(event) => setShown(event.currentTarget.value as 'z' | 'y')}>
                <option value="z">latent z</option>
                <option value="y">answer y</option>
              </select>{' '}
              in the plane
            </label>
          </figcaption>
          {trajectory && moment ? (
            <Scatter
              label={`Positions of ${shown} in the plane, ${placeOf(moment)}`}
              points={trajectory[shown][Math.min(at, last)]!}
              glyphs={Array.from(moment.answer, (token) => kind.symbols[token]!.glyph)}
            />
          ) : (
            <div class="plot">
              <p class="note">{afterRun}</p>
            </div>
          )}
        </figure>
        <div class="plots">
          <Chart
            label={`Halting probability after each recursion, puzzle ${side}`}
            x={x}
            xLabel="supervision step"
            curves={curves.halting}
            empty={afterRun}
            range={[0, 1]}
            marked={moment && Math.min(at, last)}
          />
          <Chart
            label={`Relative change of y and z at each recursion, puzzle ${side}`}
            x={x}
            xLabel="supervision step"
            curves={curves.change}
            empty={afterRun}
            logarithmic
            marked={moment && Math.min(at, last)}
          />
        </div>
      </div>
    </article>
  );
}

const afterRun = 'after a run';

function placeOfLooks({ candidates, steps }: Solution): string {
  return `then ${candidates} other looks, ${steps} steps`;
}

function placeOf({ step, cycle, refinement }: Moment): string {
  return `step ${step}, cycle ${cycle}, refinement ${refinement}`;
}
