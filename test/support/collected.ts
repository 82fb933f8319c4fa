import { randomUUID } from 'node:crypto';
import { realClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { GarbageCollector } from '../../src/controllers/garbage-collector/garbage-collector.ts';
import { ApiError } from '../../src/machinery/api-error.ts';
import { type JsonObject, stringAt } from '../../src/machinery/json-value.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { metadataOf, parsed, RegistryFixture, type TestObject, type TestResource, write } from './registry.ts';

/** An owner reference to an object that was created. */
export interface Owner {
  readonly kind: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly uid: string;
}

const patienceMs = 20_000;

/** A registry with a garbage collector beside it. */
export class CollectedRegistry {
  readonly fixture: RegistryFixture;
  #collector: GarbageCollector | undefined;

  private constructor(fixture: RegistryFixture) {
    this.fixture = fixture;
  }

  /** Without a `storage` over an embedded one, in memory. The collector begins with `start`. */
  static async open(storage?: Storage): Promise<CollectedRegistry> {
    const opened: CollectedRegistry[] = [];
    const fixture = await RegistryFixture.open({
      ...(storage === undefined ? {} : { storage }),
      changed: (resource, event) => opened[0]?.collector?.observe(resource, event),
    });
    const registry = new CollectedRegistry(fixture);
    opened.push(registry);
    return registry;
  }

  get collector(): GarbageCollector | undefined {
    return this.#collector;
  }

  /** As a server that starts: the one before, if any, is gone and has left nothing. `kinds`: those that are served. */
  start(kinds: readonly TestResource[] = this.fixture.resources): void {
    this.stop();
    this.#collector = new GarbageCollector({
      caughtUp: async () => this.fixture.pipeline.position.reach(await this.fixture.storage.currentRevision(), 10_000),
      events: () => this.fixture.store('events'),
      newUid: randomUUID,
      clock: realClock,
      logger: silentLogger,
    });
    this.#collector.add(kinds);
  }

  stop(): void {
    this.#collector?.stop();
  }

  async close(): Promise<void> {
    this.stop();
    await this.fixture.close();
  }

  /** The object is there afterwards, owned by these. */
  async create(
    resource: string,
    namespace: string,
    name: string,
    owners: readonly (Owner & JsonObject)[] = [],
    more: JsonObject = {},
  ): Promise<Owner> {
    const metadata = {
      name,
      ...(owners.length > 0 && { ownerReferences: [...owners] }),
      ...(more['metadata'] as object),
    };
    const created = await this.fixture.store(resource).create({ namespace }, { ...more, metadata }, write);
    const { kind, apiVersion } = parsed(created);
    return { kind, apiVersion, name, uid: stringAt(metadataOf(created), 'uid') };
  }

  /** `undefined`: there is none. */
  async find(resource: string, namespace: string, name: string): Promise<TestObject | undefined> {
    try {
      return parsed(await this.fixture.store(resource).get({ namespace, name }, ''));
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw error;
    }
  }

  /** Resolves when the collector knows everything that was written, and has nothing to do: so it stays until the next write. */
  async settled(): Promise<void> {
    const patience = AbortSignal.timeout(patienceMs);
    for (let quiet = 0; quiet < 2; ) {
      if (patience.aborted) throw new Error('the collector never comes to rest');
      const before = await this.fixture.caughtUp();
      await new Promise((resolve) => setImmediate(resolve));
      const after = await this.fixture.caughtUp();
      quiet = this.collector?.idle !== false && before === after ? quiet + 1 : 0;
    }
  }
}
