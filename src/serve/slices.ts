/** Short works of many callers on one thread: one after the other, and after a few milliseconds whatever else waits. */

/** Milliseconds of works in a row. */
const SLICE = 5;

export class Slices {
  #last: Promise<unknown> = Promise.resolve();
  #end = 0;

  /** Does a work in its turn, and gives what it returns or throws. */
  run<T>(work: () => T): Promise<T> {
    const result = this.#last.then(async () => {
      if (performance.now() >= this.#end) {
        await turn();
        this.#end = performance.now() + SLICE;
      }
      return work();
    });
    this.#last = result.catch(() => {}); // a fault is its caller's
    return result;
  }
}

/** Until the event loop has come round: what arrived meanwhile has had its turn. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
