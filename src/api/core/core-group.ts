import type { Kind } from '../kind.ts';
import { configMaps } from './config-maps.ts';
import { endpoints } from './endpoints.ts';
import { events } from './events.ts';
import { limitRanges } from './limit-ranges.ts';
import { namespaces } from './namespaces.ts';
import { nodes } from './nodes.ts';
import { persistentVolumeClaims } from './persistent-volume-claims.ts';
import { persistentVolumes } from './persistent-volumes.ts';
import type { PodRules } from './pod-rules.ts';
import { podTemplates } from './pod-templates.ts';
import { pods } from './pods.ts';
import { replicationControllers } from './replication-controllers.ts';
import { resourceQuotas } from './resource-quotas.ts';
import { secrets } from './secrets.ts';
import { withTokens } from './service-account-tokens.ts';
import { serviceAccounts } from './service-accounts.ts';
import type { ServiceRanges } from './service-ranges.ts';
import { services } from './services.ts';

export interface CoreGroupOptions extends PodRules {
  /** How long an event is kept after it was last written. */
  readonly eventTtlSeconds: number;
  /** From which services get their addresses and ports. */
  readonly serviceRanges: ServiceRanges;
  /** Service accounts have tokens. */
  readonly issuesTokens: boolean;
}

/** The kinds whose hub is core `v1`, by name. */
export const coreGroup = ({
  eventTtlSeconds,
  serviceRanges,
  issuesTokens,
  ...rules
}: CoreGroupOptions): readonly Kind[] => [
  configMaps,
  endpoints,
  events(eventTtlSeconds),
  limitRanges,
  namespaces,
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  pods(rules),
  podTemplates(rules),
  replicationControllers(rules),
  resourceQuotas,
  secrets,
  issuesTokens ? withTokens(serviceAccounts) : serviceAccounts,
  services(serviceRanges),
];
