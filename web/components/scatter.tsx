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
  const { left, top, width, height } = useMemo(() => extent(planes), [planes]);
  /** Of a sign: all that is drawn goes by it, whatever part of the plane is seen. */
  const size = Math.max(width, height) / SIGNS;
  return (
    <svg
      class={pointed === undefined ? 'scatter' : 'scatter one'}
      viewBox={`${left} ${top} ${width} ${height}`}
      font-size={size}
      role="img"
      aria-label={label}
    >
      <path d={`M${left} 0h${width}M0 ${top}v${height}`} />
      {Array.from({ length: positions }, (_, p) => {
        const [x, y] = place(points, p);
        if (p < slots) {
          const side = 0.45 * size;
          return <rect class="slot" key={p} x={x - side / 2} y={y - side / 2} width={side} height={side} />;
        }
        const cell = p - slots;
        const glyph = glyphs[cell]!;
        const point = {
          ...(cell === pointed && { class: 'this' }),
          onPointerEnter: () => onPoint(cell),
          onPointerLeave: () => onPoint(undefined),
        };
        return glyph === '' ? (
          <circle key={p} cx={x} cy={y} r={0.22 * size} {...point} />
        ) : (
          <text key={p} x={x} y={y} data-digit={glyph} {...point}>
            {glyph}
          </text>
        );
      })}
      {pointed !== undefined && (
        <>
          <Trail planes={planes.slice(0, at + 1)} held={past(pointed)} position={slots + pointed} />
          <g class="here">
            <circle class="ring" cx={x} cy={y} r={0.8 * size} />
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

/** The part of the plane where positions ever lie, with room for their signs. */
function extent(planes: readonly Float32Array[]) {
  const [low, high]: [number[], number[]] = [
    [0, 0],
    [0, 0],
  ];
  for (const plane of planes)
    for (let i = 0; i < plane.length; i++) {
      low[i % 2] = Math.min(low[i % 2]!, plane[i]!);
      high[i % 2] = Math.max(high[i % 2]!, plane[i]!);
    }
  const [width, height] = [high[0]! - low[0]!, high[1]! - low[1]!];
  const margin = Math.max(width, height) / SIGNS;
  return {
    left: low[0]! - margin,
    top: -high[1]! - margin,
    width: width + 2 * margin,
    height: height + 2 * margin,
  };
}

/** Where a position lies: the picture's y goes down. */
function place(plane: Float32Array, position: number): readonly [x: number, y: number] {
  return [plane[2 * position]!, -plane[2 * position + 1]!];
}
