/**
 * The latent state in the plane: puzzle slots as squares, cells as their symbols. The cell that is pointed out has a ring
 * and the trail of its way here, in the colours of what it held and with its sign where that changed; pointing at a symbol
 * points out its cell everywhere.
 *
 * The part of the plane that is seen is that of the moment, and of the trail: a run ends in a small part of where it has
 * been. It follows slowly, and at once where no motion is wanted. While the plane itself is pointed at trails leave it as it
 * is, for what is pointed at would move away.
 */

import { useLayoutEffect, useRef } from 'preact/hooks';
import { still } from '../playing.ts';

interface ScatterProps {
  readonly label: string;
  /** `[L, 2]` in -1 … 1 after each recursion, and which one is shown. */
  readonly planes: readonly Float32Array[];
  readonly at: number;
  /** Glyphs of the last positions, one a cell; the positions before them are puzzle slots. */
  readonly glyphs: readonly string[];
  /** What a cell held after each recursion. */
  readonly past: (cell: number) => readonly string[];
  readonly pointed: number | undefined;
  readonly onPoint: (cell: number | undefined) => void;
}

export function Scatter({ label, planes, at, glyphs, past, pointed, onPoint }: ScatterProps) {
  const points = planes[at]!;
  const positions = points.length / 2;
  const slots = positions - glyphs.length;
  const [x, y] = pointed === undefined ? [] : place(points, slots + pointed);
  const svg = useRef<SVGSVGElement>(null);
  const within = useRef(false);
  const trail = useRef<number>(undefined);
  if (!within.current) trail.current = pointed;
  const seen = extent(points);
  if (trail.current !== undefined)
    for (const plane of planes.slice(0, at + 1)) widen(seen, place(plane, slots + trail.current));
  useView(svg, seen);

  /** The cell within reach that is nearest, on the screen. */
  const point = ({ clientX, clientY }: PointerEvent) => {
    const toScreen = svg.current!.getScreenCTM()!;
    let [nearest, least]: [number | undefined, number] = [undefined, REACH];
    for (let cell = 0; cell < glyphs.length; cell++) {
      const [x, y] = place(points, slots + cell);
      const { x: left, y: top } = new DOMPoint(x, y).matrixTransform(toScreen);
      const distance = Math.hypot(left - clientX, top - clientY);
      if (distance <= least) [nearest, least] = [cell, distance]; // of two at one place the one on top
    }
    onPoint(nearest);
  };
  return (
    <svg
      ref={svg}
      class={pointed === undefined ? 'scatter' : 'scatter one'}
      role="img"
      aria-label={label}
      onPointerEnter={() => {
        within.current = true;
      }}
      onPointerMove={point}
      onPointerDown={point}
      onPointerLeave={() => {
        within.current = false;
        onPoint(undefined);
      }}
    >
      <path d="M-2 0H2M0 -2V2" />
      {Array.from({ length: positions }, (_, p) => {
        const [x, y] = place(points, p);
        if (p < slots) return <rect class="slot" key={p} x={x} y={y} width="0.45em" height="0.45em" />;
        const cell = p - slots;
        const glyph = glyphs[cell]!;
        const look = cell === pointed ? 'this' : undefined;
        return glyph === '' ? (
          <circle key={p} class={look} cx={x} cy={y} r="0.22em" />
        ) : (
          <text key={p} class={look} x={x} y={y} data-digit={glyph}>
            {glyph}
          </text>
        );
      })}
      {pointed !== undefined && (
        <>
          <Trail planes={planes.slice(0, at + 1)} held={past(pointed)} position={slots + pointed} />
          <g class="here">
            <circle class="ring" cx={x} cy={y} r="0.8em" />
            <text class="this" x={x} y={y} data-digit={glyphs[pointed] || undefined}>
              {glyphs[pointed]}
            </text>
          </g>
        </>
      )}
    </svg>
  );
}

interface TrailProps {
  readonly planes: readonly Float32Array[];
  readonly held: readonly string[];
  readonly position: number;
}

/** A line for as long as the cell held the same. */
function Trail({ planes, held, position }: TrailProps) {
  const starts = planes.flatMap((_, i) => (i === 0 || held[i] !== held[i - 1] ? [i] : []));
  return (
    <g class="trail">
      {starts.map((start, i) => {
        const way = planes.slice(start, (starts[i + 1] ?? planes.length - 1) + 1);
        const [x, y] = place(way[0]!, position);
        return (
          <g key={start} data-digit={held[start] || undefined}>
            <polyline points={way.map((plane) => place(plane, position).join()).join(' ')} />
            {start > 0 && (
              <text class="held" x={x} y={y}>
                {held[start]}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}

/** Signs that the plane's longer side has room for. */
const SIGNS = 26;
/** How far from a point it is still pointed at, in pixels. */
const REACH = 24;
/** The part of the way to a new view that a frame goes. */
const HASTE = 0.15;

/** Ends of a part of the plane: of x and y, as they are drawn. */
interface View {
  low: [x: number, y: number];
  high: [x: number, y: number];
}

/** Shows a part of the plane, with room for signs at its ends; all that is drawn goes by the size of a sign. */
function useView(svg: { readonly current: SVGSVGElement | null }, seen: View): void {
  const shown = useRef<readonly number[]>(undefined);
  const [width, height] = [seen.high[0] - seen.low[0], seen.high[1] - seen.low[1]];
  const margin = Math.max(width, height, 1e-6) / SIGNS;
  const to = [seen.low[0] - margin, seen.low[1] - margin, width + 2 * margin, height + 2 * margin];
  const show = (box: readonly number[]) => {
    shown.current = box;
    svg.current!.setAttribute('viewBox', box.join(' '));
    svg.current!.setAttribute('font-size', String(Math.max(box[2]!, box[3]!) / SIGNS));
  };
  useLayoutEffect(() => {
    let frame = 0;
    const follow = () => {
      const from = shown.current ?? to;
      const isThere = from.every((part, i) => Math.abs(to[i]! - part) < 0.002 * to[2 + (i % 2)]!);
      if (isThere || still()) return show(to);
      show(from.map((part, i) => part + HASTE * (to[i]! - part)));
      frame = requestAnimationFrame(follow);
    };
    follow();
    return () => cancelAnimationFrame(frame);
  }, [to.join()]);
}

function extent(plane: Float32Array): View {
  const view: View = { low: [Infinity, Infinity], high: [-Infinity, -Infinity] };
  for (let position = 0; position < plane.length / 2; position++) widen(view, place(plane, position));
  return view;
}

/** Makes a part of the plane hold a point too. */
function widen({ low, high }: View, point: readonly [x: number, y: number]): void {
  for (const i of [0, 1] as const) {
    low[i] = Math.min(low[i], point[i]);
    high[i] = Math.max(high[i], point[i]);
  }
}

/** Where a position lies: the picture's y goes down. */
function place(plane: Float32Array, position: number): readonly [x: number, y: number] {
  return [plane[2 * position]!, -plane[2 * position + 1]!];
}
