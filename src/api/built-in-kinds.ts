import { admissionRegistrationGroup } from './admissionregistration/admissionregistration-group.ts';
import { apiextensionsGroup } from './apiextensions/apiextensions-group.ts';
import { apiRegistrationGroup } from './apiregistration/apiregistration-group.ts';
import { appsGroup } from './apps/apps-group.ts';
import { autoscalingGroup } from './autoscaling/autoscaling-group.ts';
import { batchGroup } from './batch/batch-group.ts';
import { certificatesGroup } from './certificates/certificates-group.ts';
import { coordinationGroup } from './coordination/coordination-group.ts';
import { type CoreGroupOptions, coreGroup } from './core/core-group.ts';
import { defaultPodRules } from './core/pod-rules.ts';
import { serviceRangesOf } from './core/service-ranges.ts';
import { discoveryGroup } from './discovery/discovery-group.ts';
import { flowControlGroup } from './flowcontrol/flowcontrol-group.ts';
import type { Kind } from './kind.ts';
import { networkingGroup } from './networking/networking-group.ts';
import { nodeGroup } from './node/node-group.ts';
import { policyGroup } from './policy/policy-group.ts';
import { rbacGroup } from './rbac/rbac-group.ts';
import { type ResourceGroupOptions, resourceGroup } from './resource/resource-group.ts';
import { schedulingGroup } from './scheduling/scheduling-group.ts';
import { storageGroup } from './storage/storage-group.ts';
import { storageMigrationGroup } from './storagemigration/storagemigration-group.ts';

export type BuiltInOptions = CoreGroupOptions & ResourceGroupOptions;

export const defaultBuiltInOptions: BuiltInOptions = {
  eventTtlSeconds: 3_600,
  serviceRanges: serviceRangesOf('10.0.0.0/16', '30000-32767'),
  issuesTokens: false,
  namespaceLabels: () => undefined,
  now: () => 0,
  ...defaultPodRules,
};

/** Every built-in kind, by the group of its hub. */
export const builtInKinds = (given: Partial<BuiltInOptions> = {}): readonly Kind[] => {
  const options = { ...defaultBuiltInOptions, ...given };
  return [
    ...coreGroup(options),
    ...appsGroup(options),
    ...coordinationGroup,
    ...admissionRegistrationGroup(),
    ...discoveryGroup,
    ...networkingGroup,
    ...nodeGroup,
    ...rbacGroup,
    ...schedulingGroup,
    ...storageGroup,
    ...autoscalingGroup,
    ...batchGroup(options),
    ...resourceGroup(options),
    ...storageMigrationGroup,
    ...policyGroup,
    ...apiRegistrationGroup,
    ...certificatesGroup,
    ...flowControlGroup,
    ...apiextensionsGroup,
  ];
};
