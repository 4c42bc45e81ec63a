/** The puzzle that is asked. */

import type { FamilyInfo } from '../src/data/families.ts';

export interface Asked {
  /** `[S]` */
  readonly question: Int32Array;
  readonly family: FamilyInfo;
  readonly model: string;
}
