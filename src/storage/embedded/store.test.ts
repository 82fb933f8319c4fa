import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asRevision, noRevision, type Revision } from '../../base/revision.ts';
import type { KeyEvent, KeyValue, Transaction } from '../storage.ts';
import { type Outcome, packBatch, takeOutcome } from './batch.ts';
import { unpackEvents, unpackItems } from './key-values.ts';
import { Unpacker } from './packed.ts';
import { Store } from './store.ts';

const everything = { start: '/', end: '0' };

/** The store as an array of all that ever happened. */
class Model {
  readonly log: KeyEvent[] = [];
  revision = 1;
  compacted = 0;

  at(revision: number): KeyValue[] {
    const keys = new Map<string, KeyValue>();
    for (const event of this.log) {
      if (event.type === 'delete' && event.modRevision <= revision) keys.delete(event.key);
      if (event.type === 'put' && event.kv.modRevision <= revision) keys.set(event.kv.key, event.kv);
    }
    return [...keys.values()].sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  }

  after(revision: number): KeyEvent[] {
    return this.log.filter((event) => (event.type === 'put' ? event.kv.modRevision : event.modRevision) > revision);
  }

  apply({ compare, operations }: Transaction): boolean {
    const now = new Map(this.at(this.revision).map((kv) => [kv.key, kv]));
    if (compare.some(({ key, modRevision }) => (now.get(key)?.modRevision ?? 0) !== modRevision)) return false;
    const effective = operations.filter((operation) => operation.type === 'put' || now.has(operation.key));
    if (effective.length === 0) return true;
    this.revision += 1;
    const modRevision = asRevision(this.revision);
    for (const operation of effective) {
      const { key } = operation;
      if (operation.type === 'delete') this.log.push({ type: 'delete', key, modRevision });
      else {
        const createRevision = now.get(key)?.createRevision ?? modRevision;
        this.log.push({ type: 'put', kv: { key, value: operation.value, createRevision, modRevision } });
      }
    }
    return true;
  }
}

function transact(store: Store, ...transactions: Transaction[]): Outcome[] {
  const { outcomes } = store.transact({ batch: packBatch(transactions), now: 0 });
  const from = new Unpacker(outcomes);
  return transactions.map((transaction) => takeOutcome(from, transaction));
}

/** All pages of history after `after`. */
function history(store: Store, after: number, { start, end } = everything): KeyEvent[] {
  const all: KeyEvent[] = [];
  for (let from = asRevision(after); ; ) {
    const { reached, revision, page } = store.history({ start, end, after: from });
    unpackEvents(page, (_, events) => all.push(...events));
    if (reached >= revision) return all;
    from = reached;
  }
}

const itemsAt = (store: Store, revision: number, limit = 1_000): KeyValue[] =>
  unpackItems(
    store.range({ ...everything, limit, revision: asRevision(revision), counted: false, keysOnly: false }).page,
  );

type Step =
  | { readonly do: 'write'; readonly keys: readonly (readonly [key: string, put: boolean])[]; readonly stale: boolean }
  | { readonly do: 'compact'; readonly back: number }
  | { readonly do: 'sweep' };

const key = fc.constantFrom('/a', '/a-', '/a.', '/a/', '/a/b', '/b', '/\u{1f600}', '/\u{ff5e}');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      keys: fc.uniqueArray(fc.tuple(key, fc.boolean()), { maxLength: 4, selector: ([name]) => name }),
      stale: fc.nat(9).map((n) => n === 0),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('compact' as const), back: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'sweep' as const }) },
);

