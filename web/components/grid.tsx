/**
 * A puzzle's grid, for eyes, keyboard and screen readers. Nothing is told by colour alone: givens are bold, a change
 * has a corner, a broken rule a cross, and confidence is the length of a bar. Each cell's label says all of it.
 *
 * Selecting is not editing: a click selects, a key or the pad writes. With a brush a click paints, and so does a drag of
 * a mouse or pen; a finger's drag scrolls, and other buttons do nothing.
 */

import { useEffect, useRef, useState } from 'preact/hooks';
import { percent } from '../percent.ts';
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
  /** The cell that other views point out too. */
  readonly pointed?: number | undefined;
  readonly onPoint?: ((cell: number | undefined) => void) | undefined;
  readonly onSelect?: ((cell: number) => void) | undefined;
  /** Takes a typed token; without it the grid cannot be edited. */
  readonly onType?: ((cell: number, token: number) => void) | undefined;
  /** Paints cells. @param joins whether a stroke goes on. */
  readonly onPaint?: ((cells: readonly number[], joins: boolean) => void) | undefined;
}

export function Grid(props: GridProps) {
  const { label, kind, question, answer, before, confidence, broken, pointed, onPoint, onType, onPaint } =
    props;
  const [focused, setFocused] = useState(0);
  const table = useRef<HTMLTableElement>(null);
  /** The cell that a stroke is at, also where it is outside; undefined where there is no stroke. */
  const stroke = useRef<number | 'outside' | undefined>(undefined);
  const { rows, columns, box, marks } = kind;

  const select = (cell: number) => {
    setFocused(cell);
    props.onSelect?.(cell);
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
      PageUp: -row * columns,
      PageDown: (rows - 1 - row) * columns,
      'Control+Home': -focused,
      'Control+End': rows * columns - 1 - focused,
    };
    if (event.metaKey || event.altKey) return;
    const move = moves[event.ctrlKey ? `Control+${event.key}` : event.key];
    if (event.ctrlKey && move === undefined) return;
    if (move !== undefined) table.current?.querySelectorAll('td')[focused + move]?.focus();
    else if (onPaint && event.key === 'Enter') onPaint([focused], false);
    else if (onType) {
      const erase = ['Backspace', 'Delete', ' ', '0'].includes(event.key);
      const typed = kind.typed(focused);
      const token = typed.find((t) => kind.symbols[t]!.key.toLowerCase() === event.key.toLowerCase());
      if (token === undefined && !erase) return;
      onType(focused, token ?? typed[0]!);
    } else return;
    event.preventDefault();
  };
  useEffect(() => {
    const end = () => {
      stroke.current = undefined;
    };
    addEventListener('pointerup', end);
    addEventListener('pointercancel', end);
    return () => {
      removeEventListener('pointerup', end);
      removeEventListener('pointercancel', end);
    };
  }, []);

  /** The cells that a stroke has come to since the last event: where it was fast, those between too. */
  const paintOn = (event: PointerEvent) => {
    if (event.buttons !== 1 || stroke.current === undefined) return;
    const passed: number[] = [];
    const moves = event.getCoalescedEvents?.() ?? []; // which not every browser has
    for (const { clientX, clientY } of moves.length > 0 ? moves : [event]) {
      const td = document.elementFromPoint(clientX, clientY)?.closest('td');
      const to = td && table.current!.contains(td) ? cellOf(td, columns) : 'outside';
      const from: number | 'outside' = stroke.current;
      if (to === from) continue;
      if (to !== 'outside') passed.push(...(from === 'outside' ? [to] : between(from, to, columns)));
      stroke.current = to;
    }
    if (passed.length > 0) onPaint?.(passed, true);
  };

  const cellAt = (cell: number) => {
    const given = !kind.isPicture && question[cell]! !== kind.typed(cell)[0];
    const token = answer?.[cell] ?? question[cell]!;
    const symbol = kind.symbols[token]!;
    const changed = before !== undefined && before[cell] !== token;
    const wrong = broken?.has(cell) ?? false;
    const sure = confidence?.[cell];
    const [row, column] = [Math.floor(cell / columns), cell % columns];
    const said = [
      symbol.name,
      given ? 'given' : '',
      changed ? 'changed' : '',
      wrong ? 'breaks a rule' : '',
      sure === undefined ? '' : `${percent(sure)} sure`,
    ];
    const classes = [
      symbol.look ?? '',
      marks?.has(cell) ? 'mark' : '',
      given ? 'given' : '',
      changed ? 'changed' : '',
      wrong ? 'broken' : '',
      pointed === cell ? 'pointed' : '',
      box && column > 0 && column % box.columns === 0 ? 'left' : '',
      box && row > 0 && row % box.rows === 0 ? 'over' : '',
    ];
    return (
      // biome-ignore lint/a11y/useKeyWithClickEvents: the table's own handler has the keys
      <td
        key={cell}
        tabIndex={cell === focused ? 0 : -1}
        class={classes.filter(Boolean).join(' ')}
        data-digit={symbol.glyph || undefined}
        aria-label={`row ${row + 1}, column ${column + 1}: ${said.filter(Boolean).join(', ')}`}
        onFocus={() => select(cell)}
        onPointerDown={(event) => {
          if (event.button !== 0 || event.pointerType === 'touch' || !onPaint) return;
          event.currentTarget.releasePointerCapture(event.pointerId);
          stroke.current = cell;
          onPaint([cell], false);
        }}
        onPointerEnter={(event) => {
          if (event.pointerType !== 'touch') onPoint?.(cell);
        }}
        onClick={(event) => {
          event.currentTarget.focus({ preventScroll: true });
          if ((event as unknown as PointerEvent).pointerType === 'touch') onPaint?.([cell], false);
        }}
      >
        {symbol.glyph}
        {sure !== undefined && !given && !marks?.has(cell) && <i style={{ width: `${100 * sure}%` }} />}
      </td>
    );
  };

  return (
    <div class="board">
      <table
        ref={table}
        class={onPaint ? 'grid paints' : 'grid'}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: the ARIA grid pattern allows a table
        role="grid"
        aria-label={label}
        aria-readonly={!onType}
        style={{ '--columns': columns }}
        onKeyDown={onKeyDown}
        onPointerMove={onPaint && paintOn}
        onPointerLeave={() => {
          onPoint?.(undefined);
          if (stroke.current !== undefined) stroke.current = 'outside';
        }}
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

function cellOf(td: HTMLTableCellElement, columns: number): number {
  return (td.parentElement as HTMLTableRowElement).rowIndex * columns + td.cellIndex;
}

/** Cells on the straight line from one to another, without the first. */
function between(from: number, to: number, columns: number): number[] {
  const [row, column] = [Math.floor(from / columns), from % columns];
  const [down, right] = [Math.floor(to / columns) - row, (to % columns) - column];
  const steps = Math.max(Math.abs(down), Math.abs(right));
  return Array.from({ length: steps }, (_, i) => {
    const share = (i + 1) / steps;
    return Math.round(row + share * down) * columns + Math.round(column + share * right);
  });
}
