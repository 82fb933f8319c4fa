import {
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { numberAt, textAt, valueAt } from '../../machinery/json/json-path.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { fieldIsImmutable } from '../../machinery/validation/values.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { PriorityClass } from '../types/scheduling-v1.generated.ts';
import { everyVerb } from '../verb.ts';
import { highestUserPriority, systemPrefix, systemPriorities } from './system-priorities.ts';

const preemptionPolicies = ['PreemptLowerPriority', 'Never'];

function defaults(priorityClass: PriorityClass): void {
  priorityClass.preemptionPolicy ??= 'PreemptLowerPriority';
}

function validate({ metadata = {}, value = 0, globalDefault = false, preemptionPolicy: policy }: PriorityClass) {
  const name = metadata.name ?? '';
  const errors: FieldError[] = [];
  if (name.startsWith(systemPrefix)) {
    const why = whyNoSystemClass(name, value, globalDefault);
    const reserved = `priority class names with '${systemPrefix}' prefix are reserved for system use only. error: `;
    if (why !== undefined) errors.push(forbiddenValue('metadata.name', reserved + why));
  } else if (value > highestUserPriority) {
    const why = `maximum allowed value of a user defined priority is ${highestUserPriority}`;
    errors.push(forbiddenValue('value', why));
  }
  if (policy === '') errors.push(requiredValue('preemptionPolicy'));
  else if (policy !== undefined && !preemptionPolicies.includes(policy))
    errors.push(unsupportedValue('preemptionPolicy', policy, preemptionPolicies));
  return errors;
}

function whyNoSystemClass(name: string, value: number, globalDefault: boolean): string | undefined {
  const wanted = systemPriorities.get(name);
  if (wanted === undefined) return `${name} is not a known system priority class`;
  if (wanted !== value) return `value of ${name} PriorityClass must be ${wanted}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}

/** What it is worth stays; what else was right when it came to be is not looked at again. */
const validateUpdate = (priorityClass: PriorityClass, old: PriorityClass): FieldError[] => [
  ...((priorityClass.value ?? 0) === (old.value ?? 0)
    ? []
    : [forbiddenValue('value', 'may not be changed in an update.')]),
  ...(priorityClass.preemptionPolicy === old.preemptionPolicy
    ? []
    : [invalidValue('preemptionPolicy', priorityClass.preemptionPolicy ?? null, fieldIsImmutable)]),
];

export const priorityClasses = defineKind({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  resource: 'priorityclasses',
  singular: 'priorityclass',
  shortNames: ['pc'],
  categories: [],
  namespaced: false,
  verbs: everyVerb,
  subresources: {},
  storagePrefix: 'priorityclasses',
  fields: {},
  columns: [
    nameColumn,
    column('Value', 'The priority of its pods.', (priorityClass) => numberAt(priorityClass, 'value'), {
      type: 'integer',
    }),
    column(
      'Global-Default',
      'Whether it is that of pods that name none.',
      (priorityClass) => valueAt(priorityClass, 'globalDefault') === true,
      { type: 'boolean' },
    ),
    ageColumn,
    column('PreemptionPolicy', 'Whether its pods make others go.', (priorityClass) =>
      textAt(priorityClass, 'preemptionPolicy'),
    ),
  ],
  strategy: genericStrategy<PriorityClass>({
    defaults,
    onCreate(priorityClass) {
      priorityClass.metadata ??= {};
      priorityClass.metadata.generation = 1;
    },
    validate,
    validateUpdate,
    validateName: nameIsDnsSubdomain,
  }),
});
