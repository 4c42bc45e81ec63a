/** What is not sound in a file stops its reading, or is reported and left out. */
import { TrmError } from '../errors.ts';

/** Takes the fault of what is left out. */
export type OnBad = (error: TrmError) => void;

/** Does `work`; a fault in it goes to `onBad` where there is one. */
export function leavingOut(onBad: OnBad | undefined, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!onBad || !(error instanceof TrmError)) throw error;
    onBad(error);
  }
}
