import type { JsonValue } from '../json-value.ts';
import { difference, has, isEmpty, setOfFields } from './field-set.ts';
import { identifierOf, type Manager, readManagers, writeManagers } from './managers.ts';
import { fieldElement } from './path-element.ts';

/** A field of an object that one of its subresources shows as a field of its own: the replicas that `scale` has. */
export interface ViewedField {
  readonly inObject: readonly string[];
  readonly inView: readonly string[];
  /** The version of the view: `autoscaling/v1`. */
  readonly viewVersion: string;
}

/**
 * managedFields of a view: who manages the field that it shows. `isKnown`: of versions of the object; managers by others
 * are passed over. Undefined: nobody.
 * @throws {FieldsV1Error}
 */
export function managersOfView(
  { inObject, inView, viewVersion }: ViewedField,
  ofObject: JsonValue | undefined,
  isKnown: (apiVersion: string) => boolean,
): JsonValue | undefined {
  const path = inObject.map(fieldElement);
  const found = [...readManagers(ofObject, true).values()]
    .filter(({ apiVersion, set }) => isKnown(apiVersion) && has(set, path))
    .map((manager) => withoutEntry({ ...manager, apiVersion: viewVersion, set: setOfFields(inView) }));
  return writeManagers(new Map(found.map((manager) => [identifierOf(manager), manager])));
}

/**
 * managedFields of the object after its view was written: whoever manages the field there does here, and nobody else. As
 * in the original nobody comes to have a time by that, and who updated the object itself loses the field to an entry of
 * his own. `apiVersion`: by which the view was asked for.
 * @throws {FieldsV1Error}
 */
export function managersOfObject(
  { inObject, inView }: ViewedField,
  {
    before,
    ofView,
    apiVersion,
  }: {
    readonly before: JsonValue | undefined;
    readonly ofView: JsonValue | undefined;
    readonly apiVersion: string;
  },
  isKnown: (apiVersion: string) => boolean,
): JsonValue | undefined {
  const [path, field] = [inObject.map(fieldElement), setOfFields(inObject)];
  const old = readManagers(before, true);
  const viewed = readManagers(ofView, true);
  const managers = new Map<string, Manager>();
  for (const [identifier, manager] of old) {
    if (!isKnown(manager.apiVersion)) continue;
    // Not taken from him, or none of his.
    if (!has(manager.set, path) || viewed.delete(identifier)) managers.set(identifier, manager);
    else {
      const set = difference(manager.set, field);
      if (!isEmpty(set)) managers.set(identifier, { ...manager, set });
    }
  }
  for (const [identifier, manager] of viewed) {
    if (!has(manager.set, inView.map(fieldElement))) continue;
    const time = old.get(identifier)?.time;
    managers.set(identifier, withoutEntry({ ...manager, apiVersion, set: field, time }));
  }
  return writeManagers(managers);
}

/** It is written anew. */
const withoutEntry = (manager: Manager): Manager => ({ ...manager, entry: undefined });
