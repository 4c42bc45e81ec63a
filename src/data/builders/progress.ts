/** How builders tell what they are doing and what they did. */

export interface BuildProgress {
  readonly stage: 'download' | 'read' | 'generate' | 'augment' | 'write';
  /** File or split that is worked on. */
  readonly name: string;
  /** Bytes for `download` and `read`, examples for `write`, puzzles otherwise. */
  readonly done: number;
  readonly total: number;
}

export type OnProgress = (progress: BuildProgress) => void;

/** Examples written per split. */
export interface BuildReport {
  readonly train: number;
  readonly test: number;
}
