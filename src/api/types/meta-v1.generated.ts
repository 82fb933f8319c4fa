/** Made by .dev/generate-types.ts: a decoded object is of such a type. Every field may be absent. */
import type { JsonValue } from '../../machinery/json-value.ts';

export type APIGroup = {
  apiVersion?: string;
  kind?: string;
  name?: string;
  preferredVersion?: GroupVersionForDiscovery;
  serverAddressByClientCIDRs?: ServerAddressByClientCIDR[];
  versions?: GroupVersionForDiscovery[] | null;
};

export type APIGroupList = {
  apiVersion?: string;
  groups?: APIGroup[] | null;
  kind?: string;
};

export type APIResource = {
  categories?: string[];
  group?: string;
  kind?: string;
  name?: string;
  namespaced?: boolean;
  shortNames?: string[];
  singularName?: string;
  storageVersionHash?: string;
  verbs?: string[] | null;
  version?: string;
};

export type APIResourceList = {
  apiVersion?: string;
  groupVersion?: string;
  kind?: string;
  resources?: APIResource[] | null;
};

export type APIVersions = {
  apiVersion?: string;
  kind?: string;
  serverAddressByClientCIDRs?: ServerAddressByClientCIDR[] | null;
  versions?: string[] | null;
};

export type Condition = {
  lastTransitionTime?: string | null;
  message?: string;
  observedGeneration?: number | bigint;
  reason?: string;
  status?: string;
  type?: string;
};

export type DeleteOptions = {
  apiVersion?: string;
  dryRun?: string[];
  gracePeriodSeconds?: number | bigint;
  ignoreStoreReadErrorWithClusterBreakingPotential?: boolean;
  kind?: string;
  orphanDependents?: boolean;
  preconditions?: Preconditions;
  propagationPolicy?: string;
};

export type FieldSelectorRequirement = {
  key?: string;
  operator?: string;
  values?: string[];
};

export type GroupResource = {
  group?: string;
  resource?: string;
};

export type GroupVersionForDiscovery = {
  groupVersion?: string;
  version?: string;
};

export type LabelSelector = {
  matchExpressions?: LabelSelectorRequirement[];
  matchLabels?: { [key: string]: string };
};

export type LabelSelectorRequirement = {
  key?: string;
  operator?: string;
  values?: string[];
};

export type ListMeta = {
  continue?: string;
  remainingItemCount?: number | bigint;
  resourceVersion?: string;
  selfLink?: string;
  shardInfo?: ShardInfo;
};

export type ManagedFieldsEntry = {
  apiVersion?: string;
  fieldsType?: string;
  fieldsV1?: JsonValue;
  manager?: string;
  operation?: string;
  subresource?: string;
  time?: string;
};

export type ObjectMeta = {
  annotations?: { [key: string]: string };
  creationTimestamp?: string;
  deletionGracePeriodSeconds?: number | bigint;
  deletionTimestamp?: string;
  finalizers?: string[];
  generateName?: string;
  generation?: number | bigint;
  labels?: { [key: string]: string };
  managedFields?: ManagedFieldsEntry[];
  name?: string;
  namespace?: string;
  ownerReferences?: OwnerReference[];
  resourceVersion?: string;
  selfLink?: string;
  uid?: string;
};

export type OwnerReference = {
  apiVersion?: string;
  blockOwnerDeletion?: boolean;
  controller?: boolean;
  kind?: string;
  name?: string;
  uid?: string;
};

export type Preconditions = {
  resourceVersion?: string;
  uid?: string;
};

export type ServerAddressByClientCIDR = {
  clientCIDR?: string;
  serverAddress?: string;
};

export type ShardInfo = {
  selector?: string;
};

export type Status = {
  apiVersion?: string;
  code?: number;
  details?: StatusDetails;
  kind?: string;
  message?: string;
  metadata?: ListMeta;
  reason?: string;
  status?: string;
};

export type StatusCause = {
  field?: string;
  message?: string;
  reason?: string;
};

export type StatusDetails = {
  causes?: StatusCause[];
  group?: string;
  kind?: string;
  name?: string;
  retryAfterSeconds?: number;
  uid?: string;
};

export type WatchEvent = {
  object?: JsonValue;
  type?: string;
};
