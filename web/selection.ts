/** Taking a selection back. */

import { useEffect } from 'preact/hooks';

/**
 * Escape takes a selection back, and so does a click on nothing.
 *
 * @param within selects what may be clicked without.
 */
export function useUnselecting(selected: boolean, unselect: () => void, within: string): void {
  useEffect(() => {
    if (!selected) return;
    const onKeyDown = ({ key }: KeyboardEvent) => {
      if (key !== 'Escape') return;
      const { activeElement } = document;
      if (activeElement?.closest('.grid')) (activeElement as HTMLElement).blur(); // its ring would look selected
      unselect();
    };
    const onClick = ({ target }: MouseEvent) => {
      if (!(target as Element).closest(within)) unselect();
    };
    // Safari on a phone tells no clicks on plain text to the window.
    const main = document.querySelector('main')!;
    addEventListener('keydown', onKeyDown);
    main.addEventListener('click', onClick);
    return () => {
      removeEventListener('keydown', onKeyDown);
      main.removeEventListener('click', onClick);
    };
  }, [selected]);
}
