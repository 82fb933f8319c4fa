/** Made by .dev/generate-types.ts: a decoded object is of such a type. Every field may be absent. */
import type { Toleration } from './core-v1.generated.ts';
import type { ObjectMeta } from './meta-v1.generated.ts';

export type Overhead = {
  podFixed?: { [key: string]: string };
};

export type RuntimeClass = {
  apiVersion?: string;
  handler?: string;
  kind?: string;
  metadata?: ObjectMeta;
  overhead?: Overhead;
  scheduling?: Scheduling;
};

export type Scheduling = {
  nodeSelector?: { [key: string]: string };
  tolerations?: Toleration[];
};
