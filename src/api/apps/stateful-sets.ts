import { numberAt, objectIn, objectsAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defaultTemplate } from '../core/pod-defaults.ts';
import { templateWarnings } from '../core/pod-warnings.ts';
import { claimWarnings } from '../core/resource-warnings.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, containerColumns, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import { objectOrNew, setDefault } from '../strategy/set-default.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import { validateSameSelector, validateSelector, warningsOnUpdate } from './workload.ts';

function defaultClaimTemplate(claim: JsonObject): void {
  setDefault(claim, 'kind', 'PersistentVolumeClaim');
  setDefault(claim, 'apiVersion', 'v1');
  setDefault(objectOrNew(claim, 'spec'), 'volumeMode', 'Filesystem');
  setDefault(objectOrNew(claim, 'status'), 'phase', 'Pending');
}

function defaults(set: JsonObject): void {
  const spec = objectOrNew(set, 'spec');
  setDefault(spec, 'replicas', 1);
  setDefault(spec, 'podManagementPolicy', 'OrderedReady');
  setDefault(spec, 'revisionHistoryLimit', 10);
  const strategy = objectOrNew(spec, 'updateStrategy');
  setDefault(strategy, 'type', 'RollingUpdate');
  if (strategy['type'] === 'RollingUpdate') {
    const rolling = objectOrNew(strategy, 'rollingUpdate');
    setDefault(rolling, 'partition', 0);
    setDefault(rolling, 'maxUnavailable', 1);
  }
  for (const claim of objectsAt(spec, 'volumeClaimTemplates')) defaultClaimTemplate(claim);
  const retention = objectOrNew(spec, 'persistentVolumeClaimRetentionPolicy');
  setDefault(retention, 'whenDeleted', 'Retain');
  setDefault(retention, 'whenScaled', 'Retain');
  defaultTemplate(set);
}

/** `below`: what the original puts behind the place of a claim's template. */
const ownWarnings = (set: JsonObject, below: '' | '.Spec'): readonly string[] => [
  ...objectsAt(set, 'spec', 'volumeClaimTemplates').flatMap((claim, index) =>
    claimWarnings(objectIn(claim, 'spec'), `spec.volumeClaimTemplates[${index}]${below}`),
  ),
  ...(numberAt(set, 'spec', 'revisionHistoryLimit') < 0
    ? ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended']
    : []),
];

export const statefulSets = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  resource: 'statefulsets',
  singular: 'statefulset',
  shortNames: ['sts'],
  categories: ['all'],
  namespaced: true,
  verbs: everyVerb,
  subresources: statusSubresource,
  storagePrefix: 'statefulsets',
  fields: {},
  columns: [
    nameColumn,
    column(
      'Ready',
      'Pods that are ready, of how many wanted.',
      (set) => `${numberAt(set, 'status', 'readyReplicas')}/${numberAt(set, 'spec', 'replicas')}`,
    ),
    ageColumn,
    ...containerColumns('spec', 'template', 'spec'),
  ],
  strategy: genericStrategy({
    defaults,
    initialStatus: () => ({ replicas: 0, availableReplicas: 0 }),
    generationOf: [['spec']],
    validate: validateSelector('statefulset'),
    validateChange: validateSameSelector,
    validateName: nameIsDnsSubdomain,
    warningsOnCreate: (set) => [...templateWarnings(set), ...ownWarnings(set, '')],
    warningsOnUpdate: (set, old) => [...warningsOnUpdate(set, old), ...ownWarnings(set, '.Spec')],
  }),
});
