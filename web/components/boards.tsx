/** The grid of each side with what is said of it, and what the puzzle is written with. */

import { useState } from 'preact/hooks';
import type { PageMoment } from '../moments.ts';
import { blankOf, type PagePuzzle, withPutBack } from '../puzzles.ts';
import type { Run } from '../run.ts';
import type { Side } from '../side.ts';
import type { Solving } from '../solving.ts';
import { Grid } from './grid.tsx';
import { Legend } from './legend.tsx';
import { Pad } from './pad.tsx';
import { Undoing } from './undoing.tsx';

/** A side at the moment that is looked at. */
export interface Board {
  readonly name: string;
  readonly side: Side;
  readonly run: Run;
  readonly at: number;
}

/** What the signs in a cell mean. */
export const legend = { bold: 'given', cross: 'breaks a rule', corner: 'changed just now' } as const;
const ofRuns = { ...legend, sure: 'how sure it is' } as const;

interface BoardsProps {
  readonly solving: Solving;
  readonly boards: readonly Board[];
  readonly pointed: number | undefined;
  readonly onPoint: (cell: number | undefined) => void;
  readonly cell: number | undefined;
  readonly onSelect: (cell: number) => void;
}

export function Boards({ solving, boards, pointed, onPoint, cell, onSelect }: BoardsProps) {
  const [brush, setBrush] = useState<number>();
  const kind = solving.kind!;
  const { question, family, choice } = solving.asked!;
  const { stride } = solving.player;
  const isOwn = choice === 'own';
  const brushes = isOwn ? kind.brushes : undefined;
  const inHand = brushes && (brush !== undefined && brushes.includes(brush) ? brush : brushes[1]!);
  /** Whether any side has been asked. */
  const asked = boards.some(({ run }) => run.doing !== '' || run.moments.length > 0);
  const place = (cells: readonly number[], token: number, joins = false) => {
    const some = cells.filter((cell) => kind.typed(cell).includes(token));
    if (some.length === 0) return;
    const next = question.slice();
    for (const cell of some) {
      const alone = kind.once.includes(token) ? next.indexOf(token) : -1;
      if (alone >= 0) next[alone] = kind.typed(alone)[0]!;
      next[cell] = token;
    }
    solving.edit(next, joins);
  };
  return (
    <div class="boards">
      {boards.map(({ name, side, run, at }) => {
        const moment = run.moments[at];
        const judged = kind.judge(question, moment?.answer ?? question);
        return (
          <article key={name} aria-label={`Puzzle ${name}`}>
            {boards.length > 1 && <h2 class="which">{`${name}: ${described(side)}`}</h2>}
            <Grid
              label={`${kind.name}, puzzle ${name}`}
              kind={kind}
              question={question}
              answer={moment?.answer}
              before={moment && (run.moments[at - (moment.others ? 1 : stride)]?.answer ?? question)}
              confidence={moment?.recursion?.confidence}
              broken={judged.broken}
              pointed={pointed}
              onPoint={onPoint}
              onSelect={onSelect}
              onType={(cell, token) => place([cell], token)}
              onPaint={brushes && ((cells, joins) => place(cells, inHand!, joins))}
            />
            {!isOwn && <Legend of={ofRuns} />}
            <p
              class={judged.solved && moment ? 'verdict solved' : 'verdict'}
              role="status"
              aria-live={solving.player.playing ? 'off' : 'polite'} // not ten sentences a second
            >
              {(moment || judged.broken.size > 0) && <Mark solved={judged.solved} />}
              {verdictOf(judged, moment, kind, question, run.doing, asked)}
            </p>
          </article>
        );
      })}
      {(isOwn || solving.redo) && (
        <div class="own">
          {!solving.isKept && (
            <p class="note">
              This browser does not keep your puzzle when another one is shown and the page is loaded again:
              copy its link.
            </p>
          )}
          {isOwn &&
            (brushes ? (
              <Pad kind={kind} tokens={brushes} brush={inHand} onPick={setBrush} />
            ) : (
              <Pad
                kind={kind}
                tokens={kind.typed(cell ?? 0)}
                onPick={(token) => cell !== undefined && place([cell], token)}
              />
            ))}
          <div class="bar">
            <Undoing undo={solving.undo} redo={solving.redo} />
            {isOwn && (
              <>
                <button type="button" onClick={() => solving.edit(blankOf(kind, question))}>
                  Clear
                </button>
                <button type="button" onClick={() => solving.generate(family, solving.model!.name)}>
                  New puzzle
                </button>
              </>
            )}
          </div>
        </div>
      )}
    </div>
  );
}

/** A tick or a cross, as lines: not every typeface has them. */
export function Mark({ solved }: { solved: boolean }) {
  return (
    <svg class="mark" viewBox="0 0 14 14" aria-hidden="true">
      <path d={solved ? 'M2 8l3.5 3.5L12 3' : 'M3 3l8 8M11 3l-8 8'} />
    </svg>
  );
}

function verdictOf(
  { broken, solved, text }: ReturnType<PagePuzzle['judge']>,
  moment: PageMoment | undefined,
  kind: PagePuzzle,
  question: Int32Array,
  doing: string,
  asked: boolean,
): string {
  if (moment) return withPutBack(text, moment.restored);
  if (doing) return 'About to be solved.';
  if (broken.size > 0) return text;
  if (solved) return `Nothing is left to fill in: ${text}.`;
  const missing = kind.once.find((token) => !question.includes(token));
  if (missing !== undefined) return `Next: place the ${kind.symbols[missing]!.name}.`;
  if (asked) return 'Press Solve to ask this side too.';
  return kind.brushes
    ? 'Choose a brush and paint; press Solve.'
    : 'Select a cell and type a digit; press Solve.';
}

function described({ model, depth, looksAgain }: Side): string {
  const { supervisionSteps, cycles, latentSteps, untilHalt } = depth;
  const most = untilHalt ? `up to ${supervisionSteps}` : `${supervisionSteps}`;
  return `${model}, ${most} looks, T ${cycles}, n ${latentSteps}${looksAgain ? ', and from other sides' : ''}`;
}
