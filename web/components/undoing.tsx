/** Taking an edit back, and taking it again: as buttons, and with the keys for it while the buttons are on the screen. */

import { useEffect, useRef } from 'preact/hooks';
import { isTextField } from '../text-field.ts';

interface UndoingProps {
  /** Each is undefined where there is nothing to take. */
  readonly undo: (() => void) | undefined;
  readonly redo: (() => void) | undefined;
}

export function Undoing({ undo, redo }: UndoingProps) {
  const button = useRef<HTMLButtonElement>(null);
  // An effect comes after the next picture, and a key may be faster.
  const steps = useRef({ undo, redo });
  steps.current = { undo, redo };
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (isTextField(event.target)) return;
      if (!(event.ctrlKey || event.metaKey) || event.altKey || !button.current?.offsetParent) return;
      const key = event.key.toLowerCase();
      if (key !== 'z' && key !== 'y') return;
      event.preventDefault();
      if (key === 'z' && !event.shiftKey) steps.current.undo?.();
      else steps.current.redo?.();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
  return (
    <>
      <button ref={button} type="button" disabled={!undo} aria-keyshortcuts="Control+Z" onClick={undo}>
        Undo
      </button>
      <button type="button" disabled={!redo} aria-keyshortcuts="Control+Y" onClick={redo}>
        Redo
      </button>
    </>
  );
}
