import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ApiError } from '../../src/machinery/api-error.ts';
import { type JsonObject, stringAt } from '../../src/machinery/json-value.ts';
import { ownerReferencesOf } from '../../src/machinery/object-meta.ts';
import { CollectedRegistry, type Owner } from '../support/collected.ts';
import { deletion, listOf, parsed, write } from '../support/registry.ts';
import { OwnershipModel, type Policy } from './ownership-model.ts';

const count = 7;
const index = fc.nat({ max: count - 1 });
/** Whose name, whether it is waited for, whether there never was such a one. */
const reference = fc.record({
  owner: index,
  blocks: fc.boolean(),
  ghost: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
});
const references = fc.uniqueArray(reference, { maxLength: 3, selector: ({ owner, ghost }) => (ghost ? -1 : owner) });

type Deed =
  | { readonly type: 'create'; readonly i: number; readonly owners: Owned }
  | { readonly type: 'own'; readonly i: number; readonly owners: Owned }
  | { readonly type: 'delete'; readonly i: number; readonly policy: Policy };
type Owned = readonly { readonly owner: number; readonly blocks: boolean; readonly ghost: boolean }[];

const deeds = (policies: readonly Policy[]): fc.Arbitrary<Deed> =>
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ type: fc.constant('create' as const), i: index, owners: references }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('own' as const), i: index, owners: references }) },
    {
      weight: 3,
      arbitrary: fc.record({ type: fc.constant('delete' as const), i: index, policy: fc.constantFrom(...policies) }),
    },
  );

const namespace = 'a';
const nameOf = (i: number): string => `o${i}`;
/** Every other one is of another kind. */
const resourceOf = (i: number): string => (i % 2 === 0 ? 'configmaps' : 'secrets');
const isFinal = (name: string): boolean => name === 'example.com/hold';

/** Registry, collector and model, to which the same happens. */
class World {
  readonly registry: CollectedRegistry;
  readonly model = new OwnershipModel();
  readonly #last = new Map<number, Owner>();

  constructor(registry: CollectedRegistry) {
    this.registry = registry;
  }

  /** False: there was no such object, or it was there already. */
  async do(deed: Deed, finalizers: readonly string[] = []): Promise<boolean> {
    const { i } = deed;
    const store = this.registry.fixture.store(resourceOf(i));
    const scope = { namespace, name: nameOf(i) };
    const there = await this.registry.find(resourceOf(i), namespace, nameOf(i));
    if (deed.type === 'create') {
      if (there !== undefined) return false;
      const owners = this.#owners(deed.owners);
      const metadata = finalizers.length === 0 ? {} : { finalizers: [...finalizers] };
      const made = await this.registry.create(resourceOf(i), namespace, nameOf(i), owners, { metadata });
      this.#last.set(i, made);
      this.model.create(
        made.name,
        made.uid,
        owners.map(({ uid }) => uid),
      );
      return true;
    }
    // What is gone here is gone in the model too, as the next comparison proves.
    if (there === undefined) return false;
    if (deed.type === 'delete') {
      await store.delete(scope, deletion({ propagationPolicy: deed.policy }), write);
      this.model.delete(scope.name, deed.policy);
      return true;
    }
    const owners = this.#owners(deed.owners);
    await store.update(scope, '', (object) => withOwners(object, owners), write);
    this.model.setOwners(
      scope.name,
      owners.map(({ uid }) => uid),
    );
    return true;
  }

  async state(): Promise<string[]> {
    const objects = await this.objects();
    return objects
      .map(({ metadata }) => {
        const uids = ownerReferencesOf({ metadata }).map((owner) => stringAt(owner, 'uid'));
        return `${stringAt(metadata, 'name')}: ${uids.sort().join(' ')}`;
      })
      .sort();
  }

  async objects() {
    const lists = await Promise.all(
      ['configmaps', 'secrets'].map((resource) => this.registry.fixture.store(resource).list({ namespace }, listOf())),
    );
    return lists.flatMap(({ items }) => items.map(parsed));
  }

