import { numberAt, objectIn } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { metadataOf } from '../../machinery/object-meta.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defaultTemplate } from '../core/pod-defaults.ts';
import { workloadWarnings } from '../core/pod-warnings.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, containerColumns, nameColumn, wide } from '../printing/columns.ts';
import { selectorText } from '../printing/label-text.ts';
import { genericStrategy, keepOld } from '../strategy/generic-strategy.ts';
import { objectOrNew, setDefault } from '../strategy/set-default.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import { validateSameSelector, validateSelector, warningsOnUpdate } from './workload.ts';

function defaults(deployment: JsonObject): void {
  const spec = objectOrNew(deployment, 'spec');
  setDefault(spec, 'replicas', 1);
  setDefault(spec, 'revisionHistoryLimit', 10);
  setDefault(spec, 'progressDeadlineSeconds', 600);
  const strategy = objectOrNew(spec, 'strategy');
  setDefault(strategy, 'type', 'RollingUpdate');
  if (strategy['type'] === 'RollingUpdate') {
    const rolling = objectOrNew(strategy, 'rollingUpdate');
    setDefault(rolling, 'maxUnavailable', '25%');
    setDefault(rolling, 'maxSurge', '25%');
  }
  defaultTemplate(deployment);
}

const replicas = (deployment: JsonObject): string =>
  `${numberAt(deployment, 'status', 'readyReplicas')}/${numberAt(deployment, 'spec', 'replicas')}`;

export const deployments = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  resource: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  verbs: everyVerb,
  subresources: statusSubresource,
  storagePrefix: 'deployments',
  fields: {},
  columns: [
    nameColumn,
    column('Ready', 'Pods that are ready, of how many wanted.', replicas),
    column('Up-to-date', 'Pods made from the present template.', (d) => numberAt(d, 'status', 'updatedReplicas')),
    column('Available', 'Pods ready for long enough.', (d) => numberAt(d, 'status', 'availableReplicas')),
    ageColumn,
    ...containerColumns('spec', 'template', 'spec'),
    wide('Selector', 'Labels of its pods.', (deployment) => selectorText(objectIn(deployment, 'spec'))),
  ],
  strategy: genericStrategy({
    defaults,
    initialStatus: () => ({}),
    generationOf: [['spec'], ['metadata', 'annotations']],
    validate: validateSelector('deployment'),
    validateChange: validateSameSelector,
    validateName: nameIsDnsSubdomain,
    warningsOnCreate: workloadWarnings,
    warningsOnUpdate,
    onStatusUpdate: (deployment, old) => keepOld(metadataOf(deployment), metadataOf(old), 'labels'),
  }),
});
