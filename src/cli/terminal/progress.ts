/**
 * One line that says how long work goes, on stderr so that results on stdout stay clean.
 *
 * On a terminal the line is rewritten in place (log-update), cut to the width; elsewhere (a file, a CI log)
 * a line is written at most every ten seconds. The cursor is not hidden: to show it again a signal's listener would be
 * needed, and Ctrl-C would wait for it through every long call.
 */
import { stripVTControlCharacters } from 'node:util';
import { createLogUpdate } from 'log-update';

const REDRAW_MS = 50;
const PLAIN_INTERVAL_MS = 10_000;
const UNKNOWN = '?';

/** How far the work is. */
export interface ProgressState {
  readonly done: number;
  readonly total?: number;
  /** Per second. */
  readonly rate?: number;
  /** What `rate` counts, as in "12.3 puzzles/s". */
  readonly unit?: string;
  /** Seconds left. */
  readonly eta?: number;
  /** Further figures in order, as in `loss 0.12`. */
  readonly fields?: Readonly<Record<string, string | number>>;
}

export interface Progress {
  /** Shows new text or a new state in place of the last. */
  update(state: string | ProgressState): void;
  /** Writes a line that stays, above the progress line. */
  log(line: string): void;
  /** Leaves the last state, or `text`, as an ordinary line. Later calls do nothing. */
  end(text?: string): void;
}

/** Where progress is written: `process.stderr`, or a stand-in. */
export interface ProgressStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface ProgressOptions {
  readonly stream?: ProgressStream;
  /** First words of the line. */
  readonly label?: string;
  /** Clock in milliseconds, for tests. */
  readonly now?: () => number;
}

/** Takes the line that is rewritten at the moment off the terminal; it comes back when it is drawn next. */
let clearCurrent: (() => void) | undefined;

export function createProgress(options: ProgressOptions = {}): Progress {
  const { stream = process.stderr as ProgressStream, label = '', now = () => performance.now() } = options;
  const live = isLive(stream);
  const rewrite = live ? createLogUpdate(stream, { showCursor: true }) : undefined;
  const interval = live ? REDRAW_MS : PLAIN_INTERVAL_MS;
  let latest = '';
  let shown = '';
  let shownAt = Number.NEGATIVE_INFINITY;
  let ended = false;

  const clear = (): void => rewrite?.clear();
  const draw = (): void => {
    shown = latest;
    shownAt = now();
    if (rewrite && clearCurrent !== clear) {
      clearCurrent?.();
      clearCurrent = clear;
      stream.write('\u001b[2K\u001b[G'); // what the guard's thread has written on this line
    }
    if (rewrite) rewrite(fitLine(latest, stream.columns || 80));
    else stream.write(`${latest}\n`);
  };

  return {
    update(state) {
      if (ended) return;
      const text = typeof state === 'string' ? state : describeProgress(state);
      latest = oneLine(label ? `${label}: ${text}` : text);
      if (latest !== shown && now() - shownAt >= interval) draw();
    },
    log(line) {
      if (ended) return;
      rewrite?.clear();
      stream.write(`${line}\n`);
      if (rewrite && latest !== '') draw();
    },
    end(text) {
      if (ended) return;
      if (text !== undefined) latest = oneLine(label ? `${label}: ${text}` : text);
      if (latest !== shown) draw();
      rewrite?.done();
      if (clearCurrent === clear) clearCurrent = undefined;
      ended = true;
    },
  };
}

/** Does `work` while a terminal says what it is, on a line that goes with its end; elsewhere nothing is said. */
export async function announcing<T>(
  text: string,
  work: () => Promise<T>,
  stream: ProgressStream = process.stderr,
): Promise<T> {
  if (!isLive(stream)) return work();
  const clear = '\u001b[2K\u001b[G';
  stream.write(`${clear}${fitLine(`${text} …`, stream.columns || 80)}`);
  try {
    return await work();
  } finally {
    stream.write(clear);
  }
}

/** Whether lines can be rewritten there. */
function isLive({ isTTY }: ProgressStream): boolean {
  return isTTY === true && process.env.TERM !== 'dumb';
}

/** `120/1000 (12 %), 3.4 steps/s, 4 m 20 s left, loss 0.123`. */
export function describeProgress(state: ProgressState): string {
  const { done, total, rate, unit, fields = {} } = state;
  const parts = [total === undefined ? `${done}` : `${done}/${total} (${percent(done, total)} %)`];
  if (rate !== undefined) parts.push(formatRate(rate, unit));
  if (state.eta !== undefined) parts.push(`${formatDuration(state.eta)} left`);
  for (const [name, value] of Object.entries(fields)) {
    parts.push(`${name} ${typeof value === 'number' ? Number(value.toPrecision(4)) : value}`);
  }
  return parts.join(', ');
}

/** Cuts a line so that it leaves the last column free, where some terminals would wrap. */
export function fitLine(text: string, columns: number): string {
  const room = Math.max(columns - 1, 1);
  const characters = [...text];
  return characters.length <= room ? text : `${characters.slice(0, room - 1).join('')}…`;
}

/** Two largest units: `4.2 s`, `42 s`, `1 m 23 s`, `2 h 5 m`, `3 d 4 h`; `?` when it is not known. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return UNKNOWN;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} m`;
  const hours = Math.round(seconds / 3600);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Three digits, as in `0.25/s`, `12.3 puzzles/s`, `4.57k puzzles/s`; `?` when it is not known. */
export function formatRate(perSecond: number, unit?: string): string {
  const [scale, suffix] = perSecond >= 999.5e3 ? [1e6, 'M'] : perSecond >= 999.5 ? [1e3, 'k'] : [1, ''];
  const known = Number.isFinite(perSecond) && perSecond >= 0;
  const figure = known ? `${Number((perSecond / scale).toPrecision(3))}${suffix}` : UNKNOWN;
  return `${figure}${unit ? ` ${unit}` : ''}/s`;
}

function oneLine(text: string): string {
  return stripVTControlCharacters(text).replace(/\s+/g, ' ');
}

/** Rounded down: 100 % means done. */
function percent(done: number, total: number): number {
  return total > 0 ? Math.floor((100 * done) / total) : 100;
}
