import { type FieldError, invalidValue, requiredValue } from '../../machinery/field-error.ts';
import { parseCidr } from '../../machinery/ip-address.ts';
import { emptiedAt } from '../../machinery/json/emptied.ts';
import { stringsAt } from '../../machinery/json/json-path.ts';
import { validateCidr } from '../../machinery/validation/ip.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { fieldIsImmutable } from '../../machinery/validation/values.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import { keepMetadata, metadataReset } from '../strategy/status-metadata.ts';
import type { ServiceCIDR } from '../types/networking-v1.generated.ts';
import { everyVerb, statusSubresource } from '../verb.ts';

const path = 'spec.cidrs';
const cidrsOf = ({ spec }: ServiceCIDR): readonly string[] => spec?.cidrs ?? [];

function validate(range: ServiceCIDR): FieldError[] {
  const cidrs = [...cidrsOf(range)];
  if (cidrs.length === 0) return [requiredValue(path, 'at least one CIDR required')];
  // By the name of Go's field.
  if (cidrs.length > 2) return [invalidValue(path, { CIDRs: cidrs }, 'may only hold up to 2 values')];
  const errors = cidrs.flatMap((cidr, index) => validateCidr(cidr, `${path}[${index}]`));
  const [first, second] = cidrs.map((cidr) => parseCidr(cidr)?.address.family);
  if (first !== undefined && first === second) {
    const why = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';
    errors.push(invalidValue(path, cidrs, why));
  }
  return errors;
}

/** What services have addresses of stays; one of the other family may be added to a single one. */
function validateUpdate(range: ServiceCIDR, old: ServiceCIDR): FieldError[] {
  const [now, before] = [cidrsOf(range), cidrsOf(old)];
  const changed = (index: number) =>
    now[index] === before[index] ? [] : [invalidValue(`${path}[${index}]`, now[index] ?? '', fieldIsImmutable)];
  if (now.length === before.length) return before.flatMap((_, index) => changed(index));
  if (before.length === 1 && now.length === 2) return [...changed(0), ...validate(range)];
  return [invalidValue(path, range.spec?.cidrs ?? emptiedAt(range.spec, 'cidrs') ?? null, fieldIsImmutable)];
}

/** `networking.k8s.io/v1` ServiceCIDR: addresses that services may get. */
export const serviceCidrs = defineKind({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'ServiceCIDR',
  resource: 'servicecidrs',
  singular: 'servicecidr',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: everyVerb,
  subresources: statusSubresource,
  storagePrefix: 'servicecidrs',
  fields: {},
  columns: [
    nameColumn,
    column('CIDRs', 'Ranges of addresses.', (range) => stringsAt(range, 'spec', 'cidrs').join(',')),
    ageColumn,
  ],
  strategy: genericStrategy<ServiceCIDR>({
    initialStatus: () => ({}),
    validateName: nameIsDnsSubdomain,
    validate,
    validateUpdate,
    onStatusUpdate: keepMetadata,
    statusResets: metadataReset,
  }),
});
