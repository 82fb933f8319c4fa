import { type FieldError, forbiddenValue, invalidValue, unsupportedValue } from '../../machinery/field-error.ts';
import { numberAt, objectIn } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { internalStruct } from '../core/internal-structs.ts';
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
import { type StatusCounts, validateCollisions, validateCounts } from '../core/workload-status.ts';
import { defineKind, type Kind } from '../kind.ts';
import { ageColumn, column, containerColumns, nameColumn, wide } from '../printing/columns.ts';
import { selectorText } from '../printing/label-text.ts';
import { scalableSubresources, scaleSubresource } from '../scale.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { Deployment, DeploymentStrategy } from '../types/apps-v1.generated.ts';
import { everyVerb } from '../verb.ts';
import { amountIn, checkAtMostAll, checkIntOrPercent } from './int-or-percent.ts';

function defaults(deployment: Deployment): void {
  const spec = (deployment.spec ??= {});
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
  spec.progressDeadlineSeconds ??= 600;
  const strategy = (spec.strategy ??= {});
  strategy.type ||= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') {
    const rolling = (strategy.rollingUpdate ??= {});
    rolling.maxUnavailable ??= '25%';
    rolling.maxSurge ??= '25%';
  }
  defaultTemplate((spec.template ??= {}));
}

const replicas = (deployment: JsonObject): string =>
  `${numberAt(deployment, 'status', 'readyReplicas')}/${numberAt(deployment, 'spec', 'replicas')}`;

const podTemplate = (rules: PodRules) => ({ kind: 'ReplicaSet', rules });

function validate(deployment: Deployment, rules: PodRules): FieldError[] {
  const { spec = {} } = deployment;
  const { selector, template = {}, progressDeadlineSeconds, minReadySeconds = 0 } = spec;
  const errors: FieldError[] = [];
  checkCount(spec.replicas, 'spec.replicas', errors);
  if (checkSelector(selector, 'deployment', errors)) {
    checkSelectsTemplate(selector, template, errors);
    checkLastingTemplate(template, podTemplate(rules), errors);
  } else errors.push(invalidValue('spec.selector', shown(selector), 'invalid label selector'));
  checkStrategy(spec.strategy ?? {}, 'spec.strategy', errors);
  checkCount(minReadySeconds, 'spec.minReadySeconds', errors);
  checkCount(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit', errors);
  if (progressDeadlineSeconds !== undefined) {
    const field = 'spec.progressDeadlineSeconds';
    checkCount(progressDeadlineSeconds, field, errors);
    if (progressDeadlineSeconds <= minReadySeconds) {
      errors.push(invalidValue(field, progressDeadlineSeconds, 'must be greater than minReadySeconds'));
    }
  }
  return errors;
}

function checkStrategy(strategy: DeploymentStrategy, path: string, errors: FieldError[]): void {
  const { type = '', rollingUpdate } = strategy;
  const at = `${path}.rollingUpdate`;
  if (type === 'Recreate') {
    if (rollingUpdate === undefined) return;
    errors.push(forbiddenValue(at, "may not be specified when strategy `type` is 'Recreate'"));
  } else if (type === 'RollingUpdate') {
    const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate ?? {};
    checkIntOrPercent(maxUnavailable, `${at}.maxUnavailable`, errors);
    checkIntOrPercent(maxSurge, `${at}.maxSurge`, errors);
    if (amountIn(maxUnavailable) === 0 && amountIn(maxSurge) === 0) {
      errors.push(invalidValue(`${at}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
    }
    checkAtMostAll(maxUnavailable, `${at}.maxUnavailable`, errors);
  } else {
    const all = internalStruct('DeploymentStrategy', strategy);
    errors.push(unsupportedValue(path, all, ['Recreate', 'RollingUpdate']));
  }
}

const counts: StatusCounts = {
  counts: [
    'observedGeneration',
    'replicas',
    'updatedReplicas',
    'readyReplicas',
    'availableReplicas',
    'unavailableReplicas',
    'terminatingReplicas',
    'collisionCount',
  ],
  ofReplicas: ['updatedReplicas', 'readyReplicas', 'availableReplicas'],
  ready: 'readyReplicas',
};

/** `apps/v1` Deployment. */
export const deployments = (rules: PodRules): Kind =>
  defineKind({
    group: 'apps',
    version: 'v1',
    kind: 'Deployment',
    resource: 'deployments',
    singular: 'deployment',
    shortNames: ['deploy'],
    categories: ['all'],
    namespaced: true,
    verbs: everyVerb,
    subresources: scalableSubresources,
    subresourceKinds: scaleSubresource,
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
    strategy: genericStrategy<Deployment>({
      defaults,
      initialStatus: () => ({}),
      onCreate: ({ spec }) => dropUnservedTemplateFields(spec?.template, undefined),
      onUpdate: ({ spec }, old) => dropUnservedTemplateFields(spec?.template, old.spec?.template),
      generationOf: [['spec'], ['metadata', 'annotations']],
      validate: (deployment) => validate(deployment, rules),
      validateChange: validateSameSelector,
      validateStatus: ({ status }, old) => [
        ...validateCounts(status, counts),
        ...validateCollisions(status, old.status),
      ],
      validateName: nameIsDnsSubdomain,
      warningsOnCreate: workloadWarnings,
      warningsOnUpdate,
      statusResets: [['metadata', 'labels']],
      onStatusUpdate(deployment, old) {
        const metadata = (deployment.metadata ??= {});
        const labels = old.metadata?.labels;
        if (labels === undefined) delete metadata.labels;
        else metadata.labels = labels;
      },
    }),
  });
