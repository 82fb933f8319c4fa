import {
  addInvalid,
  checkEach,
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { dns1123Label, dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { internalStruct } from '../core/internal-structs.ts';
import type {
  FlowSchemaSpec,
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
  ServiceAccountSubject,
  Subject,
} from '../types/flowcontrol-v1.generated.ts';

/** The lowest and the highest that a schema may ask to be matched by; the first is for exempt requests. */
const exemptPrecedence = 1;
const maxPrecedence = 10_000;
const distinguishers = ['ByNamespace', 'ByUser'];
const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];

/** What is wrong with the spec of the flow schema of this name. */
export function validateFlowSchemaSpec(name: string, spec: FlowSchemaSpec): FieldError[] {
  const { matchingPrecedence = 0, distinguisherMethod, priorityLevelConfiguration = {} } = spec;
  const errors: FieldError[] = [];
  const precedence = (why: string) => errors.push(invalidValue('spec.matchingPrecedence', matchingPrecedence, why));
  if (matchingPrecedence <= 0) precedence('must be a positive value');
  if (matchingPrecedence > maxPrecedence) precedence(`must not be greater than ${maxPrecedence}`);
  if (matchingPrecedence === exemptPrecedence && name !== 'exempt') {
    precedence("only the schema named 'exempt' may have matchingPrecedence 1");
  }
  if (distinguisherMethod !== undefined && !distinguishers.includes(distinguisherMethod.type ?? '')) {
    const shown = internalStruct('FlowDistinguisherMethod', distinguisherMethod);
    errors.push(unsupportedValue('spec.distinguisherMethod.type', shown, distinguishers));
  }
  const level = priorityLevelConfiguration.name ?? '';
  if (level === '')
    errors.push(requiredValue('spec.priorityLevelConfiguration.name', 'must reference a priority level'));
  else addInvalid(errors, 'spec.priorityLevelConfiguration.name', level, dns1123Subdomain(level));
  checkEach(spec.rules, 'spec.rules', errors, (rule, at) => checkRule(rule, at, errors));
  return errors;
}

function checkRule(rule: PolicyRulesWithSubjects, path: string, errors: FieldError[]): void {
  const { subjects, resourceRules = [], nonResourceRules = [] } = rule;
  if ((subjects ?? []).length === 0) {
    errors.push(requiredValue(`${path}.subjects`, 'subjects must contain at least one value'));
  }
  checkEach(subjects, `${path}.subjects`, errors, (subject, at) => checkSubject(subject, at, errors));
  if (resourceRules.length === 0 && nonResourceRules.length === 0) {
    errors.push(requiredValue(path, 'at least one of resourceRules and nonResourceRules has to be non-empty'));
  }
  checkEach(resourceRules, `${path}.resourceRules`, errors, (one, at) => checkResourceRule(one, at, errors));
  checkEach(nonResourceRules, `${path}.nonResourceRules`, errors, (one, at) => checkNonResourceRule(one, at, errors));
}

/** The kinds of subjects, each with the field that is for it. */
const fieldOf = { ServiceAccount: 'serviceAccount', User: 'user', Group: 'group' } as const;
const subjectKinds = ['Group', 'ServiceAccount', 'User'];

const isSubjectKind = (kind: string): kind is keyof typeof fieldOf => Object.hasOwn(fieldOf, kind);

function checkSubject(subject: Subject, path: string, errors: FieldError[]): void {
  const { kind = '' } = subject;
  if (!isSubjectKind(kind)) {
    errors.push(unsupportedValue(`${path}.kind`, kind, subjectKinds));
    return;
  }
  const field = fieldOf[kind];
  const named = subject[field];
  if (named === undefined) {
    errors.push(requiredValue(`${path}.${field}`, `${field} is required when subject kind is '${kind}'`));
  } else if (kind === 'ServiceAccount') checkServiceAccount(named, `${path}.${field}`, errors);
  else if ((named.name ?? '') === '') errors.push(requiredValue(`${path}.${field}.name`));
  for (const [otherKind, other] of Object.entries(fieldOf)) {
    if (other === field || subject[other] === undefined) continue;
    const why = `${other} is forbidden when subject kind is not '${otherKind}'`;
    errors.push(forbiddenValue(`${path}.${other}`, why));
  }
}

function checkServiceAccount(subject: ServiceAccountSubject, path: string, errors: FieldError[]): void {
  const { name = '', namespace = '' } = subject;
  if (name === '') errors.push(requiredValue(`${path}.name`));
  else if (name !== '*') addInvalid(errors, `${path}.name`, name, dns1123Subdomain(name));
  if (namespace === '') {
    errors.push(requiredValue(`${path}.namespace`, 'must specify namespace for service account'));
  } else addInvalid(errors, `${path}.namespace`, namespace, dns1123Label(namespace));
}

/** Texts of which one may be `*`, which stands for all of them. `what`: in messages. */
function checkList(
  list: readonly string[] | null | undefined,
  path: string,
  errors: FieldError[],
  messages: { readonly missing: string; readonly what: string },
): list is readonly string[] {
  if (list === undefined || list === null || list.length === 0) {
    errors.push(requiredValue(path, messages.missing));
    return false;
  }
  if (!list.includes('*')) return true;
  if (list.length > 1) {
    errors.push(invalidValue(path, [...list], `if '*' is present, must not specify other ${messages.what}`));
  }
  return false;
}

function checkVerbs(given: readonly string[] | null | undefined, path: string, errors: FieldError[]): void {
  const listed = checkList(given, path, errors, { missing: 'verbs must contain at least one value', what: 'verbs' });
  if (listed && !given.every((verb) => verbs.includes(verb))) errors.push(unsupportedValue(path, [...given], verbs));
}

function checkNonResourceRule(rule: NonResourcePolicyRule, path: string, errors: FieldError[]): void {
  checkVerbs(rule.verbs, `${path}.verbs`, errors);
  const messages = { missing: 'nonResourceURLs must contain at least one value', what: 'non-resource URLs' };
  if (!checkList(rule.nonResourceURLs, `${path}.nonResourceURLs`, errors, messages)) return;
  checkEach(rule.nonResourceURLs, `${path}.nonResourceURLs`, errors, (url, at) => {
    const why = wrongInUrl(url);
    if (why !== undefined) errors.push(invalidValue(at, url, why));
  });
}

function wrongInUrl(url: string): string | undefined {
  if (url === '') return 'must not be empty';
  if (!url.startsWith('/')) return 'must start with slash';
  if (url.includes(' ')) return 'must not contain white-space';
  if (url.includes('//')) return 'must not contain double slash';
  const first = url.indexOf('*');
  return first === -1 || (first === url.length - 1 && url.endsWith('/*'))
    ? undefined
    : 'wildcard can only do suffix matching';
}

function checkResourceRule(rule: ResourcePolicyRule, path: string, errors: FieldError[]): void {
  checkVerbs(rule.verbs, `${path}.verbs`, errors);
  checkList(rule.apiGroups, `${path}.apiGroups`, errors, {
    missing: 'resource rules must supply at least one api group',
    what: 'api groups',
  });
  checkList(rule.resources, `${path}.resources`, errors, {
    missing: 'resource rules must supply at least one resource',
    what: 'resources',
  });
  const { namespaces } = rule;
  if (rule.clusterScope === true && (namespaces ?? []).length === 0) return;
  const missing = 'resource rules that are not cluster scoped must supply at least one namespace';
  if (!checkList(namespaces, `${path}.namespaces`, errors, { missing, what: 'namespaces' })) return;
  checkEach(namespaces, `${path}.namespaces`, errors, (namespace, at) => {
    for (const why of dns1123Label(namespace)) {
      errors.push(invalidValue(at, namespace, `each member of this list must be '*' or a DNS-1123 label; ${why}`));
    }
  });
}
