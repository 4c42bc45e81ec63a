/** The moments of a run, as the page shows them: after each recursion, and after looks from other sides. */

import { HALTS, type Moment } from './recursions.ts';

/** An answer, which has the question's givens again, judged by the rules. */
export interface Judged {
  /** `[S]` */
  readonly answer: Int32Array;
  /** Probability the model gives to its answer being right. */
  readonly halting: number;
  /** Givens that the model had overwritten. */
  readonly restored: number;
  readonly broken: ReadonlySet<number>;
  readonly solved: boolean;
}

/** Looks from other sides, where the plain ones did not solve the puzzle. */
export interface Others {
  /** From how many sides. */
  readonly sides: number;
  /** Looks that they took, of all sides together. */
  readonly looks: number;
}

/** A moment of a run: after a recursion, or at the very end what looks from other sides came to. */
export type PageMoment = Judged &
  (
    | { readonly recursion: Moment; readonly others?: undefined }
    | { readonly recursion?: undefined; readonly others: Others }
  );

/** The first moment whose answer is right, and the one at which training would stop; undefined where there is none. */
export function marksOf(moments: readonly PageMoment[], perStep: number) {
  const place = (index: number) => (index < 0 ? undefined : index);
  return {
    right: place(moments.findIndex(({ solved }) => solved)),
    stop: place(
      moments.findIndex(
        ({ recursion, halting }, i) => recursion && (i + 1) % perStep === 0 && halting >= HALTS,
      ),
    ),
  };
}

/** A moment in a few words, for a picture of it. */
export function captionOf({ recursion, broken, solved }: PageMoment): string {
  const place = recursion ? `look ${recursion.step}` : 'from another side';
  return `${place}: ${solved ? 'right' : told(broken.size)}`;
}

/** An answer that is not right, by how many of its cells break a rule. */
function told(broken: number): string {
  if (broken === 0) return 'not right yet';
  return broken === 1 ? '1 cell breaks a rule' : `${broken} cells break a rule`;
}
