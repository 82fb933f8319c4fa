import { StorageError } from '../errors.ts';
import type { Connection } from './connection.ts';
import type { Answer } from './failure.ts';

interface Lease {
  readonly id: Promise<Answer<string>>;
  /** By the clock's `now`; etcd's own count begins a little later. */
  readonly expiresAt: number;
  uses: number;
}

/** A lease that ends deletes all its keys in one revision: bounded, so that the revision is. */
const usesPerLease = 1_000;

/** Different TTLs in use at the same time; one more and the least recently granted is not shared any longer. */
const leasesKept = 16;

/** How much later than asked a key may go, so that puts within this time can share a lease. */
const spareSeconds = (ttlSeconds: number): number => Math.min(5, Math.max(1, Math.floor(ttlSeconds / 20)));

/**
 * Leases by their time to live. Granting one is a write of its own, so puts with the same TTL close together in time
 * share one, as kube-apiserver's do: every key lives at least as long as asked, and at most `spareSeconds` longer.
 */
export class LeasePool {
  readonly #connection: Connection;
  readonly #leases = new Map<number, Lease>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** A lease that has at least this many seconds left. */
  get(ttlSeconds: number): Promise<Answer<string>> {
    const now = this.#connection.clock.now();
    const lease = this.#leases.get(ttlSeconds);
    if (lease !== undefined && lease.uses < usesPerLease && now + ttlSeconds * 1000 <= lease.expiresAt) {
      lease.uses++;
      return lease.id;
    }
    return this.#grant(ttlSeconds, now);
  }

  /** etcd does not know them (any longer): to be called when it says so of a transaction that used them. */
  forgetAll(): void {
    this.#leases.clear();
  }

  #grant(ttlSeconds: number, now: number): Promise<Answer<string>> {
    const seconds = ttlSeconds + spareSeconds(ttlSeconds);
    const id = this.#request(seconds);
    const lease: Lease = { id, expiresAt: now + seconds * 1000, uses: 1 };
    this.#leases.delete(ttlSeconds);
    this.#leases.set(ttlSeconds, lease);
    for (const key of this.#leases.keys()) {
      if (this.#leases.size <= leasesKept) break;
      this.#leases.delete(key);
    }
    void id.then((answer) => {
      if ('failure' in answer && this.#leases.get(ttlSeconds) === lease) this.#leases.delete(ttlSeconds);
    });
    return id;
  }

  /** Repeating it after a lost answer leaves a lease without keys behind, which ends by itself. */
  async #request(seconds: number): Promise<Answer<string>> {
    const answer = await this.#connection.retry({ operation: 'leaseGrant', about: `${seconds} s` }, (client, options) =>
      client.leaseClient.leaseGrant({ TTL: seconds, ID: 0 }, options),
    );
    if ('failure' in answer) return answer;
    const { ID, error } = answer.value;
    if (error === '') return { value: ID };
    const refused = new StorageError('unavailable', `lease of ${seconds} s: ${error}`);
    return { failure: { error: refused, applied: 'never', retry: false, renew: undefined } };
  }
}
