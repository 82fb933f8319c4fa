import { type FieldError, invalidValue } from '../../machinery/field-error.ts';
import { numberAt, objectIn } from '../../machinery/json/json-path.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defaultTemplate } from '../core/pod-defaults.ts';
import type { PodRules } from '../core/pod-rules.ts';
import { workloadWarnings } from '../core/pod-warnings.ts';
import { dropUnservedTemplateFields } from '../core/unserved-pod-fields.ts';
import {
  checkCount,
  checkLastingTemplate,
  checkSelector,
  checkSelectsTemplate,
  shown,
  validateSameSelector,
  warningsOnUpdate,
} from '../core/workload.ts';
import { type StatusCounts, validateCounts } from '../core/workload-status.ts';
import { defineKind, type Kind } from '../kind.ts';
import { ageColumn, column, containerColumns, nameColumn, wide } from '../printing/columns.ts';
import { selectorText } from '../printing/label-text.ts';
import { scalableSubresources, scaleSubresource } from '../scale.ts';
import { scalarField } from '../selectable-fields.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { ReplicaSet } from '../types/apps-v1.generated.ts';
import { everyVerb } from '../verb.ts';

function defaults(replicaSet: ReplicaSet): void {
  const spec = (replicaSet.spec ??= {});
  spec.replicas ??= 1;
  defaultTemplate((spec.template ??= {}));
}

function validate(replicaSet: ReplicaSet, rules: PodRules): FieldError[] {
  const { spec = {} } = replicaSet;
  const { selector, template = {} } = spec;
  const errors: FieldError[] = [];
  checkCount(spec.replicas, 'spec.replicas', errors);
  checkCount(spec.minReadySeconds, 'spec.minReadySeconds', errors);
  // The original calls it a deployment.
  if (checkSelector(selector, 'deployment', errors)) {
    checkSelectsTemplate(selector, template, errors);
    checkLastingTemplate(template, { kind: 'ReplicaSet', rules }, errors);
  } else errors.push(invalidValue('spec.selector', shown(selector), 'invalid label selector'));
  return errors;
}

const counts: StatusCounts = {
  counts: [
    'replicas',
    'fullyLabeledReplicas',
    'readyReplicas',
    'availableReplicas',
    'observedGeneration',
    'terminatingReplicas',
  ],
  ofReplicas: ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'],
  ready: 'readyReplicas',
};

/** `apps/v1` ReplicaSet. */
export const replicaSets = (rules: PodRules): Kind =>
  defineKind({
    group: 'apps',
    version: 'v1',
    kind: 'ReplicaSet',
    resource: 'replicasets',
    singular: 'replicaset',
    shortNames: ['rs'],
    categories: ['all'],
    namespaced: true,
    verbs: everyVerb,
    subresources: scalableSubresources,
    subresourceKinds: scaleSubresource,
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
    strategy: genericStrategy<ReplicaSet>({
      defaults,
      initialStatus: () => ({ replicas: 0 }),
      onCreate: ({ spec }) => dropUnservedTemplateFields(spec?.template, undefined),
      onUpdate: ({ spec }, old) => dropUnservedTemplateFields(spec?.template, old.spec?.template),
      generationOf: [['spec']],
      validate: (replicaSet) => validate(replicaSet, rules),
      validateChange: validateSameSelector,
      validateStatus: ({ status }) => validateCounts(status, counts),
      validateName: nameIsDnsSubdomain,
      warningsOnCreate: workloadWarnings,
      warningsOnUpdate,
    }),
  });
