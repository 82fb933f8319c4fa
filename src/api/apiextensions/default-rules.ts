import { type FieldError, invalidValue } from '../../machinery/field-error.ts';
import { cloneJson } from '../../machinery/json/clone.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../machinery/json-value.ts';
import { aggregateText } from '../../machinery/status-errors.ts';
import { CoercionError, coerceEmbedded, validateEmbedded } from '../../machinery/structural/embedded-metadata.ts';
import { metaFields, pruneAsIs } from '../../machinery/structural/prune.ts';
import { asResource, type SchemaNode } from '../../machinery/structural/schema-node.ts';
import { validateValue } from '../../machinery/structural/validate-value.ts';

/** An object with a value in its place, around a default that says something of type or metadata. */
type Surrounding = (value: JsonValue) => JsonValue;

interface Place {
  readonly root: SchemaNode;
  readonly around: Surrounding;
  /** Within the type or the metadata of an object. */
  readonly insideMeta: boolean;
}

const typed = (value: JsonValue): JsonValue =>
  isJsonObject(value) ? { apiVersion: 'validation/v1', kind: 'Validation', ...value } : value;

/** What is wrong with the defaults in a schema: they must be right by it, and say nothing that it does not know. */
export function defaultErrors(node: SchemaNode, path: string, mustBePruned: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const root = asResource(node);
  check(root, path, { root, around: typed, insideMeta: false }, mustBePruned, errors);
  return errors;
}

function check(node: SchemaNode, path: string, given: Place, mustBePruned: boolean, errors: FieldError[]): void {
  const place = node.isResource ? { root: node, around: typed, insideMeta: false } : given;
  if (node.default !== undefined) {
    const wrong = place.insideMeta
      ? metaDefaultErrors(node, node.default, `${path}.default`, place)
      : ownDefaultErrors(node, node.default, `${path}.default`, mustBePruned);
    for (const error of wrong) errors.push(error);
  }
  if (node.items !== undefined) {
    const around = (value: JsonValue): JsonValue => place.around([value]);
    check(node.items, `${path}.items`, { ...place, around }, mustBePruned, errors);
  }
  for (const [name, property] of node.properties) {
    const insideMeta = place.insideMeta || (node.isResource && metaFields.has(name));
    const around = (value: JsonValue): JsonValue => place.around({ [name]: value });
    check(property, `${path}.properties[${name}]`, { ...place, around, insideMeta }, mustBePruned, errors);
  }
}

function ownDefaultErrors(node: SchemaNode, value: JsonValue, path: string, mustBePruned: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const copy = cloneJson(value);
  if (mustBePruned) {
    const pruned = cloneJson(value);
    pruneAsIs(pruned, node);
    if (!jsonEqual(pruned, value)) errors.push(invalidValue(path, value, 'must not have unknown fields'));
  }
  try {
    coerceEmbedded(copy, node, { dropInvalid: false });
  } catch (error) {
    if (!(error instanceof CoercionError)) throw error;
    return [...errors, invalidValue(path, value, error.message)];
  }
  const embedded = validateEmbedded(copy, node, path);
  return [...errors, ...(embedded.length > 0 ? embedded : validateValue(copy, node, { path }))];
}

function metaDefaultErrors(node: SchemaNode, value: JsonValue, path: string, { root, around }: Place): FieldError[] {
  const object = around(cloneJson(value)) as JsonObject;
  const refused = (why: string): FieldError[] => [invalidValue(path, value, `must result in valid metadata: ${why}`)];
  try {
    coerceEmbedded(object, root, { dropInvalid: false });
  } catch (error) {
    if (!(error instanceof CoercionError)) throw error;
    return refused(error.message);
  }
  const wrong = validateEmbedded(object, root);
  return wrong.length > 0 ? refused(aggregateText(wrong)) : validateValue(value, node, { path });
}
