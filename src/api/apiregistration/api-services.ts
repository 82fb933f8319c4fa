import {
  addInvalid,
  checkEach,
  type FieldError,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { goQuote } from '../../machinery/go-quote.ts';
import { objectIn, objectsAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, stringAt } from '../../machinery/json-value.ts';
import { timeText } from '../../machinery/time.ts';
import { dns1035Label, dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { portNumber } from '../../machinery/validation/ports.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import { genericStrategy } from '../strategy/generic-strategy.ts';
import { keepMetadata, metadataReset } from '../strategy/status-metadata.ts';
import type { APIService, APIServiceSpec } from '../types/apiregistration-v1.generated.ts';
import { everyVerb, statusSubresource } from '../verb.ts';

/** A priority is positive, and at most this. */
const maxGroupPriority = 20_000;
const maxVersionPriority = 1_000;

function validate({ metadata, spec = {} }: APIService): FieldError[] {
  const { group = '', version = '', groupPriorityMinimum = 0, versionPriority = 0 } = spec;
  const errors: FieldError[] = [];
  for (const field of ['generateName', 'name'] as const) {
    checkName(metadata?.[field] ?? '', `${version}.${group}`, `metadata.${field}`, errors);
  }
  if (group === '' && version !== 'v1') {
    errors.push(requiredValue('spec.group', 'only v1 may have an empty group and it better be legacy kube'));
  }
  if (group !== '') addInvalid(errors, 'spec.group', group, dns1123Subdomain(group));
  addInvalid(errors, 'spec.version', version, dns1035Label(version));
  checkPriority(groupPriorityMinimum, maxGroupPriority, 'spec.groupPriorityMinimum', errors);
  checkPriority(versionPriority, maxVersionPriority, 'spec.versionPriority', errors);
  checkService(spec, errors);
  return errors;
}

/** It is what it serves. */
function checkName(name: string, required: string, path: string, errors: FieldError[]): void {
  if (name === '' || name === required || /[/%]/.test(name)) return;
  errors.push(invalidValue(path, name, `must be \`spec.version+"."+spec.group\`: ${goQuote(required)}`));
}

function checkPriority(priority: number, most: number, path: string, errors: FieldError[]): void {
  if (priority > 0 && priority <= most) return;
  errors.push(invalidValue(path, priority, `must be positive and less than ${most}`));
}

function checkService(spec: APIServiceSpec, errors: FieldError[]): void {
  const { service, caBundle = '', insecureSkipTLSVerify = false } = spec;
  if (service === undefined) {
    if (caBundle !== '') {
      const shown = `${Buffer.from(caBundle, 'base64').length} bytes`;
      errors.push(invalidValue('spec.caBundle', shown, 'local APIServices may not have a caBundle'));
    }
    if (insecureSkipTLSVerify) {
      const why = 'local APIServices may not have insecureSkipTLSVerify';
      errors.push(invalidValue('spec.insecureSkipTLSVerify', true, why));
    }
    return;
  }
  const { name = '', namespace = '', port = 0 } = service;
  if (namespace === '') errors.push(requiredValue('spec.service.namespace'));
  if (name === '') errors.push(requiredValue('spec.service.name'));
  const wrong = portNumber(port);
  if (wrong.length > 0) {
    errors.push(invalidValue('spec.service.port', port, `port is not valid: ${wrong.join(', ')}`));
  }
  if (insecureSkipTLSVerify && caBundle !== '') {
    errors.push(invalidValue('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present'));
  }
}

const statuses = ['True', 'False', 'Unknown'];

function validateStatus({ status }: APIService): FieldError[] {
  const errors: FieldError[] = [];
  checkEach(status?.conditions, 'status.conditions', errors, (condition, at) => {
    const given = condition.status ?? '';
    if (!statuses.includes(given)) errors.push(unsupportedValue(`${at}.status`, given, statuses));
  });
  return errors;
}

/** What this server serves itself is there. */
const localStatus = (now: number): JsonObject => ({
  conditions: [
    {
      type: 'Available',
      status: 'True',
      lastTransitionTime: timeText(now),
      reason: 'Local',
      message: 'Local APIServices are always available',
    },
  ],
});

function serviceText(object: JsonObject): string {
  const service = objectIn(object, 'spec', 'service');
  return service === undefined ? 'Local' : `${stringAt(service, 'namespace')}/${stringAt(service, 'name')}`;
}

function availableText(object: JsonObject): string {
  const available = objectsAt(object, 'status', 'conditions').find((one) => stringAt(one, 'type') === 'Available');
  if (available === undefined) return 'Unknown';
  const [status, reason] = [stringAt(available, 'status'), stringAt(available, 'reason')];
  return status === 'True' || reason === '' ? status : `${status} (${reason})`;
}

/** `apiregistration.k8s.io/v1` APIService. */
export const apiServices = defineKind({
  group: 'apiregistration.k8s.io',
  version: 'v1',
  kind: 'APIService',
  resource: 'apiservices',
  singular: 'apiservice',
  shortNames: [],
  categories: ['api-extensions'],
  namespaced: false,
  verbs: everyVerb,
  subresources: statusSubresource,
  storagePrefix: 'apiregistration.k8s.io/apiservices',
  fields: {},
  columns: [
    nameColumn,
    column('Service', 'The service that serves it.', serviceText),
    column('Available', 'Whether it can be asked.', availableText),
    ageColumn,
  ],
  strategy: genericStrategy<APIService>({
    allowAnyFinalizer: true,
    defaults({ spec }) {
      if (spec?.service !== undefined) spec.service.port ??= 443;
    },
    initialStatus: ({ spec }, { now }) => (spec?.service === undefined ? localStatus(now) : {}),
    validate,
    validateStatus,
    onStatusUpdate: keepMetadata,
    statusResets: metadataReset,
    allowUnconditionalUpdate: false,
  }),
});
