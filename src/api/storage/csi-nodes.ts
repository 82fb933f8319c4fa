import {
  duplicateValue,
  errorsOfEach,
  type FieldError,
  invalidValue,
  requiredValue,
} from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { objectsAt } from '../../machinery/json/json-path.ts';
import { labelKey } from '../../machinery/validation/label.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { fieldIsImmutable, validateNonnegative, validateText } from '../../machinery/validation/values.ts';
import { validateCsiDriver } from '../core/persistent-volume-sources.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import { keepMetadata, metadataReset } from '../strategy/status-metadata.ts';
import type { CSINode, CSINodeDriver } from '../types/storage-v1.generated.ts';
import { everyVerb, statusSubresource } from '../verb.ts';

const maxNodeId = 256;

function validate({ spec = {} }: CSINode): FieldError[] {
  const names = new Set<string>();
  return errorsOfEach(spec.drivers ?? [], (driver, index) => {
    const { name = '' } = driver;
    const path = `spec.drivers[${index}]`;
    const errors = validateDriver(driver, path);
    if (names.has(name)) errors.push(duplicateValue(`${path}.name`, name));
    names.add(name);
    return [...errors, ...validateTopologyKeys(driver.topologyKeys ?? [], path)];
  });
}

function validateDriver({ name = '', nodeID = '', allocatable }: CSINodeDriver, path: string): FieldError[] {
  const errors = validateCsiDriver(name, `${path}.name`);
  if (nodeID === '') errors.push(requiredValue(`${path}.nodeID`));
  if (Buffer.byteLength(nodeID) > maxNodeId)
    errors.push(invalidValue(`${path}.nodeID`, nodeID, `must be ${maxNodeId} characters or less`));
  if (allocatable?.count !== undefined)
    errors.push(...validateNonnegative(allocatable.count, `${path}.allocatable.count`));
  return errors;
}

/** What is wrong with a key is told of the driver: as in the original. */
function validateTopologyKeys(keys: readonly string[], path: string): FieldError[] {
  const seen = new Set<string>();
  return errorsOfEach(keys, (key) => {
    const errors = key === '' ? [requiredValue(path)] : [];
    if (seen.has(key)) errors.push(duplicateValue(path, key));
    seen.add(key);
    return [...errors, ...validateText(key, path, labelKey)];
  });
}

/** A driver may come and go, and say anew how many volumes a node can have; else it stays as it is. */
function validateChange({ spec = {} }: CSINode, { spec: old = {} }: CSINode): FieldError[] {
  const errors: FieldError[] = [];
  for (const before of old.drivers ?? []) {
    for (const driver of spec.drivers ?? []) {
      if (driver.name === before.name && !jsonEqual(shownDriver(driver), shownDriver(before)))
        errors.push(invalidValue('spec.drivers', shownDriver(driver), fieldIsImmutable));
    }
  }
  return errors;
}

/** By the names of Go's fields, without what may change. */
const shownDriver = ({ name = '', nodeID = '', topologyKeys }: CSINodeDriver) => ({
  Name: name,
  NodeID: nodeID,
  TopologyKeys: topologyKeys ?? null,
  Allocatable: null,
});

/** How healthy its storage is, a node may say only where that is switched on: it is not by default. */
function dropHealth({ status }: CSINode, old: CSINode): void {
  if (status !== undefined && (old.status?.storageHealth ?? []).length === 0) delete status.storageHealth;
}

export const csiNodes = defineKind({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSINode',
  resource: 'csinodes',
  singular: 'csinode',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: everyVerb,
  subresources: statusSubresource,
  storagePrefix: 'csinodes',
  fields: {},
  columns: [
    nameColumn,
    column('Drivers', 'How many drivers the node has.', (node) => objectsAt(node, 'spec', 'drivers').length, {
      type: 'integer',
    }),
    ageColumn,
  ],
  returnsDeletedObject: true,
  strategy: genericStrategy<CSINode>({
    initialStatus: () => ({}),
    validate,
    validateChange,
    onStatusUpdate(node, old) {
      keepMetadata(node, old);
      dropHealth(node, old);
    },
    statusResets: metadataReset,
    validateName: nameIsDnsSubdomain,
    allowUnconditionalUpdate: false,
  }),
});
