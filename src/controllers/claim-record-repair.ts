import type { Allocation, ClaimRecords } from '../api/strategy/allocation.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { ApiError } from '../machinery/api-error.ts';
import { metadataField } from '../machinery/object-meta.ts';
import type { ObjectScope, RestStorage } from '../registry/rest-storage.ts';
import { objectKey } from '../translate/object-key.ts';
import type { ObjectShape } from '../translate/object-shape.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { CacheReader } from '../watchcache/cache-reader.ts';
import { apiserver } from './start-objects.ts';

interface LookedAtKind {
  readonly shape: ObjectShape;
  readonly cache: Pick<CacheReader, 'get' | 'snapshot'>;
}

export interface ClaimRecordRepairOptions {
  /** The kind whose objects hold things alone. */
  readonly holders: LookedAtKind;
  /** What they hold; has records. */
  readonly allocation: Pick<Allocation, 'holds'> & { readonly records: ClaimRecords };
  readonly records: LookedAtKind & { readonly store: Pick<RestStorage, 'create' | 'delete'> };
  /** Resolves to true once the caches have everything that was acknowledged before; false: not in time. */
  readonly caughtUp: () => Promise<boolean>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** As often as kube-apiserver looks through all services. */
const periodMs = 180_000;

/** A record that goes or changes is looked after soon, together with others that do. */
const soonMs = 1_000;

/** Another server may write a record before the object that it is for: so long it is let be. */
const graceMs = 60_000;

/** So many repairs are made in one look; the next one, soon after it, goes on. */
const maxRepairs = 100;

/** So many objects are looked at in one turn. */
const lookedAtInATurn = 1_000;

/** What is read of a record: each revision once. */
interface ReadRecord {
  readonly holder: ReturnType<ClaimRecords['holderOf']>;
  readonly isManaged: boolean;
  /** In milliseconds since the epoch. */
  readonly created: number;
}

/** A record that is missing, or that is not what it should be. */
interface Fault {
  readonly name: string;
  /** What it is now. */
  readonly present: StoredObject | undefined;
  /** Whose it is to be; undefined: nobody's, so it has leaked. */
  readonly holder: StoredObject | undefined;
}

/**
 * Makes records of what objects hold alone say what the objects say. Those that this server writes do: they are written with
 * their holders. But a kube-apiserver on the same store writes one after the other, and may end between; an earlier version
 * wrote none; and clients may change and delete them. It looks through all now and then, and soon after one changed or went.
 * Several of them on one store find the same, and each repair, made of what was seen or not at all, happens once.
 */
export class ClaimRecordRepair {
  readonly #options: ClaimRecordRepairOptions;
  readonly #held = new WeakMap<StoredObject, readonly string[]>();
  readonly #read = new WeakMap<StoredObject, ReadRecord>();
  #cancel: () => void = () => undefined;
  #state: 'new' | 'waiting' | 'looking' | 'stopped' = 'new';
  #again = false;

  constructor(options: ClaimRecordRepairOptions) {
    this.#options = options;
  }

  /** Once, when the caches are filled. */
  start(): void {
    if (this.#state === 'new') this.#wait(soonMs);
  }

  /** A record changed or went. Does not throw and does not wait. */
  changed(): void {
    if (this.#state === 'looking') this.#again = true;
    else if (this.#state === 'waiting') this.#wait(soonMs);
  }

  /** Idempotent. */
  stop(): void {
    this.#state = 'stopped';
    this.#cancel();
  }

  #wait(ms: number): void {
    this.#cancel();
    this.#state = 'waiting';
    this.#cancel = this.#options.clock.after(ms, () => void this.#look());
  }

  async #look(): Promise<void> {
    this.#state = 'looking';
    this.#again = false;
    const more = await this.#repairAll().catch((error: unknown) => {
      this.#options.logger.warn('records of what is held alone could not be looked through', { error });
      return false;
    });
    if (this.#stopped) return;
    this.#wait(more || this.#again ? soonMs : periodMs);
  }

  get #stopped(): boolean {
    return this.#state === 'stopped';
  }

