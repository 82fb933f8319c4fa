import { type FieldError, invalidValue } from '../../machinery/field-error.ts';
import { cloneJson } from '../../machinery/json/clone.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../machinery/json-value.ts';
import { objectCostBudget } from '../../machinery/rules/limits.ts';
import { RuleEvaluation } from '../../machinery/rules/rule-evaluation.ts';
import { type CompiledPlaces, RuleValidator } from '../../machinery/rules/rule-validator.ts';
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
  const found: Found = { errors, mustBePruned, places: new Map(), budget: objectCostBudget };
  check(root, path, { root, around: typed, insideMeta: false }, found);
  return errors;
}

/** What is looked for, and what was found. */
interface Found {
  readonly errors: FieldError[];
  readonly mustBePruned: boolean;
  readonly places: CompiledPlaces;
  /** What the rules of all defaults may cost still; below zero when it cost more. */
  budget: number;
}

function check(node: SchemaNode, path: string, given: Place, found: Found): void {
  if (found.budget < 0) return;
  const place = node.isResource ? { root: node, around: typed, insideMeta: false } : given;
  if (node.default !== undefined) {
    const at = `${path}.default`;
    const wrong = place.insideMeta
      ? metaDefaultErrors(node, node.default, at, place, found)
      : ownDefaultErrors(node, node.default, at, place, found);
    for (const error of wrong) found.errors.push(error);
  }
  if (node.items !== undefined) {
    const around = (value: JsonValue): JsonValue => place.around([value]);
    check(node.items, `${path}.items`, { ...place, around }, found);
  }
  for (const [name, property] of node.properties) {
    const insideMeta = place.insideMeta || (node.isResource && metaFields.has(name));
    const around = (value: JsonValue): JsonValue => place.around({ [name]: value });
    check(property, `${path}.properties[${name}]`, { ...place, around, insideMeta }, found);
  }
}

function ownDefaultErrors(
  node: SchemaNode,
  value: JsonValue,
  path: string,
  { root }: Place,
  found: Found,
): FieldError[] {
  const errors: FieldError[] = [];
  const copy = cloneJson(value);
  if (found.mustBePruned) {
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
  if (embedded.length > 0) return [...errors, ...embedded];
  return [...errors, ...valueErrors(node, copy, path, root, found)];
}

/** By the schema, and if it is right so, by the rules: as what was there before, and as something new. */
function valueErrors(
  node: SchemaNode,
  value: JsonValue,
  path: string,
  root: SchemaNode,
  found: Found,
): readonly FieldError[] {
  const errors = validateValue(value, node, { path });
  if (errors.length > 0) return errors;
  const rules = RuleValidator.of(node, node === root, found.places);
  if (rules === undefined) return [];
  const kept = new RuleEvaluation(found.budget);
  rules.validate(value, { path, old: value }, kept);
  const added = new RuleEvaluation(found.budget);
  if (kept.errors.length === 0) rules.validate(value, { path }, added);
  found.budget = Math.min(kept.remaining, added.remaining);
  return [...kept.errors, ...added.errors];
}

function metaDefaultErrors(
  node: SchemaNode,
  value: JsonValue,
  path: string,
  { root, around }: Place,
  found: Found,
): readonly FieldError[] {
  const object = around(cloneJson(value)) as JsonObject;
  const refused = (why: string): FieldError[] => [invalidValue(path, value, `must result in valid metadata: ${why}`)];
  try {
    coerceEmbedded(object, root, { dropInvalid: false });
  } catch (error) {
    if (!(error instanceof CoercionError)) throw error;
    return refused(error.message);
  }
  const wrong = validateEmbedded(object, root);
  return wrong.length > 0 ? refused(aggregateText(wrong)) : valueErrors(node, value, path, root, found);
}
