import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import { everyVerb } from '../verb.ts';

export const serviceAccounts = defineKind({
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
});
