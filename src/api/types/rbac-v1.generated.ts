/** Made by .dev/generate-types.ts: a decoded object is of such a type. Every field may be absent. */
import type { LabelSelector, ObjectMeta } from './meta-v1.generated.ts';

export type AggregationRule = {
  clusterRoleSelectors?: LabelSelector[];
};

export type ClusterRole = {
  aggregationRule?: AggregationRule;
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  rules?: PolicyRule[] | null;
};

export type ClusterRoleBinding = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  roleRef?: RoleRef;
  subjects?: Subject[];
};

export type PolicyRule = {
  apiGroups?: string[];
  nonResourceURLs?: string[];
  resourceNames?: string[];
  resources?: string[];
  verbs?: string[] | null;
};

export type Role = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  rules?: PolicyRule[] | null;
};

export type RoleBinding = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  roleRef?: RoleRef;
  subjects?: Subject[];
};

export type RoleRef = {
  apiGroup?: string;
  kind?: string;
  name?: string;
};

export type Subject = {
  apiGroup?: string;
  kind?: string;
  name?: string;
  namespace?: string;
};
