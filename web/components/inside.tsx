/** Inside the model: the method's picture, the latent plane and the curves, all at the moment that is looked at. */

import { useMemo, useState } from 'preact/hooks';
import type { PageMoment } from '../moments.ts';
import type { PagePuzzle } from '../puzzles.ts';
import type { Depth } from '../recursions.ts';
import type { Run } from '../run.ts';
import { Chart, type Curve } from './chart.tsx';
import { Method } from './method.tsx';
import { Scatter } from './scatter.tsx';
import { believes, Words } from './words.tsx';

interface InsideProps {
  readonly kind: PagePuzzle;
  /** A, and B where there are two. */
  readonly runs: readonly { readonly run: Run; readonly depth: Depth; readonly at: number }[];
  /** The moment of the slider, as A counts them, which is beyond A's last one where B takes more looks. */
  readonly now: number;
  readonly pointed: number | undefined;
  readonly onPoint: (cell: number | undefined) => void;
  readonly onMove: (at: number) => void;
}

const sides = ['A', 'B'];
const afterRun = 'Press Solve.';

export function Inside({ kind, runs, now, pointed, onPoint, onMove }: InsideProps) {
  const [shown, setShown] = useState<'z' | 'y'>('z');
  const [whose, setWhose] = useState(0);
  const [{ run, depth, at }] = runs as [InsideProps['runs'][number]];
  const moment = run.moments[at];
  const recursion = moment?.recursion;
  const named = (label: string, i: number) => (runs.length > 1 ? `${label}, ${sides[i]}` : label);
  /** Curves of all sides over looks: a side of other loops has its points elsewhere. */
  const { x, halting, sure, change } = useMemo(() => {
    const places = runs.map(({ run, depth }) =>
      run.moments.map((_, i) => (i + 1) / (depth.cycles * depth.latentSteps)),
    );
    const x = [...new Set(places.flat())].sort((a, b) => a - b);
    const columns = new Map(x.map((place, i) => [place, i]));
    const valuesOf = (side: number, of: (moment: PageMoment) => number | undefined) => {
      const values: (number | null)[] = x.map(() => null);
      runs[side]!.run.moments.forEach((moment, i) => {
        values[columns.get(places[side]![i]!)!] = of(moment) ?? null;
      });
      return values;
    };
    const curves = (label: string, dash: number[], of: (moment: PageMoment) => number | undefined) =>
      runs.map((_, side) => ({
        label: named(label, side),
        values: valuesOf(side, of),
        dash: side === 0 ? dash : [6, 4, ...dash],
      }));
    const mean = (confidence: Float32Array | undefined) =>
      confidence && confidence.reduce((sum, one) => sum + one, 0) / confidence.length;
    const of =
      pointed === undefined
        ? 'sure of a cell, on average'
        : `sure of row ${Math.floor(pointed / kind.columns) + 1}, column ${(pointed % kind.columns) + 1}`;
    return {
      x,
      halting: curves(believes, [], ({ halting }) => halting),
      sure: curves(of, [2, 3], ({ recursion }) =>
        pointed === undefined ? mean(recursion?.confidence) : recursion?.confidence[pointed],
      ),
      change: [
        ...curves('change of z', [], ({ recursion }) => onLogarithmicAxis(recursion?.changeOfZ)),
        ...curves('change of y', [2, 3], ({ recursion }) => onLogarithmicAxis(recursion?.changeOfY)),
      ],
    };
  }, [run.moments, runs[1]?.run.moments, pointed]);
  const perStep = depth.cycles * depth.latentSteps;
  const marked = moment && x.findLastIndex((place) => place <= (now + 1) / perStep);
  const pick = (column: number) => onMove(Math.max(0, Math.round(x[column]! * perStep) - 1));
  const key = runs.length;
  const { run: planar, at: planarAt } = runs[whose] ?? runs[0]!;
  /** The recursion in the plane: looks from other sides have no place there. */
  const place = planar.moments.findLastIndex(({ recursion }, i) => recursion && i <= planarAt);
  const planarMoment = planar.moments[place];
  const planes = planar.trajectory?.[shown];
  /** Whether there are positions that belong to no cell. */
  const hasSlots = planes !== undefined && planes[0]!.length / 2 > kind.rows * kind.columns;
  const signOf = (token: number) => kind.symbols[token]!.glyph;
  /** What a cell holds on a side at this moment gives its curve the colour. */
  const ofCell = (curve: Curve, side: number): Curve => {
    const token =
      pointed === undefined ? undefined : runs[side]!.run.moments[runs[side]!.at]?.answer[pointed];
    return token === undefined ? curve : { ...curve, digit: signOf(token) || undefined };
  };
  return (
    <section class="inside" aria-label="Inside the model">
      <h2>Inside: one small network, applied again and again</h2>
      <div class="views">
        <Method moment={recursion} depth={depth} />
        <div class="curves">
          <figure class="chart latent">
            <figcaption>
              <label>
                Each cell's{' '}
                <select value={shown} onChange={(event) => setShown(event.currentTarget.value as 'z' | 'y')}>
                  <option value="z">thinking z</option>
                  <option value="y">answer y</option>
                </select>{' '}
                in the plane
              </label>
              {runs.length > 1 && (
                <label>
                  of{' '}
                  <select
                    aria-label="Side in the plane"
                    value={whose}
                    onChange={(event) => setWhose(Number(event.currentTarget.value))}
                  >
                    {sides.map((name, i) => (
                      <option key={name} value={i}>
                        {name}
                      </option>
                    ))}
                  </select>
                </label>
              )}
            </figcaption>
            {planes && planarMoment ? (
              <Scatter
                key={runs.length > 1 ? whose : 0}
                label={`Positions of ${shown} in the plane, recursion ${place + 1}`}
                planes={planes}
                at={place}
                glyphs={Array.from(planarMoment.answer, signOf)}
                past={(cell) => planar.moments.map(({ answer }) => signOf(answer[cell]!))}
                pointed={pointed}
                onPoint={onPoint}
              />
            ) : (
              <div class="plot">
                <p class="note">{planarMoment ? 'Drawn when the run is over.' : afterRun}</p>
              </div>
            )}
            <p class="note">
              Point at a cell, or select it, to see where its thinking went and what it held on the way
              {hasSlots && '; the small squares are what it knows of the puzzle as a whole, beside the cells'}
              .
            </p>
          </figure>
          <Chart
            key={`halting ${key}`}
            label="How much it believes that it is right, and how sure it is, after each recursion"
            x={x}
            xLabel="look"
            curves={[...halting, ...sure.map(ofCell)]}
            empty={afterRun}
            share
            marked={marked}
            onPick={pick}
          />
          <Chart
            key={`change ${key}`}
            label="Relative change of y and z at each recursion"
            x={x}
            xLabel="look"
            curves={change}
            empty={afterRun}
            logarithmic
            marked={marked}
            onPick={pick}
          />
        </div>
        <Words depth={depth} />
      </div>
    </section>
  );
}

/** A change from nothing is infinite, and none at all is 0: neither has a place, and one alone would leave no curve. */
function onLogarithmicAxis(change = 0): number | undefined {
  return change > 0 && change < Infinity ? change : undefined;
}
