import { emptyObject } from '../json/parse.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json-value.ts';
import { elementOf } from './list-item.ts';
import { deduced, type ListType, type MergeType, resolved, typeUnder } from './merge-type.ts';
import type { PathElement } from './path-element.ts';

/**
 * The live object with what `config` says of it: values of `config` count, nothing goes that it does not name. Items of
 * lists keep their order unless `config` has another; what it adds comes where it has it.
 * @throws {ListItemError}
 */
export function merge(type: MergeType, live: JsonObject, config: JsonObject): JsonObject {
  const merged = mergeValues(type, live, config);
  return isJsonObject(merged) ? merged : emptyObject();
}

/** Undefined: nothing is left. */
function mergeValues(
  declared: MergeType,
  live: JsonValue | undefined,
  config: JsonValue | undefined,
): JsonValue | undefined {
  if (config === undefined) return live;
  if (live === undefined) return config;
  const type = resolved(declared, config);
  if (type.atomic || resolved(declared, live).kind !== type.kind) return config;
  if (type.kind === 'list') return mergeLists(type, live, config);
  const left = isJsonObject(live) ? live : emptyObject();
  const right = isJsonObject(config) ? config : emptyObject();
  // Neither says anything: which of null and nothing it is may still matter.
  if (Object.keys(left).length === 0 && Object.keys(right).length === 0) return config;
  const merged = emptyObject();
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const value = mergeValues(typeUnder(type, key) ?? deduced, own(left, key), own(right, key));
    if (value !== undefined) merged[key] = value;
  }
  return Object.keys(merged).length === 0 ? undefined : merged;
}

const own = (object: JsonObject, key: string): JsonValue | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

interface Item {
  readonly element: PathElement;
  readonly value: JsonValue;
}

const itemsOf = (type: ListType, list: JsonValue): readonly Item[] =>
  Array.isArray(list) ? list.map((value) => ({ element: elementOf(type, value), value })) : [];

/**
 * Items that both have stand in the order of `config`; those of the live list alone stay before the one that they were
 * before, and those of `config` alone come where it has them.
 */
function mergeLists(type: ListType, live: JsonValue, config: JsonValue): JsonValue | undefined {
  const [left, right] = [itemsOf(type, live), itemsOf(type, config)];
  if (left.length === 0 && right.length === 0) return config;
  const wanted = new Map(right.map(({ element, value }) => [element, value]));
  const present = new Map<PathElement, JsonValue>();
  // What is there twice is not merged into, but replaced.
  for (const { element, value } of left) present.set(element, present.has(element) ? null : value);
  const shared = right.filter(({ element }) => present.has(element)).map(({ element }) => element);
  const done = new Set<PathElement>();
  const merged: JsonValue[] = [];
  const take = (value: JsonValue | undefined): void => {
    if (value !== undefined) merged.push(value);
  };
  const takeWanted = (element: PathElement): void => {
    done.add(element);
    take(mergeValues(type.items, present.get(element), wanted.get(element)));
  };
  let [l, r] = [0, 0];
  while (l < left.length || r < right.length) {
    const [here, there] = [left[l], right[r]];
    if (here !== undefined && there !== undefined) {
      if (here.element === there.element) {
        takeWanted(here.element);
        l++;
        r++;
        shared.shift();
        continue;
      }
      const next = shared[0];
      if (wanted.has(here.element) && next !== undefined && next !== here.element) {
        // Its turn has not come, or is over.
        l++;
        continue;
      }
    }
    if (here !== undefined) {
      if (!wanted.has(here.element)) {
        take(here.value);
        l++;
        continue;
      }
      if (done.has(here.element)) l++;
    }
    if (there !== undefined) {
      takeWanted(there.element);
      r++;
      if (shared[0] === there.element) shared.shift();
    }
  }
  return merged.length === 0 ? undefined : merged;
}
