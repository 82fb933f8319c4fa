import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Counter } from '../base/meter.ts';
import type { Readiness } from '../base/readiness.ts';
import type { Revision } from '../base/revision.ts';
import type { ConsistencyStatus } from './metrics.ts';
import type { Snapshot } from './snapshot.ts';

export interface StoredKey {
  readonly key: string;
  readonly modRevision: Revision;
}

/** What the checker needs of the store. */
export interface StoreLister {
  /** The resource's keys as of exactly `revision`, in key order, in pages of any size. Throws when that cannot be read. */
  list(revision: Revision): AsyncIterable<readonly StoredKey[]>;
}

/** What the checker needs of the cache. */
export interface CheckedCache {
  readonly readiness: Readiness;
  readonly corruptKeys: ReadonlySet<string>;
  snapshot(): Snapshot;
  markConsistent(consistent: boolean): void;
}

export interface ConsistencyCheckerOptions {
  readonly cache: CheckedCache;
  readonly lister: StoreLister;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** With the resource's name on it. */
  readonly logger: Logger;
  readonly checks: Readonly<Record<ConsistencyStatus, Counter>>;
  /** The cache was found wrong: begins to fill it anew, unless that is under way. Must not throw. */
  readonly refill: () => void;
  /** The least time between two checks; the most is half as much again, so that resources do not check together. */
  readonly periodMs: number;
}

/** As kube-apiserver: the compaction period, and far more than a list takes. */
export const defaultConsistencyPeriodMs = 5 * 60_000;

/** Where cache and store differ; `undefined` where one of them has nothing. */
interface Difference {
  readonly key: string;
  readonly cached: Revision | undefined;
  readonly stored: Revision | undefined;
}

/**
 * Compares the cache with the store now and then, at one exact revision, key by key. kube-apiserver compares digests of
 * the same names and revisions; comparing page by page holds no more in memory and names what differs. Values that cannot
 * be read are left out: there the cache differs knowingly.
 *
 * A cache that differs is marked, so that exact reads go to the store, and filled anew. A check that could not be made
 * (the store did not answer, or compacted the revision) changes nothing.
 */
export class ConsistencyChecker {
  readonly #options: ConsistencyCheckerOptions;
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(options: ConsistencyCheckerOptions) {
    this.#options = options;
  }

  /** Once. The first check comes after a period. */
  start(): void {
    this.#plan();
  }

  /** Idempotent. A check under way ends without effect. */
  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  /** One check now. Never rejects. */
  async check(): Promise<void> {
    const { cache, logger, checks } = this.#options;
    if (this.#stopped || cache.readiness !== 'ready') return;
    const snapshot = cache.snapshot();
    try {
      const difference = await this.#compare(snapshot, new Set(cache.corruptKeys));
      if (this.#stopped) return;
      checks[difference === undefined ? 'success' : 'failure'].add();
      cache.markConsistent(difference === undefined);
      if (difference === undefined) return;
      logger.error('the cache differs from the store: it is filled anew', { ...difference, at: snapshot.revision });
      this.#options.refill();
    } catch (error) {
      if (this.#stopped) return;
      checks.error.add();
      logger.warn('could not compare the cache with the store', { at: snapshot.revision, error });
    }
  }

  #plan(): void {
    const { clock, random, periodMs } = this.#options;
    this.#cancel = clock.after(periodMs * (1 + random() / 2), () => {
      void this.check().then(() => {
        if (!this.#stopped) this.#plan();
      });
    });
  }

  async #compare(snapshot: Snapshot, corrupt: ReadonlySet<string>): Promise<Difference | undefined> {
    let from: string | undefined;
    for await (const page of this.#options.lister.list(snapshot.revision)) {
      if (this.#stopped) return undefined;
      const last = page.at(-1);
      if (last === undefined) continue;
      const next = `${last.key}\0`;
      const difference = firstDifference(snapshot, from, next, page, corrupt);
      if (difference !== undefined) return difference;
      from = next;
    }
    return firstDifference(snapshot, from, undefined, [], corrupt);
  }
}

/** Between the snapshot's keys in [from, to) and `page`, which is all that the store has there. */
function firstDifference(
  snapshot: Snapshot,
  from: string | undefined,
  to: string | undefined,
  page: readonly StoredKey[],
  corrupt: ReadonlySet<string>,
): Difference | undefined {
  const stored = new Map<string, Revision>();
  for (const { key, modRevision } of page) if (!corrupt.has(key)) stored.set(key, modRevision);
  let difference: Difference | undefined;
  snapshot.visit(from, to, ({ key, revision }) => {
    if (corrupt.has(key)) return true;
    const modRevision = stored.get(key);
    stored.delete(key);
    if (modRevision !== revision) difference = { key, cached: revision, stored: modRevision };
    return difference === undefined;
  });
  if (difference !== undefined) return difference;
  for (const [key, modRevision] of stored) return { key, cached: undefined, stored: modRevision };
  return undefined;
}
