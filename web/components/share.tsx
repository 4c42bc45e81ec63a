/** What can be taken from the page: a link to this moment, its picture, the whole run as a film. */

import { useState } from 'preact/hooks';
import { type Address, writeAddress } from '../address.ts';
import { messageOf, worker } from '../client.ts';
import { captionOf, type PageMoment } from '../moments.ts';
import type { PagePuzzle } from '../puzzles.ts';
import { save } from '../save.ts';

interface ShareProps {
  readonly address: Address;
  readonly kind: PagePuzzle;
  readonly question: Int32Array;
  /** What each side says when the slider is at a moment; nothing before it has said anything. */
  readonly sides: readonly { readonly name: string; momentAt(at: number): PageMoment | undefined }[];
  /** Moments of the slider. */
  readonly span: number;
  readonly at: number;
  readonly perStep: number;
  readonly name: string;
}

/** Pictures of a film, at most: of longer runs only the ends of looks, and the last moment. */
const MOST_PICTURES = 120;

export function Share({ address, kind, question, sides, span, at, perStep, name }: ShareProps) {
  const [said, setSaid] = useState('');
  const { rows, columns, box, marks, symbols } = kind;
  const given = question.map((token, cell) => Number(token !== kind.typed(cell)[0]));
  const board = { rows, columns, symbols, given, ...(box && { box }), ...(marks && { marks }) };
  const pictureAt = (at: number) =>
    sides.map(({ name, momentAt }) => {
      const moment = momentAt(at);
      const { answer: tokens = question, broken = new Set<number>() } = moment ?? {};
      const words = moment ? captionOf(moment) : kind.name;
      return { tokens, broken, caption: sides.length > 1 ? `${name}, ${words}` : words };
    });
  const attempt = async (make: () => Promise<string>) => {
    try {
      setSaid(await make());
    } catch (error) {
      setSaid(messageOf(error));
    }
  };
  const link = async () => {
    const { href } = new URL(writeAddress(address), location.href);
    history.replaceState(history.state, '', href);
    try {
      await navigator.clipboard.writeText(href);
    } catch {
      return 'This browser lets no page copy: the link is in the address bar.';
    }
    return 'Link copied: it opens this model, puzzle, settings and moment.';
  };
  const picture = async () => {
    save(await worker.picture(board, pictureAt(at)), `${name}.png`);
    return 'Picture saved.';
  };
  const film = async () => {
    setSaid('Making the film…');
    const every = span > MOST_PICTURES ? perStep : 1;
    const some = Array.from({ length: Math.ceil(span / every) }, (_, i) =>
      pictureAt(Math.min((i + 1) * every, span) - 1),
    );
    save(await worker.film(board, some), `${name}.gif`);
    return `Film saved: ${some.length} pictures.`;
  };
  return (
    <div class="bar share">
      <button type="button" onClick={() => attempt(link)}>
        Copy link
      </button>
      <button type="button" onClick={() => attempt(picture)}>
        Save picture
      </button>
      <button type="button" disabled={span === 0} onClick={() => attempt(film)}>
        Save film
      </button>
      <span class="note" role="status">
        {said}
      </span>
    </div>
  );
}
