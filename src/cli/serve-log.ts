/** What a server says while it runs: lines for people, or a JSON object a line for whatever collects them. */
import type { Answered } from '../serve/handler.ts';

export const logFormats = ['none', 'text', 'json'] as const;
export type LogFormat = (typeof logFormats)[number];

export interface ServeLog {
  /** Something that happens once, as `listening`: in words, and as fields. */
  readonly event: (name: string, words: string, fields?: Readonly<Record<string, unknown>>) => void;
  /** A request that was answered; not set where they are not logged. */
  readonly onAnswer?: (answered: Answered) => void;
}

/** `none` logs events alone; `json` writes to standard output, `text` to it events and to standard error requests. */
export function serveLog(format: LogFormat): ServeLog {
  if (format === 'json') {
    const line = (event: string, fields: object) =>
      process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), event, ...fields })}\n`);
    return {
      event: (name, _, fields = {}) => line(name, fields),
      onAnswer: ({ milliseconds, ...rest }) =>
        line('request', { ...rest, milliseconds: Math.round(milliseconds * 10) / 10 }),
    };
  }
  return {
    event: (_, words) => process.stdout.write(`${words}\n`),
    ...(format === 'text' && {
      onAnswer: ({ id, method, path, status, milliseconds, error = '' }: Answered) =>
        process.stderr.write(
          `${new Date().toISOString()} ${id} ${method} ${path} ${status} ${Math.round(milliseconds)} ms ${error}`.trimEnd() +
            '\n',
        ),
    }),
  };
}
