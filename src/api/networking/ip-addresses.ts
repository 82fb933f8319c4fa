import { type FieldError, invalidValue, requiredValue } from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { objectIn, textAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, stringAt } from '../../machinery/json-value.ts';
import { dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { strictIp } from '../../machinery/validation/ip.ts';
import { pathSegmentName } from '../../machinery/validation/path-segment.ts';
import { fieldIsImmutable, validateText } from '../../machinery/validation/values.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { IPAddress, ParentReference } from '../types/networking-v1.generated.ts';
import { everyVerb } from '../verb.ts';

const path = 'spec.parentRef';

function validateParent({ group = '', resource = '', name = '', namespace = '' }: ParentReference): FieldError[] {
  const needed = (field: string, value: string) =>
    value === '' ? [requiredValue(`${path}.${field}`)] : validateText(value, `${path}.${field}`, pathSegmentName);
  return [
    ...(group === '' ? [] : validateText(group, `${path}.group`, dns1123Subdomain)),
    ...needed('resource', resource),
    ...needed('name', name),
    ...validateText(namespace, `${path}.namespace`, pathSegmentName),
  ];
}

/** What a schema can say, that something is required, is told last. */
function validate({ spec }: IPAddress): FieldError[] {
  if (spec?.parentRef === undefined) return [requiredValue(path)];
  const errors = validateParent(spec.parentRef);
  const isMissing = ({ type }: FieldError) => type === 'FieldValueRequired';
  return [...errors.filter((error) => !isMissing(error)), ...errors.filter(isMissing)];
}

/** An address belongs to whom it was given. */
function validateUpdate(address: IPAddress, old: IPAddress): FieldError[] {
  const [parent, before] = [address.spec?.parentRef, old.spec?.parentRef];
  const same = jsonEqual(parent ?? null, before ?? null);
  const errors = parent === undefined ? [requiredValue(path)] : validateParent(parent);
  return same ? errors : [...errors, invalidValue(path, null, fieldIsImmutable)];
}

function parentText(address: JsonObject): string {
  const parent = objectIn(address, 'spec', 'parentRef');
  if (parent === undefined) return '<none>';
  const [group, namespace] = [stringAt(parent, 'group'), stringAt(parent, 'namespace')];
  const resource = `${stringAt(parent, 'resource')}${group === '' ? '' : `.${group}`}`.toLowerCase();
  return `${resource}${namespace === '' ? '' : `/${namespace}`}/${textAt(parent, 'name')}`;
}

/** `networking.k8s.io/v1` IPAddress: who has an address. Its name is the address. */
export const ipAddresses = defineKind({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IPAddress',
  resource: 'ipaddresses',
  singular: 'ipaddress',
  shortNames: ['ip'],
  categories: [],
  namespaced: false,
  verbs: everyVerb,
  subresources: {},
  storagePrefix: 'ipaddresses',
  fields: {},
  columns: [nameColumn, column('ParentRef', 'Who has the address.', parentText), { ...ageColumn, unlisted: true }],
  strategy: genericStrategy<IPAddress>({
    validateName: strictIp,
    validate,
    validateUpdate,
    more: { namesAreWhole: true },
  }),
});
