/**
 * The one error type of the package. Errors are data (a code and where the fault lies); the command line
 * renders them and maps the code to an exit status.
 */

/** What kind of fault: `usage` and `config` are the caller's words; the rest arose while working. */
export type ErrorCode =
  | 'usage'
  | 'config'
  | 'data'
  | 'shape'
  | 'graph'
  | 'checkpoint'
  | 'runtime'
  | 'numeric'
  | 'io';

/** Where the fault lies and what to do about it; every part is optional. */
export interface ErrorDetail {
  /** File or folder the fault was found in. */
  readonly file?: string;
  /** 1-based line in `file`. */
  readonly line?: number;
  /** Key, flag or tensor name. */
  readonly key?: string;
  /** What to do, in the imperative. */
  readonly fix?: string;
  readonly cause?: unknown;
}

/** `file:line: key: message; fix`. */
export class TrmError extends Error {
  readonly code: ErrorCode;
  readonly detail: ErrorDetail;
  /** The message without the fix. */
  readonly fault: string;
  /** The message without place and fix. */
  readonly what: string;

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    const place = detail.file ? `${detail.file}${detail.line ? `:${detail.line}` : ''}: ` : '';
    const key = detail.key ? `${detail.key}: ` : '';
    const fix = detail.fix ? `; ${detail.fix}` : '';
    const fault = `${place}${key}${message}`;
    super(fault + fix, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'TrmError';
    this.code = code;
    this.detail = detail;
    this.fault = fault;
    this.what = message;
  }
}

/** What the methods of an object throw that was disposed. */
export function disposed(what: string, fix: string): TrmError {
  return new TrmError('usage', `the ${what} was disposed`, { fix });
}
