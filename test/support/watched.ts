import { defaultBookmarkIntervalMs } from '../../src/dispatch/bookmark-schedule.ts';
import { revisionIn } from './http-objects.ts';
import type { WatchedEvent, WatchStream } from './watch-stream.ts';
import type { WholeServer } from './whole-server.ts';

const endsInitialEvents = ({ object }: WatchedEvent): boolean =>
  object.metadata.annotations?.['k8s.io/initial-events-end'] === 'true';

/** `ADDED name@revision`, `BOOKMARK @revision end`, `ERROR Expired`: what one event says, as a line. */
export function told(event: WatchedEvent): string {
  const { type, object } = event;
  if (type === 'ERROR') return `ERROR ${String(object['reason'])}`;
  const { name, resourceVersion } = object.metadata;
  return `${type} ${type === 'BOOKMARK' ? '' : name}@${resourceVersion}${endsInitialEvents(event) ? ' end' : ''}`;
}

/**
 * Everything that `stream`, which has bookmarks, has to say of what was written before this call; without the bookmarks
 * that come with time. How a test sees what a watch does *not* say. Turns the server's clock forward by a minute.
 */
export async function sentUntilNow(server: WholeServer, stream: WatchStream): Promise<WatchedEvent[]> {
  // A consistent list: the caches have everything that it could see.
  const reached = revisionIn(await server.api.get('/api/v1/nodes'));
  const covers = ({ type, object }: WatchedEvent) =>
    type === 'BOOKMARK' && Number(object.metadata.resourceVersion) >= reached;
  server.clock.forward(defaultBookmarkIntervalMs);
  await stream.until((events) => events.some(covers));
  const until = stream.events.findIndex(covers);
  return stream.events.slice(0, until + 1).filter((event) => event.type !== 'BOOKMARK' || endsInitialEvents(event));
}
