/** Made by .dev/generate-types.ts: a decoded object is of such a type. Every field may be absent. */
import type { Condition, DeleteOptions, LabelSelector, ObjectMeta } from './meta-v1.generated.ts';

export type Eviction = {
  apiVersion?: string;
  deleteOptions?: DeleteOptions;
  kind?: string;
  metadata?: ObjectMeta;
};

export type PodDisruptionBudget = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: PodDisruptionBudgetSpec;
  status?: PodDisruptionBudgetStatus;
};

export type PodDisruptionBudgetSpec = {
  maxUnavailable?: number | string;
  minAvailable?: number | string;
  selector?: LabelSelector;
  unhealthyPodEvictionPolicy?: string;
};

export type PodDisruptionBudgetStatus = {
  conditions?: Condition[];
  currentHealthy?: number;
  desiredHealthy?: number;
  disruptedPods?: { [key: string]: string };
  disruptionsAllowed?: number;
  expectedPods?: number;
  observedGeneration?: number | bigint;
};
