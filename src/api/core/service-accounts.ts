import { objectsAt } from '../../machinery/json/json-path.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { everyVerb } from '../every-verb.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
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
  columns: [
    nameColumn,
    column('Secrets', 'How many secrets it may use.', (object) => objectsAt(object, 'secrets').length),
    ageColumn,
  ],
  returnsDeletedObject: true,
  strategy: genericStrategy({ validateName: nameIsDnsSubdomain }),
};
