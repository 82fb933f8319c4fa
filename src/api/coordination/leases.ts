import type { FieldError } from '../../machinery/field-error.ts';
import { invalidValue } from '../../machinery/field-error.ts';
import { numberAt, textAt, valueAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import { everyVerb } from '../verb.ts';

function validate(lease: JsonObject): readonly FieldError[] {
  const errors: FieldError[] = [];
  const duration = valueAt(lease, 'spec', 'leaseDurationSeconds');
  const transitions = valueAt(lease, 'spec', 'leaseTransitions');
  if (duration !== undefined && duration !== null && numberAt(lease, 'spec', 'leaseDurationSeconds') <= 0) {
    errors.push(invalidValue('spec.leaseDurationSeconds', duration, 'must be greater than 0'));
  }
  if (transitions !== undefined && transitions !== null && numberAt(lease, 'spec', 'leaseTransitions') < 0) {
    errors.push(invalidValue('spec.leaseTransitions', transitions, 'must be greater than or equal to 0'));
  }
  return errors;
}

export const leases = defineKind({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  resource: 'leases',
  singular: 'lease',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: everyVerb,
  subresources: {},
  storagePrefix: 'leases',
  fields: {},
  columns: [
    nameColumn,
    column('Holder', 'Who holds the lease.', (lease) => textAt(lease, 'spec', 'holderIdentity')),
    ageColumn,
  ],
  strategy: genericStrategy({
    validate,
    validateName: nameIsDnsSubdomain,
    allowCreateOnUpdate: true,
    allowAnyFinalizer: true,
    allowUnconditionalUpdate: false,
  }),
});
