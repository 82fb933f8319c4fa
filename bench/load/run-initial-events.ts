import type { Target } from '../target.ts';
import type { InitialEventsJob } from './job.ts';
import type { PreparedJob } from './prepared-job.ts';
import { runServedWatches } from './run-served-watches.ts';
import { WatchClient } from './watch-client.ts';

const query = 'watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan';
/** What a client waits for before it says that it is in sync. */
const endOfInitialEvents = '"k8s.io/initial-events-end":"true"';

/** An operation is one whole initial state: every object once, in order, then the bookmark that says so. */
export function prepareInitialEvents(target: Target, job: InitialEventsJob): PreparedJob {
  const reader = new WatchClient(target);
  return {
    run: () =>
      runServedWatches(reader, { ...job, path: `${job.path}?${query}` }, () => {
        let got = 0;
        let last = -1;
        let tail = '';
        let synced = false;
        return {
          event(sequence) {
            const problem = sequence > last ? undefined : `object ${sequence} after ${last}`;
            last = sequence;
            got += 1;
            return problem;
          },
          body(part) {
            // The bookmark is behind the last object: before that there is nothing to look for.
            if (got < job.objects || synced) return;
            tail = (tail + part.toString('latin1', Math.max(0, part.length - 4096))).slice(-4096);
            synced = tail.includes(endOfInitialEvents);
          },
          get done() {
            return synced;
          },
          get progress() {
            return `${got} of ${job.objects} objects`;
          },
        };
      }),
    close: () => reader.close(),
  };
}
