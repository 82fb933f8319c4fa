import { textAt } from '../machinery/json/json-path.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { metadataField, metadataMap } from '../machinery/object-meta.ts';

/** What rules about claims read of a StorageClass. */
export interface StorageClassRules {
  readonly name: string;
  readonly isDefault: boolean;
  /** In milliseconds since the epoch. */
  readonly created: number;
  readonly allowVolumeExpansion: boolean;
}

const defaultAnnotations = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

export function readStorageClass(object: JsonObject): StorageClassRules {
  const annotations = metadataMap(object, 'annotations');
  return {
    name: metadataField(object, 'name'),
    isDefault: defaultAnnotations.some((annotation) => annotations[annotation] === 'true'),
    created: Date.parse(metadataField(object, 'creationTimestamp')),
    allowVolumeExpansion: object['allowVolumeExpansion'] === true,
  };
}

const classAnnotation = 'volume.beta.kubernetes.io/storage-class';

/** The class that a claim names, in either way; undefined: it names none, '' is one that nobody provisions for. */
export function classOfClaim(claim: JsonObject): string | undefined {
  const annotations = metadataMap(claim, 'annotations');
  if (Object.hasOwn(annotations, classAnnotation)) return annotations[classAnnotation];
  const spec = claim['spec'];
  const named = typeof spec === 'object' && spec !== null && (spec as JsonObject)['storageClassName'];
  return typeof named === 'string' ? textAt(claim, 'spec', 'storageClassName') : undefined;
}
