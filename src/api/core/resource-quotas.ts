import { objectIn, textAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { compareQuantities, parseQuantity } from '../../machinery/quantity.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { ResourceQuota } from '../types/core-v1.generated.ts';
import { everyVerb, statusSubresource } from '../verb.ts';
import { validateQuota, validateQuotaStatus, validateQuotaUpdate } from './resource-quota-validation.ts';
import { roundUpQuantities } from './rounded-quantities.ts';

/** What is used of what there is. `limits`: of what limits ask for, else of everything else. */
function usage(quota: JsonObject, limits: boolean): string {
  const hard = objectIn(quota, 'status', 'hard') ?? {};
  return Object.keys(hard)
    .filter((name) => name.startsWith('limits.') === limits)
    .sort()
    .map((name) => `${name}: ${textAt(quota, 'status', 'used', name) || '0'}/${textAt(hard, name)}`)
    .join(', ');
}

const bareRequests = ['cpu', 'memory'];

/** Who limits requests to more than limits has made a mistake. */
function warnings({ spec }: ResourceQuota): string[] {
  const hard = spec?.hard ?? {};
  return ['cpu', 'memory', 'storage', 'ephemeral-storage'].flatMap((name) => {
    const names = [`requests.${name}`, ...(bareRequests.includes(name) ? [name] : [])];
    const requested = names.find((one) => hard[one] !== undefined);
    const [request, limit] = [requested === undefined ? undefined : hard[requested], hard[`limits.${name}`]];
    if (request === undefined || limit === undefined) return [];
    if (compareQuantities(parseQuantity(request), parseQuantity(limit)) <= 0) return [];
    return [`ResourceQuota ${requested} (${request}) should be less than limits.${name} (${limit})`];
  });
}

/** `v1` ResourceQuota. */
export const resourceQuotas = defineKind({
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  resource: 'resourcequotas',
  singular: 'resourcequota',
  shortNames: ['quota'],
  categories: [],
  namespaced: true,
  verbs: everyVerb,
  subresources: statusSubresource,
  storagePrefix: 'resourcequotas',
  fields: {},
  columns: [
    nameColumn,
    column('Request', 'Used and allowed.', (quota) => usage(quota, false)),
    column('Limit', 'Used and allowed of what limits ask for.', (quota) => usage(quota, true)),
    ageColumn,
  ],
  returnsDeletedObject: true,
  strategy: genericStrategy<ResourceQuota>({
    defaults({ spec, status }) {
      for (const amounts of [spec?.hard, status?.hard, status?.used]) roundUpQuantities(amounts);
    },
    initialStatus: () => ({}),
    validateName: nameIsDnsSubdomain,
    validate: validateQuota,
    validateUpdate: validateQuotaUpdate,
    validateStatus: validateQuotaStatus,
    warningsOnCreate: warnings,
  }),
});
