import { numberAt, objectIn, sizeAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { generationOf } from '../../machinery/object-meta.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, containerColumns, nameColumn, wide } from '../printing/columns.ts';
import { labelText } from '../printing/label-text.ts';
import { scalarField } from '../selectable-fields.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import { objectOrNew, setDefault } from '../strategy/set-default.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import { defaultTemplate } from './pod-defaults.ts';
import { templateWarnings, workloadWarnings } from './pod-warnings.ts';

function defaults(controller: JsonObject): void {
  const spec = objectOrNew(controller, 'spec');
  setDefault(spec, 'replicas', 1);
  defaultTemplate(controller);
  const labels = objectIn(spec, 'template', 'metadata', 'labels');
  if (labels === undefined) return;
  if (sizeAt(spec, 'selector') === 0) spec['selector'] = { ...labels };
  const metadata = objectOrNew(controller, 'metadata');
  if (sizeAt(metadata, 'labels') === 0) metadata['labels'] = { ...labels };
}

export const replicationControllers = defineKind({
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  resource: 'replicationcontrollers',
  singular: 'replicationcontroller',
  shortNames: ['rc'],
  categories: ['all'],
  namespaced: true,
  verbs: everyVerb,
  subresources: statusSubresource,
  storagePrefix: 'controllers',
  fields: scalarField('status.replicas', '0'),
  columns: [
    nameColumn,
    column('Desired', 'Pods wanted.', (rc) => numberAt(rc, 'spec', 'replicas'), { type: 'integer' }),
    column('Current', 'Pods there are.', (rc) => numberAt(rc, 'status', 'replicas'), { type: 'integer' }),
    column('Ready', 'Pods that are ready.', (rc) => numberAt(rc, 'status', 'readyReplicas'), { type: 'integer' }),
    ageColumn,
    ...containerColumns('spec', 'template', 'spec'),
    wide('Selector', 'Labels of its pods.', (rc) => labelText(objectIn(rc, 'spec', 'selector'))),
  ],
  strategy: genericStrategy({
    defaults,
    initialStatus: () => ({ replicas: 0 }),
    generationOf: [['spec']],
    validateName: nameIsDnsSubdomain,
    warningsOnCreate: workloadWarnings,
    // As the original has it, of the template that was.
    warningsOnUpdate: (controller, old) =>
      generationOf(controller) === generationOf(old) ? [] : templateWarnings(old),
    more: { dependents: 'orphan' },
  }),
});
