import type { Pool } from '../api/strategy/allocation.ts';
import { noRevision } from '../base/revision.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { metadataField } from '../machinery/object-meta.ts';
import type { RequestContext } from '../machinery/request-context.ts';
import { invalid, timeout } from '../machinery/status-errors.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import { isRecorded } from './claim-records.ts';
import type { ClaimsWrite } from './claims-write.ts';
import type { StoreContext } from './store-context.ts';

/**
 * Who holds what, without a second record of it that could differ from the objects: what is taken is what the objects of
 * the kind say. A write that takes something also replaces one tiny key, which all such writes compare; so they happen one
 * after the other, whichever replica they come from, and each has seen what the one before took, as the cache is waited
 * for until it is as new as that key. Nothing has to be given back: an object that is gone holds nothing. Where clients want
 * to see who holds what, records of it are written in the same transactions (claim-records.ts).
 */
export class ExclusiveClaims {
  readonly #held = new WeakMap<StoredObject, readonly string[]>();
  #last: Promise<unknown> = Promise.resolve();

  /** Writes of a kind whose objects claim something, one at a time: they would make each other fail. */
  inTurn<T>({ stored }: StoreContext, write: () => Promise<T>): Promise<T> {
    if (stored.strategy.allocation === undefined) return write();
    const turn = this.#last.then(write, write);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /**
   * For one attempt at one write: gives the object what it needs, and answers with what its write is to add.
   * @throws {ApiError} 422, and what there is to say when nothing is left
   */
  async allocate(
    context: StoreContext,
    object: JsonObject,
    old: JsonObject | undefined,
    { dryRun }: RequestContext,
  ): Promise<ClaimsWrite | undefined> {
    const { allocation } = context.stored.strategy;
    if (allocation === undefined) return undefined;
    const pool = new ClaimPool(context, dryRun, () => this.#takenIn(context));
    const errors = await allocation.allocate(object, old, pool);
    if (errors.length > 0) throw invalid(context.stored, metadataField(object, 'name'), errors);
    return pool.write;
  }

  #takenIn({ stored, cache }: StoreContext): Set<string> {
    const taken = new Set<string>();
    const { allocation } = stored.strategy;
    if (allocation === undefined) return taken;
    for (const object of cache.snapshot().objects(undefined, undefined)) {
      let held = this.#held.get(object);
      if (held === undefined) {
        held = allocation.holds(object.parse());
        this.#held.set(object, held);
      }
      for (const name of held) taken.add(name);
    }
    return taken;
  }
}

class ClaimPool implements Pool {
  readonly dryRun: boolean;
  readonly #context: StoreContext;
  readonly #readTaken: () => Set<string>;
  #taken: Promise<Set<string>> | undefined;
  #write: ClaimsWrite | undefined;

  constructor(context: StoreContext, dryRun: boolean, readTaken: () => Set<string>) {
    this.#context = context;
    this.dryRun = dryRun;
    this.#readTaken = readTaken;
  }

  async take(name: string): Promise<boolean> {
    const taken = await this.#read();
    if (taken.has(name) || (!this.dryRun && isRecorded(this.#context, name))) return false;
    taken.add(name);
    return true;
  }

  async settled(): Promise<void> {
    await this.#read();
  }

  random(below: number): number {
    return this.#context.random.integer(below);
  }

  /** undefined: nothing was taken. */
  get write(): ClaimsWrite | undefined {
    return this.#write;
  }

  #read(): Promise<Set<string>> {
    this.#taken ??= this.dryRun ? Promise.resolve(new Set()) : this.#load();
    return this.#taken;
  }

  async #load(): Promise<Set<string>> {
    const { storage, fresh, shape, stored, random } = this.#context;
    const root = shape.keyPrefix.slice(0, -(stored.storagePrefix.length + 1));
    // Two segments: nobody can take it for an object in a namespace.
    const key = `${root}crowsnest/claims.${stored.resource}`;
    // As of now, and not only as of the key: what was just given back can be had again.
    const { kv, revision } = await storage.get(key);
    const modRevision = kv?.modRevision ?? noRevision;
    const reached = await fresh.reach(revision);
    if (!reached || this.#context.cache.readiness !== 'ready') {
      throw timeout('what other objects hold could not be read in time', 1);
    }
    this.#write = {
      compare: [{ key, modRevision }],
      operations: [{ type: 'put', key, value: Buffer.from(random.uid()) }],
    };
    return this.#readTaken();
  }
}
