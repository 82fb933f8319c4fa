import { goStringText, goValueText } from '../go-value-text.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json-value.ts';
import type { Schema, StructSchema } from '../schema/schema.ts';
import { checkElementOrder, identityOf, itemType, ordered, positionsOf, wrongType } from './element-order.ts';
import { withoutNulls } from './merge-patch.ts';
import {
  deleteFromPrimitiveList,
  hasPatchMarker,
  keyOfDirective,
  patchMarker,
  retainOnly,
  setElementOrder,
  withoutDirectives,
} from './patch-directives.ts';
import { PatchError } from './patch-error.ts';
import { kindInGo, type MergeRule, ruleOfList, ruleOfObject } from './patch-schema.ts';

/**
 * Merges a strategic merge patch into an object of the type that `schema` is: objects merge, and lists that the type says
 * so merge too, item by item with the same merge key, or as sets of scalars. `$patch`, `$retainKeys`,
 * `$setElementOrder/<list>` and `$deleteFromPrimitiveList/<list>` say what values cannot. Null removes.
 *
 * Changes both, also when it throws, and gives parts of the patch to the result. Takes time in proportion to their size,
 * where kube-apiserver's grows with the product of two lists.
 * @throws {PatchError}
 */
export const applyStrategicMergePatch = (schema: StructSchema, target: JsonObject, patch: JsonObject): JsonObject =>
  mergeObjects(target, patch, schema);

const failure = (message: string): PatchError => new PatchError('format', message);

const unknownDirective = (directive: JsonValue, patch: JsonObject): PatchError =>
  failure(`unknown patch type: ${goStringText(directive)} in map: ${goValueText(patch)}`);

function mergeObjects(target: JsonObject, patch: JsonObject, schema: Schema): JsonObject {
  if (Object.hasOwn(patch, patchMarker)) {
    const directive = patch[patchMarker] ?? null;
    if (directive === 'delete') return withoutNulls({}) as JsonObject;
    if (directive !== 'replace') throw unknownDirective(directive, patch);
    delete patch[patchMarker];
    return patch;
  }
  retainOnly(target, patch);
  for (const key of Object.keys(patch)) if (key.startsWith(setElementOrder)) orderList(target, patch, key, schema);
  for (const key of Object.keys(patch)) {
    if (key.startsWith(deleteFromPrimitiveList)) {
      const listKey = keyOfDirective(key, deleteFromPrimitiveList);
      mergeKeyInto(target, listKey, patch[key] ?? null, schema, { deletes: true });
    } else mergeKeyInto(target, key, patch[key] ?? null, schema, { deletes: false });
  }
  return target;
}

/** `deletes`: the value lists what is taken out of the list under the key. */
function mergeKeyInto(
  target: JsonObject,
  key: string,
  value: JsonValue,
  schema: Schema,
  { deletes }: { readonly deletes: boolean },
): void {
  if (value === null) {
    delete target[key];
    return;
  }
  const present = Object.hasOwn(target, key) ? (target[key] ?? null) : null;
  if (Array.isArray(present) && Array.isArray(value)) {
    target[key] = mergeListValue(present, value, ruleOfList(schema, key), deletes);
  } else if (isJsonObject(present) && isJsonObject(value)) {
    const rule = ruleOfObject(schema, key);
    target[key] = rule.strategy === 'replace' ? value : mergeObjects(present, value, rule.schema);
  } else if (!deletes) {
    const kept = withoutDirectives(withoutNulls(value));
    if (kept === undefined) delete target[key];
    else target[key] = kept;
  }
}

/** `$setElementOrder`: merges the list that it is about, if there is one, and takes both out of the patch. */
function orderList(target: JsonObject, patch: JsonObject, directive: string, schema: Schema): void {
  const order = patch[directive] ?? null;
  delete patch[directive];
  if (!Array.isArray(order)) throw wrongType('[]interface {}', order);
  const key = keyOfDirective(directive, setElementOrder);
  const present = listIn(target, key);
  const given = listIn(patch, key);
  const rule = ruleOfList(schema, key);
  checkElementOrder(given ?? [], order, rule.mergeKey);
  if (present === undefined && given === undefined) return;
  const before = leftBehind(present ?? [], given ?? [], rule.mergeKey);
  const merged =
    present === undefined
      ? ((withoutDirectives(given ?? []) ?? []) as JsonValue[])
      : given === undefined
        ? present
        : mergeListValue(present, given, rule, false);
  if (itemType(before, given ?? []) === undefined) throw failure('no elements in any of the given slices');
  target[key] = ordered(merged, before, order, rule.mergeKey);
  delete patch[key];
}

