/** Which moment of a run is looked at, and the film that goes through them. */

import { useEffect, useState } from 'preact/hooks';
import { type Pace, paces } from './components/transport.tsx';

/** Whether the system asks for less motion: a run is then shown whole, as a strip of pictures. */
export const still = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Whether the page may begin by itself what takes megabytes: not where the browser asks to save data. */
export function mayRun(): boolean {
  return !(navigator as { connection?: { saveData?: boolean } }).connection?.saveData;
}

/** @param last index of the last moment there is, -1 before the first. */
export function usePlaying(last: number, perStep: number) {
  const [{ at, playing }, set] = useState({ at: 0, playing: false });
  const [each, setEach] = useState<Pace>('recursions');
  const stride = each === 'steps' ? perStep : 1;

  /** The moment to go to: the end of the next or previous look, or the next or previous recursion. */
  const beyond = (direction: 1 | -1) => {
    const ended = (at + 1) / stride;
    const to = (direction > 0 ? Math.floor(ended) + 1 : Math.ceil(ended) - 1) * stride - 1;
    return Math.min(Math.max(0, to), last);
  };
  useEffect(() => {
    if (!playing || at >= last) return;
    // From this moment only: who has stopped or gone elsewhere meanwhile stays there.
    const on = () => set((now) => (now.playing && now.at === at ? { ...now, at: beyond(1) } : now));
    const timer = setTimeout(on, paces[each]);
    return () => clearTimeout(timer);
  }, [playing, at, last, each]);

  return {
    at: Math.min(at, Math.max(0, last)),
    playing: playing && at < last,
    /** Whether the film is on, also where its next moment has not come yet. */
    films: playing,
    /** Whether the moment to show has not come yet. */
    waits: at > last || (playing && at === last),
    each,
    stride,
    setEach,
    /** Goes somewhere and stays there. */
    go: (to: number) => set({ at: to, playing: false }),
    move: (direction: 1 | -1) => set({ at: beyond(direction), playing: false }),
    /** Plays from a moment on. */
    play: (from: number) => set({ at: from, playing: true }),
    toggle: () => set(at >= last ? { at: 0, playing: true } : { at, playing: !playing }),
  };
}
