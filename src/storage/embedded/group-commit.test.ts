import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../base/manual-clock.ts';
import { asRevision } from '../../base/revision.ts';
import { StorageError } from '../errors.ts';
import type { Transaction } from '../storage.ts';
import { unpackBatch } from './batch.ts';
import { GroupCommit } from './group-commit.ts';
import type { Kind, Reply, Request } from './messages.ts';
import { Store } from './store.ts';
import { WatchHub } from './watch-hub.ts';
import type { Asking } from './worker-link.ts';

type Sent = { readonly request: Request; readonly answer: () => void; readonly fail: (error: StorageError) => void };

/** A worker that answers when the test says so. */
function bench() {
  const store = new Store(':memory:');
  const sent: Sent[] = [];
  const link: Asking = {
    send<K extends Kind>(
      request: Extract<Request, { kind: K }>,
      _: readonly ArrayBuffer[],
      done: (reply: Reply<K>) => void,
      fail: (error: StorageError) => void,
    ): void {
      const answer = () => {
        const asked: Request = request;
        if (asked.kind !== 'transact') throw new Error(`unexpected ${asked.kind}`);
        done({ kind: 'transact', ...store.transact(asked) } as unknown as Reply<K>);
      };
      sent.push({ request, answer, fail });
    },
    ask: () => Promise.reject(new Error('unexpected')),
  };
  const hub = new WatchHub(link, asRevision(1));
  const limits = { maxTransactions: 10_000, maxBytes: 1 << 30 };
  const commit = new GroupCommit(link, hub, new ManualClock(), limits, () => {});
  const sizes = () =>
    sent.map(({ request }) => (request.kind === 'transact' ? unpackBatch(request.batch).length : request.kind));
  return { commit, hub, sent, sizes };
}

const put = (key: string, size = 1): Transaction => ({
  compare: [],
  operations: [{ type: 'put', key, value: Buffer.alloc(size) }],
});

describe('storage/embedded/group-commit', () => {
  test('what comes in one turn goes together; what comes during a commit is the next', async () => {
    const { commit, sent, sizes } = bench();
    const first = ['/a', '/b', '/c'].map((key) => commit.add(put(key), 1));
    await Promise.resolve();
    const second = ['/d', '/e'].map((key) => commit.add(put(key), 1));
    await Promise.resolve();
    expect(sizes()).toEqual([3]);
    sent[0]?.answer();
    const revisions = (await Promise.all(first)).map(({ revision }) => revision);
    expect([revisions, sizes()]).toEqual([
      [2, 3, 4],
      [3, 2],
    ]);
    const idle = commit.idle();
    sent[1]?.answer();
    expect((await Promise.all(second)).map(({ revision }) => revision)).toEqual([5, 6]);
    await idle;
  });

  test('a batch is bounded by count and by bytes, and one large transaction still goes', async () => {
    const { commit, sent, sizes } = bench();
    const all = Array.from({ length: 600 }, (_, i) => commit.add(put(`/${i}`), 1));
    const large = [1_500_000, 1_500_000, 1_500_000].map((size, i) => commit.add(put(`/large${i}`, size), size));
    await Promise.resolve();
    for (let i = 0; i < 3; i += 1) {
      sent[i]?.answer();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all([...all, ...large]);
    expect(sizes()).toEqual([512, 90, 1]);
  });

  test('watches hear of a transaction before its caller does', async () => {
    const { commit, hub, sent } = bench();
    const order: string[] = [];
    const hear = (revision: number) => order.push(`heard ${revision}`);
    hub.watch('/', asRevision(1), { events: hear, progress() {}, end() {} });
    const done = commit.add(put('/a'), 1).then(({ revision }) => order.push(`done ${revision}`));
    await Promise.resolve();
    sent[0]?.answer();
    await done;
    expect(order).toEqual(['heard 2', 'done 2']);
  });

  test('a batch that cannot be written fails as a whole, and the next is tried', async () => {
    const { commit, hub, sent } = bench();
    const lost = Promise.allSettled([commit.add(put('/a'), 1), commit.add(put('/b'), 1)]);
    await Promise.resolve();
    const kept = commit.add(put('/c'), 1);
    sent[0]?.fail(new StorageError('unavailable', 'no space left'));
    expect((await lost).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    sent[1]?.answer();
    expect([(await kept).revision, hub.revision]).toEqual([2, 2]);
  });
});
