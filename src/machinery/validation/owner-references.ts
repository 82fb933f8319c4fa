import { errorsOfEach, type FieldError, invalidValue, requiredValue } from '../field-error.ts';
import { emptyObject } from '../json/parse.ts';
import { type JsonObject, stringAt } from '../json-value.ts';

/** At most one of them controls; each names a kind that may own. */
export function validateOwnerReferences(references: readonly JsonObject[], path: string): FieldError[] {
  const errors = errorsOfEach(references, (reference, index) => validateReference(reference, `${path}[${index}]`));
  // Two are enough to be told, and all are shown with them: told for each, the answer would grow with their square.
  const [one, other] = references.filter((reference) => reference['controller'] === true);
  if (one === undefined || other === undefined) return errors;
  const both = `Found "true" in references for ${kindAndName(one)} and ${kindAndName(other)}`;
  errors.push(invalidValue(path, references.map(shown), `Only one reference can have Controller set to true. ${both}`));
  return errors;
}

const kindAndName = (reference: JsonObject): string => `${stringAt(reference, 'kind')}/${stringAt(reference, 'name')}`;

function validateReference(reference: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const apiVersion = stringAt(reference, 'apiVersion');
  if (apiVersion === '') errors.push(requiredValue(`${path}.apiVersion`, 'must not be empty'));
  else if (!isGroupVersion(apiVersion)) {
    errors.push(invalidValue(`${path}.apiVersion`, apiVersion, 'must be <group>/<version> or <version>'));
  }
  for (const field of ['kind', 'name', 'uid']) {
    if (stringAt(reference, field) === '') errors.push(requiredValue(`${path}.${field}`, 'must not be empty'));
  }
  if (apiVersion === 'v1' && stringAt(reference, 'kind') === 'Event') {
    errors.push(invalidValue(path, shown(reference), '/v1, Kind=Event is disallowed from being an owner'));
  }
  return errors;
}

/** In the order in which Kubernetes writes it. */
function shown(reference: JsonObject): JsonObject {
  const ordered = emptyObject();
  for (const field of ['apiVersion', 'kind', 'name', 'uid', 'controller', 'blockOwnerDeletion']) {
    const value = reference[field];
    if (value !== undefined) ordered[field] = value;
  }
  return ordered;
}

function isGroupVersion(apiVersion: string): boolean {
  const parts = apiVersion.split('/', 3);
  return parts.length < 3 && parts.at(-1) !== '';
}
