import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { ServiceAccount } from '../types/core-v1.generated.ts';
import { everyVerb } from '../verb.ts';

const enforceMountable = 'kubernetes.io/enforce-mountable-secrets';
const warning =
  `metadata.annotations[${enforceMountable}]: deprecated in v1.32+; ` +
  'prefer separate namespaces to isolate access to mounted secrets';

const isEnforced = ({ metadata }: ServiceAccount): boolean => metadata?.annotations?.[enforceMountable] !== undefined;

/** Secrets are of the account's namespace: nothing but their names is kept. */
function keepNamesOfSecrets(account: ServiceAccount): void {
  if (account.secrets !== undefined) {
    account.secrets = account.secrets.map(({ name }) => (name === undefined ? {} : { name }));
  }
}

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
  strategy: genericStrategy<ServiceAccount>({
    onCreate: keepNamesOfSecrets,
    onUpdate: keepNamesOfSecrets,
    validateName: nameIsDnsSubdomain,
    warningsOnCreate: (account) => (isEnforced(account) ? [warning] : []),
    warningsOnUpdate: (account, old) => (isEnforced(account) && !isEnforced(old) ? [warning] : []),
  }),
});
