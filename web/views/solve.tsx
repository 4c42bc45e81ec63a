/**
 * The page that people open: a hard Sudoku that solves itself. One puzzle, one moment and one selected cell are shared by
 * all that is shown: the grid, the loops of the method, the latent plane, the curves, and a second side to compare with.
 */

import { useState } from 'preact/hooks';
import { readAddress } from '../address.ts';
import { type Board, Boards } from '../components/boards.tsx';
import { Fault } from '../components/fault.tsx';
import { Grid } from '../components/grid.tsx';
import { Inside } from '../components/inside.tsx';
import { Lead } from '../components/lead.tsx';
import { Legend } from '../components/legend.tsx';
import { More } from '../components/more.tsx';
import { Share } from '../components/share.tsx';
import { Story } from '../components/story.tsx';
import { Strip } from '../components/strip.tsx';
import { Timeline } from '../components/timeline.tsx';
import { Transport } from '../components/transport.tsx';
import { believes } from '../components/words.tsx';
import { type Choice, curatedFamily, LANDING, nextCurated } from '../curated.ts';
import type { PageMoment } from '../moments.ts';
import { percent } from '../percent.ts';
import { still } from '../playing.ts';
import { pagePuzzle } from '../puzzles.ts';
import { useUnselecting } from '../selection.ts';
import { choices, type SolveProps, type Solving, useSolving } from '../solving.ts';

export function SolveView(props: SolveProps) {
  const solving = useSolving(props);
  const [cell, setCell] = useState<number>();
  const [hovered, setHovered] = useState<number>();
  useUnselecting(cell !== undefined, () => setCell(undefined), '.board, .own, .controls, .curves');
  const { asked, side, other, model, kind, player, moments, perStep, a, b } = solving;
  if (!asked || !side || !model || !kind) return <Waiting {...solving} />;

  const { at } = player;
  const sides = [{ name: 'A', side, run: a }, ...(other ? [{ name: 'B', side: other, run: b }] : [])];
  /** Where a side is after as many looks as the slider is at; at its last moment where it took fewer. */
  const placeOf = ({ side: { depth }, run }: Omit<Board, 'at'>, at: number): number => {
    const reached = Math.floor(((at + 1) * depth.cycles * depth.latentSteps) / perStep) - 1;
    return Math.max(0, Math.min(reached, run.moments.length - 1));
  };
  const boards = sides.map((one): Board => ({ ...one, at: placeOf(one, at) }));
  const pointed = hovered ?? (cell !== undefined && cell < asked.question.length ? cell : undefined);
  return (
    <>
      <Lead model={model} looksAgain={sides.some(({ side }) => side.looksAgain)} />
      <div class={other ? 'stage two' : 'stage'}>
        <Boards
          solving={solving}
          boards={boards}
          pointed={pointed}
          onPoint={setHovered}
          cell={cell}
          onSelect={setCell}
        />
        <div class="controls">
          <Choices solving={solving} />
          <Fault text={solving.damage} />
          <Fault
            text={solving.fault || a.fault || b.fault}
            again={solving.fault ? solving.again : () => solving.solve()}
          />
          {(solving.origin || solving.hasSeveral) && (
            <p class="note" role="status">
              {solving.origin} {solving.hasSeveral && several}
            </p>
          )}
          <Thinking solving={solving} boards={boards} />
          <Share
            address={solving.address!}
            kind={kind}
            question={asked.question}
            sides={sides.map((one) => ({
              name: one.name,
              momentAt: (at) => one.run.moments[placeOf(one, at)],
            }))}
            span={solving.span}
            at={at}
            perStep={perStep}
            name={model.name}
          />
          <More solving={solving} models={props.models} onOpen={props.onOpen} />
        </div>
      </div>
      <Inside
        kind={kind}
        runs={boards.map(({ run, side, at }) => ({ run, depth: side.depth, at }))}
        now={at}
        pointed={pointed}
        onPoint={setHovered}
        onMove={player.go}
      />
      <Story
        model={model}
        family={asked.family}
        begins={
          player.playing ? 'when the film is over' : moments.length === 0 ? 'after a first run' : undefined
        }
        looks={moments.length > 0 && !moments[at]?.others ? (at + 1) / perStep : undefined}
      />
    </>
  );
}

