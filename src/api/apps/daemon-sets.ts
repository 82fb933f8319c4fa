import { type FieldError, invalidValue, requiredValue, unsupportedValue } from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { numberAt, objectIn } from '../../machinery/json/json-path.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { internalStruct } from '../core/internal-structs.ts';
import { defaultTemplate } from '../core/pod-defaults.ts';
import type { PodRules } from '../core/pod-rules.ts';
import { templateWarnings } from '../core/pod-warnings.ts';
import { dropUnservedTemplateFields } from '../core/unserved-pod-fields.ts';
import {
  checkCount,
  checkLastingTemplate,
  checkSelectsTemplate,
  shown,
  validateSameSelector,
} from '../core/workload.ts';
import { type StatusCounts, validateCollisions, validateCounts } from '../core/workload-status.ts';
import { defineKind, type Kind } from '../kind.ts';
import { checkLabelSelector } from '../label-selector-validation.ts';
import { ageColumn, column, containerColumns, nameColumn, wide } from '../printing/columns.ts';
import { labelText, selectorText } from '../printing/label-text.ts';
import type { PrinterColumn } from '../printing/printer-column.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { DaemonSet, DaemonSetUpdateStrategy } from '../types/apps-v1.generated.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import { amountIn, checkAtMostAll, checkIntOrPercent } from './int-or-percent.ts';

function defaults(set: DaemonSet): void {
  const spec = (set.spec ??= {});
  spec.revisionHistoryLimit ??= 10;
  const strategy = (spec.updateStrategy ??= {});
  strategy.type ||= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') {
    const rolling = (strategy.rollingUpdate ??= {});
    rolling.maxUnavailable ??= 1;
    rolling.maxSurge ??= 0;
  }
  defaultTemplate((spec.template ??= {}));
  // It is there as soon as the object is read: so whoever writes manages it, if he does not leave it as it was.
  setTemplateGeneration(set, templateGeneration(set));
}

/** Once a field of its own, that counted changes of the template: clients of that time read it here. */
const generationAnnotation = 'deprecated.daemonset.template.generation';

const templateGeneration = ({ metadata }: DaemonSet): number =>
  Number(/^\d{1,15}$/.exec(metadata?.annotations?.[generationAnnotation] ?? '')?.[0] ?? 0);

function setTemplateGeneration(set: DaemonSet, generation: number): void {
  const metadata = (set.metadata ??= {});
  (metadata.annotations ??= {})[generationAnnotation] = String(generation);
}

const sameTemplate = ({ spec }: DaemonSet, old: DaemonSet): boolean => jsonEqual(spec?.template, old.spec?.template);

const count = (name: string, description: string, key: string): PrinterColumn =>
  column(name, description, (set) => numberAt(set, 'status', key), { type: 'integer' });

