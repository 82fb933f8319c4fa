import {
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import type { JsonObject, JsonValue } from '../../machinery/json-value.ts';
import { maxExpressionLength } from '../../machinery/rules/limits.ts';
import { dns1035Label, dns1123Subdomain } from '../../machinery/validation/dns.ts';
import { immutableField } from '../strategy/immutable-field.ts';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionStatus,
} from '../types/apiextensions-v1.generated.ts';
import { approvalAnnotation, approvalOf, isProtectedGroup } from './api-approval.ts';
import { conversionErrors, hasSendable, isCaBundle } from './conversion-rules.ts';
import { isConditionTrue } from './definition-conditions.ts';
import { internalSpecOf } from './internal-spec.ts';
import { schemasHave } from './schema-walk.ts';
import { shownVersions } from './shown-structs.ts';
import { expressionLengthOf } from './validation-rules.ts';
import {
  columnErrors,
  maxSelectableFields,
  selectableErrors,
  subresourceErrors,
  validationErrors,
  versionErrors,
} from './version-rules.ts';

/** What is wrong with a definition besides its metadata. `old`: what it replaces. */
export function definitionErrors(
  definition: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
): FieldError[] {
  const { spec = {}, status = {} } = definition;
  if (expressionLengthOf(spec) > maxExpressionLength) {
    const why = `the expressions of all x-kubernetes-validations may be no longer than ${maxExpressionLength} characters together`;
    return [forbiddenValue('spec.versions', why)];
  }
  return [
    ...specErrors(spec, old),
    ...(old === undefined ? [] : unchangedErrors(spec, old)),
    ...statusErrors(status),
    ...storedVersionErrors(status, spec),
    ...approvalErrors(definition, old),
    ...preserveErrors(spec, old?.spec),
  ];
}

export const statusErrors = ({ acceptedNames = {} }: CustomResourceDefinitionStatus): FieldError[] =>
  nameErrors(acceptedNames, 'status.acceptedNames');

function specErrors(spec: CustomResourceDefinitionSpec, old: CustomResourceDefinition | undefined): FieldError[] {
  const { group = '', scope = '', conversion, preserveUnknownFields = false, names = {} } = spec;
  const { common, versions } = internalSpecOf(spec);
  const errors: FieldError[] = [];
  if (group === '') errors.push(requiredValue('spec.group'));
  else {
    const wrong = dns1123Subdomain(group);
    if (wrong.length > 0) errors.push(invalidValue('spec.group', group, wrong.join()));
    else if (!group.includes('.')) {
      errors.push(invalidValue('spec.group', group, 'should be a domain with at least one dot'));
    }
  }
  const scopes = ['Cluster', 'Namespaced'];
  if (scope === '') errors.push(requiredValue('spec.scope'));
  else if (!scopes.includes(scope)) errors.push(unsupportedValue('spec.scope', scope, scopes));
  if (common.schema?.openAPIV3Schema === undefined) {
    for (const [index, { schema }] of versions.entries()) {
      if (schema?.openAPIV3Schema !== undefined) continue;
      errors.push(requiredValue(`spec.versions[${index}].schema.openAPIV3Schema`));
    }
  }
  if (preserveUnknownFields && schemasHave(spec, (schema) => schema['default'] !== undefined)) {
    const why = 'must be false in order to use defaults in the schema';
    errors.push(invalidValue('spec.preserveUnknownFields', true, why));
  }
  errors.push(...eachVersionErrors(spec, old));
  errors.push(...nameRequirements(names), ...nameErrors(names, 'spec.names'));
  const hasStatus = [common, ...versions].some(({ subresources }) => subresources?.status !== undefined);
  const hasSameSchema = schemaIsSame(versions[0]?.name ?? '', spec, old?.spec);
  errors.push(...validationErrors(common.schema, 'spec.validation', { hasStatus, hasSameSchema }));
  errors.push(...subresourceErrors(common.subresources, 'spec.subresources'));
  for (const [index, column] of (common.additionalPrinterColumns ?? []).entries()) {
    errors.push(...columnErrors(column, `spec.additionalPrinterColumns[${index}]`));
  }
  const fields = common.selectableFields ?? [];
  if (fields.length > 0 && common.schema === undefined) {
    errors.push(invalidValue('spec.selectableFields', '', 'may only be set when validations.schema is included'));
  } else if (fields.length > 0) {
    const many = hadAsMany(
      fields,
      old === undefined ? undefined : internalSpecOf(old.spec ?? {}).common.selectableFields,
    );
    errors.push(...selectableErrors(fields, common.schema ?? {}, 'spec', many));
  }
  if (conversion !== undefined) {
    if (conversion.strategy !== 'None' && preserveUnknownFields) {
      const why = 'must be None if spec.preserveUnknownFields is true';
      errors.push(invalidValue('spec.conversion.strategy', conversion.strategy ?? '', why));
    }
    errors.push(...conversionErrors(conversion, 'spec.conversion', conversionOptions(old)));
  }
  return errors;
}

