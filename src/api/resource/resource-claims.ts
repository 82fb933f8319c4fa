import { invalidValue } from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { valueAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { RuleErrors } from '../../machinery/validation/rule-errors.ts';
import { fieldIsImmutable } from '../../machinery/validation/values.ts';
import { defineKind, type Kind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import { keepMetadata, metadataReset } from '../strategy/status-metadata.ts';
import type { ResourceClaim } from '../types/resource-v1.generated.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import { adminRequest, type NamespaceLabels, validateAdminAccess } from './admin-access.ts';
import { checkClaimSpec, defaultClaimSpec, dropDisabledClaimFields } from './claim-spec-validation.ts';
import {
  adminResult,
  dropDeallocatedDevices,
  dropDisabledStatusFields,
  validateClaimStatus,
} from './claim-status-validation.ts';
import { defaultTolerations } from './device-taints.ts';

function defaults(claim: ResourceClaim): void {
  defaultClaimSpec(claim.spec);
  for (const { tolerations } of claim.status?.allocation?.devices?.results ?? []) defaultTolerations(tolerations);
}

function state(claim: JsonObject): string {
  const deleted = valueAt(claim, 'metadata', 'deletionTimestamp') !== undefined;
  const allocated = valueAt(claim, 'status', 'allocation') !== undefined;
  const reserved = valueAt(claim, 'status', 'reservedFor');
  const words = deleted ? ['deleted'] : [];
  if (allocated) words.push('allocated');
  else if (!deleted) words.push('pending');
  if (allocated && Array.isArray(reserved) && reserved.length > 0) words.push('reserved');
  return words.join(',');
}

/** `resource.k8s.io/v1` ResourceClaim. */
export const resourceClaims = (labelsOf: NamespaceLabels): Kind =>
  defineKind({
    group: 'resource.k8s.io',
    version: 'v1',
    kind: 'ResourceClaim',
    resource: 'resourceclaims',
    singular: 'resourceclaim',
    shortNames: [],
    categories: [],
    namespaced: true,
    verbs: everyVerb,
    subresources: statusSubresource,
    storagePrefix: 'resourceclaims',
    fields: {},
    columns: [nameColumn, column('State', 'Whether it is allocated, reserved, or on its way out.', state), ageColumn],
    returnsDeletedObject: true,
    strategy: genericStrategy<ResourceClaim>({
      defaults,
      initialStatus: () => ({}),
      onCreate: ({ spec }) => dropDisabledClaimFields(spec),
      onUpdate: ({ spec }, old) => dropDisabledClaimFields(spec, old.spec),
      validateName: nameIsDnsSubdomain,
      validateFirst: ({ metadata, spec }) =>
        validateAdminAccess(adminRequest(spec?.devices?.requests), metadata?.namespace, labelsOf),
      validate({ spec = {} }) {
        const errors = new RuleErrors();
        checkClaimSpec(spec, 'spec', errors);
        return errors.all;
      },
      validateUpdate: ({ spec = {} }, old) =>
        jsonEqual(spec, old.spec ?? {}) ? [] : [invalidValue('spec', null, fieldIsImmutable)],
      statusResets: metadataReset,
      onStatusUpdate(claim, old) {
        keepMetadata(claim, old);
        dropDisabledStatusFields(claim, old);
        dropDeallocatedDevices(claim, old);
      },
      validateStatus: (claim, old) => [
        ...(adminResult(old) === undefined
          ? validateAdminAccess(adminResult(claim), claim.metadata?.namespace, labelsOf)
          : []),
        ...validateClaimStatus(claim, old),
      ],
    }),
  });
