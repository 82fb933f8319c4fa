import type { StoredObject } from '../translate/stored-object.ts';
import type { Transform } from './media-type.ts';
import { metadataBytes } from './metadata-bytes.ts';

const close = Buffer.from('}');
const heads = {
  v1: Buffer.from('{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1",'),
  v1beta1: Buffer.from('{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1beta1",'),
} as const;

/** The object's metadata and nothing else, as a PartialObjectMetadata. */
export const partialMetadata = (object: StoredObject, version: Transform['version']): Buffer =>
  Buffer.concat([heads[version], metadataBytes(object), close]);
