import type { Revision } from '../../base/revision.ts';
import type { KeyEvent } from '../storage.ts';
import type { Connection } from './connection.ts';
import { keyBytes } from './key-value.ts';
import type { VersionGate } from './version-gate.ts';
import { EtcdWatch } from './watch.ts';

export interface KeyHistory {
  readonly events: readonly KeyEvent[];
  /** False: the wanted one did not come in time, or the store has forgotten what is asked for. */
  readonly found: boolean;
}

/** The changes of one key with a revision above `after`, up to the first that `wanted` accepts, as far as `patienceMs` goes. */
export function keyHistory(
  connection: Connection,
  gate: VersionGate,
  { key, after, patienceMs }: { readonly key: string; readonly after: Revision; readonly patienceMs: number },
  wanted: (event: KeyEvent) => boolean,
): Promise<KeyHistory> {
  return new Promise((resolve) => {
    const events: KeyEvent[] = [];
    let found = false;
    const sink = {
      events(_: Revision, changes: readonly KeyEvent[]): void {
        events.push(...changes);
        found = changes.some(wanted);
        if (found) watch.close();
      },
      progress(): void {},
      end(): void {
        stopTimer();
        resolve({ events, found });
      },
    };
    const owner = { compacted(): void {}, ended(): void {} };
    const watch = new EtcdWatch(connection, gate, { key: keyBytes(key), about: key }, after, sink, owner);
    const stopTimer = connection.clock.after(patienceMs, () => watch.close());
    watch.start();
  });
}
