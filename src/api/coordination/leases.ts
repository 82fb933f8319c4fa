import type { FieldError } from '../../machinery/field-error.ts';
import { textAt } from '../../machinery/json/json-path.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { validateNonnegative, validatePositive } from '../../machinery/validation/values.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { Lease } from '../types/coordination-v1.generated.ts';
import { everyVerb } from '../verb.ts';

function validate({ spec = {} }: Lease): readonly FieldError[] {
  const { leaseDurationSeconds, leaseTransitions } = spec;
  return [
    ...(leaseDurationSeconds === undefined ? [] : validatePositive(leaseDurationSeconds, 'spec.leaseDurationSeconds')),
    ...(leaseTransitions === undefined ? [] : validateNonnegative(leaseTransitions, 'spec.leaseTransitions')),
  ];
}

/** Who should lead is chosen by the holders alone: a server without coordinated leader election takes no wishes. */
function dropCoordination({ spec }: Lease, old?: Lease): void {
  if (spec === undefined) return;
  if (old?.spec?.strategy === undefined) delete spec.strategy;
  if (old?.spec?.preferredHolder === undefined) delete spec.preferredHolder;
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
  strategy: genericStrategy<Lease>({
    onCreate: (lease) => dropCoordination(lease),
    onUpdate: dropCoordination,
    validate,
    validateName: nameIsDnsSubdomain,
    allowCreateOnUpdate: true,
    allowAnyFinalizer: true,
    allowUnconditionalUpdate: false,
  }),
});
