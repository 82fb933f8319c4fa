import { type FieldError, invalidValue } from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { fieldIsImmutable, validateText } from '../../machinery/validation/values.ts';
import { sorted } from '../core/internal-structs.ts';
import { deprecatedNodeLabel } from '../core/node-labels.ts';
import { validateNonnegativeQuantity } from '../core/resource-values.ts';
import { defineKind } from '../kind.ts';
import { validateLabelSelector } from '../label-selector-validation.ts';
import { createdAtColumn, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { CSIStorageCapacity } from '../types/storage-v1.generated.ts';
import { everyVerb } from '../verb.ts';

const validateTopology = ({ nodeTopology }: CSIStorageCapacity, takesAnyValues: boolean): FieldError[] =>
  nodeTopology === undefined ? [] : validateLabelSelector(nodeTopology, 'nodeTopology', takesAnyValues);

const validate = (capacity: CSIStorageCapacity, takesAnyValues: boolean): FieldError[] => [
  ...validateTopology(capacity, takesAnyValues),
  ...validateText(capacity.storageClassName ?? '', 'storageClassName', dns1123Subdomain),
  ...(capacity.capacity === undefined ? [] : validateNonnegativeQuantity(capacity.capacity, 'capacity')),
];

/** What was asked stays; what was answered may change. */
const validateChange = (capacity: CSIStorageCapacity, old: CSIStorageCapacity): FieldError[] => [
  ...(jsonEqual(capacity.nodeTopology ?? null, old.nodeTopology ?? null)
    ? []
    : [invalidValue('nodeTopology', sorted(capacity.nodeTopology ?? null), fieldIsImmutable)]),
  ...((capacity.storageClassName ?? '') === (old.storageClassName ?? '')
    ? []
    : [invalidValue('storageClassName', capacity.storageClassName ?? '', fieldIsImmutable)]),
];

function warnings({ nodeTopology = {} }: CSIStorageCapacity): string[] {
  const { matchExpressions = [], matchLabels = {} } = nodeTopology;
  return [
    ...matchExpressions.flatMap(({ key = '' }, index) => {
      const message = deprecatedNodeLabel(key);
      return message === undefined ? [] : [`nodeTopology.matchExpressions[${index}].key: ${key} is ${message}`];
    }),
    ...Object.keys(matchLabels).flatMap((key) => {
      const message = deprecatedNodeLabel(key);
      return message === undefined ? [] : [`nodeTopology.matchLabels.${key}: ${message}`];
    }),
  ];
}

export const csiStorageCapacities = defineKind({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIStorageCapacity',
  resource: 'csistoragecapacities',
  singular: 'csistoragecapacity',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: everyVerb,
  subresources: {},
  storagePrefix: 'csistoragecapacities',
  fields: {},
  columns: [nameColumn, createdAtColumn],
  strategy: genericStrategy<CSIStorageCapacity>({
    validate: (capacity) => validate(capacity, false),
    validateUpdate: (capacity, old) => [
      ...validate(capacity, validateTopology(old, false).length > 0),
      ...validateChange(capacity, old),
    ],
    validateName: nameIsDnsSubdomain,
    warningsOnCreate: warnings,
    warningsOnUpdate: warnings,
    allowUnconditionalUpdate: false,
  }),
});
