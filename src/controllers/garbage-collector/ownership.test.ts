import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Revision } from '../../base/revision.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { encodeForStorage } from '../../translate/object-layout.ts';
import type { ObjectShape } from '../../translate/object-shape.ts';
import type { StoredObject } from '../../translate/stored-object.ts';
import { translate } from '../../translate/translate.ts';
import { ownershipOf, uidOf } from './ownership.ts';

const shape: ObjectShape = {
  kind: 'Widget',
  apiVersion: 'example.com/v1',
  keyPrefix: '/registry/example.com/widgets/',
  namespaced: true,
};

function stored(object: JsonObject): StoredObject {
  const value = encodeForStorage(shape, object);
  const kv = { key: `${shape.keyPrefix}ns/a`, value, createRevision: 5 as Revision, modRevision: 99 as Revision };
  const change = translate(shape, { type: 'put', kv });
  if (change.type !== 'put') throw new Error('not a put');
  return change.object;
}

const reference = fc.record({
  apiVersion: fc.constantFrom('v1', 'apps/v1'),
  kind: fc.constantFrom('ConfigMap', 'Deployment'),
  name: fc.string(),
  uid: fc.string(),
  blockOwnerDeletion: fc.boolean(),
});
const metadata = fc.record(
  {
    annotations: fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
    ownerReferences: fc.array(reference, { minLength: 1, maxLength: 3 }),
    deletionTimestamp: fc.constant('2026-01-01T00:00:00Z'),
    finalizers: fc.array(fc.constantFrom('orphan', 'foregroundDeletion', 'example.com/hold'), { minLength: 1 }),
    uid: fc.string(),
  },
  { requiredKeys: [] },
);

describe('controllers/garbage-collector/ownership', () => {
  test('is read from the bytes as from the object, whatever else metadata holds and in whatever order', () => {
    fc.assert(
      fc.property(metadata, fc.boolean(), (generated, reversed) => {
        const entries = Object.entries(generated);
        const object = stored({ metadata: Object.fromEntries(reversed ? entries.reverse() : entries) as JsonObject });
        const { deletionTimestamp, ownerReferences, finalizers = [], uid = '' } = generated;
        const isBeingDeleted = deletionTimestamp !== undefined;
        expect(uidOf(object)).toBe(uid);
        const found = ownershipOf(object);
        if (!isBeingDeleted && ownerReferences === undefined) expect(found).toBeUndefined();
        else {
          expect(found).toMatchObject({
            uid,
            owners: ownerReferences ?? [],
            isBeingDeleted,
            orphansDependents: isBeingDeleted && finalizers.includes('orphan'),
            deletesDependents: isBeingDeleted && finalizers.includes('foregroundDeletion'),
          });
        }
      }),
    );
  });

  test('owners that are written as before are not read again, and others are', () => {
    const owner = { apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'u' };
    const before = ownershipOf(stored({ metadata: { uid: 'a', ownerReferences: [owner] } }));
    const same = ownershipOf(stored({ metadata: { uid: 'a', labels: { b: 'c' }, ownerReferences: [owner] } }), before);
    expect(same?.owners).toBe(before?.owners);
    const other = ownershipOf(stored({ metadata: { uid: 'a', ownerReferences: [{ ...owner, uid: 'v' }] } }), before);
    expect(other?.owners).toMatchObject([{ uid: 'v' }]);
  });

  test('what is no list of references, or of no form, owns nothing and breaks nothing', () => {
    for (const ownerReferences of [null, {}, 'x', [1, null, 'x', []]]) {
      expect(ownershipOf(stored({ metadata: { ownerReferences: ownerReferences as never } }))?.owners).toEqual([]);
    }
    const odd = ownershipOf(stored({ metadata: { ownerReferences: [{ uid: 5, name: {} }] } }));
    expect(odd?.owners).toEqual([{ apiVersion: '', kind: '', name: '', uid: '', blockOwnerDeletion: false }]);
    const finalizers = ownershipOf(stored({ metadata: { deletionTimestamp: 'x', finalizers: 'orphan' } }));
    expect(finalizers).toMatchObject({ isBeingDeleted: true, orphansDependents: false });
  });
});
