import type { IncomingMessage } from 'node:http';
import { type FailureStatus, ResponseError } from './response-error.ts';

/** One line of a watch. */
export interface WatchLine {
  readonly type: string;
  readonly object: unknown;
}

/**
 * The events of one answer to a watch, as they come. Ends when the server ends it, be it in the middle of a line: what has
 * not come whole has not come.
 * @throws {ResponseError} for an ERROR event
 * @throws {Error} of Node's when the connection breaks
 */
export async function* watchLines(answer: IncomingMessage): AsyncGenerator<WatchLine, void, undefined> {
  let begun: string[] = [];
  for await (const piece of answer) {
    let from = 0;
    const text = piece as string;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      begun.push(text.slice(from, end));
      from = end + 1;
      const line = begun.join('');
      begun = [];
      if (line !== '') yield lineOf(line);
    }
    if (from < text.length) begun.push(text.slice(from));
  }
}

function lineOf(text: string): WatchLine {
  const line = JSON.parse(text) as WatchLine;
  if (line.type !== 'ERROR') return line;
  const status = line.object as FailureStatus;
  throw new ResponseError(status.code ?? 500, status);
}
