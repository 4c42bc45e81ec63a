/**
 * The latent state in the plane: puzzle slots as squares, cells as their symbols. The cell that is pointed out has a ring
 * and the trail of its way here, in the colours of what it held and with its sign where that changed; pointing at a symbol
 * points out its cell everywhere.
 */

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
  return (
    <svg
      class={pointed === undefined ? 'scatter' : 'scatter one'}
      viewBox="-1.1 -1.1 2.2 2.2"
      role="img"
      aria-label={label}
    >
      <path d="M-1.1 0H1.1M0 -1.1V1.1" />
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
          <circle class="ring" cx={x} cy={y} r="0.09" />
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
              <text class="held" x={x} y={y} data-digit={held[start] || undefined}>
                {held[start]}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}

/** Where a position lies: the picture's y goes down. */
function place(plane: Float32Array, position: number): readonly [x: number, y: number] {
  return [plane[2 * position]!, -plane[2 * position + 1]!];
}
