import type { Revision } from '../../src/base/revision.ts';
import { noRevision } from '../../src/base/revision.ts';
import type { KeyEvent, Storage } from '../../src/storage/storage.ts';
import type { StoreChange } from '../model/expected-events.ts';

interface StoredValue {
  readonly metadata: {
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  readonly spec?: { readonly nodeName?: string };
  readonly status?: { readonly phase?: string };
}

const prefix = '/registry/';

/**
 * What happened to configmaps and pods, read from the store itself past the server: the truth that watches are judged by.
 */
export class StoreHistory {
  readonly changes: StoreChange[] = [];
  readonly #storage: Storage;
  #last: Revision = noRevision;
  #fences = 0;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Everything up to here is in `changes`. */
  get last(): number {
    return this.#last;
  }

  /** Reads on to the present; returns the revision it has reached. Rejects when the store ends the watch before. */
  async catchUp(): Promise<number> {
    const value = Buffer.from(`${process.pid}-${this.#fences++}`);
    // A key of no resource, so that there is an end to wait for whatever was written last.
    const key = `${prefix}crowsnest/history`;
    const { revision: until } = await this.#storage.transact({
      compare: [],
      operations: [{ type: 'put', key, value }],
    });
    await new Promise<void>((resolve, reject) => {
      const watch = this.#storage.watch(prefix, this.#last, {
        events: (revision, events) => {
          if (revision > until) return;
          this.#take(revision, events);
          if (revision === until) watch.close();
        },
        progress: () => {},
        end: (error) => {
          if (this.#last >= until) resolve();
          else reject(error ?? new Error('the store ended the watch'));
        },
      });
    });
    return until;
  }

  /** All objects as of `revision`, by key. */
  at(revision: number): Map<string, StoreChange> {
    const objects = new Map<string, StoreChange>();
    for (const change of this.changes) {
      if (change.revision > revision) break;
      if (change.object === undefined) objects.delete(change.key);
      else objects.set(change.key, change);
    }
    return objects;
  }

  #take(revision: Revision, events: readonly KeyEvent[]): void {
    this.#last = revision;
    for (const event of events) {
      const path = (event.type === 'put' ? event.kv.key : event.key).slice(prefix.length);
      const [resource = '', namespace = '', name = ''] = path.split('/');
      if (resource !== 'configmaps' && resource !== 'pods') continue;
      if (event.type === 'delete') {
        this.changes.push({ revision, key: path, object: undefined });
        continue;
      }
      const value = JSON.parse(event.kv.value.toString()) as StoredValue;
      const { labels = {}, annotations = {} } = value.metadata;
      const nodeName = value.spec?.nodeName ?? '';
      const phase = value.status?.phase ?? '';
      const mark = annotations['mark'] ?? '';
      this.changes.push({ revision, key: path, object: { resource, namespace, name, labels, nodeName, phase, mark } });
    }
  }
}
