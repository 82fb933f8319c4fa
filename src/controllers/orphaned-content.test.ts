import { describe, expect, test } from 'vitest';
import { silentLogger } from '../base/logger.ts';
import { ManualClock } from '../base/manual-clock.ts';
import type { Revision } from '../base/revision.ts';
import { notFound, serviceUnavailable } from '../machinery/status-errors.ts';
import type { DeleteOptions } from '../registry/rest-storage.ts';
import { encodeForStorage } from '../translate/object-layout.ts';
import type { ObjectShape } from '../translate/object-shape.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import { translate } from '../translate/translate.ts';
import { OrphanedContent } from './orphaned-content.ts';

const namespaces: ObjectShape = {
  kind: 'Namespace',
  apiVersion: 'v1',
  keyPrefix: '/registry/namespaces/',
  namespaced: false,
};
const widgets: ObjectShape = {
  kind: 'Widget',
  apiVersion: 'example.com/v1',
  keyPrefix: '/registry/example.com/widgets/',
  namespaced: true,
};

/** As it was created at a revision. */
function stored(shape: ObjectShape, path: string, at: number): StoredObject {
  const value = encodeForStorage(shape, { metadata: { uid: `${path} at ${at}` } });
  const revision = at as Revision;
  const kv = { key: shape.keyPrefix + path, value, createRevision: revision, modRevision: revision };
  const change = translate(shape, { type: 'put', kv });
  if (change.type !== 'put') throw new Error('not a put');
  return change.object;
}

class Bench {
  readonly clock = new ManualClock();
  readonly deleted: (string | undefined)[] = [];
  readonly content: OrphanedContent;
  /** What a read of the namespace finds. */
  present: StoredObject | undefined;
  failures = 0;

  constructor() {
    this.content = new OrphanedContent({
      namespaces: {
        get: ({ name }) => {
          if (this.failures-- > 0) return Promise.reject(serviceUnavailable('away'));
          if (this.present !== undefined) return Promise.resolve(this.present);
          return Promise.reject(notFound({ group: '', resource: 'namespaces' }, name));
        },
      },
      clock: this.clock,
      logger: silentLogger,
    });
  }

  namespace(type: 'made' | 'gone', at: number): void {
    const object = stored(namespaces, 'a', at);
    const revision = at as Revision;
    if (type === 'made') this.content.observeNamespace({ revision, current: object, previous: undefined });
    else this.content.observeNamespace({ revision, current: undefined, previous: object });
  }

  async created(path: string, at: number): Promise<void> {
    const store = {
      delete: (_: unknown, { preconditions }: DeleteOptions) => {
        this.deleted.push(preconditions.uid);
        return Promise.resolve({ deleted: true, bytes: Buffer.alloc(0), name: '', uid: '' });
      },
    };
    this.content.observe(store, { revision: at as Revision, current: stored(widgets, path, at), previous: undefined });
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('controllers/orphaned-content', () => {
  test('deletes what is created in a namespace that has gone, and only that', async () => {
    const bench = new Bench();
    await bench.created('a/never-known', 3);
    bench.namespace('made', 5);
    await bench.created('a/in-time', 6);
    bench.namespace('gone', 10);
    await bench.created('b/elsewhere', 11);
    await bench.created('a/late', 12);
    // A refill, or a list, may tell of it now.
    await bench.created('a/from-before', 9);
    expect(bench.deleted).toEqual(['a/late at 12']);
  });

  test('leaves what is in a namespace that was made anew, whether it was told of that already or not', async () => {
    const bench = new Bench();
    bench.namespace('gone', 10);
    bench.namespace('made', 11);
    await bench.created('a/in-time', 12);
    bench.namespace('gone', 20);
    bench.present = stored(namespaces, 'a', 21);
    await bench.created('a/in-time-too', 22);
    expect(bench.deleted).toEqual([]);
    bench.present = stored(namespaces, 'a', 30);
    await bench.created('a/late', 23);
    expect(bench.deleted).toEqual(['a/late at 23']);
  });

  test('tries again while the store is away, and no more after its end', async () => {
    const bench = new Bench();
    bench.namespace('gone', 10);
    bench.failures = 1;
    await bench.created('a/late', 12);
    expect([bench.deleted, bench.clock.pending]).toEqual([[], 1]);
    bench.clock.advance(500);
    await bench.created('b/elsewhere', 13);
    expect(bench.deleted).toEqual(['a/late at 12']);
    bench.failures = 1;
    await bench.created('a/later', 14);
    bench.content.stop();
    expect(bench.clock.pending).toBe(0);
  });
});
