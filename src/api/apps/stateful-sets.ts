import {
  addInvalid,
  checkEach,
  type FieldError,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { emptiedAt } from '../../machinery/json/emptied.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { numberAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { dns1123Label } from '../../machinery/validation/dns.ts';
import { checkLabels } from '../../machinery/validation/labels.ts';
import { nameIsDnsLabel } from '../../machinery/validation/names.ts';
import { validateAnnotations } from '../../machinery/validation/object-meta.ts';
import { fieldIsImmutable, validateImmutableField } from '../../machinery/validation/values.ts';
import { validateClaimSpec } from '../core/claim-validation.ts';
import { internalStruct } from '../core/internal-structs.ts';
import { checkPodAnnotations } from '../core/pod-annotations.ts';
import { defaultTemplate } from '../core/pod-defaults.ts';
import type { PodRules } from '../core/pod-rules.ts';
import { checkPodTemplate } from '../core/pod-template-validation.ts';
import { templateWarnings } from '../core/pod-warnings.ts';
import { claimWarnings } from '../core/resource-warnings.ts';
import { roundUpQuantities } from '../core/rounded-quantities.ts';
import { dropUnservedTemplateFields } from '../core/unserved-pod-fields.ts';
import {
  checkCount,
  checkLasting,
  checkSelector,
  checkSelectsTemplate,
  shown,
  warningsOnUpdate,
} from '../core/workload.ts';
import { type StatusCounts, validateCollisions, validateCounts } from '../core/workload-status.ts';
import { defineKind, type Kind } from '../kind.ts';
import { ageColumn, column, containerColumns, nameColumn } from '../printing/columns.ts';
import { scalableSubresources, scaleSubresource } from '../scale.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { StatefulSet, StatefulSetUpdateStrategy } from '../types/apps-v1.generated.ts';
import type { PersistentVolumeClaim, PodTemplateSpec, Volume } from '../types/core-v1.generated.ts';
import { everyVerb } from '../verb.ts';
import { amountIn, checkAtMostAll, checkIntOrPercent } from './int-or-percent.ts';

function defaultClaimTemplate(claim: PersistentVolumeClaim): void {
  claim.kind ||= 'PersistentVolumeClaim';
  claim.apiVersion ||= 'v1';
  const spec = (claim.spec ??= {});
  spec.volumeMode ??= 'Filesystem';
  roundUpQuantities(spec.resources?.limits);
  roundUpQuantities(spec.resources?.requests);
  const status = (claim.status ??= {});
  status.phase ||= 'Pending';
}

function defaults(set: StatefulSet): void {
  const spec = (set.spec ??= {});
  spec.replicas ??= 1;
  spec.podManagementPolicy ||= 'OrderedReady';
  spec.revisionHistoryLimit ??= 10;
  const strategy = (spec.updateStrategy ??= {});
  if ((strategy.type ?? '') === '') {
    strategy.type = 'RollingUpdate';
    strategy.rollingUpdate ??= {};
  }
  if (strategy.type === 'RollingUpdate' && strategy.rollingUpdate !== undefined) {
    strategy.rollingUpdate.partition ??= 0;
    strategy.rollingUpdate.maxUnavailable ??= 1;
  }
  for (const claim of spec.volumeClaimTemplates ?? []) defaultClaimTemplate(claim);
  const retention = (spec.persistentVolumeClaimRetentionPolicy ??= {});
  retention.whenDeleted ||= 'Retain';
  retention.whenScaled ||= 'Retain';
  defaultTemplate((spec.template ??= {}));
}

interface StatefulSetTolerance {
  /** What cannot change is not looked at again. */
  readonly isUpdate: boolean;
  /** What was wrong in the template before may stay. */
  readonly anyTemplate: boolean;
}

function validate(set: StatefulSet, rules: PodRules, { isUpdate, anyTemplate }: StatefulSetTolerance): FieldError[] {
  const { spec = {} } = set;
  const { podManagementPolicy = '', selector, template = {}, serviceName = '' } = spec;
  const errors: FieldError[] = [];
  if (podManagementPolicy === '') errors.push(requiredValue('spec.podManagementPolicy'));
  else if (!['OrderedReady', 'Parallel'].includes(podManagementPolicy)) {
    const why = "must be 'OrderedReady' or 'Parallel'";
    errors.push(invalidValue('spec.podManagementPolicy', podManagementPolicy, why));
  }
  checkUpdateStrategy(spec.updateStrategy ?? {}, 'spec.updateStrategy', errors);
  for (const field of ['whenDeleted', 'whenScaled'] as const) {
    const policy = spec.persistentVolumeClaimRetentionPolicy?.[field] ?? '';
    if (retentions.includes(policy)) continue;
    errors.push(unsupportedValue(`spec.persistentVolumeClaimRetentionPolicy.${field}`, policy, retentions));
  }
  if (!isUpdate) {
    checkEach(spec.volumeClaimTemplates, 'spec.volumeClaimTemplates', errors, (claim, at) =>
      errors.push(...validateClaimSpec(claim.spec ?? {}, `${at}.spec`)),
    );
  }
  checkCount(spec.replicas, 'spec.replicas', errors);
  checkCount(spec.minReadySeconds, 'spec.minReadySeconds', errors);
  checkCount(spec.ordinals?.start, 'spec.ordinals.start', errors);
  if (!isUpdate && serviceName !== '') {
    addInvalid(errors, 'spec.serviceName', serviceName, dns1123Label(serviceName));
  }
  if (checkSelector(selector, 'statefulset', errors)) {
    checkSelectsTemplate(selector, template, errors);
    if (!anyTemplate) checkPodTemplate(withClaims(set), rules, 'spec.template', errors);
    checkTemplateMetadata(template, errors);
  } else errors.push(invalidValue('spec.selector', shown(selector), ''));
  checkLasting(template, 'StatefulSet', errors);
  return errors;
}

const retentions = ['Retain', 'Delete'];

function checkUpdateStrategy(strategy: StatefulSetUpdateStrategy, path: string, errors: FieldError[]): void {
  const { type = '', rollingUpdate } = strategy;
  const all = () => internalStruct('StatefulSetUpdateStrategy', strategy);
  if (type === '') errors.push(requiredValue(path));
  else if (type === 'OnDelete') {
    if (rollingUpdate === undefined) return;
    const own = internalStruct('RollingUpdateStatefulSetStrategy', rollingUpdate);
    errors.push(invalidValue(`${path}.rollingUpdate`, own, "only allowed for updateStrategy 'RollingUpdate'"));
  } else if (type !== 'RollingUpdate') {
    errors.push(invalidValue(path, all(), "must be 'RollingUpdate' or 'OnDelete'"));
  } else if (rollingUpdate !== undefined) {
    const { partition, maxUnavailable } = rollingUpdate;
    const field = `${path}.rollingUpdate.maxUnavailable`;
    checkCount(partition, `${path}.rollingUpdate.partition`, errors);
    if (maxUnavailable === undefined) return;
    checkIntOrPercent(maxUnavailable, field, errors);
    if (amountIn(maxUnavailable) === 0) errors.push(invalidValue(field, maxUnavailable, 'cannot be 0'));
    checkAtMostAll(maxUnavailable, field, errors);
  }
}

/** The set says what its pods' hostnames are, and makes a volume of each of its claims. */
function withClaims({ spec = {} }: StatefulSet): PodTemplateSpec {
  const { template = {}, volumeClaimTemplates = [] } = spec;
  const claims = new Map(
    volumeClaimTemplates.map(({ metadata }): [string, Volume] => {
      const name = metadata?.name ?? '';
      return [name, { name, persistentVolumeClaim: { claimName: name } }];
    }),
  );
  const own = (template.spec?.volumes ?? []).filter(({ name = '' }) => !claims.has(name));
  return {
    ...template,
    spec: { ...template.spec, subdomain: '', hostname: '', volumes: [...claims.values(), ...own] },
  };
}

/** Once more, as the original does it. */
function checkTemplateMetadata({ metadata = {}, spec = {} }: PodTemplateSpec, errors: FieldError[]): void {
  const annotations = metadata.annotations ?? {};
  checkLabels(metadata.labels, 'spec.template.labels', errors);
  errors.push(...validateAnnotations(annotations, 'spec.template.annotations'));
  checkPodAnnotations(annotations, spec, 'spec.template.annotations', errors);
}

function validateUpdate(set: StatefulSet, old: StatefulSet, rules: PodRules): FieldError[] {
  const anyTemplate = validate(old, rules, { isUpdate: true, anyTemplate: false }).length > 0;
  const errors = validate(set, rules, { isUpdate: true, anyTemplate });
  for (const field of fixed) {
    const [value, before] = [set.spec?.[field] ?? emptiedAt(set.spec, field), old.spec?.[field]];
    if (field !== 'volumeClaimTemplates') errors.push(...validateImmutableField(value, before, `spec.${field}`));
    else if (!jsonEqual(set.spec?.[field], before)) errors.push(fixedTemplates(set));
  }
  return errors;
}

const fixedTemplates = ({ spec }: StatefulSet): FieldError => {
  const shown = spec?.volumeClaimTemplates?.map((claim) => internalStruct('PersistentVolumeClaim', claim));
  return invalidValue(
    'spec.volumeClaimTemplates',
    shown ?? emptiedAt(spec, 'volumeClaimTemplates') ?? null,
    fieldIsImmutable,
  );
};

const fixed = ['selector', 'volumeClaimTemplates', 'serviceName', 'podManagementPolicy'] as const;

const counts: StatusCounts = {
  counts: [
    'replicas',
    'readyReplicas',
    'currentReplicas',
    'updatedReplicas',
    'availableReplicas',
    'observedGeneration',
    'collisionCount',
  ],
  ofReplicas: ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'],
  ready: 'status.readyReplicas',
};

/** `below`: what the original puts behind the place of a claim's template. */
const ownWarnings = ({ spec = {} }: StatefulSet, below: '' | '.Spec'): readonly string[] => [
  ...(spec.volumeClaimTemplates ?? []).flatMap((claim, index) =>
    claimWarnings(claim.spec as JsonObject | undefined, `spec.volumeClaimTemplates[${index}]${below}`),
  ),
  ...((spec.revisionHistoryLimit ?? 0) < 0
    ? ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended']
    : []),
];

/** `apps/v1` StatefulSet. */
export const statefulSets = (rules: PodRules): Kind =>
  defineKind({
    group: 'apps',
    version: 'v1',
    kind: 'StatefulSet',
    resource: 'statefulsets',
    singular: 'statefulset',
    shortNames: ['sts'],
    categories: ['all'],
    namespaced: true,
    verbs: everyVerb,
    subresources: scalableSubresources,
    subresourceKinds: scaleSubresource,
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
    strategy: genericStrategy<StatefulSet>({
      defaults,
      initialStatus: () => ({ replicas: 0, availableReplicas: 0 }),
      onCreate: ({ spec }) => dropUnservedTemplateFields(spec?.template, undefined),
      onUpdate: ({ spec }, old) => dropUnservedTemplateFields(spec?.template, old.spec?.template),
      generationOf: [['spec']],
      validate: (set) => validate(set, rules, { isUpdate: false, anyTemplate: false }),
      validateUpdate: (set, old) => validateUpdate(set, old, rules),
      validateStatus: ({ status }, old) => [
        ...validateCounts(status, counts),
        ...validateCollisions(status, old.status),
      ],
      validateName: nameIsDnsLabel,
      warningsOnCreate: (set) => [...templateWarnings(set), ...ownWarnings(set, '')],
      warningsOnUpdate: (set, old) => [...warningsOnUpdate(set, old), ...ownWarnings(set, '.Spec')],
    }),
  });
