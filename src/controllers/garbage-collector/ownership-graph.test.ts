import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Ownership } from './ownership.ts';
import { OwnershipGraph } from './ownership-graph.ts';

const owned = (uid: string, owners: readonly (readonly [uid: string, blocks: boolean])[]): Ownership => ({
  uid,
  owners: owners.map(([owner, blockOwnerDeletion]) => ({
    apiVersion: 'v1',
    kind: 'Node',
    name: owner,
    uid: owner,
    blockOwnerDeletion,
  })),
  ownersText: JSON.stringify(owners),
  isBeingDeleted: false,
  orphansDependents: false,
  deletesDependents: false,
});

const names = ['a', 'b', 'c', 'd'] as const;
const owners = fc.uniqueArray(fc.tuple(fc.constantFrom(...names), fc.boolean()), {
  maxLength: 3,
  selector: ([uid]) => uid,
});
const step = fc.record({ key: fc.constantFrom(...names), owners: fc.option(owners) });

describe('controllers/garbage-collector/ownership-graph', () => {
  test('knows after each change who depends on whom, and holds nobody without owners', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const graph = new OwnershipGraph();
        const plain = new Map<string, Ownership['owners']>();
        for (const { key, owners: now } of steps) {
          const before = plain.get(key);
          const known = now === null ? graph.delete(key) : graph.put(key, 'ns', owned(`uid-${key}`, now));
          expect(known?.owners).toEqual(before);
          if (now === null || now.length === 0) plain.delete(key);
          else plain.set(key, owned('', now).owners);
          expect([graph.size, [...graph.values()].map((dependent) => dependent.key).sort()]).toEqual([
            plain.size,
            [...plain.keys()].sort(),
          ]);
          for (const owner of names) {
            const naming = [...plain].filter(([, references]) => references.some(({ uid }) => uid === owner));
            const blocking = naming.filter(([, references]) =>
              references.some(({ uid, blockOwnerDeletion }) => uid === owner && blockOwnerDeletion),
            );
            expect([...graph.dependentsOf(owner).keys()].sort()).toEqual(naming.map(([name]) => name).sort());
            expect([...graph.blocking(owner)].map((dependent) => dependent.key).sort()).toEqual(
              blocking.map(([name]) => name).sort(),
            );
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});
