/** Made by .dev/generate-types.ts: a decoded object is of such a type. Every field may be absent. */
import type { PersistentVolumeSpec, TopologySelectorTerm } from './core-v1.generated.ts';
import type { LabelSelector, ObjectMeta } from './meta-v1.generated.ts';

export type CSIDriver = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: CSIDriverSpec;
};

export type CSIDriverSpec = {
  attachRequired?: boolean;
  fsGroupPolicy?: string;
  nodeAllocatableUpdatePeriodSeconds?: number | bigint;
  podInfoOnMount?: boolean;
  preventPodSchedulingIfMissing?: boolean;
  requiresRepublish?: boolean;
  seLinuxMount?: boolean;
  serviceAccountTokenInSecrets?: boolean;
  storageCapacity?: boolean;
  tokenRequests?: TokenRequest[];
  volumeLifecycleModes?: string[];
};

export type CSINode = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: CSINodeSpec;
  status?: CSINodeStatus;
};

export type CSINodeDriver = {
  allocatable?: VolumeNodeResources;
  name?: string;
  nodeID?: string;
  topologyKeys?: string[] | null;
};

export type CSINodeSpec = {
  drivers?: CSINodeDriver[] | null;
};

export type CSINodeStatus = {
  storageHealth?: StorageHealth[];
};

export type CSIStorageCapacity = {
  apiVersion?: string;
  capacity?: string;
  kind?: string;
  maximumVolumeSize?: string;
  metadata?: ObjectMeta;
  nodeTopology?: LabelSelector;
  storageClassName?: string;
};

export type StorageClass = {
  allowVolumeExpansion?: boolean;
  allowedTopologies?: TopologySelectorTerm[];
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  mountOptions?: string[];
  parameters?: { [key: string]: string };
  provisioner?: string;
  reclaimPolicy?: string;
  volumeBindingMode?: string;
};

export type StorageHealth = {
  healthConditions?: StorageHealthCondition[];
  name?: string;
};

export type StorageHealthCondition = {
  accessMode?: string;
  lastTransitionTime?: string | null;
  message?: string;
  reason?: string;
  status?: string;
  volumeMode?: string;
};

export type TokenRequest = {
  audience?: string;
  expirationSeconds?: number | bigint;
};

export type VolumeAttachment = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: VolumeAttachmentSpec;
  status?: VolumeAttachmentStatus;
};

export type VolumeAttachmentSource = {
  inlineVolumeSpec?: PersistentVolumeSpec;
  persistentVolumeName?: string;
};

export type VolumeAttachmentSpec = {
  attacher?: string;
  nodeName?: string;
  source?: VolumeAttachmentSource;
};

export type VolumeAttachmentStatus = {
  attachError?: VolumeError;
  attached?: boolean;
  attachmentMetadata?: { [key: string]: string };
  detachError?: VolumeError;
};

export type VolumeAttributesClass = {
  apiVersion?: string;
  driverName?: string;
  kind?: string;
  metadata?: ObjectMeta;
  parameters?: { [key: string]: string };
};

export type VolumeError = {
  errorCode?: number;
  message?: string;
  time?: string | null;
};

export type VolumeNodeResources = {
  count?: number;
};
