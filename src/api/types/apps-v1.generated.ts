/** Made by .dev/generate-types.ts: a decoded object is of such a type. Every field may be absent. */
import type { JsonValue } from '../../machinery/json-value.ts';
import type { PersistentVolumeClaim, PodTemplateSpec } from './core-v1.generated.ts';
import type { LabelSelector, ObjectMeta } from './meta-v1.generated.ts';

export type ControllerRevision = {
  apiVersion?: string;
  data?: JsonValue;
  kind?: string;
  metadata?: ObjectMeta;
  revision?: number | bigint;
};

export type DaemonSet = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: DaemonSetSpec;
  status?: DaemonSetStatus;
};

export type DaemonSetCondition = {
  lastTransitionTime?: string | null;
  message?: string;
  reason?: string;
  status?: string;
  type?: string;
};

export type DaemonSetSpec = {
  minReadySeconds?: number;
  revisionHistoryLimit?: number;
  selector?: LabelSelector | null;
  template?: PodTemplateSpec;
  updateStrategy?: DaemonSetUpdateStrategy;
};

export type DaemonSetStatus = {
  collisionCount?: number;
  conditions?: DaemonSetCondition[];
  currentNumberScheduled?: number;
  desiredNumberScheduled?: number;
  numberAvailable?: number;
  numberMisscheduled?: number;
  numberReady?: number;
  numberUnavailable?: number;
  observedGeneration?: number | bigint;
  updatedNumberScheduled?: number;
};

export type DaemonSetUpdateStrategy = {
  rollingUpdate?: RollingUpdateDaemonSet;
  type?: string;
};

export type Deployment = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: DeploymentSpec;
  status?: DeploymentStatus;
};

export type DeploymentCondition = {
  lastTransitionTime?: string | null;
  lastUpdateTime?: string | null;
  message?: string;
  reason?: string;
  status?: string;
  type?: string;
};

export type DeploymentSpec = {
  minReadySeconds?: number;
  paused?: boolean;
  progressDeadlineSeconds?: number;
  replicas?: number;
  revisionHistoryLimit?: number;
  selector?: LabelSelector | null;
  strategy?: DeploymentStrategy;
  template?: PodTemplateSpec;
};

export type DeploymentStatus = {
  availableReplicas?: number;
  collisionCount?: number;
  conditions?: DeploymentCondition[];
  observedGeneration?: number | bigint;
  readyReplicas?: number;
  replicas?: number;
  terminatingReplicas?: number;
  unavailableReplicas?: number;
  updatedReplicas?: number;
};

export type DeploymentStrategy = {
  rollingUpdate?: RollingUpdateDeployment;
  type?: string;
};

export type ReplicaSet = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: ReplicaSetSpec;
  status?: ReplicaSetStatus;
};

export type ReplicaSetCondition = {
  lastTransitionTime?: string | null;
  message?: string;
  reason?: string;
  status?: string;
  type?: string;
};

export type ReplicaSetSpec = {
  minReadySeconds?: number;
  replicas?: number;
  selector?: LabelSelector | null;
  template?: PodTemplateSpec;
};

export type ReplicaSetStatus = {
  availableReplicas?: number;
  conditions?: ReplicaSetCondition[];
  fullyLabeledReplicas?: number;
  observedGeneration?: number | bigint;
  readyReplicas?: number;
  replicas?: number;
  terminatingReplicas?: number;
};

export type RollingUpdateDaemonSet = {
  maxSurge?: number | string;
  maxUnavailable?: number | string;
};

export type RollingUpdateDeployment = {
  maxSurge?: number | string;
  maxUnavailable?: number | string;
};

export type RollingUpdateStatefulSetStrategy = {
  maxUnavailable?: number | string;
  partition?: number;
};

export type StatefulSet = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: StatefulSetSpec;
  status?: StatefulSetStatus;
};

export type StatefulSetCondition = {
  lastTransitionTime?: string | null;
  message?: string;
  reason?: string;
  status?: string;
  type?: string;
};

export type StatefulSetOrdinals = {
  start?: number;
};

export type StatefulSetPersistentVolumeClaimRetentionPolicy = {
  whenDeleted?: string;
  whenScaled?: string;
};

export type StatefulSetSpec = {
  minReadySeconds?: number;
  ordinals?: StatefulSetOrdinals;
  persistentVolumeClaimRetentionPolicy?: StatefulSetPersistentVolumeClaimRetentionPolicy;
  podManagementPolicy?: string;
  replicas?: number;
  revisionHistoryLimit?: number;
  selector?: LabelSelector | null;
  serviceName?: string;
  template?: PodTemplateSpec;
  updateStrategy?: StatefulSetUpdateStrategy;
  volumeClaimTemplates?: PersistentVolumeClaim[];
};

export type StatefulSetStatus = {
  availableReplicas?: number;
  collisionCount?: number;
  conditions?: StatefulSetCondition[];
  currentReplicas?: number;
  currentRevision?: string;
  observedGeneration?: number | bigint;
  readyReplicas?: number;
  replicas?: number;
  updateRevision?: string;
  updatedReplicas?: number;
};

export type StatefulSetUpdateStrategy = {
  rollingUpdate?: RollingUpdateStatefulSetStrategy;
  type?: string;
};
