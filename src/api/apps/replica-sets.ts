import { numberAt, objectIn } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defaultTemplate } from '../core/pod-defaults.ts';
import { workloadWarnings } from '../core/pod-warnings.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, containerColumns, nameColumn, wide } from '../printing/columns.ts';
import { selectorText } from '../printing/label-text.ts';
import { scalarField } from '../selectable-fields.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import { objectOrNew, setDefault } from '../strategy/set-default.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import { validateSameSelector, validateSelector, warningsOnUpdate } from './workload.ts';

function defaults(replicaSet: JsonObject): void {
  setDefault(objectOrNew(replicaSet, 'spec'), 'replicas', 1);
  defaultTemplate(replicaSet);
}

export const replicaSets = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  resource: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  verbs: everyVerb,
  subresources: statusSubresource,
  storagePrefix: 'replicasets',
  fields: scalarField('status.replicas', '0'),
  columns: [
    nameColumn,
    column('Desired', 'Pods wanted.', (rs) => numberAt(rs, 'spec', 'replicas'), { type: 'integer' }),
    column('Current', 'Pods there are.', (rs) => numberAt(rs, 'status', 'replicas'), { type: 'integer' }),
    column('Ready', 'Pods that are ready.', (rs) => numberAt(rs, 'status', 'readyReplicas'), { type: 'integer' }),
    ageColumn,
    ...containerColumns('spec', 'template', 'spec'),
    wide('Selector', 'Labels of its pods.', (rs) => selectorText(objectIn(rs, 'spec')) || '<none>'),
  ],
  strategy: genericStrategy({
    defaults,
    initialStatus: () => ({ replicas: 0 }),
    generationOf: [['spec']],
    validate: validateSelector('deployment'),
    validateChange: validateSameSelector,
    validateName: nameIsDnsSubdomain,
    warningsOnCreate: workloadWarnings,
    warningsOnUpdate,
  }),
});
