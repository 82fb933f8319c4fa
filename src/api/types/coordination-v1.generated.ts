/** Made by .dev/generate-types.ts: a decoded object is of such a type. Every field may be absent. */
import type { ObjectMeta } from './meta-v1.generated.ts';

export type Lease = {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
  spec?: LeaseSpec;
};

export type LeaseSpec = {
  acquireTime?: string;
  holderIdentity?: string;
  leaseDurationSeconds?: number;
  leaseTransitions?: number;
  preferredHolder?: string;
  renewTime?: string;
  strategy?: string;
};
