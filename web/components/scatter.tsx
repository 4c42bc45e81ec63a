/** The latent state: its positions in the plane, puzzle slots as squares, cells as their symbols. */

interface ScatterProps {
  readonly label: string;
  /** `[L, 2]` in -1 … 1. */
  readonly points: Float32Array;
  /** Glyphs of the last positions, one a cell; the positions before them are puzzle slots. */
  readonly glyphs: readonly string[];
}

export function Scatter({ label, points, glyphs }: ScatterProps) {
  const positions = points.length / 2;
  const slots = positions - glyphs.length;
  return (
    <svg class="scatter" viewBox="-1.1 -1.1 2.2 2.2" role="img" aria-label={label}>
      <path d="M-1.1 0H1.1M0 -1.1V1.1" />
      {Array.from({ length: positions }, (_, p) => {
        const [x, y] = [points[2 * p]!, -points[2 * p + 1]!];
        if (p < slots) return <rect key={p} x={x - 0.02} y={y - 0.02} width="0.04" height="0.04" />;
        const glyph = glyphs[p - slots]!;
        return glyph === '' ? (
          <circle key={p} cx={x} cy={y} r="0.02" />
        ) : (
          <text key={p} x={x} y={y} class={`g${glyph}`}>
            {glyph}
          </text>
        );
      })}
    </svg>
  );
}
