import { type FieldError, forbiddenValue, requiredValue } from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { textAt } from '../../machinery/json/json-path.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { VolumeAttributesClass } from '../types/storage-v1.generated.ts';
import { everyVerb } from '../verb.ts';
import { validateDriverName, validateParameters } from './class-parameters.ts';

const validate = ({ driverName = '', parameters = {} }: VolumeAttributesClass): FieldError[] => [
  ...(driverName === '' ? [requiredValue('driverName')] : validateDriverName(driverName, 'driverName')),
  ...validateParameters(parameters, 'parameters', { required: true }),
];

const validateChange = (attributes: VolumeAttributesClass, old: VolumeAttributesClass): FieldError[] => [
  ...((attributes.driverName ?? '') === (old.driverName ?? '')
    ? []
    : [forbiddenValue('driverName', 'updates to driverName are forbidden.')]),
  ...(jsonEqual(attributes.parameters ?? {}, old.parameters ?? {})
    ? []
    : [forbiddenValue('parameters', 'updates to parameters are forbidden.')]),
];

export const volumeAttributesClasses = defineKind({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttributesClass',
  resource: 'volumeattributesclasses',
  singular: 'volumeattributesclass',
  shortNames: ['vac'],
  categories: [],
  namespaced: false,
  verbs: everyVerb,
  subresources: {},
  storagePrefix: 'volumeattributesclasses',
  fields: {},
  columns: [
    nameColumn,
    column('DriverName', 'Driver that knows the attributes.', (attributes) => textAt(attributes, 'driverName')),
    ageColumn,
  ],
  returnsDeletedObject: true,
  strategy: genericStrategy<VolumeAttributesClass>({
    validate,
    validateUpdate: (attributes, old) => [...validateChange(attributes, old), ...validate(attributes)],
    validateName: nameIsDnsSubdomain,
  }),
});
