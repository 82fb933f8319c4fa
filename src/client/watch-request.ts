import type { Clock } from '../base/clock.ts';
import type { Connection } from './connection.ts';
import { queryOf, type Selection } from './request-options.ts';
import { ResponseError } from './response-error.ts';
import { type WatchLine, watchLines } from './watch-stream.ts';

/** What of a watch depends on time and chance. */
export interface WatchTiming {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** How long a client waits that was refused, or did not get through: twice as long each time. */
  readonly firstRetryMs: number;
  readonly maxRetryMs: number;
}

export interface WatchedCollection {
  readonly connection: Connection;
  /** Without a query. */
  readonly path: string;
  readonly selection: Omit<Selection, 'namespace'>;
  readonly signal: AbortSignal;
}

/** The server is to end a watch after five to ten minutes, so that clients spread over its replicas anew. */
const shortestSeconds = 300;

/**
 * The lines of a watch. `after`: a resourceVersion; '': what is there comes first, and a bookmark that is its end.
 * @throws {ResponseError} when it is refused, at once or later
 */
export async function* watchAfter(
  { connection, path, selection, signal }: WatchedCollection,
  after: string,
  random: () => number,
): AsyncGenerator<WatchLine, void, undefined> {
  const initial = after === '' ? { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' } : {};
  const timeoutSeconds = Math.round(shortestSeconds * (1 + random()));
  const query = { ...selection, watch: true, allowWatchBookmarks: true, resourceVersion: after, timeoutSeconds };
  const answer = await connection.open({ method: 'GET', path: path + queryOf({ ...query, ...initial }), signal });
  try {
    yield* watchLines(answer);
  } finally {
    answer.destroy();
  }
}

interface Marked {
  readonly metadata: { readonly resourceVersion: string; readonly annotations?: Readonly<Record<string, string>> };
}

export const revisionOf = ({ object }: WatchLine): string => (object as Marked).metadata.resourceVersion;

/** The bookmark behind what was there when the watch began. */
export const endsInitialEvents = ({ type, object }: WatchLine): boolean =>
  type === 'BOOKMARK' && (object as Marked).metadata.annotations?.['k8s.io/initial-events-end'] === 'true';

/** What was asked for is not remembered any more: everything is to be listed anew. */
export const isExpired = (error: unknown): boolean => error instanceof ResponseError && error.status === 410;

/** Asking again may help: the server could not be reached, or says that it is busy. */
export const isPassing = (error: unknown): boolean =>
  !(error instanceof ResponseError) || error.status === 429 || error.status >= 500;
