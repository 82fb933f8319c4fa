import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { everyVerb } from '../every-verb.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import type { ResourceRow } from '../resource-row.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';

export const serviceAccounts: ResourceRow = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  resource: 'serviceaccounts',
  singular: 'serviceaccount',
  shortNames: ['sa'],
  categories: [],
  namespaced: true,
  verbs: everyVerb,
  subresources: {},
  storagePrefix: 'serviceaccounts',
  fields: {},
  columns: [nameColumn, ageColumn],
  returnsDeletedObject: true,
  strategy: genericStrategy({ validateName: nameIsDnsSubdomain }),
};
