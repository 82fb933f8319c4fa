import {
  addInvalid,
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { objectIn, objectsAt, stringsAt } from '../../machinery/json/json-path.ts';
import { type JsonObject, stringAt } from '../../machinery/json-value.ts';
import { dns1035Label, dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { pathSegmentName } from '../../machinery/validation/path-segment.ts';
import { checkLabelSelector } from '../label-selector-validation.ts';
import { column } from '../printing/columns.ts';
import type { ParamKind, ParamRef } from '../types/admissionregistration-v1.generated.ts';

/** What parameterizes a policy: a kind, of which a binding names the objects. */

export function checkParamKind({ apiVersion = '', kind = '' }: ParamKind, path: string, errors: FieldError[]): void {
  checkApiVersion(apiVersion, `${path}.apiVersion`, errors);
  if (kind === '') {
    errors.push(requiredValue(`${path}.kind`));
    return;
  }
  const wrong = dns1035Label(kind.toLowerCase());
  if (wrong.length === 0) return;
  errors.push(
    invalidValue(`${path}.kind`, kind, `may have mixed case, but should otherwise match: ${wrong.join(',')}`),
  );
}

function checkApiVersion(apiVersion: string, path: string, errors: FieldError[]): void {
  if (apiVersion === '') {
    errors.push(requiredValue(path));
    return;
  }
  const parts = apiVersion === '/' ? ['', ''] : apiVersion.split('/');
  if (parts.length > 2) {
    errors.push(invalidValue(path, apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
    return;
  }
  const version = parts.at(-1) ?? '';
  const group = parts.length === 2 ? (parts[0] ?? '') : '';
  const inGroup = group === '' ? [] : dns1123Subdomain(group);
  if (inGroup.length > 0) errors.push(invalidValue(path, group, inGroup.join(',')));
  if (version === '') {
    errors.push(invalidValue(path, apiVersion, 'version must be specified'));
    return;
  }
  const inVersion = dns1035Label(version);
  if (inVersion.length > 0) errors.push(invalidValue(path, version, inVersion.join(',')));
}

const exclusive = 'name and selector are mutually exclusive';
const actions = ['Deny', 'Allow'];

export function checkParamRef(ref: ParamRef | undefined, path: string, errors: FieldError[]): void {
  if (ref === undefined) return;
  const { name = '', selector, parameterNotFoundAction = '' } = ref;
  if (name !== '') {
    addInvalid(errors, `${path}.name`, name, pathSegmentName(name));
    if (selector !== undefined) errors.push(forbiddenValue(`${path}.name`, exclusive));
  }
  if (selector !== undefined) {
    checkLabelSelector(selector, `${path}.selector`, errors);
    if (name !== '') errors.push(forbiddenValue(`${path}.selector`, exclusive));
  } else if (name === '') errors.push(requiredValue(path, 'one of name or selector must be specified'));
  const field = `${path}.parameterNotFoundAction`;
  if (parameterNotFoundAction === '') errors.push(requiredValue(field));
  else if (!actions.includes(parameterNotFoundAction)) {
    errors.push(unsupportedValue(field, parameterNotFoundAction, actions));
  }
}

function paramKindText(policy: JsonObject): string {
  const kind = objectIn(policy, 'spec', 'paramKind');
  return kind === undefined ? '<unset>' : `${stringAt(kind, 'apiVersion')}/${stringAt(kind, 'kind')}`;
}

/** Whether what is named lives in a namespace is not known here. */
function paramRefText(binding: JsonObject): string {
  const ref = objectIn(binding, 'spec', 'paramRef');
  const name = stringAt(ref, 'name');
  if (name !== '') return `${stringAt(ref, 'namespace') || '*'}/${name}`;
  const selector = objectIn(ref, 'selector');
  return selector === undefined ? '<unset>' : goSelectorText(selector);
}

/** As Go prints the struct. */
function goSelectorText(selector: JsonObject): string {
  const labels = objectIn(selector, 'matchLabels');
  const pairs = Object.keys(labels ?? {}).sort();
  const requirements = objectsAt(selector, 'matchExpressions').map((requirement) => {
    const [key, operator] = [stringAt(requirement, 'key'), stringAt(requirement, 'operator')];
    return `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${stringsAt(requirement, 'values').join(' ')}],},`;
  });
  return (
    `&LabelSelector{MatchLabels:map[string]string{${pairs.map((key) => `${key}: ${stringAt(labels, key)},`).join('')}},` +
    `MatchExpressions:[]LabelSelectorRequirement{${requirements.join('')}},}`
  );
}

export const paramKindColumn = column('ParamKind', 'Of which kind the parameters are.', paramKindText);
export const paramRefColumn = column('ParamRef', 'Which objects are the parameters.', paramRefText);
