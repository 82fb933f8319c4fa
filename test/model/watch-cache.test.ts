import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asRevision } from '../../src/base/revision.ts';
import type { ObjectEvent } from '../../src/watchcache/object-event.ts';
import { CacheFixture, deleteChange, putChange, storedObject } from '../support/watch-cache.ts';
import { type ModelObject, ReferenceModel } from './reference-model.ts';

type Deed =
  | { readonly do: 'put' | 'delete'; readonly name: string }
  | { readonly do: 'pass'; readonly count: number }
  /** The stream tells its progress. */
  | { readonly do: 'progress' }
  /** The connection is lost or found: what is written meanwhile is not told. Found again, it resumes or relists. */
  | { readonly do: 'lose' | 'resume' | 'relist' }
  | { readonly do: 'repeat'; readonly from: number; readonly to: number }
  | { readonly do: 'compact'; readonly back: number }
  | { readonly do: 'wait'; readonly ms: number }
  /** Somebody reads exactly, so that states are kept. */
  | { readonly do: 'read'; readonly back: number };

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('put' as const), name }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('delete' as const), name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), count: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 3, arbitrary: fc.constant<Deed>({ do: 'lose' }) },
  { weight: 2, arbitrary: fc.constantFrom<Deed>({ do: 'resume' }, { do: 'relist' }, { do: 'relist' }) },
  { weight: 1, arbitrary: fc.constant<Deed>({ do: 'progress' }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('repeat' as const), from: fc.nat({ max: 5 }), to: fc.nat({ max: 4 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('compact' as const), back: fc.nat({ max: 8 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 60, 200) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('read' as const), back: fc.nat({ max: 12 }) }) },
);

const limits = fc.record({
  minEvents: fc.integer({ min: 1, max: 6 }),
  doublings: fc.nat({ max: 3 }),
  maxKept: fc.integer({ min: 1, max: 3 }),
  checkpointEvents: fc.integer({ min: 1, max: 7 }),
});

const stored = ({ key, revision, createRevision }: ModelObject) =>
  storedObject(`ns/${key}`, revision, {}, createRevision);

/** A model, a cache that follows it with interruptions, and what is known of both. */
class Run {
  readonly model = new ReferenceModel(5);
  readonly fixture: CacheFixture;
  readonly gaps: [after: number, until: number][] = [];
  /** Everything dispatched, in order. */
  readonly events: ObjectEvent[] = [];
  readonly start: number;
  #connected = true;
  #compacted = 0;

  constructor({ minEvents, doublings, ...pastStates }: typeof limits extends fc.Arbitrary<infer L> ? L : never) {
    const history = { minEvents, maxEvents: minEvents * 2 ** doublings, windowMs: 100 };
    this.fixture = new CacheFixture({ history, pastStates });
    this.model.put('a');
    this.model.put('b');
    this.start = this.model.revision;
    this.fixture.list(this.model.at(this.start).map(stored), this.start);
  }

  /** How far the cache has come. */
  get reached(): number {
    return this.fixture.position.revision;
  }

  get compacted(): number {
    return this.#compacted;
  }

  perform(deed: Deed): void {
    const { model, fixture } = this;
    switch (deed.do) {
      case 'put':
        model.put(deed.name);
        if (this.#connected) this.#resume();
        break;
      case 'delete':
        model.delete(deed.name);
        if (this.#connected) this.#resume();
        break;
      case 'pass':
        model.pass(deed.count);
        break;
      case 'progress':
        if (this.#connected) fixture.position.advance(asRevision(model.revision));
        break;
      case 'lose':
        this.#connected = false;
        break;
      case 'resume':
        this.#connected = true;
        this.#resume();
        break;
      case 'relist':
        this.#connected = true;
        this.#relist();
        break;
      case 'repeat':
        for (const change of model.between(0, this.reached).slice(-deed.from, -deed.to)) this.#tell(change);
        break;
      case 'compact':
        this.#compacted = Math.max(this.#compacted, model.revision - deed.back);
        fixture.cache.compacted(asRevision(Math.max(0, model.revision - deed.back)));
        break;
      case 'wait':
        fixture.clock.advance(deed.ms);
        break;
      case 'read':
        fixture.listing(this.reached - deed.back);
        break;
      default:
        deed satisfies never;
    }
  }

  #resume(): void {
    for (const change of this.model.between(this.reached, this.model.revision)) this.#tell(change);
  }

  #tell({ key, revision, version }: { key: string; revision: number; version?: number }): void {
    const path = `ns/${key}`;
    const created = this.model.at(revision).find((object) => object.key === key)?.createRevision;
    const change = version === undefined ? deleteChange(path, revision) : putChange(path, revision, {}, created);
    const event = this.fixture.apply(change);
    if (event !== undefined) this.events.push(event);
  }

  #relist(): void {
    const [from, to] = [this.reached, this.model.revision];
    this.events.push(...this.fixture.list(this.model.at(to).map(stored), to));
    if (to > from + 1) this.gaps.push([from, to]);
  }

  inGap(revision: number): boolean {
    return this.gaps.some(([after, until]) => revision > after && revision < until);
  }

  modelListing(revision: number): string[] {
    return this.model.at(revision).map((object) => `ns/${object.key}@${object.revision}`);
  }
}

/** What a client knows who knew `state` and then was told `events`. */
function told(state: readonly string[], events: readonly ObjectEvent[]): string[] {
  const known = new Map(state.map((entry) => entry.split('@') as [string, string]));
  for (const { current, previous } of events) {
    if (current !== undefined) known.set(`ns/${current.name}`, String(current.revision));
    else if (previous !== undefined) known.delete(`ns/${previous.name}`);
  }
  return [...known].map(([key, revision]) => `${key}@${revision}`).toSorted();
}

const property = (check: (run: Run) => void) =>
  fc.property(fc.array(deed, { minLength: 1, maxLength: 60, size: 'max' }), limits, (deeds, limits) => {
    const run = new Run(limits);
    for (const deed of deeds) {
      run.perform(deed);
      check(run);
    }
  });

describe('WatchCache against the reference model', () => {
  test('a list now is the store at the position', () => {
    fc.assert(property((run) => expect(run.fixture.listing()).toEqual(run.modelListing(run.reached))));
  });

  test('an exact list is the store at that revision; without answer only below the floor, in a gap, compacted, future', () => {
    const seen = { answered: 0, refused: 0 };
    fc.assert(
      property((run) => {
        const { cache } = run.fixture;
        for (let revision = run.start - 1; revision <= run.reached + 1; revision++) {
          const mustRefuse =
            revision < cache.history.floor || run.inGap(revision) || revision < run.compacted || revision > run.reached;
          const answer = run.fixture.listing(revision);
          if (mustRefuse) expect(answer).toBeUndefined();
          else expect(answer).toEqual(run.modelListing(revision));
          seen[mustRefuse ? 'refused' : 'answered']++;
        }
      }),
    );
    expect(Math.min(seen.answered, seen.refused)).toBeGreaterThan(1_000);
  });

  test('whoever resumes gets from what the store was then to what it is now; refused only below the floor or in a gap', () => {
    fc.assert(
      property((run) => {
        const { history } = run.fixture.cache;
        for (let after = run.start - 1; after <= run.reached; after++) {
          const index = history.indexAfter(asRevision(after));
          if (after < history.floor || run.inGap(after)) {
            expect(index).toBeUndefined();
            continue;
          }
          if (index === undefined) throw new Error(`no answer for ${after}, above the floor ${history.floor}`);
          const events: ObjectEvent[] = [];
          for (let i = index; i < history.endIndex; i++) events.push(history.at(i));
          expect(told(run.modelListing(after), events)).toEqual(run.modelListing(run.reached));
          expect(events.every(({ revision }) => revision > after)).toBe(true);
        }
      }),
    );
  });

  test('the floor is as old as the ring allows: nothing is lost before it is evicted', () => {
    fc.assert(
      property((run) => {
        const { history } = run.fixture.cache;
        if (history.startIndex === 0 && run.gaps.length <= 32) expect(history.floor).toBe(run.start);
        expect(history.indexAfter(history.floor)).toBeDefined();
      }),
    );
  });

  test('what is dispatched is in history, ordered, once, paired with what was before, and leads from the first list to now', () => {
    fc.assert(
      property((run) => {
        const { events } = run;
        const { history } = run.fixture.cache;
        expect(history.endIndex).toBe(events.length);
        const known = new Map(run.model.at(run.start).map(({ key, revision }) => [key, revision]));
        for (const [i, { current, previous, revision }] of events.entries()) {
          expect(revision).toBeGreaterThanOrEqual(events[i - 1]?.revision ?? 0);
          const name = (current ?? previous)?.name ?? '';
          expect(previous?.revision).toBe(known.get(name));
          if (current === undefined) known.delete(name);
          else known.set(name, current.revision);
          if (current !== undefined) expect(current.revision).toBe(revision);
          if (i >= history.startIndex) expect(history.at(i)).toBe(events[i]);
        }
        expect(told(run.modelListing(run.start), events)).toEqual(run.modelListing(run.reached));
      }),
    );
  });

  test('outside gaps events are the store’s own', () => {
    fc.assert(
      property((run) => {
        const plain = (changes: readonly { revision: number }[]) =>
          changes
            .map(({ revision }) => revision)
            .filter((revision) => !run.gaps.some(([a, b]) => revision > a && revision <= b));
        expect(plain(run.events)).toEqual(plain(run.model.between(run.start, run.reached)));
      }),
    );
  });
});