describe('storage/embedded/store', () => {
  test('answers as an array of everything that ever happened would, down to the compacted revision', () => {
    const run = (steps: readonly Step[]): void => {
      const store = new Store(':memory:');
      const model = new Model();
      for (const [i, one] of steps.entries()) {
        if (one.do === 'sweep') store.sweep();
        if (one.do === 'compact') {
          const revision = Math.max(1, model.revision - one.back);
          store.compact({ revision: asRevision(revision) });
          model.compacted = Math.max(model.compacted, revision);
        }
        if (one.do !== 'write') continue;
        const now = new Map(model.at(model.revision).map((kv) => [kv.key, kv.modRevision]));
        const compare = one.keys.map(([name]) => ({
          key: name,
          modRevision: asRevision((now.get(name) ?? noRevision) + (one.stale ? 1 : 0)),
        }));
        const operations = one.keys.map(([name, put]) =>
          put
            ? ({ type: 'put', key: name, value: Buffer.from(`${i}`) } as const)
            : ({ type: 'delete', key: name } as const),
        );
        const [outcome] = transact(store, { compare, operations });
        expect(outcome?.succeeded).toBe(model.apply({ compare, operations }));
        expect(outcome?.revision).toBe(model.revision);
        if (outcome?.succeeded === false) {
          const current = new Map(model.at(model.revision).map((kv) => [kv.key, kv]));
          expect(outcome.current).toEqual(one.keys.map(([name]) => current.get(name)));
        }
      }
      for (let revision = Math.max(1, model.compacted); revision <= model.revision; revision += 1) {
        expect(itemsAt(store, revision)).toEqual(model.at(revision));
        expect(history(store, revision - 1)).toEqual(model.after(revision - 1));
        const some = store.range({
          ...everything,
          limit: 2,
          revision: asRevision(revision),
          counted: true,
          keysOnly: false,
        });
        const all = model.at(revision);
        expect([unpackItems(some.page), some.count, some.more]).toEqual([all.slice(0, 2), all.length, all.length > 2]);
      }
      for (let revision = 1; revision < model.compacted; revision += 1) {
        expect(() => itemsAt(store, revision)).toThrow(/compacted/);
        if (revision > 1) expect(() => history(store, revision - 2)).toThrow(/compacted/);
      }
      store.close();
    };
    fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), run), { numRuns: 150 });
  });

  test('a batch holds transactions that depend on one another, each with its own revision', () => {
    const store = new Store(':memory:');
    const put = (value: string, modRevision: number): Transaction => ({
      compare: [{ key: '/a', modRevision: asRevision(modRevision) }],
      operations: [{ type: 'put', key: '/a', value: Buffer.from(value) }],
    });
    const outcomes = transact(store, put('1', 0), put('lost', 0), put('2', 2));
    expect(outcomes.map(({ succeeded, revision }) => [succeeded, revision])).toEqual([
      [true, 2],
      [false, 2],
      [true, 3],
    ]);
    expect(itemsAt(store, 3)[0]?.value.toString()).toBe('2');
    store.close();
  });

  test('a page of history ends between revisions, and before it is too large', () => {
    const store = new Store(':memory:');
    const value = Buffer.alloc(400_000, 'x');
    const both = ['/a', '/b', '/c'].map((name) => ({ type: 'put', key: name, value }) as const);
    for (let i = 0; i < 10; i += 1) transact(store, { compare: [], operations: both });
    const first = store.history({ ...everything, after: asRevision(1) });
    expect(first.page.bytes.length).toBe(12 * value.length);
    expect([first.reached, first.revision]).toEqual([5, 11]);
    expect(history(store, 1)).toHaveLength(30);
    store.close();
  });

  test('a history without matches is read in bounded steps', () => {
    const store = new Store(':memory:');
    const one: Transaction = { compare: [], operations: [{ type: 'put', key: '/a', value: Buffer.from('x') }] };
    for (let i = 0; i < 21; i += 1) transact(store, ...Array.from({ length: 1_000 }, () => one));
    const first = store.history({ start: '/b', end: '/c', after: asRevision(1) });
    expect([first.reached, first.revision, first.page.strings]).toEqual([20_001, 21_001, []]);
    expect(history(store, 1, { start: '/b', end: '/c' })).toEqual([]);
    store.close();
  });

  test('compaction leaves one row for each key there is, and none for one that is gone', () => {
    const store = new Store(':memory:');
    const rows = () => history(store, store.state().compacted === 0 ? 0 : store.state().compacted - 1).length;
    const write = (operations: Transaction['operations']) => transact(store, { compare: [], operations });
    for (let i = 0; i < 3_000; i += 1) write([{ type: 'put', key: `/${i % 3}`, value: Buffer.from(`${i}`) }]);
    write([{ type: 'delete', key: '/0' }]);
    write([{ type: 'put', key: '/last', value: Buffer.from('x') }]);
    expect(rows()).toBe(3_002);
    const before = store.rowCount();
    store.compact({ revision: store.state().revision });
    let sweeps = 1;
    while (store.sweep().more) sweeps += 1;
    expect(sweeps).toBeGreaterThan(2);
    expect([before, store.rowCount()]).toEqual([3_002, 3]);
    expect(itemsAt(store, store.state().revision).map((kv) => kv.key)).toEqual(['/1', '/2', '/last']);
    store.close();
  });

  test('bounds with a NUL, the key after another, are exact', () => {
    const store = new Store(':memory:');
    const keys = ['/a', '/a\u0001', '/b'];
    transact(store, {
      compare: [],
      operations: keys.map((name) => ({ type: 'put', key: name, value: Buffer.from('x') })),
    });
    const found = (start: string, end: string) =>
      unpackItems(
        store.range({ start, end, limit: 10, revision: noRevision, counted: false, keysOnly: false }).page,
      ).map((kv) => kv.key);
    expect(found('/a\0', '0')).toEqual(['/a\u0001', '/b']);
    expect(found('/', '/a\0')).toEqual(['/a']);
    expect(found('/a', '/b\0')).toEqual(keys);
    store.close();
  });

  test('keys expire in the order of their deadlines, each at its own revision', () => {
    const store = new Store(':memory:');
    const put = (name: string, ttlSeconds: number) =>
      ({ type: 'put', key: name, value: Buffer.from('x'), ttlSeconds }) as const;
    const batch = packBatch([{ compare: [], operations: [put('/b', 2), put('/a', 3), put('/c', 1), put('/d', 9)] }]);
    expect(store.transact({ batch, now: 1_000 }).nextExpiry).toBe(2_000);
    const { outcomes, nextExpiry } = store.expire({ now: 4_000 });
    expect([outcomes.strings, [...outcomes.numbers], nextExpiry]).toEqual([['/c', '/b', '/a'], [3, 4, 5], 10_000]);
    expect(store.state().revision satisfies Revision).toBe(5);
    store.close();
  });
});
