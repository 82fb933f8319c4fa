export type Format = 'json' | 'yaml' | 'protobuf';
export type TransformKind = 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';

/** What the client asked the object to be made into: `as=Table;v=v1;g=meta.k8s.io`. */
export interface Transform {
  readonly kind: TransformKind;
  readonly version: 'v1' | 'v1beta1';
}

/** How an answer looks: its format, and what of the object is in it. */
export interface MediaType {
  readonly format: Format;
  /** By `;pretty=1`. */
  readonly pretty: boolean;
  readonly transform: Transform | undefined;
}
