import { valueAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import { everyVerb } from '../verb.ts';

const enforceMountable = 'kubernetes.io/enforce-mountable-secrets';
const warning =
  `metadata.annotations[${enforceMountable}]: deprecated in v1.32+; ` +
  'prefer separate namespaces to isolate access to mounted secrets';

const isEnforced = (account: JsonObject): boolean =>
  valueAt(account, 'metadata', 'annotations', enforceMountable) !== undefined;

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
  strategy: genericStrategy({
    validateName: nameIsDnsSubdomain,
    warningsOnCreate: (account) => (isEnforced(account) ? [warning] : []),
    warningsOnUpdate: (account, old) => (isEnforced(account) && !isEnforced(old) ? [warning] : []),
  }),
});
