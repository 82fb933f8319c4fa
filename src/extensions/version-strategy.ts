import { keepOld } from '../api/strategy/generic-strategy.ts';
import type { Occasion, Strategy, UpdateStrategy } from '../api/strategy/strategy.ts';
import type { CustomResourceSubresources } from '../api/types/apiextensions-v1.generated.ts';
import { allBut } from '../machinery/apply/field-filter.ts';
import { type FieldError, invalidValue } from '../machinery/field-error.ts';
import { goQuote } from '../machinery/go-quote.ts';
import { cloneJson } from '../machinery/json/clone.ts';
import { jsonEqual } from '../machinery/json/json-equal.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { finalizersOf, generationOf, metadataOf } from '../machinery/object-meta.ts';
import { objectCostBudget } from '../machinery/rules/limits.ts';
import { RuleEvaluation } from '../machinery/rules/rule-evaluation.ts';
import { validateEmbedded } from '../machinery/structural/embedded-metadata.ts';
import { repeatedItems } from '../machinery/structural/list-uniqueness.ts';
import { validateValue } from '../machinery/structural/validate-value.ts';
import { isStandardFinalizer } from '../machinery/validation/finalizers.ts';
import { labelKey } from '../machinery/validation/label.ts';
import { nameIsDnsSubdomain } from '../machinery/validation/names.ts';
import { scaleErrors, scaleStatusErrors } from './scale-paths.ts';
import type { VersionType } from './version-type.ts';

/** The rules of objects of one version of a definition. */
export function versionStrategy(type: VersionType, subresources: CustomResourceSubresources | undefined): Strategy {
  const hasStatus = subresources?.status !== undefined;
  const scale = subresources?.scale;
  return {
    setDefaults: (object) => void type.setDefaults(object),
    prepareForCreate(object) {
      if (hasStatus) delete object['status'];
      metadataOf(object)['generation'] = 1;
    },
    validateCreate: (object, checks) =>
      withRules(type, object, undefined, undefined, [
        ...checks.metadataErrors(nameIsDnsSubdomain),
        ...validateValue(object, type.node, { path: '' }),
        ...scaleErrors(object, scale),
        ...validateEmbedded(object, type.node),
        ...repeatedItems(object, type.node),
      ]),
    prepareForUpdate(object, old) {
      if (hasStatus) keepOld(object, old, 'status');
      if (!sameButMetadata(object, old)) metadataOf(object)['generation'] = generationOf(old) + 1;
    },
    validateUpdate: (object, old, _, occasion) =>
      withRules(type, object, old, occasion, [
        ...validateValue(object, type.node, { path: '', old }),
        ...scaleErrors(object, scale),
        ...validateEmbedded(object, type.node),
        ...newlyRepeated(type, object, old),
      ]),
    subresources: hasStatus ? { status: statusStrategy(type, subresources) } : {},
    managedFields: hasStatus ? allBut(['status']) : undefined,
    warningsOnCreate: (object) => finalizerWarnings(finalizersOf(object)),
    warningsOnUpdate: (object, old) => finalizerWarnings(finalizersOf(object), finalizersOf(old)),
    allowCreateOnUpdate: false,
    allowUnconditionalUpdate: false,
  };
}

const statusStrategy = (type: VersionType, { scale }: CustomResourceSubresources): UpdateStrategy => ({
  prepareForUpdate(object, old) {
    const { status } = object;
    const managed = metadataOf(object)['managedFields'];
    for (const key of Object.keys(object)) delete object[key];
    Object.assign(object, cloneJson(old));
    if (status === undefined) delete object['status'];
    else object['status'] = status;
    const metadata = metadataOf(object);
    if (managed === undefined) delete metadata['managedFields'];
    else metadata['managedFields'] = managed;
  },
  validateUpdate: (object, old, _, occasion) =>
    withRules(type, object, old, occasion, [
      ...statusErrors(type, object, old),
      ...scaleStatusErrors(object, scale),
      ...newlyRepeated(type, object, old),
    ]),
  managedFields: allBut(['metadata'], ['spec']),
});

const uncheckedRules =
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';
/** What keeps an object from being such that rules could be asked about it. */
const blocking: ReadonlySet<FieldError['type']> = new Set<FieldError['type']>([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

/** Whatever else is wrong, and what the rules of the whole object say, even where only its status is written. */
function withRules(
  { rules }: VersionType,
  object: JsonObject,
  old: JsonObject | undefined,
  occasion: Occasion | undefined,
  errors: readonly FieldError[],
): readonly FieldError[] {
  if (rules === undefined) return errors;
  if (errors.some((error) => blocking.has(error.type))) return [...errors, invalidValue('<nil>', null, uncheckedRules)];
  const evaluation = new RuleEvaluation(objectCostBudget);
  rules.validate(object, { path: '<nil>', old, ratchets: true }, evaluation);
  for (const text of evaluation.warnings) occasion?.warn(text);
  return evaluation.errors.length === 0 ? errors : [...errors, ...evaluation.errors];
}

/** Only the status is looked at. */
function statusErrors({ node }: VersionType, { status }: JsonObject, old: JsonObject): readonly FieldError[] {
  const schema = node.properties.get('status');
  return status === undefined || schema === undefined
    ? []
    : validateValue(status, schema, { path: 'status', old: old['status'] });
}

/** What is there twice may stay so. */
const newlyRepeated = ({ node }: VersionType, object: JsonObject, old: JsonObject): readonly FieldError[] =>
  repeatedItems(old, node).length > 0 ? [] : repeatedItems(object, node);

function sameButMetadata(object: JsonObject, old: JsonObject): boolean {
  for (const key of new Set([...Object.keys(object), ...Object.keys(old)])) {
    if (key === 'metadata') continue;
    const [value, before] = [object[key], old[key]];
    if (value === undefined || before === undefined || !jsonEqual(value, before)) return false;
  }
  return true;
}

function finalizerWarnings(finalizers: readonly string[], before: readonly string[] = []): readonly string[] {
  const added = [...new Set(finalizers)].filter((name) => !before.includes(name)).sort();
  return added.flatMap((name) => {
    const place = `metadata.finalizers: ${goQuote(name)}: `;
    const wrong = labelKey(name).map((text) => place + text);
    if (name.includes('/') || isStandardFinalizer(name)) return wrong;
    const path = name.includes('.') ? ' including a path (/)' : '';
    const why = `prefer a domain-qualified finalizer name${path} to avoid accidental conflicts with other finalizer writers`;
    return [...wrong, place + why];
  });
}
