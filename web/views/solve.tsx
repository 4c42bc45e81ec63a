/**
 * The page that people open: a hard Sudoku that solves itself. One puzzle, one moment and one selected cell are shared by
 * all that is shown: the grid, the loops of the method, the latent plane, the curves, and a second side to compare with.
 */

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Address, readAddress, writeAddress } from '../address.ts';
import { landingName, messageOf, shippedNames, worker } from '../client.ts';
import { Fault } from '../components/fault.tsx';
import { Grid } from '../components/grid.tsx';
import { Inside } from '../components/inside.tsx';
import { NumberField } from '../components/number-field.tsx';
import { Pad } from '../components/pad.tsx';
import { Settings } from '../components/settings.tsx';
import { Share } from '../components/share.tsx';
import { Story } from '../components/story.tsx';
import { Strip } from '../components/strip.tsx';
import { Timeline } from '../components/timeline.tsx';
import { Transport } from '../components/transport.tsx';
import { type Curated, curatedFamily, nextCurated } from '../curated.ts';
import { mayRun, still, usePlaying } from '../playing.ts';
import { firstOfAnySize, type PagePuzzle, pagePuzzle, resized } from '../puzzles.ts';
import { type Asked, useQuestion } from '../question.ts';
import { type Run, useRun } from '../run.ts';
import { plainSideOf, type Side, sideOf } from '../side.ts';
import type { ModelInfo } from '../worker.ts';

interface SolveProps {
  readonly models: readonly ModelInfo[];
  /** Loads a shipped model unless it is there. @throws Error in the page's words. */
  readonly need: (name: string) => Promise<ModelInfo>;
  readonly onOpen: (files: Iterable<File>) => void;
  readonly onSpeed: (speed: string) => void;
  /** What the page asks of this view: a model that was just opened, a text that was dropped. */
  readonly wanted: Wanted | undefined;
  readonly shown: boolean;
}

export type Wanted = { readonly model: ModelInfo } | { readonly text: string };

const choices = { hard: 'Hard', easy: 'Easy', own: 'Your own' } as const;
type Choice = keyof typeof choices;