function conversionOptions(old: CustomResourceDefinition | undefined) {
  const webhook = old?.spec?.conversion?.webhook;
  const versions = webhook?.conversionReviewVersions ?? [];
  const bundle = webhook?.clientConfig?.caBundle ?? '';
  const established = old !== undefined && isConditionTrue(old, 'Established');
  return {
    mustBeSendable: versions.length === 0 || hasSendable(versions),
    mayHaveWrongBundle: !established || (bundle !== '' && !isCaBundle(bundle)),
  };
}

function eachVersionErrors(
  spec: CustomResourceDefinitionSpec,
  old: CustomResourceDefinition | undefined,
): FieldError[] {
  const { common, versions } = internalSpecOf(spec);
  const before = new Map(internalSpecOf(old?.spec ?? {}).versions.map((version) => [version.name, version]));
  const errors: FieldError[] = [];
  const names = new Set<string>();
  let stored = 0;
  const ownSubresources = versions.some(({ subresources }) => subresources !== undefined);
  for (const [index, version] of versions.entries()) {
    const { name = '', storage = false, selectableFields = [] } = version;
    if (storage) stored++;
    names.add(name);
    const path = `spec.versions[${index}]`;
    const wrong = dns1035Label(name);
    if (wrong.length > 0) errors.push(invalidValue(`${path}.name`, name, wrong.join()));
    const { subresources } = ownSubresources ? version : common;
    const many = hadAsMany(selectableFields, before.get(name)?.selectableFields);
    errors.push(
      ...versionErrors(version, path, {
        hasStatus: subresources?.status !== undefined,
        manySelectable: many,
        hasSameSchema: schemaIsSame(name, spec, old?.spec),
      }),
    );
  }
  const shown = (): JsonValue => shownVersions(versions);
  if (names.size < versions.length) {
    errors.push(invalidValue('spec.versions', shown(), 'must contain unique version names'));
  }
  if (stored !== 1) {
    const value = spec.versions === null || spec.versions === undefined ? null : shown();
    errors.push(invalidValue('spec.versions', value, 'must have exactly one version marked as storage version'));
  }
  const [first] = versions;
  if (first?.name !== undefined && first.name !== '') {
    const wrong = dns1035Label(first.name);
    if (wrong.length > 0) errors.push(invalidValue('spec.version', first.name, wrong.join()));
  }
  return errors;
}

/** More than there may be are left where they were. */
const hadAsMany = (now: readonly object[], before: readonly object[] | undefined): boolean =>
  before !== undefined && before.length > maxSelectableFields && jsonEqual(now as JsonObject[], before as JsonObject[]);

/** The schema of the version of that name is what it was. */
function schemaIsSame(
  name: string,
  spec: CustomResourceDefinitionSpec,
  old: CustomResourceDefinitionSpec | undefined,
): boolean {
  const schemaIn = ({ versions }: CustomResourceDefinitionSpec): JsonObject | undefined =>
    versions?.find((version) => version.name === name)?.schema;
  return old !== undefined && schemaIn(old) !== undefined && jsonEqual(schemaIn(spec), schemaIn(old));
}

