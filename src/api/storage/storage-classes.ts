import { type FieldError, invalidValue, requiredValue, unsupportedValue } from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { textAt, valueAt } from '../../machinery/json/json-path.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { fieldIsImmutable } from '../../machinery/validation/values.ts';
import { deprecatedNodeLabel } from '../core/node-labels.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { StorageClass } from '../types/storage-v1.generated.ts';
import { everyVerb } from '../verb.ts';
import { validateTopologies } from './allowed-topologies.ts';
import { validateDriverName, validateParameters } from './class-parameters.ts';

const reclaimPolicies = ['Delete', 'Retain'];
const bindingModes = ['Immediate', 'WaitForFirstConsumer'];

function defaults(storageClass: StorageClass): void {
  storageClass.reclaimPolicy ??= 'Delete';
  storageClass.volumeBindingMode ??= 'Immediate';
}

function validate(storageClass: StorageClass): FieldError[] {
  const { provisioner = '', parameters = {}, reclaimPolicy = '', volumeBindingMode } = storageClass;
  return [
    ...validateDriverName(provisioner, 'provisioner'),
    ...validateParameters(parameters, 'parameters', { required: false }),
    ...(reclaimPolicy === '' || reclaimPolicies.includes(reclaimPolicy)
      ? []
      : [unsupportedValue('reclaimPolicy', reclaimPolicy, reclaimPolicies)]),
    ...(volumeBindingMode === undefined || bindingModes.includes(volumeBindingMode)
      ? []
      : [unsupportedValue('volumeBindingMode', volumeBindingMode, bindingModes)]),
    ...validateTopologies(storageClass.allowedTopologies ?? [], 'allowedTopologies'),
  ];
}

const missingProvisioner = ({ provisioner = '' }: StorageClass): FieldError[] =>
  provisioner === '' ? [requiredValue('provisioner')] : [];

/** How volumes are made of a class stays: what was made of it is as the class says. */
function validateChange(storageClass: StorageClass, old: StorageClass): FieldError[] {
  const immutable = (field: 'provisioner' | 'parameters' | 'reclaimPolicy' | 'volumeBindingMode'): FieldError[] =>
    jsonEqual(orNone(storageClass[field]), orNone(old[field])) ? [] : [invalidValue(field, null, fieldIsImmutable)];
  return [
    ...immutable('provisioner'),
    ...immutable('parameters'),
    ...immutable('reclaimPolicy'),
    ...immutable('volumeBindingMode'),
  ];
}

/** Parameters that are there and none are the same as none. */
const orNone = (value: string | { [key: string]: string } | undefined) =>
  value === undefined || (typeof value === 'object' && Object.keys(value).length === 0) ? null : value;

const warnings = ({ allowedTopologies = [] }: StorageClass): string[] =>
  allowedTopologies.flatMap(({ matchLabelExpressions = [] }, term) =>
    matchLabelExpressions.flatMap(({ key = '' }, index) => {
      const message = deprecatedNodeLabel(key);
      const path = `allowedTopologies[${term}].matchLabelExpressions[${index}].key`;
      return message === undefined ? [] : [`${path}: ${message}`];
    }),
  );

export const storageClasses = defineKind({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  resource: 'storageclasses',
  singular: 'storageclass',
  shortNames: ['sc'],
  categories: [],
  namespaced: false,
  verbs: everyVerb,
  subresources: {},
  storagePrefix: 'storageclasses',
  fields: {},
  columns: [
    nameColumn,
    column('Provisioner', 'Who makes its volumes.', (storageClass) => textAt(storageClass, 'provisioner')),
    column('ReclaimPolicy', 'What becomes of a volume when its claim goes.', (storageClass) =>
      textAt(storageClass, 'reclaimPolicy'),
    ),
    column('VolumeBindingMode', 'When volumes are made and bound.', (storageClass) =>
      textAt(storageClass, 'volumeBindingMode'),
    ),
    column(
      'AllowVolumeExpansion',
      'Whether its volumes can grow.',
      (storageClass) => valueAt(storageClass, 'allowVolumeExpansion') === true,
    ),
    ageColumn,
  ],
  returnsDeletedObject: true,
  strategy: genericStrategy<StorageClass>({
    defaults,
    validate: (storageClass) => [...validate(storageClass), ...missingProvisioner(storageClass)],
    validateChange,
    validateName: nameIsDnsSubdomain,
    warningsOnCreate: warnings,
    warningsOnUpdate: warnings,
  }),
});
