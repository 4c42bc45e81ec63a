/** The questions of a dataset, found again in whatever form the family's symmetries give them. */
import type { PuzzleDataset } from './dataset.ts';
import type { Family, TokenRow } from './family.ts';

export class Forms {
  readonly #dataset: PuzzleDataset;
  readonly #family: Family;
  /** Rows of equal key. */
  readonly #rows = new Map<string | number, number[]>();
  readonly #question: Int32Array;
  readonly #answer: Int32Array;

  /** @param onRow hears of every row that has been read. */
  constructor(dataset: PuzzleDataset, family: Family, onRow: () => void = () => {}) {
    this.#dataset = dataset;
    this.#family = family;
    this.#question = new Int32Array(dataset.metadata.seq_len);
    this.#answer = this.#question.slice();
    for (let row = 0; row < dataset.count; row++) {
      dataset.read(row, this.#question, this.#answer);
      const key = this.#keyOf(this.#question);
      const rows = this.#rows.get(key);
      if (rows) rows.push(row);
      else this.#rows.set(key, [row]);
      onRow();
    }
  }

  /** Whether a row of the dataset is a form of this question: exactly, where the family has a canonical text. */
  has(question: TokenRow): boolean {
    const rows = this.#rows.get(this.#keyOf(question));
    const { invariant, canonical } = this.#family;
    if (!rows || !invariant || !canonical) return rows !== undefined;
    // Others share an invariant seldom.
    const text = canonical(question);
    return rows.some((row) => {
      this.#dataset.read(row, this.#question, this.#answer);
      return canonical(this.#question) === text;
    });
  }

  #keyOf(question: TokenRow): string | number {
    const { invariant, canonical } = this.#family;
    return (invariant ?? canonical ?? String)(question);
  }
}
