/** What can be taken from the page: a link to this moment, its picture, the whole run as a film. */

import { useState } from 'preact/hooks';
import { type Address, writeAddress } from '../address.ts';
import { messageOf, worker } from '../client.ts';
import type { PagePuzzle } from '../puzzles.ts';
import type { PageMoment } from '../run.ts';
import { save } from '../save.ts';

interface ShareProps {
  readonly address: Address;
  /** The side that picture and film show, where there are two. */
  readonly of: string | undefined;
  readonly kind: PagePuzzle;
  readonly question: Int32Array;
  readonly moments: readonly PageMoment[];
  readonly at: number;
  readonly perStep: number;
  readonly name: string;
}

/** Pictures of a film, at most: of longer runs only the ends of looks. */
const MOST_PICTURES = 120;

export function Share({ address, of, kind, question, moments, at, perStep, name }: ShareProps) {
  const [said, setSaid] = useState('');
  const { rows, columns, box, marks, symbols } = kind;
  const given = question.map((token, cell) => Number(token !== kind.typed(cell)[0]));
  const board = { rows, columns, symbols, given, ...(box && { box }), ...(marks && { marks }) };
  const pictureOf = ({ step, answer, broken, solved }: PageMoment) => ({
    tokens: answer,
    broken,
    caption: `${of === undefined ? '' : `${of}, `}look ${step}: ${solved ? 'right' : `${broken.size} ${broken.size === 1 ? 'cell' : 'cells'} wrong`}`,
  });
  /** What is saved, where there is another side that is not. */
  const ofSide = of === undefined ? '' : ` of ${of}`;
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
    const moment = moments[at];
    const one = moment
      ? pictureOf(moment)
      : { tokens: question, broken: new Set<number>(), caption: kind.name };
    save(await worker.picture(board, one), `${name}.png`);
    return `Picture${ofSide} saved.`;
  };
  const film = async () => {
    setSaid('Making the film…');
    const every = moments.length > MOST_PICTURES ? perStep : 1;
    const some = moments.filter((_, i) => (i + 1) % every === 0);
    save(await worker.film(board, some.map(pictureOf)), `${name}.gif`);
    return `Film${ofSide} saved: ${some.length} pictures.`;
  };
  return (
    <div class="bar share">
      <button type="button" onClick={() => attempt(link)}>
        Copy link
      </button>
      <button type="button" onClick={() => attempt(picture)}>
        Save picture{ofSide}
      </button>
      <button type="button" disabled={moments.length === 0} onClick={() => attempt(film)}>
        Save film{ofSide}
      </button>
      <span class="note" role="status">
        {said}
      </span>
    </div>
  );
}
