/**
 * The recursions of a run as bars, and looks from other sides as a last one: how many cells break a rule after each. Marks
 * tell the first right answer and where the model would stop; one slider under the bars of all sides chooses the moment.
 */

import { useMemo } from 'preact/hooks';
import { marksOf, type PageMoment } from '../moments.ts';
import type { Board } from './boards.tsx';

interface TimelineProps {
  readonly boards: readonly Board[];
  /** Moments that there are, the one that is looked at, and how many are a look: as the first side counts them. */
  readonly span: number;
  readonly at: number;
  readonly perStep: number;
  readonly valueText: string | undefined;
  readonly onMove: (at: number) => void;
}

/** Looks that have room while more may come: bars that shrink with each new one would distract from the grid. */
const ROOM = 8;

export function Timeline({ boards, span, at, perStep, valueText, onMove }: TimelineProps) {
  const isOver = boards.every(({ run }) => run.trajectory);
  const length = isOver ? span : Math.max(span, ROOM * perStep);
  const last = Math.max(0, length - 1);
  const looks = length / perStep;
  return (
    <div class="timeline">
      {boards.map(({ name, side: { depth }, run, at }) => (
        <div class="bars" key={name}>
          {boards.length > 1 && <b>{name}</b>}
          <Bars moments={run.moments} at={at} perStep={depth.cycles * depth.latentSteps} looks={looks} />
        </div>
      ))}
      <input
        type="range"
        aria-label="Moment"
        min={0}
        max={last}
        value={Math.min(at, last)}
        disabled={span === 0}
        aria-valuetext={valueText}
        onInput={(event) => onMove(Number(event.currentTarget.value))}
      />
    </div>
  );
}

interface BarsProps {
  readonly moments: readonly PageMoment[];
  readonly at: number;
  readonly perStep: number;
  /** That the whole width is. */
  readonly looks: number;
}

/** Bars that a line holds; of more recursions only those that end a supervision step have one. */
const MOST_BARS = 400;

function Bars({ moments, at, perStep, looks }: BarsProps) {
  const { length } = moments;
  const bars = useMemo(() => {
    const most = moments.reduce((max, { broken }) => Math.max(max, broken.size), 1);
    const { right, stop } = marksOf(moments, perStep);
    const every = length > MOST_BARS ? perStep : 1;
    return (
      <>
        {moments.map(({ broken, solved, others }, i) => {
          const wide = others ? 1 : every;
          if ((i + 1) % wide !== 0) return null;
          const height = solved ? 6 : 8 + (40 * broken.size) / most;
          return (
            <rect
              key={i}
              class={solved ? 'right' : 'wrong'}
              x={i - wide + 1 + 0.12}
              width={wide - 0.24}
              y={56 - height}
              height={height}
            />
          );
        })}
        {Array.from({ length: Math.floor(length / perStep) }, (_, look) => (
          <path key={`look ${look}`} class="look" d={`M${(look + 1) * perStep} 50V56`} />
        ))}
        {right !== undefined && <path class="mark-right" d={`M${right + 0.5} 0V56`} />}
        {stop !== undefined && <path class="mark-stop" d={`M${stop + 1} 0V56`} />}
      </>
    );
  }, [moments, perStep]);
  return (
    <svg
      viewBox={`0 0 ${Math.max(1, looks * perStep)} 56`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      {bars}
      {length > 0 && <rect class="now" x={at} width="1" y="0" height="56" />}
    </svg>
  );
}
