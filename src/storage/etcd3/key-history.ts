import type { Revision } from '../../base/revision.ts';
import type { KeyEvent } from '../storage.ts';
import type { Connection } from './connection.ts';
import { keyBytes } from './key-value.ts';
import type { VersionGate } from './version-gate.ts';
import { EtcdWatch } from './watch.ts';

/**
 * Every change of one key with a revision above `after`, up to and including `until`, which must be a revision that
 * changed the key. `undefined` when the store could not tell in time, or has forgotten.
 */
export function keyHistory(
  connection: Connection,
  gate: VersionGate,
  key: string,
  after: Revision,
  until: Revision,
): Promise<readonly KeyEvent[] | undefined> {
  return new Promise((resolve) => {
    const history: KeyEvent[] = [];
    let complete = false;
    const sink = {
      events(revision: Revision, events: readonly KeyEvent[]): void {
        history.push(...events);
        if (revision < until) return;
        complete = true;
        watch.close();
      },
      progress(): void {},
      end(): void {
        stopTimer();
        resolve(complete ? history : undefined);
      },
    };
    const owner = { compacted(): void {}, ended(): void {} };
    const watch = new EtcdWatch(connection, gate, { key: keyBytes(key), about: key }, after, sink, owner);
    const stopTimer = connection.clock.after(connection.requestTimeoutMs, () => watch.close());
    watch.start();
  });
}
