import type { Served, ServedVersion } from '../api/served-version.ts';
import { shapeOf, zeroValuesOf } from '../api/stored-kind.ts';
import { asRevision } from '../base/revision.ts';
import { apiVersionOf } from '../machinery/gvk.ts';
import { parseJson } from '../machinery/json/parse.ts';
import { isJsonObject } from '../machinery/json-value.ts';
import { metadataField } from '../machinery/object-meta.ts';
import { encodeForClients, encodeForStorage } from '../translate/object-layout.ts';
import type { ObjectShape } from '../translate/object-shape.ts';
import { StoredObject } from '../translate/stored-object.ts';

const shapes = new WeakMap<ServedVersion, ObjectShape>();

/** How objects of this version look to clients; its keys are nobody's. */
export function clientShapeOf(served: ServedVersion): ObjectShape {
  let shape = shapes.get(served);
  if (shape === undefined) {
    shape = {
      ...shapeOf(served.stored, ''),
      kind: served.kind,
      apiVersion: apiVersionOf(served),
      fillZeroValues: zeroValuesOf(served),
    };
    shapes.set(served, shape);
  }
  return shape;
}

const converted = new WeakMap<ServedVersion, WeakMap<StoredObject, StoredObject>>();

/**
 * The object as `served` has it: itself in the hub's version, else converted and encoded once per revision, for as long as
 * anybody keeps the object. What selects (key, name, labels, fields) is the object's own.
 */
export function inVersion(served: Served, object: StoredObject): StoredObject {
  if (served.conversion === undefined) return object;
  const { conversion } = served;
  let known = converted.get(served);
  if (known === undefined) converted.set(served, (known = new WeakMap()));
  let made = known.get(object);
  if (made === undefined) {
    const shape = clientShapeOf(served);
    const { key, namespace, name, revision, createRevision } = object;
    const bytes = encodeForClients(shape, conversion.fromHub(object.parse()), revision);
    made = new StoredObject({ shape, key, namespace, name, revision, createRevision, bytes });
    known.set(object, made);
  }
  return made;
}

/** The same of an object's bytes, as a write answers with: those of a dry run have no resourceVersion. */
export function bytesInVersion(served: Served, bytes: Buffer): Buffer {
  if (served.conversion === undefined) return bytes;
  const { conversion } = served;
  const { value } = parseJson(bytes);
  if (!isJsonObject(value)) throw new TypeError('an object is not a JSON object');
  const revision = metadataField(value, 'resourceVersion');
  const shape = clientShapeOf(served);
  const converted = conversion.fromHub(value);
  return revision === ''
    ? encodeForStorage(shape, converted)
    : encodeForClients(shape, converted, asRevision(Number(revision)));
}
