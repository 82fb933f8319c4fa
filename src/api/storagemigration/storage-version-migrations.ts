import { type FieldError, invalidValue, requiredValue } from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { objectIn, objectsAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, stringAt } from '../../machinery/json-value.ts';
import { dns1035Label, dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { fieldIsImmutable } from '../../machinery/validation/values.ts';
import { checkConditions } from '../condition-validation.ts';
import { defineKind } from '../kind.ts';
import { column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import { keepMetadata, metadataReset } from '../strategy/status-metadata.ts';
import type { StorageVersionMigration } from '../types/storagemigration-v1.generated.ts';
import { everyVerb, statusSubresource } from '../verb.ts';

function validate({ spec = {} }: StorageVersionMigration): FieldError[] {
  const { group = '', resource = '' } = spec.resource ?? {};
  const path = 'spec.resource';
  const errors: FieldError[] = [];
  if (resource === '') errors.push(requiredValue(`${path}.resource`, 'resource is required to be set'));
  else addJoined(errors, `${path}.resource`, resource, dns1035Label(resource));
  if (group !== '') addJoined(errors, `${path}.group`, group, dns1123Subdomain(group));
  return errors;
}

/** All that is wrong with a value is told as one thing. */
function addJoined(errors: FieldError[], path: string, value: string, whys: readonly string[]): void {
  if (whys.length > 0) errors.push(invalidValue(path, value, whys.join(',')));
}

const isTrue = ({ status }: StorageVersionMigration, type: string): boolean =>
  (status?.conditions ?? []).find((condition) => condition.type === type)?.status === 'True';

function validateStatus(migration: StorageVersionMigration, old: StorageVersionMigration): FieldError[] {
  const { resourceVersion = '', conditions } = migration.status ?? {};
  const before = old.status?.resourceVersion ?? '';
  const errors: FieldError[] = [];
  if (resourceVersion !== '' && !/^[1-9]\d*$/.test(resourceVersion)) {
    const why = `resource version is not well formed: ${resourceVersion}`;
    errors.push(invalidValue('status.resourceVersion', resourceVersion, why));
  }
  checkConditions(conditions, 'status.conditions', errors);
  if (before !== '' && before !== resourceVersion) {
    errors.push(invalidValue('status.resourceVersion', resourceVersion, fieldIsImmutable));
  }
  const wrong = (why: string) => errors.push(invalidValue('status.conditions', conditions ?? null, why));
  if (isTrue(migration, 'Succeeded') && isTrue(migration, 'Failed')) {
    wrong('Both success and failed conditions cannot be true at the same time');
  }
  if (isTrue(old, 'Succeeded') && !isTrue(migration, 'Succeeded')) {
    wrong('Success condition cannot be set to false once it is true');
  }
  if (isTrue(old, 'Failed') && !isTrue(migration, 'Failed')) {
    wrong('Failed condition cannot be set to false once it is true');
  }
  return errors;
}

function resourceText(migration: JsonObject): string {
  const of = objectIn(migration, 'spec', 'resource');
  const [group, resource] = [stringAt(of, 'group'), stringAt(of, 'resource')];
  return group === '' ? resource : `${resource}.${group}`;
}

const phases = ['Running', 'Failed', 'Succeeded'];

const statusText = (migration: JsonObject): string =>
  objectsAt(migration, 'status', 'conditions')
    .filter((condition) => stringAt(condition, 'status') === 'True')
    .map((condition) => stringAt(condition, 'type'))
    .findLast((type) => phases.includes(type)) ?? 'Unknown';

/** `storagemigration.k8s.io/v1` StorageVersionMigration. */
export const storageVersionMigrations = defineKind({
  group: 'storagemigration.k8s.io',
  version: 'v1',
  kind: 'StorageVersionMigration',
  resource: 'storageversionmigrations',
  singular: 'storageversionmigration',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: everyVerb,
  subresources: statusSubresource,
  storagePrefix: 'storageversionmigrations',
  alikeVersions: ['storagemigration.k8s.io/v1beta1'],
  fields: {},
  columns: [
    // The original does not say that this is the name.
    { ...nameColumn, format: '' },
    column('Resource', 'What is migrated.', resourceText),
    column('Status', 'How far the migration is.', statusText),
  ],
  strategy: genericStrategy<StorageVersionMigration>({
    initialStatus: () => ({}),
    validateName: nameIsDnsSubdomain,
    validate,
    validateChange: ({ spec }, old) =>
      jsonEqual(spec ?? {}, old.spec ?? {})
        ? []
        : [invalidValue('spec', { Resource: { group: '', resource: '', ...spec?.resource } }, fieldIsImmutable)],
    statusResets: metadataReset,
    onStatusUpdate: keepMetadata,
    validateStatus,
    allowUnconditionalUpdate: false,
  }),
});
