export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

export interface ManagedFields {
  manager?: string;
  operation?: 'Apply' | 'Update';
  apiVersion?: string;
  time?: string;
  fieldsType?: string;
  fieldsV1?: unknown;
  subresource?: string;
}

/** metadata, as the server answers it. */
export interface ObjectMeta {
  name: string;
  /** Absent: the kind has none. */
  namespace?: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  /** RFC 3339. */
  creationTimestamp: string;
  /** RFC 3339. Present: it is being deleted, and waits for its finalizers. */
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  generateName?: string;
  labels?: { [key: string]: string };
  annotations?: { [key: string]: string };
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: ManagedFields[];
}

/** metadata, as it is sent. `null` is for patches. */
export type ObjectMetaInput = { readonly [Key in keyof ObjectMeta]?: ObjectMeta[Key] | undefined };

/** metadata of a list. */
export interface ListMeta {
  resourceVersion: string;
  /** Present: there is more, from here on. */
  continue?: string;
  remainingItemCount?: number;
}
