import type { StoredObject } from '../translate/stored-object.ts';
import type { Transform } from './media-type.ts';
import { metadataBytes } from './metadata-bytes.ts';

const close = Buffer.from('}');

/** What stands before the metadata. ASCII. */
export const partialMetadataOpening = (version: Transform['version']): string =>
  `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/${version}",`;

const openings = {
  v1: Buffer.from(partialMetadataOpening('v1')),
  v1beta1: Buffer.from(partialMetadataOpening('v1beta1')),
} as const;

/** The object's metadata and nothing else, as a PartialObjectMetadata. */
export const partialMetadata = (object: StoredObject, version: Transform['version']): Buffer =>
  Buffer.concat([openings[version], metadataBytes(object), close]);