/**
 * The list as the original has it in its hands when it asks where items stood: what the patch deletes is out, and what it
 * adds stands in the places that came free.
 */
function leftBehind(present: readonly JsonValue[], given: readonly JsonValue[], mergeKey: string): JsonValue[] {
  if (mergeKey === '' || !given.some(hasPatchMarker)) return [...present];
  const marked = given.filter((item) => isJsonObject(item) && item[patchMarker] === 'delete');
  const deleted = positionsOf(marked, mergeKey);
  const kept = present.filter((item) => !deleted.has(identityOf(item, mergeKey)));
  const known = positionsOf(kept, mergeKey);
  const added = given.filter((item) => !hasPatchMarker(item) && !known.has(identityOf(item, mergeKey)));
  return [...kept, ...added].slice(0, present.length);
}

function listIn(object: JsonObject, key: string): JsonValue[] | undefined {
  if (!Object.hasOwn(object, key)) return undefined;
  const value = object[key] ?? null;
  if (!Array.isArray(value)) throw wrongType('[]interface {}', value);
  return value;
}

function mergeListValue(present: JsonValue[], given: JsonValue[], rule: MergeRule, deletes: boolean): JsonValue[] {
  if (rule.strategy !== 'merge' && !deletes) return given;
  const type = itemType(present, given);
  if (type === undefined) return present;
  if (type === 'map[string]interface {}') return mergeItems(present as JsonObject[], given as JsonObject[], rule);
  if (deletes) {
    const deleted = new Set(given);
    return present.filter((item) => !deleted.has(item));
  }
  return ordered([...new Set([...present, ...given])], present, given, rule.mergeKey);
}

/** Lists of objects, told apart by the merge key. */
function mergeItems(present: readonly JsonObject[], given: readonly JsonObject[], rule: MergeRule): JsonValue[] {
  const { mergeKey, schema } = rule;
  if (mergeKey === '') throw failure(`cannot merge lists without merge key for ${kindInGo(schema)}`);
  const { kept, items } = obeyMarkers(present, given, mergeKey);
  const positions = positionsOf(kept, mergeKey);
  const merged = [...kept];
  for (const item of items) {
    const identity = identityOf(item, mergeKey);
    const at = positions.get(identity);
    const found = at === undefined ? undefined : merged[at];
    if (at === undefined || found === undefined) {
      positions.set(identity, merged.length);
      merged.push(item);
    } else merged[at] = mergeObjects(found, item, schema);
  }
  return ordered(merged, merged.slice(0, kept.length), items, mergeKey);
}

/** What `$patch` in items of the patch says: which of the present are kept, and which of the given are items. */
function obeyMarkers(
  present: readonly JsonObject[],
  given: readonly JsonObject[],
  mergeKey: string,
): { readonly kept: readonly JsonObject[]; readonly items: readonly JsonObject[] } {
  const deleted = new Set<JsonValue>();
  const items: JsonObject[] = [];
  let replaces = false;
  for (const item of given) {
    if (!Object.hasOwn(item, patchMarker)) {
      items.push(item);
      continue;
    }
    const directive = item[patchMarker] ?? null;
    if (directive === 'delete') deleted.add(identityOf(item, mergeKey));
    else if (directive === 'replace') replaces = true;
    else if (directive === 'merge') throw failure('merging lists cannot yet be specified in the patch');
    else throw unknownDirective(directive, item);
  }
  if (replaces) return { kept: items, items: [] };
  if (deleted.size === 0) return { kept: present, items };
  const kept = present.filter((item) => !(Object.hasOwn(item, mergeKey) && deleted.has(item[mergeKey] ?? null)));
  return { kept, items };
}