export function SolveView({ models, need, onOpen, onSpeed, wanted, shown }: SolveProps) {
  const { asked, ask, undo, redo, canUndo, canRedo } = useQuestion();
  const [choice, setChoice] = useState<Choice>();
  const [side, setSide] = useState<Side>();
  const [other, setOther] = useState<Side>();
  const [level, setLevel] = useState(0);
  const [cell, setCell] = useState<number>();
  const [hovered, setHovered] = useState<number>();
  const [brush, setBrush] = useState<number>();
  const [fault, setFault] = useState('');
  /** What to do when the button beside a fault is pressed. */
  const again = useRef<() => void>(undefined);
  const text = useRef<HTMLTextAreaElement>(null);
  const a = useRun('A', onSpeed);
  const b = useRun('B', () => {});

  const model = models.find(({ name }) => name === side?.model);
  const second = models.find(({ name }) => name === other?.model);
  const kind = useMemo(() => asked && pagePuzzle(asked.family), [asked?.family]);
  const perStep = side ? side.depth.cycles * side.depth.latentSteps : 1;
  const { moments } = a.run;
  const player = usePlaying(moments.length - 1, perStep);

  const fail = (error: unknown, retry?: () => void) => {
    again.current = retry;
    setFault(messageOf(error));
  };
  const forget = () => {
    a.forget();
    b.forget();
    setFault('');
  };
  const pose = (next: Asked, joins = false) => {
    forget();
    setHovered(undefined);
    setBrush((now) => (next.family === asked?.family ? now : undefined));
    ask(next, joins);
  };
  /** Thinks about a puzzle, on both sides where there are two. @param to the moment to stop at; the film when omitted. */
  const solve = (puzzle = asked!, mine = side!, theirs = other, to?: number) => {
    forget();
    const of = pagePuzzle(puzzle.family)!;
    const missing = of.missing(puzzle.question);
    if (missing !== undefined) return fail(missing);
    const done = a.start(puzzle, of, mine.depth, mine.looksAgain);
    if (theirs) b.start({ ...puzzle, model: theirs.model }, of, theirs.depth, theirs.looksAgain);
    if (to !== undefined) player.go(to);
    else if (still()) done.then(() => player.go(Number.MAX_SAFE_INTEGER));
    else player.play(player.each === 'steps' ? mine.depth.cycles * mine.depth.latentSteps - 1 : 0);
  };
  /** A model with the settings to begin with. */
  const take = (next: ModelInfo): Side => {
    const begin = sideOf(next);
    setSide(begin);
    setOther(undefined);
    setLevel(pagePuzzle(next.family)!.level.usual);
    return begin;
  };
  const generate = async (of: Asked['family'], name: string, easy = level) => {
    const seed = crypto.getRandomValues(new Uint32Array(1))[0]!;
    try {
      pose({ question: await worker.generate(of, easy, seed), family: of, model: name });
    } catch (error) {
      fail(error); // there are no such puzzles
    }
  };
  const show = async (curatedKind: Curated, solves = true) => {
    setChoice(curatedKind);
    setFault('');
    try {
      const landing = model && isNine(model) ? model : await need(landingName);
      if (!isNine(landing)) return generate(landing.family!, landing.name);
      const mine = landing.name === side?.model ? side : take(landing);
      const of = pagePuzzle(curatedFamily)!;
      const line = nextCurated(curatedKind, asked && kind?.name === of.name ? kind.line(asked.question) : '');
      const next = { question: of.parse(line), family: curatedFamily, model: landing.name };
      pose(next);
      if (solves) solve(next, mine, undefined);
    } catch (error) {
      fail(error, () => show(curatedKind));
    }
  };
  const choose = async (name: string) => {
    forget();
    setChoice('own');
    try {
      const next = await need(name);
      if (!pagePuzzle(next.family)) throw new Error(`this view cannot draw the puzzles of ${name}`);
      take(next);
      // A puzzle of the same kind stays, so that models can be compared.
      const stays = asked && sameKind(next, asked.family);
      if (stays) pose({ ...asked, model: name });
      else await generate(next.family!, name, pagePuzzle(next.family)!.level.usual);
    } catch (error) {
      fail(error, () => choose(name));
    }
  };
  const read = (source: string, next: ModelInfo): Asked => {
    const own = asked && sameKind(next, asked.family) ? asked.family : next.family!;
    if (!next.anySize) return { question: pagePuzzle(own)!.parse(source), family: own, model: next.name };
    const { tokens, info } = firstOfAnySize(source, own);
    return { question: tokens, family: info, model: next.name };
  };
  /** Takes a puzzle in any form that `trm solve` reads, of the model's kind or else of another one that is shipped. */
  const paste = async (source: string) => {
    setChoice('own');
    try {
      return pose(read(source, model!));
    } catch (error) {
      if (source.trim() !== '')
        for (const name of shippedNames.filter((name) => name !== model!.name)) {
          try {
            const next = await need(name);
            const found = read(source, next);
            take(next);
            return pose(found);
          } catch {} // not of this one either
        }
      fail(error);
    }
  };
  const open = async ({ model: name = landingName, puzzle, size, depth, at }: Address) => {
    try {
      const next = await need(name);
      const begin = take(next);
      const mine = depth ? { ...begin, depth } : begin;
      setSide(mine);
      const family = next.anySize && size ? resized(next.family!, ...size) : next.family!;
      setChoice('own');
      if (!puzzle) return await generate(family, name, pagePuzzle(family)!.level.usual);
      const found = { question: pagePuzzle(family)!.parse(puzzle), family, model: name };
      pose(found);
      solve(found, mine, undefined, at === undefined ? undefined : at - 1);
    } catch (error) {
      fail(error, () => open({ view: 'solve', model: name, puzzle, size, depth, at }));
    }
  };
  useEffect(() => {
    const address = readAddress(location.hash);
    if (address.model || address.puzzle) open(address);
    else if (address.view === 'solve') show('hard', mayRun());
  }, []);
  useEffect(() => {
    if (shown && !asked && !fault && !readAddress(location.hash).model) show('hard', mayRun());
  }, [shown]);
  useEffect(() => {
    if (!wanted) return;
    if ('text' in wanted) paste(wanted.text);
    else choose(wanted.model.name);
  }, [wanted]);
  useEffect(() => {
    if (!shown) return;
    const onPaste = (event: ClipboardEvent) => {
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
      const source = event.clipboardData?.getData('text');
      if (source && model) paste(source);
    };
    addEventListener('paste', onPaste);
    return () => removeEventListener('paste', onPaste);
  });

  const at = player.at;
  const address = asked && side && kind ? { ...addressOf(asked, side, kind, model), at: at + 1 } : undefined;
  useEffect(() => {
    if (!shown || !address || moments.length === 0 || player.playing) return;
    history.replaceState(null, '', writeAddress(address));
  }, [at, moments.length > 0, player.playing, shown]);

  if (!asked || !side || !model || !kind) return <Waiting fault={fault} again={again.current} />;

  const { question, family } = asked;
  const moment = moments[at];
  const pointed = hovered ?? cell;
  const brushes = choice === 'own' ? kind.brushes : undefined;
  const inHand = brushes && (brush ?? brushes[1]!);
  const place = (cell: number, token: number, joins = false) => {
    if (!kind.typed(cell).includes(token)) return;
    const alone = kind.once.includes(token);
    const [blank] = kind.typed(cell);
    const next = alone ? question.map((old) => (old === token ? blank! : old)) : question;
    setChoice('own');
    pose({ ...asked, question: next.with(cell, token) }, joins);
  };
  const shownA = answerAt(a.run, at);
  const atB = other && Math.floor(((at + 1) / perStep) * other.depth.cycles * other.depth.latentSteps) - 1;
  const shownB = other && answerAt(b.run, Math.max(0, atB!));
  const boards = [
    { name: 'A', run: a.run, at, answer: shownA, of: side },
    ...(other ? [{ name: 'B', run: b.run, at: Math.max(0, atB!), answer: shownB, of: other }] : []),
  ];

  return (
    <>
      <Lead count={rounded(model.weights)} />
      <div class={other ? 'stage two' : 'stage'}>
        <div class="boards">
          {boards.map(({ name, run, at, answer, of }) => {
            const judged = kind.judge(question, answer?.tokens ?? question);
            return (
              <article key={name} aria-label={`Puzzle ${name}`}>
                {other && <h2 class="which">{describe(of)}</h2>}
                <Grid
                  label={`${kind.name}, puzzle ${name}`}
                  kind={kind}
                  question={question}
                  answer={answer?.tokens}
                  before={answer && (run.moments[at - player.stride]?.answer ?? question)}
                  confidence={answer?.later ? undefined : run.moments[at]?.confidence}
                  broken={judged.broken}
                  pointed={pointed}
                  onPoint={setHovered}
                  onSelect={setCell}
                  onType={place}
                  onPaint={brushes && ((cell, joins) => place(cell, inHand!, joins))}
                />
                <p class={judged.solved && answer ? 'verdict solved' : 'verdict'} role="status">
                  {verdictOf(judged, answer, kind, question)}
                </p>
              </article>
            );
          })}
          {choice === 'own' && (
            <div class="own">
              {brushes ? (
                <Pad kind={kind} tokens={brushes} brush={inHand} onPick={setBrush} />
              ) : (
                <Pad
                  kind={kind}
                  tokens={kind.typed(cell ?? 0)}
                  onPick={(token) => cell !== undefined && place(cell, token)}
                />
              )}
              <div class="bar">
                <button type="button" disabled={!canUndo} onClick={() => restore(canUndo, undo)}>
                  Undo
                </button>
                <button type="button" disabled={!canRedo} onClick={() => restore(canRedo, redo)}>
                  Redo
                </button>
                <button
                  type="button"
                  onClick={() =>
                    pose({ ...asked, question: question.map((_, cell) => kind.typed(cell)[0]!) })
                  }
                >
                  Clear
                </button>
                <button type="button" onClick={() => generate(family, model.name)}>
                  New puzzle
                </button>
              </div>
            </div>
          )}
        </div>

        <div class="controls">
          <div class="bar">
            <fieldset class="choices">
              <legend class="unseen">Puzzle</legend>
              {Object.entries(choices).map(([name, title]) => (
                <button
                  key={name}
                  type="button"
                  aria-pressed={choice === name}
                  onClick={() => (name === 'own' ? beginOwn() : show(name as Curated))}
                >
                  {title}
                </button>
              ))}
            </fieldset>
            <button type="button" class="primary" onClick={() => solve()}>
              Solve
            </button>
          </div>
          <Fault text={fault || a.run.fault} again={fault ? again.current : () => solve()} />
          <dl class="readings">
            <div>
              <dt>look</dt>
              <dd>{moment ? moment.step : '–'}</dd>
            </div>
            <div>
              <dt>cells that break a rule</dt>
              <dd>{moment ? moment.broken.size : '–'}</dd>
            </div>
            <div>
              <dt>believes it is right</dt>
              <dd>{moment ? `${Math.round(100 * moment.halting)}\u00a0%` : '–'}</dd>
            </div>
          </dl>
          <Timeline
            moments={moments}
            at={at}
            perStep={perStep}
            valueText={moment && placeOf(moment)}
            onMove={player.go}
          />
          <p class="legend note">
            <span class="key wrong" /> wrong <span class="key right" /> right <span class="key first" /> first
            right answer <span class="key stop" /> where it stops by itself
          </p>
          <Transport
            ready={moments.length > 0}
            playing={player.playing}
            each={player.each}
            onPlay={player.toggle}
            onMove={player.move}
            onEach={player.setEach}
          />
          <p class="place">
            {shownA?.later
              ? `then ${a.run.later!.candidates} other looks, ${a.run.later!.steps} steps`
              : moment
                ? placeOf(moment)
                : a.run.doing || 'not solved yet'}
            {moment && ` · halting ${(100 * (shownA?.halting ?? 0)).toFixed(1)}\u00a0%`}
            {moment && a.run.doing && ` · ${a.run.doing}`}
          </p>
          {still() && <Strip kind={kind} moments={moments} perStep={perStep} at={at} onMove={player.go} />}
          {address && (
            <Share
              address={address}
              kind={kind}
              question={question}
              moments={moments}
              at={at}
              perStep={perStep}
              name={model.name}
            />
          )}
          <details>
            <summary>Model and settings</summary>
            <div class="bar">
              <label>
                Model{' '}
                <select value={model.name} onChange={(event) => choose(event.currentTarget.value)}>
                  {[...new Set([...shippedNames, ...models.map(({ name }) => name)])].map((name) => (
                    <option key={name}>{name}</option>
                  ))}
                </select>
              </label>
              <label class="button">
                Open a checkpoint
                <input
                  type="file"
                  accept=".safetensors,.pt,.pth"
                  multiple
                  onChange={(event) => {
                    onOpen(event.currentTarget.files ?? []);
                    event.currentTarget.value = '';
                  }}
                />
              </label>
            </div>
            <p class="note">
              {kind.name}, {model.weights.toLocaleString('en')} weights; {model.quality}. A file of{' '}
              <code>trm train</code> can be dropped anywhere on the page.
            </p>
            <Settings
              side={side}
              model={model}
              onChange={(next) => {
                forget();
                setSide(next);
              }}
            />
            <div class="bar">
              <NumberField
                label={kind.level.label}
                value={level}
                min={0}
                max={question.length - 1}
                onInput={setLevel}
              />
              {model.anySize && (
                <NumberField
                  label="rows and columns"
                  value={kind.rows}
                  min={4}
                  max={40}
                  onInput={(size) => {
                    const of = resized(family, size, size);
                    setLevel(pagePuzzle(of)!.level.usual);
                    generate(of, model.name, pagePuzzle(of)!.level.usual);
                  }}
                />
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
            <button type="button" onClick={() => paste(text.current!.value)}>
              Use this puzzle
            </button>
            <p class="note">A line of digits, a drawn grid, CSV, JSON: whatever `trm solve` reads.</p>
          </details>
          <details>
            <summary>Compare with another setting or model</summary>
            <label class="check">
              <input
                type="checkbox"
                checked={other !== undefined}
                onChange={() => {
                  b.forget();
                  setOther(other ? undefined : plainSideOf(model));
                }}
              />{' '}
              Two side by side
            </label>
            {other && second && (
              <fieldset class="second">
                <legend>B</legend>
                <label>
                  Model of B{' '}
                  <select
                    value={other.model}
                    onChange={(event) => {
                      const next = models.find(({ name }) => name === event.currentTarget.value)!;
                      b.forget();
                      setOther(plainSideOf(next));
                    }}
                  >
                    {models
                      .filter((model) => sameKind(model, family))
                      .map(({ name }) => (
                        <option key={name}>{name}</option>
                      ))}
                  </select>
                </label>
                <Settings
                  side={other}
                  model={second}
                  onChange={(next) => {
                    b.forget();
                    setOther(next);
                  }}
                />
              </fieldset>
            )}
          </details>
        </div>
      </div>
      <Inside
        kind={kind}
        runs={boards.map(({ run, of, at }) => ({ run, depth: of.depth, at }))}
        pointed={pointed}
        onPoint={setHovered}
        onMove={player.go}
      />
      <Story model={model} family={family} level={level} busy={player.playing || moments.length === 0} />
    </>
  );

  function restore(to: Asked | undefined, step: () => void) {
    if (!to) return;
    forget();
    if (to.model !== side!.model) take(models.find(({ name }) => name === to.model)!);
    step();
  }

  function beginOwn() {
    setChoice('own');
    pose({ ...asked!, question: question.map((_, cell) => kind!.typed(cell)[0]!) });
  }
}

function Waiting({ fault, again }: { fault: string; again: (() => void) | undefined }) {
  return (
    <>
      <Lead count="Few" />
      {fault ? (
        <Fault text={fault} again={again} />
      ) : (
        <div class="stage">
          <div class="boards">
            <div class="board blank" role="status">
              Loading the model…
            </div>
          </div>
        </div>
      )}
    </>
  );
}

interface Shown {
  readonly tokens: Int32Array;
  readonly halting: number;
  readonly restored: number;
  /** Whether it is what other looks came to. */
  readonly later: boolean;
}

/** What a run says at a moment: other looks come after the last one. */
function answerAt({ moments, later }: Run, at: number): Shown | undefined {
  const moment = moments[Math.min(at, moments.length - 1)];
  if (!moment) return undefined;
  if (later && at >= moments.length - 1) return { ...later, later: true };
  return { tokens: moment.answer, halting: moment.halting, restored: moment.restored, later: false };
}

function verdictOf(
  { broken, solved, text }: ReturnType<PagePuzzle['judge']>,
  answer: Shown | undefined,
  kind: PagePuzzle,
  question: Int32Array,
): string {
  if (answer) {
    const kept = answer.restored > 0 ? `; ${answer.restored} overwritten givens were put back` : '';
    return `${solved ? '✓ ' : broken.size > 0 ? '✗ ' : ''}${text}${kept}`;
  }
  if (broken.size > 0) return `✗ ${text}`;
  if (solved) return `Nothing is left to fill in: ${text}.`;
  const missing = kind.once.find((token) => !question.includes(token));
  if (missing !== undefined) return `Next: place the ${kind.symbols[missing]!.name}.`;
  return kind.brushes
    ? 'Choose a brush and paint; press Solve.'
    : 'Select a cell and type a digit; press Solve.';
}

function isNine({ family }: ModelInfo): boolean {
  return pagePuzzle(family)?.name === pagePuzzle(curatedFamily)!.name;
}

/** Whether a model takes puzzles of a family. */
function sameKind(model: ModelInfo, family: Asked['family']): boolean {
  if (model.anySize && model.family?.kind === family.kind) return true;
  return pagePuzzle(model.family)?.name === pagePuzzle(family)?.name;
}

function addressOf({ question, family }: Asked, { model, depth }: Side, kind: PagePuzzle, of?: ModelInfo) {
  const size = of?.anySize ? ([kind.rows, kind.columns] as const) : undefined;
  void family;
  return { view: 'solve', model, puzzle: kind.line(question), size, depth } satisfies Address;
}

function placeOf({ step, cycle, refinement }: PlaceInRun): string {
  return `look ${step}, cycle ${cycle}, refinement ${refinement}`;
}
type PlaceInRun = { readonly step: number; readonly cycle: number; readonly refinement: number };

function describe({ model, depth, looksAgain }: Side): string {
  const { supervisionSteps, cycles, latentSteps, untilHalt } = depth;
  const most = untilHalt ? `up to ${supervisionSteps}` : `${supervisionSteps}`;
  return `${model}: ${most} looks, T ${cycles}, n ${latentSteps}${looksAgain ? ', and from other sides' : ''}`;
}

function Lead({ count }: { count: string }) {
  return (
    <div class="lead">
      <h1>{count} weights, no search: it looks again until it is right</h1>
      <p>
        This small network fills in the whole grid at once, looks at what it wrote, and corrects it, again and
        again. Nobody told it the rules.
      </p>
    </div>
  );
}

/** A count in words that are easily read: 528 thousand, 1.2 million. */
function rounded(count: number): string {
  if (count >= 999_500) return `${(count / 1e6).toFixed(1)} million`;
  return count >= 1000 ? `${Math.round(count / 1000)} thousand` : String(count);
}