function Waiting({ fault, again }: Pick<Solving, 'fault' | 'again'>) {
  const kind = pagePuzzle(curatedFamily)!;
  const { model, puzzle } = readAddress(location.hash);
  const lands = !model && !puzzle;
  return (
    <>
      <Lead model={lands ? LANDING : undefined} looksAgain />
      <Fault text={fault} again={again} />
      {fault && !lands && (
        <p>
          <a href="#solve">Watch a hard Sudoku instead</a>
        </p>
      )}
      <div class="stage">
        <div class="boards">
          {lands && (
            <Grid label="The puzzle to come" kind={kind} question={kind.parse(nextCurated('hard'))} />
          )}
          <p class="verdict" role="status">
            {fault ? '' : 'Loading the model…'}
          </p>
        </div>
      </div>
    </>
  );
}

function Choices({ solving }: { solving: Solving }) {
  const begin = (name: Choice) => (name === 'own' ? solving.showOwn() : solving.show(name));
  return (
    <div class="bar">
      <fieldset class="choices">
        <legend class="unseen">Puzzle</legend>
        {(Object.keys(choices) as Choice[]).map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={solving.asked!.choice === name}
            onClick={() => begin(name)}
          >
            {choices[name]}
          </button>
        ))}
      </fieldset>
      <button type="button" class="primary" disabled={solving.coming} onClick={() => solving.solve()}>
        Solve
      </button>
    </div>
  );
}

/** Said of what is asked, where it has several answers. */
const several = 'This puzzle has more than one solution: the model may mix them, and break a rule.';

/** What the bars and lines of the time line mean. */
const legend = {
  wrong: 'wrong',
  right: 'right',
  first: 'first right answer',
  stop: 'where it stops by itself',
} as const;

/** The run as numbers, bars and a slider. */
function Thinking({ solving, boards }: { solving: Solving; boards: readonly Board[] }) {
  const { a, moments, perStep, player } = solving;
  const kind = solving.kind!;
  const { at } = boards[0]!;
  const moment = moments[at];
  const doing = solving.coming ? 'what you asked for is on its way…' : a.doing;
  const readings: Record<string, (moment: PageMoment) => string | number> = {
    look: ({ recursion }) => recursion?.step ?? '–',
    'cells that break a rule': ({ broken }) => broken.size,
    [believes]: ({ halting }) => percent(halting),
  };
  return (
    <>
      <dl class="readings">
        {Object.entries(readings).map(([name, read]) => (
          <div key={name}>
            <dt>{name}</dt>
            {boards.map(({ name, run, at }) => (
              <dd key={name}>
                {boards.length > 1 && <small>{name} </small>}
                {run.moments[at] ? read(run.moments[at]) : '–'}
              </dd>
            ))}
          </div>
        ))}
      </dl>
      <Timeline
        boards={boards}
        span={solving.span}
        at={player.at}
        perStep={perStep}
        valueText={moment && placeOf(moment)}
        onMove={player.go}
      />
      <Legend of={legend} />
      <Transport
        ready={moments.length > 0}
        playing={player.playing}
        each={player.each}
        onPlay={player.toggle}
        onMove={player.move}
        onEach={player.setEach}
      />
      <p class="place">
        {moment ? placeOf(moment) : doing || 'not solved yet'}
        {moment && ` · ${believes} ${percent(moment.halting)}`}
        {moment && doing && ` · ${doing}`}
      </p>
      {still() && <Strip kind={kind} moments={moments} perStep={perStep} at={at} onMove={player.go} />}
    </>
  );
}

function placeOf({ recursion, others }: PageMoment): string {
  if (others) {
    const { sides, looks } = others;
    return `from another side: ${sides} tried, ${looks} ${looks === 1 ? 'look' : 'looks'}`;
  }
  return `look ${recursion.step}, cycle ${recursion.cycle}, refinement ${recursion.refinement}`;
}
