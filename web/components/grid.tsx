/**
 * A puzzle's grid, for eyes, keyboard and screen readers. Nothing is told by colour alone: givens are bold, a change
 * has a corner, a broken rule a cross, and confidence is the length of a bar. Each cell's label says all of it.
 */

import { useRef, useState } from 'preact/hooks';
import type { PageGrid } from '../puzzles.ts';

interface GridProps {
  readonly label: string;
  readonly kind: PageGrid;
  /** Tokens of the question and, when there is one, of the answer. */
  readonly question: Int32Array;
  readonly answer?: Int32Array | undefined;
  readonly before?: Int32Array | undefined;
  readonly confidence?: Float32Array | undefined;
  readonly broken?: ReadonlySet<number>;
  /** Takes a typed token; without it the grid cannot be edited. */
  readonly onType?: ((cell: number, token: number) => void) | undefined;
}

export function Grid(props: GridProps) {
  const { label, kind, question, answer, before, confidence, broken, onType } = props;
  const [focused, setFocused] = useState(0);
  const table = useRef<HTMLTableElement>(null);
  const painting = useRef<number>(undefined);
  const { rows, columns, box, marks } = kind;

  const focus = (cell: number) => {
    setFocused(cell);
    table.current?.querySelectorAll('td')[cell]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const [row, column] = [Math.floor(focused / columns), focused % columns];
    const moves: Record<string, number> = {
      ArrowUp: row > 0 ? -columns : 0,
      ArrowDown: row < rows - 1 ? columns : 0,
      ArrowLeft: column > 0 ? -1 : 0,
      ArrowRight: column < columns - 1 ? 1 : 0,
      Home: -column,
      End: columns - 1 - column,
    };
    const move = moves[event.key];
    if (move !== undefined) focus(focused + move);
    else if (onType && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const erase = ['Backspace', 'Delete', ' ', '0'].includes(event.key);
      const typed = kind.typed(focused);
      const token = typed.find((t) => kind.symbols[t]!.key.toLowerCase() === event.key.toLowerCase());
      if (token === undefined && !erase) return;
      onType(focused, token ?? typed[0]!);
    } else return;
    event.preventDefault();
  };
  /** The next of the tokens that a question may hold: what a tap on a cell gives. */
  const following = (cell: number) => {
    const typed = kind.typed(cell);
    return typed[(typed.indexOf(question[cell]!) + 1) % typed.length]!;
  };

  const cellAt = (cell: number) => {
    const given = question[cell]! !== kind.typed(cell)[0];
    const token = answer?.[cell] ?? question[cell]!;
    const symbol = kind.symbols[token]!;
    const changed = before !== undefined && before[cell] !== token;
    const wrong = broken?.has(cell) ?? false;
    const sure = confidence && Math.round(100 * confidence[cell]!);
    const [row, column] = [Math.floor(cell / columns), cell % columns];
    const said = [
      symbol.name,
      given ? 'given' : '',
      changed ? 'changed' : '',
      wrong ? 'breaks a rule' : '',
      sure === undefined ? '' : `${sure} percent sure`,
    ];
    const classes = [
      symbol.look ?? '',
      marks?.has(cell) ? 'mark' : '',
      given ? 'given' : '',
      changed ? 'changed' : '',
      wrong ? 'broken' : '',
      box && column > 0 && column % box.columns === 0 ? 'left' : '',
      box && row > 0 && row % box.rows === 0 ? 'over' : '',
    ];
    return (
      <td
        key={cell}
        tabIndex={cell === focused ? 0 : -1}
        class={classes.filter(Boolean).join(' ')}
        aria-label={`row ${row + 1}, column ${column + 1}: ${said.filter(Boolean).join(', ')}`}
        onFocus={() => setFocused(cell)}
        onPointerDown={(event) => {
          if (!onType) return;
          event.currentTarget.releasePointerCapture(event.pointerId);
          painting.current = following(cell);
          onType(cell, painting.current);
        }}
        onPointerEnter={(event) => {
          const token = event.buttons === 1 ? painting.current : undefined;
          if (token !== undefined && kind.typed(cell).includes(token)) onType?.(cell, token);
        }}
      >
        {symbol.glyph}
        {sure !== undefined && !given && !marks?.has(cell) && <i style={{ width: `${sure}%` }} />}
      </td>
    );
  };

  return (
    <div class="board">
      <table
        ref={table}
        class="grid"
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: the ARIA grid pattern allows a table
        role="grid"
        aria-label={label}
        aria-readonly={!onType}
        style={{ '--columns': columns }}
        onKeyDown={onKeyDown}
      >
        <tbody>
          {Array.from({ length: rows }, (_, row) => (
            <tr key={row}>
              {Array.from({ length: columns }, (_, column) => cellAt(row * columns + column))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
