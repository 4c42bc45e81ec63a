/** Training in the page: the curves, and a held-out puzzle as the model gets better at it. */

import { proxy } from 'comlink';
import { useEffect, useRef, useState } from 'preact/hooks';
import { tellRefused, writeAddress } from '../address.ts';
import { earlierRun, messageOf, worker } from '../client.ts';
import { legend, Mark } from '../components/boards.tsx';
import { Chart } from '../components/chart.tsx';
import { Fault } from '../components/fault.tsx';
import { Grid } from '../components/grid.tsx';
import { Legend } from '../components/legend.tsx';
import { NumberField } from '../components/number-field.tsx';
import { useAddress } from '../following.ts';
import { emptyHistory, type History, record } from '../history.ts';
import { pagePuzzle, withPutBack } from '../puzzles.ts';
import { save } from '../save.ts';
import { type TaskName, TRAINED, tasks } from '../tasks.ts';
import type { TrainingEvent, TrainingSettings, Watched } from '../training.ts';
import type { ModelInfo } from '../worker.ts';

const recipe: TrainingSettings = {
  task: 'sudoku-4x4',
  hiddenSize: 64,
  learningRate: 3e-3,
  cycles: 2,
  latentSteps: 2,
};
/** Steps that a curve's moving mean is over. */
const window = 20;
/** Steps between two words on the speed. */
const tellSpeedEvery = 10;

interface TrainProps {
  readonly onModel: (model: ModelInfo) => void;
  readonly onSpeed: (speed: string) => void;
  readonly shown: boolean;
}

