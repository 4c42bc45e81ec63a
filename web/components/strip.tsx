/** A run as small pictures, one a supervision step and one of looks from other sides: what a film shows, for who wants no motion. */

import { captionOf, type PageMoment } from '../moments.ts';
import type { PageGrid } from '../puzzles.ts';

interface StripProps {
  readonly kind: PageGrid;
  readonly moments: readonly PageMoment[];
  readonly perStep: number;
  readonly at: number;
  readonly onMove: (at: number) => void;
}

export function Strip({ kind, moments, perStep, at, onMove }: StripProps) {
  const { rows, columns } = kind;
  const ends = moments.flatMap((moment, i) =>
    moment.others || (i + 1) % perStep === 0 ? [{ moment, i }] : [],
  );
  return (
    <ol class="strip" aria-label="The answer after each look">
      {ends.map(({ moment, i }) => (
        <li key={i}>
          <button type="button" aria-current={i === at ? 'step' : undefined} onClick={() => onMove(i)}>
            <svg viewBox={`0 0 ${columns} ${rows}`} aria-hidden="true">
              {Array.from(moment.answer, (token, cell) => {
                const { glyph, look } = kind.symbols[token]!;
                const [x, y] = [cell % columns, Math.floor(cell / columns)];
                return (
                  <g key={cell}>
                    {(moment.broken.has(cell) || look === 'solid') && (
                      <rect class={look ?? 'broken'} x={x} y={y} width="1" height="1" />
                    )}
                    <text x={x + 0.5} y={y + 0.55} data-digit={glyph}>
                      {glyph}
                    </text>
                  </g>
                );
              })}
            </svg>
            {captionOf(moment)}
          </button>
        </li>
      ))}
    </ol>
  );
}
