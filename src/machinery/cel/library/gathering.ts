import { type FunctionDeclaration, overload } from '../function.ts';
import { mapInsert } from '../macros.ts';
import { GatheredMap } from '../map.ts';
import type { Meter } from '../meter.ts';
import { mapType, paramType } from '../type.ts';
import { CelError, type CelMap, type Value } from '../value.ts';
import { valueText } from '../value-text.ts';

const mapKV = mapType(paramType('K'), paramType('V'));

/** The map with one more entry. What a comprehension gathers is not copied for each. */
function insert(meter: Meter, map: CelMap, key: Value, value: Value): Value {
  let gathered = map instanceof GatheredMap ? map : new GatheredMap();
  if (!(map instanceof GatheredMap)) {
    meter.allocate(map.size);
    for (const one of map.keys()) gathered = gathered.with(one, map.find(one) ?? null) ?? gathered;
  }
  return gathered.with(key, value) ?? new CelError(`insert failed: key ${valueText(key)} already exists`);
}

function insertAll(meter: Meter, map: CelMap, entries: CelMap): Value {
  let result: Value = map;
  for (const key of entries.keys()) {
    result = insert(meter, result as CelMap, key, entries.find(key) ?? null);
    if (result instanceof CelError) return result;
  }
  return result;
}

/** What comprehensions gather maps with. */
export const gatheringLibrary: readonly FunctionDeclaration[] = [
  {
    name: mapInsert,
    overloads: [
      overload('@mapInsert_map_key_value', [mapKV, paramType('K'), paramType('V')], mapKV, insert),
      overload('@mapInsert_map_map', [mapKV, mapKV], mapKV, insertAll),
    ],
  },
];