  #owners(owned: Owned): (Owner & JsonObject)[] {
    return owned.map(({ owner, blocks, ghost }) => {
      const { kind, apiVersion, name, uid } = this.#last.get(owner) ?? {
        kind: owner % 2 === 0 ? 'ConfigMap' : 'Secret',
        apiVersion: 'v1',
        name: nameOf(owner),
        uid: `never-${owner}`,
      };
      return { kind, apiVersion, name, uid: ghost ? 'ghost' : uid, ...(blocks && { blockOwnerDeletion: true }) };
    });
  }
}

function withOwners(object: JsonObject, owners: readonly JsonObject[]): JsonObject {
  (object['metadata'] as JsonObject)['ownerReferences'] = [...owners];
  return object;
}

async function inWorld(check: (world: World) => Promise<void>): Promise<void> {
  const registry = await CollectedRegistry.open();
  try {
    await check(new World(registry));
  } finally {
    await registry.close();
  }
}

describe('the garbage collector and a plain model of it', { timeout: 120_000 }, () => {
  test('come to the same after each deed: what should be gone is gone, and what should stay stays', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(deeds(['Background', 'Foreground', 'Orphan']), { minLength: 3, maxLength: 25 }),
        (history) =>
          inWorld(async (world) => {
            world.registry.start();
            for (const deed of history) {
              await world.do(deed);
              await world.registry.settled();
              world.model.settle();
              expect(await world.state()).toEqual(world.model.state());
            }
          }),
      ),
      { numRuns: 10 },
    );
  });

  test('come to the same when the collector begins only after many deeds', async () => {
    const round = fc.array(deeds(['Background', 'Foreground']), { minLength: 3, maxLength: 15 });
    await fc.assert(
      fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 4 }), (rounds) =>
        inWorld(async (world) => {
          for (const deedsOfRound of rounds) {
            for (const deed of deedsOfRound) await world.do(deed);
            world.registry.start();
            await world.registry.settled();
            world.registry.stop();
            world.model.settle();
            expect(await world.state()).toEqual(world.model.state());
          }
        }),
      ),
      { numRuns: 10 },
    );
  });

  test('when everything happens at once and finalizers of others hold objects, nothing is left over that should go', async () => {
    const held = fc.record({ deed: deeds(['Background', 'Foreground', 'Orphan']), hold: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(held, { minLength: 5, maxLength: 40 }), (history) =>
        inWorld(async (world) => {
          world.registry.start();
          const rooted = new Set<string>();
          for (const { deed, hold } of history) {
            const done = await world.do(deed, hold ? ['example.com/hold'] : []).catch(ignoreRace);
            const name = nameOf(deed.i);
            if (done && deed.type === 'create' && deed.owners.length === 0) rooted.add(name);
            else if (deed.type !== 'create') rooted.delete(name);
          }
          await world.registry.settled();
          const after = await world.objects();
          // Whatever never had an owner and was never deleted is there.
          const there = new Set(after.map(({ metadata }) => stringAt(metadata, 'name')));
          expect([...rooted].filter((name) => !there.has(name))).toEqual([]);
          for (let i = 0; i < count; i++) await letGo(world, i);
          await world.registry.settled();
          const left = await world.objects();
          const uids = new Set(left.map(({ metadata }) => stringAt(metadata, 'uid')));
          for (const { metadata } of left) {
            expect(metadata).not.toHaveProperty('deletionTimestamp');
            expect(ownerReferencesOf({ metadata }).filter((owner) => !uids.has(stringAt(owner, 'uid')))).toEqual([]);
          }
        }),
      ),
      { numRuns: 10 },
    );
  });
});

/** The object went between the look at it and the deed. */
function ignoreRace(error: unknown): false {
  expect(error).toBeInstanceOf(ApiError);
  expect([404, 409]).toContain((error as ApiError).code);
  return false;
}

async function letGo(world: World, i: number): Promise<void> {
  const drop = (object: JsonObject): JsonObject => {
    const metadata = object['metadata'] as JsonObject;
    const finalizers = (metadata['finalizers'] ?? []) as string[];
    metadata['finalizers'] = finalizers.filter((name) => !isFinal(name));
    return object;
  };
  await world.registry.fixture
    .store(resourceOf(i))
    .update({ namespace, name: nameOf(i) }, '', drop, write)
    .catch(ignoreRace);
}
