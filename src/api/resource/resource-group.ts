import type { Kind } from '../kind.ts';
import type { NamespaceLabels } from './admin-access.ts';
import { deviceClasses } from './device-classes.ts';
import { deviceTaintRules } from './device-taint-rules.ts';
import { resourceClaimTemplates } from './resource-claim-templates.ts';
import { resourceClaims } from './resource-claims.ts';
import { resourceSlices } from './resource-slices.ts';

export interface ResourceGroupOptions {
  /** By which a namespace lets those who are in it administer devices. */
  readonly namespaceLabels: NamespaceLabels;
  /** The time that new taints are of, in milliseconds since the epoch. */
  readonly now: () => number;
}

/** The kinds of `resource.k8s.io`, by name. */
export const resourceGroup = ({ namespaceLabels, now }: ResourceGroupOptions): readonly Kind[] => [
  deviceClasses,
  deviceTaintRules(now),
  resourceClaims(namespaceLabels),
  resourceClaimTemplates(namespaceLabels),
  resourceSlices(now),
];