export function TrainView({ onModel, onSpeed, shown }: TrainProps) {
  const [settings, setSettings] = useState(recipe);
  const [curves, setCurves] = useState(emptyHistory);
  const [status, setStatus] = useState('');
  const [seconds, setSeconds] = useState(0);
  const [running, setRunning] = useState(false);
  /** Whether the browser has said if it keeps a run, or has let go of it: that would replace one begun before. */
  const [ready, setReady] = useState(false);
  const [watched, setWatched] = useState<
    Watched & { readonly task: TaskName; readonly before: Int32Array }
  >();
  /** Whether there is a model of this run to solve with. */
  const [usable, setUsable] = useState(false);
  const [fault, setFault] = useState('');
  /** What is wrong with the link that is shown. */
  const [damage, setDamage] = useState('');
  useAddress('train', {
    address: { view: 'train' },
    settled: shown,
    follow({ refused = [] }) {
      setDamage(tellRefused(refused));
      return false;
    },
  });
  /** The step of the state that the browser keeps, of a run that goes on. */
  const [keptStep, setKeptStep] = useState(0);
  /** Why the browser does not keep the run; empty where it does. */
  const [unkept, setUnkept] = useState('');
  const live = useRef<History>(curves);
  /** The frame that will show the newest steps: small models take many in one. */
  const drawing = useRef(0);
  const step = curves.step.at(-1) ?? 0;

  useEffect(() => {
    const restored = earlierRun().then(
      (saved) => {
        if (!saved) return;
        setSettings(saved.settings);
        live.current = saved.history;
        setCurves({ ...saved.history });
        setSeconds(saved.seconds);
        const { watched } = saved;
        if (watched) setWatched({ ...watched, task: saved.settings.task, before: watched.answer });
        setStatus(`kept from your last visit, at step ${saved.step}`);
        onModel(saved.model);
        setUsable(true);
      },
      (error) => setUnkept(messageOf(error)),
    );
    restored.then(() => setReady(true));
  }, []);

  useEffect(() => {
    if (!running) return;
    const onHide = () => document.hidden && worker.keepTraining();
    document.addEventListener('visibilitychange', onHide); // the last that a page that is left hears of for sure
    return () => document.removeEventListener('visibilitychange', onHide);
  }, [running]);

  /** @param tell shows what a run is doing, as long as it runs: its last frame may come after its end. */
  const on = (event: TrainingEvent, tell: (doing: string) => void) => {
    if (event.type === 'note') tell(`${event.text}…`);
    else if (event.type === 'saved') {
      onModel(event.model);
      setUsable(true);
      setKeptStep(event.step);
      setUnkept(event.unkept ?? '');
    } else if (event.type === 'watched') {
      const { question, answer } = event;
      setWatched((old) => ({ task: settings.task, question, answer, before: old?.answer ?? question }));
    } else {
      record(live.current, event);
      if (event.type === 'step' && event.step % tellSpeedEvery === 0)
        onSpeed(`${((1000 * event.seconds) / event.step).toFixed(0)} ms a training step`);
      drawing.current ||= requestAnimationFrame(() => {
        drawing.current = 0;
        setCurves({ ...live.current });
        setSeconds(event.seconds);
        tell('training');
      });
    }
  };

  const clear = () => {
    live.current = emptyHistory();
    setCurves({ ...live.current });
    setWatched(undefined);
    setUsable(false);
    setKeptStep(0);
    setStatus('');
  };
  const discard = async () => {
    if (!confirm(`Discard this run, trained for ${step} steps, for good?`)) return;
    clear();
    setReady(false);
    try {
      await worker.discardTraining();
    } catch (error) {
      if (!unkept) setFault(messageOf(error)); // else there is nothing to let go of, and why is told
    }
    setReady(true);
  };
  const start = async (fresh: boolean) => {
    setFault('');
    setRunning(true);
    if (fresh) clear();
    let ended = false;
    const tell = (doing: string) => {
      if (!ended) setStatus(doing);
    };
    const end = (status: string) => {
      ended = true;
      setCurves({ ...live.current });
      setStatus(status);
    };
    try {
      await worker.startTraining(
        settings,
        fresh,
        proxy((event: TrainingEvent) => on(event, tell)),
      );
      end('paused');
    } catch (error) {
      end('');
      setFault(messageOf(error));
    }
    setRunning(false);
  };
  const download = async () =>
    save(new Blob([await worker.trainedCheckpoint()]), `${settings.task}-step-${step}.safetensors`);

  const kind = watched && pagePuzzle(tasks[watched.task].family)!;
  const answer = watched && kind!.kept(watched.question, watched.answer);
  const verdict = watched && kind!.judge(watched.question, answer!.tokens);
  const begun = step > 0;
  const change = (part: Partial<TrainingSettings>) => setSettings({ ...settings, ...part });

  return (
    <article class="pane">
      <div class="lead">
        <h1>Train a model here, from nothing</h1>
        <p>
          It begins with random weights and learns from puzzles made in this page: a 4×4 Sudoku takes minutes.
        </p>
      </div>
      <div class="bar fields">
        <label class="field">
          Task
          <select
            value={settings.task}
            disabled={running || begun}
            onChange={(event) => change({ task: event.currentTarget.value as TaskName })}
          >
            {Object.entries(tasks).map(([name, { title }]) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <NumberField
          label="hidden size"
          value={settings.hiddenSize}
          min={16}
          max={256}
          step={16}
          disabled={running || begun}
          onInput={(hiddenSize) => change({ hiddenSize })}
        />
        <NumberField
          label="learning rate"
          value={settings.learningRate}
          min={0.00001}
          max={0.1}
          step="any"
          disabled={running}
          onInput={(learningRate) => change({ learningRate })}
        />
        <NumberField
          label="cycles T"
          value={settings.cycles}
          min={1}
          max={4}
          disabled={running}
          onInput={(cycles) => change({ cycles })}
        />
        <NumberField
          label="refinements n"
          value={settings.latentSteps}
          min={1}
          max={8}
          disabled={running}
          onInput={(latentSteps) => change({ latentSteps })}
        />
      </div>
      <p class="note">
        Learning rate, T and n may change when a paused run goes on; task and hidden size begin a new one,
        which discards this one for good.
      </p>
      <div class="bar">
        <button
          type="button"
          class="primary"
          disabled={!running && !ready}
          onClick={({ detail: clicks }) => {
            if (clicks > 1) return; // the second of a double click is not meant for what the first has put there
            if (running) worker.pauseTraining();
            else start(!begun);
          }}
        >
          {running ? 'Pause' : begun ? 'Go on' : 'Start'}
        </button>
        <button type="button" disabled={running || !begun} onClick={discard}>
          New run
        </button>
        <button type="button" disabled={running || !begun} onClick={download}>
          Download the checkpoint
        </button>
        <button
          type="button"
          disabled={!usable}
          onClick={() => {
            location.hash = writeAddress({ view: 'solve', model: TRAINED });
          }}
        >
          Solve with it
        </button>
        <span role="status">
          {status}
          {status === 'paused' && !unkept && ': kept in this browser'}
          {begun && `; step ${step}, ${Math.round(seconds)} s`}
          {running && begun && !unkept && `; ${keptUpTo(keptStep)}`}
        </span>
      </div>
      <Fault text={damage} />
      <Fault text={fault} />
      {unkept && (
        <p class="fault" role="alert">
          This browser does not keep the run: it is lost when the page is closed, unless you download the
          checkpoint. ({unkept})
        </p>
      )}
      <div class="split">
        <div>
          {watched && kind && answer && verdict ? (
            <>
              <Grid
                label="A held-out puzzle, as the model answers it now"
                kind={kind}
                question={watched.question}
                answer={answer.tokens}
                before={kind.kept(watched.question, watched.before).tokens}
                broken={verdict.broken}
              />
              <Legend of={legend} />
              <p class={verdict.solved ? 'verdict solved' : 'verdict'}>
                <Mark solved={verdict.solved} />
                {withPutBack(verdict.text, answer.restored)}
              </p>
            </>
          ) : (
            <div class="plot">
              <p class="note">A puzzle that it never trains on, and its answer, which gets better.</p>
            </div>
          )}
        </div>
        <div class="plots">
          <Chart
            label="Loss of each optimizer step"
            x={curves.step}
            xLabel="optimizer step"
            curves={[{ label: 'loss', values: smooth(curves.loss) }]}
            empty="The loss, which falls as it learns."
          />
          <Chart
            label="Share of puzzles solved"
            x={curves.step}
            xLabel="optimizer step"
            share
            curves={[
              { label: 'solved in training', values: smooth(curves.accuracy), dash: [6, 4] },
              { label: 'solved, held-out', values: curves.heldOut, dots: true },
            ]}
            empty="The share of puzzles that it solves, which rises."
          />
        </div>
      </div>
    </article>
  );
}

/** What is left of a run that goes on when the page is left. */
function keptUpTo(step: number): string {
  return step > 0 ? `kept in this browser up to step ${step}` : 'not kept in this browser yet';
}

/** Moving mean of the values there are. */
function smooth(values: readonly (number | null)[]): (number | null)[] {
  return values.map((_, i) => {
    const some = values.slice(Math.max(0, i - window + 1), i + 1).filter((value) => value !== null);
    return some.length > 0 ? some.reduce((sum, value) => sum + value, 0) / some.length : null;
  });
}
