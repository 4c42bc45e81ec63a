/**
 * The latent state in the plane: puzzle slots as squares, cells as their symbols. The cell that is pointed out has a ring
 * and the trail of its way here, in the colours of what it held and with its sign where that changed; pointing at a symbol
 * points out its cell everywhere.
 */

import { useMemo } from 'preact/hooks';

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
  const [right, down] = useMemo(() => extent(planes), [planes]);
  return (
    <svg
      class={pointed === undefined ? 'scatter' : 'scatter one'}
      viewBox={`${-right} ${-down} ${2 * right} ${2 * down}`}
      role="img"
      aria-label={label}
    >
      <path d={`M${-right} 0H${right}M0 ${-down}V${down}`} />
      {Array.from({ length: positions }, (_, p) => {
        const [x, y] = place(points, p);
        if (p < slots)
          return <rect class="slot" key={p} x={x - 0.02} y={y - 0.02} width="0.04" height="0.04" />;
        const cell = p - slots;
        const glyph = glyphs[cell]!;
        const point = {
          ...(cell === pointed && { class: 'this' }),
          onPointerEnter: () => onPoint(cell),
          onPointerLeave: () => onPoint(undefined),
        };
        return glyph === '' ? (
          <circle key={p} cx={x} cy={y} r="0.02" {...point} />
        ) : (
          <text key={p} x={x} y={y} data-digit={glyph} {...point}>
            {glyph}
          </text>
        );
      })}
      {pointed !== undefined && (
        <>
          <Trail planes={planes.slice(0, at + 1)} held={past(pointed)} position={slots + pointed} />
          <circle class="ring" cx={x} cy={y} r="0.07" />
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

/** How far positions ever lie from the middle, to the sides and up or down, with room for their signs. */
function extent(planes: readonly Float32Array[]): readonly [number, number] {
  const most = [0, 0];
  for (const plane of planes)
    for (let i = 0; i < plane.length; i++) most[i % 2] = Math.max(most[i % 2]!, Math.abs(plane[i]!));
  return [most[0]! + 0.1, most[1]! + 0.1];
}

/** Where a position lies: the picture's y goes down. */
function place(plane: Float32Array, position: number): readonly [x: number, y: number] {
  return [plane[2 * position]!, -plane[2 * position + 1]!];
}
