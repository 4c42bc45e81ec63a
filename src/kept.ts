/** Values that take a while to make, kept under their keys. What fails is forgotten: the next call tries anew. */

export class Kept<K, V> {
  readonly #make: (key: K) => Promise<V>;
  readonly #made = new Map<K, Promise<V>>();

  constructor(make: (key: K) => Promise<V>) {
    this.#make = make;
  }

  /** The value of a key, made at the first call; calls that come meanwhile share it, also its failure. */
  get(key: K): Promise<V> {
    const known = this.#made.get(key);
    if (known) return known;
    const value = this.#make(key);
    this.#made.set(key, value);
    value.catch(() => {
      if (this.#made.get(key) === value) this.#made.delete(key);
    });
    return value;
  }

  /** Forgets all values and calls `release` with those that were, or are still being, made. */
  async clear(release: (value: V) => Promise<void>): Promise<void> {
    const values = [...this.#made.values()];
    this.#made.clear();
    await Promise.all(values.map((value) => value.then(release, () => {})));
  }
}
