/** What a server takes at most where nothing else is said. */
export const limits = {
  /** Puzzles thought about at once: rows of the graph. */
  rows: 16,
  /** Effort: less than for who waits at a terminal, since a puzzle that nothing solves takes all of it. */
  effort: 4,
  /** Puzzles that may wait. */
  maxQueue: 1024,
  /** Puzzles of a request. */
  maxPuzzles: 256,
  /** Supervision steps that a request may ask for one puzzle, all its candidates together. */
  maxSteps: 64,
  /** Cells of a puzzle, where the model has no size of its own. */
  cells: 10_000,
  /** Bytes of a request's body. */
  maxBody: 1 << 20,
  /** Seconds in which a request must have arrived. */
  timeout: 10,
} as const;