function validate(set: DaemonSet, rules: PodRules): FieldError[] {
  const { spec = {} } = set;
  const { selector, template = {} } = spec;
  const errors: FieldError[] = [];
  checkLabelSelector(selector, 'spec.selector', errors);
  const isReadable = errors.length === 0;
  if (isReadable) checkSelectsTemplate(selector, template, errors);
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  const isEmpty = Object.keys(matchLabels).length + matchExpressions.length === 0;
  if (selector !== undefined && selector !== null && isEmpty) {
    errors.push(invalidValue('spec.selector', shown(selector), 'empty selector is invalid for daemonset'));
  }
  checkLastingTemplate(template, { kind: 'DaemonSet', rules }, errors);
  checkCount(spec.minReadySeconds, 'spec.minReadySeconds', errors);
  checkUpdateStrategy(spec.updateStrategy ?? {}, 'spec.updateStrategy', errors);
  checkCount(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit', errors);
  return errors;
}

function checkUpdateStrategy(strategy: DaemonSetUpdateStrategy, path: string, errors: FieldError[]): void {
  const { type = '', rollingUpdate } = strategy;
  if (type === 'OnDelete') return;
  if (type !== 'RollingUpdate') {
    const all = internalStruct('DaemonSetUpdateStrategy', strategy);
    errors.push(unsupportedValue(path, all, ['RollingUpdate', 'OnDelete']));
    return;
  }
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate ?? {};
  const [unavailable, surge] = [`${path}.rollingUpdate.maxUnavailable`, `${path}.rollingUpdate.maxSurge`];
  checkIntOrPercent(maxUnavailable, unavailable, errors);
  checkIntOrPercent(maxSurge, surge, errors);
  checkAtMostAll(maxUnavailable, unavailable, errors);
  checkAtMostAll(maxSurge, surge, errors);
  const [hasUnavailable, hasSurge] = [amountIn(maxUnavailable) !== 0, amountIn(maxSurge) !== 0];
  if (hasUnavailable && hasSurge) {
    errors.push(invalidValue(surge, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  } else if (!hasUnavailable && !hasSurge) {
    errors.push(requiredValue(unavailable, 'cannot be 0 when maxSurge is 0'));
  }
}

const counts: StatusCounts = {
  counts: [
    'currentNumberScheduled',
    'numberMisscheduled',
    'desiredNumberScheduled',
    'numberReady',
    'observedGeneration',
    'updatedNumberScheduled',
    'numberAvailable',
    'numberUnavailable',
    'collisionCount',
  ],
};

/** `apps/v1` DaemonSet. */
export const daemonSets = (rules: PodRules): Kind =>
  defineKind({
    group: 'apps',
    version: 'v1',
    kind: 'DaemonSet',
    resource: 'daemonsets',
    singular: 'daemonset',
    shortNames: ['ds'],
    categories: ['all'],
    namespaced: true,
    verbs: everyVerb,
    subresources: statusSubresource,
    storagePrefix: 'daemonsets',
    fields: {},
    columns: [
      nameColumn,
      count('Desired', 'Nodes that should run its pod.', 'desiredNumberScheduled'),
      count('Current', 'Nodes that do and should.', 'currentNumberScheduled'),
      count('Ready', 'Nodes where its pod is ready.', 'numberReady'),
      count('Up-to-date', 'Nodes with a pod of the present template.', 'updatedNumberScheduled'),
      count('Available', 'Nodes where its pod was ready for long enough.', 'numberAvailable'),
      column('Node Selector', 'Labels of the nodes it is for.', (set) =>
        labelText(objectIn(set, 'spec', 'template', 'spec', 'nodeSelector')),
      ),
      ageColumn,
      ...containerColumns('spec', 'template', 'spec'),
      wide('Selector', 'Labels of its pods.', (set) => selectorText(objectIn(set, 'spec')) || '<none>'),
    ],
    strategy: genericStrategy<DaemonSet>({
      defaults,
      initialStatus: () => ({
        currentNumberScheduled: 0,
        numberMisscheduled: 0,
        desiredNumberScheduled: 0,
        numberReady: 0,
      }),
      generationOf: [['spec']],
      onCreate(set) {
        dropUnservedTemplateFields(set.spec?.template, undefined);
        setTemplateGeneration(set, Math.max(1, templateGeneration(set)));
      },
      onUpdate(set, old) {
        dropUnservedTemplateFields(set.spec?.template, old.spec?.template);
        const changed = !sameTemplate(set, old);
        setTemplateGeneration(set, templateGeneration(old) + (changed ? 1 : 0));
      },
      onStatusUpdate: (set, old) => setTemplateGeneration(set, templateGeneration(old)),
      validate: (set) => validate(set, rules),
      validateUpdate: (set, old) => [...validateSameSelector(set, old), ...validate(set, rules)],
      validateStatus: ({ status }, old) => [
        ...validateCounts(status, counts),
        ...validateCollisions(status, old.status),
      ],
      validateName: nameIsDnsSubdomain,
      warningsOnCreate: templateWarnings,
      warningsOnUpdate: (set, old) => (sameTemplate(set, old) ? [] : templateWarnings(set)),
    }),
  });
