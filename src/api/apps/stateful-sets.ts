import { numberAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defaultTemplate } from '../core/pod-defaults.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, containerColumns, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import { objectOrNew, setDefault } from '../strategy/set-default.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import { validateSameSelector, validateSelector } from './workload.ts';

function defaults(set: JsonObject): void {
  const spec = objectOrNew(set, 'spec');
  setDefault(spec, 'replicas', 1);
  setDefault(spec, 'podManagementPolicy', 'OrderedReady');
  setDefault(spec, 'revisionHistoryLimit', 10);
  const strategy = objectOrNew(spec, 'updateStrategy');
  setDefault(strategy, 'type', 'RollingUpdate');
  if (strategy['type'] === 'RollingUpdate') setDefault(objectOrNew(strategy, 'rollingUpdate'), 'partition', 0);
  const retention = objectOrNew(spec, 'persistentVolumeClaimRetentionPolicy');
  setDefault(retention, 'whenDeleted', 'Retain');
  setDefault(retention, 'whenScaled', 'Retain');
  defaultTemplate(set);
}

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
  }),
});
