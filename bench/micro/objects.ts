import { asRevision } from '../../src/base/revision.ts';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import type { KeyValue } from '../../src/storage/storage.ts';
import { encodeForClients, encodeForStorage } from '../../src/translate/object-layout.ts';
import type { ObjectShape } from '../../src/translate/object-shape.ts';
import { StoredObject } from '../../src/translate/stored-object.ts';

export const shape: ObjectShape = {
  kind: 'ConfigMap',
  apiVersion: 'v1',
  keyPrefix: '/registry/configmaps/',
  namespaced: true,
};

/** Objects of about 1.4 KB, as the profiles have them. */
const filling = 'x'.repeat(1200);
/** Of one width, so that key order is the order of the numbers. */
export const nameOf = (n: number): string => `name-${String(n).padStart(6, '0')}`;
export const keyOf = (n: number): string => `${shape.keyPrefix}default/${nameOf(n)}`;

const objectOf = (name: string, labels: JsonObject): JsonObject => ({
  metadata: { name, namespace: 'default', labels },
  data: { filling },
});

export function storedObject(n: number, revision: number, labels: JsonObject = {}): StoredObject {
  const name = nameOf(n);
  return new StoredObject({
    shape,
    key: keyOf(n),
    namespace: 'default',
    name,
    revision: asRevision(revision),
    createRevision: asRevision(1),
    bytes: encodeForClients(shape, objectOf(name, labels), asRevision(revision)),
  });
}

/** As the store has it. */
export const storedValue = (n: number, labels: JsonObject = {}): KeyValue => ({
  key: keyOf(n),
  value: encodeForStorage(shape, objectOf(nameOf(n), labels)),
  createRevision: asRevision(1),
  modRevision: asRevision(1_000_000 + n),
});