function nameRequirements(names: CustomResourceDefinitionNames): FieldError[] {
  const required = ['plural', 'singular', 'kind', 'listKind'] as const;
  return required.filter((key) => (names[key] ?? '') === '').map((key) => requiredValue(`spec.names.${key}`));
}

function nameErrors(names: CustomResourceDefinitionNames, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { kind = '', listKind = '' } = names;
  const label = (text: string, at: string, mixed = false): void => {
    const wrong = dns1035Label(mixed ? text.toLowerCase() : text);
    if (wrong.length === 0) return;
    const how = mixed ? 'may have mixed case, but should otherwise match: ' : '';
    errors.push(invalidValue(at, text, how + wrong.join()));
  };
  for (const key of ['plural', 'singular'] as const) {
    const text = names[key] ?? '';
    if (text !== '') label(text, `${path}.${key}`);
  }
  if (kind !== '') label(kind, `${path}.kind`, true);
  if (listKind !== '') label(listKind, `${path}.listKind`, true);
  for (const [index, name] of (names.shortNames ?? []).entries()) label(name, `${path}.shortNames[${index}]`);
  if (kind !== '' && kind === listKind) {
    errors.push(invalidValue(`${path}.listKind`, listKind, 'kind and listKind may not be the same'));
  }
  for (const [index, name] of (names.categories ?? []).entries()) label(name, `${path}.categories[${index}]`);
  return errors;
}

/** What decides where objects are stored cannot change. */
function unchangedErrors(spec: CustomResourceDefinitionSpec, old: CustomResourceDefinition): FieldError[] {
  const before = old.spec ?? {};
  const same = (path: string, now = '', then = ''): readonly FieldError[] => immutableField(path, now, now === then);
  return [
    ...(isConditionTrue(old, 'Established')
      ? [
          ...same('spec.scope', spec.scope, before.scope),
          ...same('spec.names.kind', spec.names?.kind, before.names?.kind),
        ]
      : []),
    ...same('spec.group', spec.group, before.group),
    ...same('spec.names.plural', spec.names?.plural, before.names?.plural),
  ];
}

function storedVersionErrors(
  { storedVersions }: CustomResourceDefinitionStatus,
  { versions }: CustomResourceDefinitionSpec,
): FieldError[] {
  const path = 'status.storedVersions';
  const stored = storedVersions ?? [];
  if (stored.length === 0) return [invalidValue(path, storedVersions ?? null, 'must have at least one stored version')];
  const errors: FieldError[] = [];
  const left = new Map(stored.map((name, index) => [name, index]));
  for (const { name = '', storage } of versions ?? []) {
    // Who has the same name as one before him finds it taken.
    if (!left.delete(name) && storage === true) {
      errors.push(invalidValue(path, [...stored], `must have the storage version ${name}`));
    }
  }
  for (const [name, index] of left) {
    const why =
      `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until ` +
      `a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
    errors.push(invalidValue(`${path}[${index}]`, name, why));
  }
  return errors;
}

const annotationOf = ({ metadata }: CustomResourceDefinition): string =>
  metadata?.annotations?.[approvalAnnotation] ?? '';

function approvalErrors(now: CustomResourceDefinition, old: CustomResourceDefinition | undefined): FieldError[] {
  if (!isProtectedGroup(now.spec?.group ?? '')) return [];
  const { state, reason } = approvalOf(annotationOf(now));
  if (old !== undefined && approvalOf(annotationOf(old)).state === state) return [];
  const path = `metadata.annotations[${approvalAnnotation}]`;
  if (state === 'missing') return [requiredValue(path, reason)];
  return state === 'invalid' ? [invalidValue(path, annotationOf(now), reason)] : [];
}

function preserveErrors(
  { preserveUnknownFields }: CustomResourceDefinitionSpec,
  old: CustomResourceDefinitionSpec | undefined,
): FieldError[] {
  if (preserveUnknownFields !== true || old?.preserveUnknownFields === true) return [];
  const why = 'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
  return [invalidValue('spec.preserveUnknownFields', true, why)];
}
