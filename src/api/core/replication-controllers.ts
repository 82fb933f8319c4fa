import { type FieldError, invalidValue, requiredValue } from '../../machinery/field-error.ts';
import { emptiedAt } from '../../machinery/json/emptied.ts';
import { numberAt, objectIn } from '../../machinery/json/json-path.ts';
import { dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { validateKnownFinalizers } from '../../machinery/validation/finalizers.ts';
import { defineKind, type Kind } from '../kind.ts';
import { ageColumn, column, containerColumns, nameColumn, wide } from '../printing/columns.ts';
import { labelText } from '../printing/label-text.ts';
import { scalableSubresources, scaleByLabels } from '../scale.ts';
import { scalarField } from '../selectable-fields.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { CreateChecks } from '../strategy/strategy.ts';
import type { ReplicationController } from '../types/core-v1.generated.ts';
import { everyVerb } from '../verb.ts';
import { defaultTemplate } from './pod-defaults.ts';
import type { PodRules } from './pod-rules.ts';
import { checkPodTemplate } from './pod-template-validation.ts';
import { templateWarnings, workloadWarnings } from './pod-warnings.ts';
import { dropUnservedTemplateFields } from './unserved-pod-fields.ts';
import { checkCount, checkLasting, shown } from './workload.ts';
import { type StatusCounts, validateCounts } from './workload-status.ts';

function defaults(controller: ReplicationController): void {
  const spec = (controller.spec ??= {});
  spec.replicas ??= 1;
  // A controller may be without a template, which is for validation to name.
  if (spec.template === undefined) return;
  defaultTemplate(spec.template);
  const labels = spec.template.metadata?.labels;
  if (labels === undefined) return;
  if (Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...labels };
  const metadata = (controller.metadata ??= {});
  if (Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
}

function validate(
  controller: ReplicationController,
  rules: PodRules,
): { readonly ofCode: readonly FieldError[]; readonly ofType: readonly FieldError[] } {
  const { selector = {}, template, replicas, minReadySeconds } = controller.spec ?? {};
  const errors: FieldError[] = [];
  const isEmpty = Object.keys(selector).length === 0;
  if (isEmpty) errors.push(requiredValue('spec.selector'));
  if (template === undefined) errors.push(requiredValue('spec.template'));
  else {
    const labels = template.metadata?.labels;
    const matches = Object.entries(selector).every(([key, value]) => labels?.[key] === value);
    if (!isEmpty && !matches) {
      const why = '`selector` does not match template `labels`';
      errors.push(
        invalidValue('spec.template.metadata.labels', shown(labels ?? emptiedAt(template.metadata, 'labels')), why),
      );
    }
    checkPodTemplate(template, rules, 'spec.template', errors);
    checkLasting(template, 'ReplicationController', errors);
  }
  const ofType: FieldError[] = [];
  checkCount(replicas, 'spec.replicas', ofType);
  checkCount(minReadySeconds, 'spec.minReadySeconds', ofType);
  return { ofCode: errors, ofType };
}

/** As the type says it of names, which is told after what the code says of the rest, and before what the type says of it. */
function validateNew(controller: ReplicationController, checks: CreateChecks, rules: PodRules): FieldError[] {
  const ofMetadata = checks.metadataErrors((name) => dns1123Subdomain(name, 'bytes'));
  const isOfName = ({ field, type }: FieldError) => field === 'metadata.name' && type === 'FieldValueInvalid';
  const finalizers = controller.metadata?.finalizers ?? [];
  const { ofCode, ofType } = validate(controller, rules);
  return [
    ...ofMetadata.filter((error) => !isOfName(error)),
    ...validateKnownFinalizers(finalizers, 'metadata.finalizers'),
    ...ofCode,
    ...ofMetadata.filter(isOfName),
    ...ofType,
  ];
}

const counts: StatusCounts = {
  counts: ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'],
  ofReplicas: ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'],
  ready: 'readyReplicas',
};

/** Core `v1` ReplicationController. */
export const replicationControllers = (rules: PodRules): Kind =>
  defineKind({
    group: '',
    version: 'v1',
    kind: 'ReplicationController',
    resource: 'replicationcontrollers',
    singular: 'replicationcontroller',
    shortNames: ['rc'],
    categories: ['all'],
    namespaced: true,
    verbs: everyVerb,
    subresources: scalableSubresources,
    subresourceKinds: scaleByLabels,
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
    strategy: genericStrategy<ReplicationController>({
      defaults,
      initialStatus: () => ({ replicas: 0 }),
      onCreate: ({ spec }) => dropUnservedTemplateFields(spec?.template, undefined),
      onUpdate: ({ spec }, old) => dropUnservedTemplateFields(spec?.template, old.spec?.template),
      generationOf: [['spec']],
      validate(controller) {
        const { ofCode, ofType } = validate(controller, rules);
        return [...ofCode, ...ofType];
      },
      validateStatus: ({ status }) => validateCounts(status, counts),
      warningsOnCreate: workloadWarnings,
      // As the original has it, of the template that was.
      warningsOnUpdate: (controller, old) =>
        controller.metadata?.generation === old.metadata?.generation ? [] : templateWarnings(old),
      more: { dependents: 'orphan', validateCreate: (controller, checks) => validateNew(controller, checks, rules) },
    }),
  });
