/** A view's part of the address: written when what the view shows has come to rest, followed when it is another one. */

import { useEffect, useRef } from 'preact/hooks';
import { type Address, readAddress, type View, viewNow, writeAddress } from './address.ts';

/** What stays as it is for so long, in milliseconds, goes into the address: browsers refuse one that is written too often. */
export const REST = 300;

interface Following {
  /** What the view shows; undefined where there is nothing yet. */
  readonly address: Address | undefined;
  /** Whether the view is shown, and nothing of it under way. */
  readonly settled: boolean;
  /** Shows what an address of this view asks for. @returns whether it asks for anything. */
  readonly follow: (address: Address) => boolean;
}

/**
 * An entry of the browser's history that a view has written, or taken up, has the view's name as its state.
 *
 * @returns what is called before something else is shown to which Back is to lead from there: the next address that is
 *   written is an entry of its own.
 */
export function useAddress(view: View, { address, settled, follow }: Following): () => void {
  const written = address && writeAddress(address);
  const newest = useRef(written);
  newest.current = written;
  const steps = useRef(false);
  const write = () => {
    if (steps.current && written !== location.hash) history.pushState(view, '', written);
    else history.replaceState(view, '', written);
    steps.current = false;
  };
  useEffect(() => {
    if (!settled || !written) return;
    const before = location.hash;
    const timer = setTimeout(() => {
      // Who has just gone elsewhere is heard of a moment later: the address already says so, and stays.
      if (viewNow() === view && location.hash === before) write();
    }, REST);
    return () => clearTimeout(timer);
  }, [written, settled]);

  /** @param from the address before, where the page was there already. */
  const arrive = (from?: string) => {
    const asked = readAddress(location.hash);
    if (asked.view !== view) return;
    steps.current = false;
    // Back from another view: what was hidden meanwhile is shown as it was, and the address follows, at once where the
    // page has heard of so many views together that it never hid this one.
    const isBack = from !== undefined && readAddress(from).view !== view && history.state === view;
    if (!(address && isBack) && follow(asked)) history.replaceState(view, '');
    else if (written && settled) write();
  };
  useEffect(() => arrive(), []);
  useEffect(() => {
    const onChange = ({ oldURL, newURL }: HashChangeEvent) => {
      // A busy page hears of it when the address may be another one again, of which it will hear next.
      if (newURL === location.href) arrive(new URL(oldURL).hash);
    };
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  });
  return () => {
    if (viewNow() === view && newest.current) history.replaceState(view, '', newest.current);
    steps.current = true;
  };
}
