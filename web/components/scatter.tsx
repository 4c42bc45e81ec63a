/**
 * The latent state in the plane: puzzle slots as squares, cells as their symbols. The cell that is pointed out has a ring
 * and the trail of its way here; pointing at a symbol points out its cell everywhere.
 */

interface ScatterProps {
  readonly label: string;
  /** `[L, 2]` in -1 … 1 after each recursion, and which one is shown. */
  readonly planes: readonly Float32Array[];
  readonly at: number;
  /** Glyphs of the last positions, one a cell; the positions before them are puzzle slots. */
  readonly glyphs: readonly string[];
  readonly pointed: number | undefined;
  readonly onPoint: (cell: number | undefined) => void;
}

export function Scatter({ label, planes, at, glyphs, pointed, onPoint }: ScatterProps) {
  const points = planes[at]!;
  const positions = points.length / 2;
  const slots = positions - glyphs.length;
  const place = (plane: Float32Array, p: number) => [plane[2 * p]!, -plane[2 * p + 1]!] as const;
  const marked = pointed === undefined ? undefined : slots + pointed;
  return (
    <svg class="scatter" viewBox="-1.1 -1.1 2.2 2.2" role="img" aria-label={label}>
      <path d="M-1.1 0H1.1M0 -1.1V1.1" />
      {marked !== undefined && (
        <>
          <polyline
            class="trail"
            points={planes
              .slice(0, at + 1)
              .map((plane) => place(plane, marked).join())
              .join(' ')}
          />
          <circle class="ring" cx={place(points, marked)[0]} cy={place(points, marked)[1]} r="0.09" />
        </>
      )}
      {Array.from({ length: positions }, (_, p) => {
        const [x, y] = place(points, p);
        if (p < slots)
          return <rect class="slot" key={p} x={x - 0.02} y={y - 0.02} width="0.04" height="0.04" />;
        const glyph = glyphs[p - slots]!;
        const point = { onPointerEnter: () => onPoint(p - slots), onPointerLeave: () => onPoint(undefined) };
        return glyph === '' ? (
          <circle key={p} cx={x} cy={y} r="0.02" {...point} />
        ) : (
          <text key={p} x={x} y={y} data-digit={glyph} {...point}>
            {glyph}
          </text>
        );
      })}
    </svg>
  );
}
