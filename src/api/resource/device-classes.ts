import { addInvalid, type FieldError, invalidValue } from '../../machinery/field-error.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { labelKey } from '../../machinery/validation/label.ts';
import { nameIsDnsSubdomain } from '../../machinery/validation/names.ts';
import { checkDeclaredList, RuleErrors } from '../../machinery/validation/rule-errors.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import type { DeviceClass } from '../types/resource-v1.generated.ts';
import { everyVerb } from '../verb.ts';
import { checkDeviceConfiguration, checkDeviceSelectors, maxConfigurations } from './device-configuration.ts';

/** `old`: what was there before is right, and the declared rules do not look at it. */
function validate({ metadata, spec = {} }: DeviceClass, old?: DeviceClass): FieldError[] {
  const errors = new RuleErrors();
  const name = metadata?.name ?? '';
  if (old === undefined && name !== '') {
    addInvalid(errors.declared, 'metadata.name', name, dns1123Subdomain(name, 'bytes'));
  }
  const same = (field: 'selectors' | 'config') =>
    old !== undefined && jsonEqual(spec[field] ?? [], old.spec?.[field] ?? []);
  const [sameSelectors, sameConfig] = [same('selectors'), same('config')];
  const declared = (isSame: boolean) => (isSame ? errors.writtenOnly : errors);
  checkDeviceSelectors(spec.selectors, 'spec.selectors', declared(sameSelectors), sameSelectors);
  const list = { max: maxConfigurations };
  checkDeclaredList(spec.config, 'spec.config', declared(sameConfig), list, (config, path, inside) =>
    checkDeviceConfiguration(config, path, inside, sameConfig),
  );
  const resource = spec.extendedResourceName;
  if (resource !== undefined && resource !== old?.spec?.extendedResourceName) {
    checkExtendedResource(resource, 'spec.extendedResourceName', errors.declared);
  }
  return errors.all;
}

const nativeDomain = 'kubernetes.io/';
/** What quotas of requests are called. */
const requestsPrefix = 'requests.';

function checkExtendedResource(name: string, path: string, errors: FieldError[]): void {
  if (!name.includes('/')) {
    errors.push(invalidValue(path, name, "a name must be a domain-prefixed path, such as 'example.com/my-prop'"));
  } else if (name.includes(nativeDomain)) {
    errors.push(invalidValue(path, name, `must not have ${goQuote(nativeDomain)} domain`));
  }
  if (name.startsWith(requestsPrefix)) {
    errors.push(invalidValue(path, name, `must not have ${goQuote(requestsPrefix)} prefix`));
  }
  addInvalid(errors, path, name, labelKey(`${requestsPrefix}${name}`));
}

/** `resource.k8s.io/v1` DeviceClass. */
export const deviceClasses = defineKind({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'DeviceClass',
  resource: 'deviceclasses',
  singular: 'deviceclass',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: everyVerb,
  subresources: {},
  storagePrefix: 'deviceclasses',
  fields: {},
  columns: [nameColumn, ageColumn],
  returnsDeletedObject: true,
  strategy: genericStrategy<DeviceClass>({
    generationOf: [['spec']],
    // The rule for names is a declared one, and what it finds comes later.
    validateName: (name, prefix) => (prefix ? nameIsDnsSubdomain(name, prefix) : []),
    validate: (deviceClass) => validate(deviceClass),
    validateUpdate: validate,
  }),
});