  /** True: there is more to repair than one look does. */
  async #repairAll(): Promise<boolean> {
    const { caughtUp, logger } = this.#options;
    if (!(await caughtUp()) || this.#stopped) return false;
    const faults = await this.#faults();
    let repaired = 0;
    for (const fault of faults) {
      if (this.#stopped) return false;
      if (await this.#repair(fault)) repaired++;
    }
    if (repaired > 0) logger.warn('records of what is held alone were repaired', { repaired });
    return faults.length === maxRepairs;
  }

  /** At most as many as are repaired in one look. */
  async #faults(): Promise<readonly Fault[]> {
    const { holders, records, clock } = this.#options;
    // Both are of one moment.
    const [held, recorded] = [
      holders.cache.snapshot().objects(undefined, undefined),
      records.cache.snapshot().objects(undefined, undefined),
    ];
    const byName = new Map(recorded.map((record) => [record.name, record]));
    const faults: Fault[] = [];
    const right = new Set<string>();
    let seen = 0;
    const turn = async () => {
      if (++seen % lookedAtInATurn === 0) await new Promise<void>((resolve) => clock.endOfTurn(resolve));
    };
    for (const holder of held) {
      await turn();
      for (const name of this.#namesHeldBy(holder)) {
        const present = byName.get(name);
        const faulty = !right.has(name) && !this.#isRight(present, name, holder);
        right.add(name);
        if (faulty) faults.push({ name, present, holder });
      }
    }
    for (const present of recorded) {
      await turn();
      if (right.has(present.name) || !this.#hasLeaked(present)) continue;
      faults.push({ name: present.name, present, holder: undefined });
    }
    return faults.slice(0, maxRepairs);
  }

  #isRight(record: StoredObject | undefined, name: string, holder: StoredObject): boolean {
    if (record === undefined) return false;
    const { holder: said, isManaged } = this.#readRecord(record);
    if (said === undefined || !isManaged) return false;
    if (said.namespace === holder.namespace && said.name === holder.name) return true;
    // Two objects hold the same: a record that says one of them is as right as it can be.
    const { shape, cache } = this.#options.holders;
    const other = cache.get(objectKey(shape, said));
    return other !== undefined && this.#namesHeldBy(other).includes(name);
  }

  #hasLeaked(record: StoredObject): boolean {
    const { isManaged, created } = this.#readRecord(record);
    return isManaged && this.#options.clock.wallTime() - created >= graceMs;
  }

  #readRecord(record: StoredObject): ReadRecord {
    let read = this.#read.get(record);
    if (read === undefined) {
      const { records } = this.#options.allocation;
      const object = record.parse();
      const created = Date.parse(metadataField(object, 'creationTimestamp'));
      read = { holder: records.holderOf(object), isManaged: records.isManaged(object), created };
      this.#read.set(record, read);
    }
    return read;
  }

  #namesHeldBy(holder: StoredObject): readonly string[] {
    const { allocation } = this.#options;
    let names = this.#held.get(holder);
    if (names === undefined) {
      names = allocation.holds(holder.parse()).flatMap((claim) => allocation.records.nameOf(claim) ?? []);
      this.#held.set(holder, names);
    }
    return names;
  }

  /** False: somebody else changed what was seen, so it is looked at anew. */
  async #repair({ name, present, holder }: Fault): Promise<boolean> {
    const { records, allocation } = this.#options;
    const scope: ObjectScope = { namespace: '', name };
    try {
      if (present !== undefined) await records.store.delete(scope, deletionOf(present), apiserver);
      if (holder !== undefined)
        await records.store.create({ namespace: '' }, allocation.records.recordOf(name, holder.parse()), apiserver);
      return true;
    } catch (error) {
      if (error instanceof ApiError && (error.code === 404 || error.code === 409)) return false;
      throw error;
    }
  }
}

/** Of just that state of it. */
const deletionOf = (record: StoredObject) =>
  ({
    gracePeriodSeconds: undefined,
    preconditions: { uid: metadataField(record.parse(), 'uid'), resourceVersion: String(record.revision) },
    propagationPolicy: '',
    orphanDependents: undefined,
  }) as const;
