import { stringsAt, textAt, valueAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';

const shortModes: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

/** Access modes as `RWO,ROX`, each once, in the order in which Kubernetes names them. */
export function accessModesText(object: JsonObject, ...path: readonly string[]): string {
  const modes = stringsAt(object, ...path);
  return Object.keys(shortModes)
    .filter((mode) => modes.includes(mode))
    .map((mode) => shortModes[mode])
    .join(',');
}

/** The text under a path; `<unset>` when there is none. */
export const orUnset = (object: JsonObject, ...path: readonly string[]): string =>
  valueAt(object, ...path) === undefined ? '<unset>' : textAt(object, ...path);

/** The phase in status, unless the object is going. */
export const volumePhase = (object: JsonObject): string =>
  textAt(object, 'metadata', 'deletionTimestamp') === '' ? textAt(object, 'status', 'phase') : 'Terminating';

/** The storage class: once an annotation, now a field. */
export function storageClass(object: JsonObject): string {
  const annotation = valueAt(object, 'metadata', 'annotations', 'volume.beta.kubernetes.io/storage-class');
  return typeof annotation === 'string' ? annotation : textAt(object, 'spec', 'storageClassName');
}
