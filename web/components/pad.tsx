/** What can be written into a grid, as buttons: digits for the selected cell, or brushes to paint with. */

import type { PageGrid } from '../puzzles.ts';

interface PadProps {
  readonly kind: PageGrid;
  readonly tokens: readonly number[];
  /** The brush in hand, where the tokens are brushes. */
  readonly brush?: number | undefined;
  readonly onPick: (token: number) => void;
}

export function Pad({ kind, tokens, brush, onPick }: PadProps) {
  const brushes = brush !== undefined;
  return (
    <fieldset class={brushes ? 'pad brushes' : 'pad'}>
      <legend class="unseen">{brushes ? 'Brush' : 'Write into the selected cell'}</legend>
      {[...tokens.slice(1), tokens[0]!].map((token) => {
        const { glyph, name, look } = kind.symbols[token]!;
        return (
          <button
            key={token}
            type="button"
            aria-pressed={brushes ? brush === token : undefined}
            aria-label={brushes ? undefined : glyph || 'Erase'}
            onClick={() => onPick(token)}
          >
            {brushes && <i class={`swatch ${look ?? ''}`}>{glyph}</i>}
            {brushes ? name.replace(`${glyph} `, '') : glyph || <small>erase</small>}
          </button>
        );
      })}
    </fieldset>
  );
}
