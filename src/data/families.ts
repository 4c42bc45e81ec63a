/**
 * Every puzzle family there is. What a dataset's rows are is data that names one of them, and `familyOf` gives the family its
 * methods; rows of a family that is not here are rows of token numbers.
 */
import * as z from 'zod';
import { TrmError } from '../errors.ts';
import { arc } from './arc/family.ts';
import type { Family, PuzzleFamily } from './family.ts';
import { futoshiki } from './futoshiki/family.ts';
import { grid } from './grids/family.ts';
import { maze } from './maze/family.ts';
import { queens } from './queens/family.ts';
import { sudoku } from './sudoku/family.ts';
import { takuzu } from './takuzu/family.ts';
import { tokenRows } from './token-rows.ts';

/** By the `kind` that names them in files. A new family is a line here. */
export const families = { sudoku, maze, arc, grid, futoshiki, queens, takuzu };

type FamilyName = keyof typeof families;
type KnownInfo = z.infer<(typeof families)[FamilyName]['schema']>;

/** A family that is not known here, of a later version or somebody else's. */
export interface UnknownInfo {
  readonly kind: string;
  readonly [key: string]: unknown;
}

/** What the rows of a dataset or a model are, so that they can be read, shown, checked and transformed. */
export type FamilyInfo = KnownInfo | UnknownInfo;

const [first, ...others] = Object.values(families).map(({ schema }) => schema);
const knownInfo = z.discriminatedUnion('kind', [first!, ...others]);

/** Known families by their own schemas; what names another family is kept as it is. */
export const familyInfo = z
  .looseObject({ kind: z.string().min(1) })
  .transform((info, context): FamilyInfo => {
    if (!Object.hasOwn(families, info.kind)) return info;
    const { data, error } = knownInfo.safeParse(info);
    if (data) return data;
    for (const { path, message } of error.issues)
      context.issues.push({ code: 'custom', path, message, input: info });
    return z.NEVER;
  });

/** One of the table, its own info and options not told apart from those of others. */
export type KnownFamily = PuzzleFamily<FamilyInfo, Record<string, unknown>>;

/** The family of that name; undefined where none is known. */
export function puzzleFamily({ kind }: FamilyInfo): KnownFamily | undefined {
  return Object.hasOwn(families, kind) ? families[kind as FamilyName] : undefined;
}

/** What is known of rows: what they say they are, S and V. */
export interface RowShape {
  readonly family?: FamilyInfo | undefined;
  readonly cells: number;
  readonly vocabulary: number;
}

/** @throws TrmError `data` where the rows cannot be what they say they are. */
export function familyOf({ family: info, cells, vocabulary }: RowShape): Family {
  const known = info && puzzleFamily(info)?.of(info, cells);
  if (!known) return tokenRows(cells, vocabulary);
  if (known.cells === cells && known.vocabulary === vocabulary) return known;
  throw new TrmError(
    'data',
    `${known.title} has ${known.cells} cells of ${known.vocabulary} tokens; these rows have ${cells} of ${vocabulary}`,
  );
}

/** The family of an info that says all sizes. */
export function familyFrom(info: FamilyInfo): Family | undefined {
  return puzzleFamily(info)?.of(info, 0);
}

/**
 * Refuses rows of another family than the expected one, as far as both are known.
 *
 * @param has whose they are: `datasets/b has`.
 * @throws TrmError `data`.
 */
export function checkKind(
  got: FamilyInfo | undefined,
  expected: FamilyInfo | undefined,
  has: string,
  expects: string,
): void {
  if (got === undefined || expected === undefined || got.kind === expected.kind) return;
  const fix =
    'puzzles of one family have one meaning of a token: give each family a dataset and a model of its own';
  throw new TrmError('data', `${has} ${got.kind}, ${expects} ${expected.kind}`, { key: 'puzzle', fix });
}

/** Families that rows are taken for which do not say what they are, as in the official code's checkpoints. */
export function assumedFamilies(): Family[] {
  const infos = Object.keys(families).flatMap((kind) => puzzleFamily({ kind })?.assumed ?? []);
  return infos.map((info) => familyFrom(info)!);
}

/** What rows of these sizes are taken for. */
export function assumedFamily({ cells, vocabulary }: Omit<RowShape, 'family'>): FamilyInfo | undefined {
  return assumedFamilies().find((family) => family.cells === cells && family.vocabulary === vocabulary)?.info;
}
