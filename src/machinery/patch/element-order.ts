import { goTypeText, goValueText } from '../go-value-text.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json-value.ts';
import { hasPatchMarker, patchMarker, setElementOrder } from './patch-directives.ts';
import { PatchError } from './patch-error.ts';

/*
 * Where the items of a merged list stand: in the order of the patch, or of its $setElementOrder, and those that only the
 * server has between them, where they stood before. Items are told apart by `mergeKey`, or by themselves when it is ''.
 */

const failure = (message: string): PatchError => new PatchError('format', message);

export const wrongType = (expected: string, value: JsonValue): PatchError =>
  failure(`expected a ${expected}, but received a ${goTypeText(value)}`);

const noMergeKey = (item: JsonObject, mergeKey: string): PatchError =>
  failure(`map: ${goValueText(item)} does not contain declared merge key: ${mergeKey}`);

/** What an item is told by. @throws {PatchError} `format` */
export function identityOf(item: JsonValue, mergeKey: string): JsonValue {
  if (mergeKey === '') return item;
  if (!isJsonObject(item)) throw wrongType('map[string]interface {}', item);
  if (!Object.hasOwn(item, mergeKey)) throw noMergeKey(item, mergeKey);
  return item[mergeKey] ?? null;
}

/** Where each of `items` stands first, by what it is told by; one that is told by nothing is not found. */
export function positionsOf(items: readonly JsonValue[], mergeKey: string): Map<JsonValue, number> {
  const positions = new Map<JsonValue, number>();
  for (const [index, item] of items.entries()) {
    if (mergeKey !== '' && !(isJsonObject(item) && Object.hasOwn(item, mergeKey))) continue;
    const identity = identityOf(item, mergeKey);
    if (!positions.has(identity)) positions.set(identity, index);
  }
  return positions;
}

/**
 * `merged`, in its order: `before` is the list as the server had it, `wanted` the order that the patch asks for.
 * @throws {PatchError} `format` for an item, of any of the lists, that is told by nothing
 */
export function ordered(
  merged: readonly JsonValue[],
  before: readonly JsonValue[],
  wanted: readonly JsonValue[],
  mergeKey: string,
): JsonValue[] {
  for (const item of [...wanted, ...before]) identityOf(item, mergeKey);
  const wantedAt = positionsOf(wanted, mergeKey);
  const beforeAt = positionsOf(before, mergeKey);
  const place = (positions: ReadonlyMap<JsonValue, number>, item: JsonValue) =>
    positions.get(identityOf(item, mergeKey)) ?? -1;
  // What has no place comes last, and the last of it first, as the original's way of sorting has it.
  const inOrder = (items: readonly JsonValue[], positions: ReadonlyMap<JsonValue, number>) => {
    const placed = items.map((item) => ({ item, at: place(positions, item) }));
    const known = placed.filter(({ at }) => at >= 0).sort((one, other) => one.at - other.at);
    return [...known, ...placed.filter(({ at }) => at < 0).reverse()];
  };
  const ofPatch = inOrder(
    merged.filter((item) => place(wantedAt, item) >= 0),
    wantedAt,
  );
  const ofServer = inOrder(
    merged.filter((item) => place(wantedAt, item) < 0),
    beforeAt,
  );
  const result: JsonValue[] = [];
  let next = 0;
  for (const { item } of ofPatch) {
    const at = place(beforeAt, item);
    for (let own = ofServer[next]; own !== undefined && own.at >= 0 && own.at < at; own = ofServer[next]) {
      result.push(own.item);
      next++;
    }
    result.push(item);
  }
  for (const { item } of ofServer.slice(next)) result.push(item);
  return result;
}

/**
 * `$setElementOrder` must have what the patch puts into the list, in the same order.
 * @throws {PatchError} `format`
 */
export function checkElementOrder(list: readonly JsonValue[], order: readonly JsonValue[], mergeKey: string): void {
  if (list.length === 0 || order.length === 0) return;
  const items = list.filter((item) => !(isJsonObject(item) && item[patchMarker] === 'delete'));
  let at = 0;
  // A marker behind the last that is ordered is not passed over, as in the original.
  for (let next = 0; at < items.length && next < order.length; ) {
    const item = items[at] ?? null;
    if (hasPatchMarker(item)) at++;
    else if (identityOf(item, mergeKey) === identityOf(order[next++] ?? null, mergeKey)) at++;
  }
  if (at < items.length) {
    throw failure(
      `The order in patch list:\n${goValueText([...list])}\n doesn't match ${setElementOrder} list:\n${goValueText([...order])}\n`,
    );
  }
}

/**
 * All items must be of one type, and none a list. Undefined: there are no items.
 * @throws {PatchError} `mismatch` for lists of lists, else `format`
 */
export function itemType(...lists: readonly (readonly JsonValue[])[]): string | undefined {
  let type: string | undefined;
  for (const list of lists) {
    for (const item of list) {
      const own = goTypeText(item);
      type ??= own;
      if (type === '[]interface {}') throw new PatchError('mismatch', 'lists of lists are not supported');
      if (own === type && item !== null) continue;
      throw failure(`list element types are not identical: ${goValueText(lists.map((one) => [...one]))}`);
    }
  }
  return type;
}
