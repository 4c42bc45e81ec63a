/** Turns the operating system's errors into ones that say which file and what to do. */
import { TrmError } from '../../errors.ts';

const FIXES: Record<string, string> = {
  ENOENT: 'check the path',
  ENOTDIR: 'check the path: it, or a part of it, is a file, not a folder',
  EEXIST: 'choose another name',
  EISDIR: 'name a file, not a folder',
  EACCES: 'use a place you have permission for',
  EPERM: 'use a place you have permission for',
  EROFS: 'use a place that is not read-only',
  ENOSPC: 'the disk is full: free some space or use another disk',
  EDQUOT: 'your disk quota is used up: free some space or use another disk',
};

/** A TrmError `io` for what a file operation threw; a TrmError passes unchanged. */
export function ioError(error: unknown, file: string): TrmError {
  if (error instanceof TrmError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const fix = FIXES[code];
  return new TrmError('io', inWords(message ?? String(error)), { file, ...(fix && { fix }), cause: error });
}

/** `ENOENT: no such file or directory, open '/a/b'` without its code, call and path: the error names the file itself. */
function inWords(message: string): string {
  return message.replace(/^E[A-Z0-9]+: (.+?), [a-z]+(?: '.*)?$/s, '$1');
}
