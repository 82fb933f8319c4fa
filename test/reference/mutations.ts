import type { JsonObject, JsonValue } from '../../src/machinery/json-value.ts';

/** Numbers from 0 up to below `n`. */
export type Random = (n: number) => number;

/** The same numbers for the same text, on every machine: xorshift over an FNV-1a hash. */
export function randomOf(seed: string): Random {
  let state = 0x811c9dc5;
  for (let i = 0; i < seed.length; i++) state = Math.imul(state ^ seed.charCodeAt(i), 0x01000193);
  return (n) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % n;
  };
}

/** An object with one thing wrong in it, and what that is: `negative spec.replicas`. */
export interface Mutation {
  readonly what: string;
  readonly object: JsonObject;
}

type Place = readonly (string | number)[];
type Change = (value: JsonValue) => JsonValue | undefined;

const anyValue: Readonly<Record<string, Change>> = {
  removed: () => undefined,
  null: () => null,
  'a text': () => 'text',
  'a number': () => 7,
  'an object': () => ({ a: 'b' }),
  'a list': () => ['a'],
};
const ofText: Readonly<Record<string, Change>> = {
  empty: () => '',
  'not a name': () => 'Not_A-Name!',
  long: () => 'x'.repeat(300),
  'in capitals': (value) => (typeof value === 'string' ? value.toUpperCase() : value),
};
const ofNumber: Readonly<Record<string, Change>> = {
  negative: () => -1,
  zero: () => 0,
  huge: () => 1_000_000_000_000,
  'a fraction': () => 1.5,
};
const ofList: Readonly<Record<string, Change>> = {
  emptied: () => [],
  'its first twice': (value) => [...(value as JsonValue[]), (value as JsonValue[])[0] ?? null],
};
const ofObject: Readonly<Record<string, Change>> = {
  emptied: () => ({}),
  'with an unknown field': (value) => ({ ...(value as JsonObject), unknown: 'x' }),
};

/** Every one thing that can be wrong in the object: in each place each change that fits what stands there. */
export function* allMutations(object: JsonObject): Generator<Mutation> {
  for (const place of placesIn(object)) {
    for (const name of Object.keys(changesOf(valueAt(object, place)))) yield mutation(object, place, name);
  }
}

/** One of them. */
export function someMutation(object: JsonObject, random: Random): Mutation | undefined {
  const places = [...placesIn(object)];
  const place = places[random(Math.max(1, places.length))];
  if (place === undefined) return undefined;
  const names = Object.keys(changesOf(valueAt(object, place)));
  return mutation(object, place, names[random(names.length)] ?? 'null');
}

/** All but what says which kind it is and where it goes: else another request would be compared. */
function* placesIn(value: JsonValue, place: Place = []): Generator<Place> {
  if (typeof value !== 'object' || value === null) return;
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  for (const key of keys) {
    const inner = [...place, key];
    const path = inner.join('.');
    if (['kind', 'apiVersion', 'status', 'metadata.namespace'].includes(path)) continue;
    if (path !== 'metadata') yield inner;
    yield* placesIn((value as Record<string | number, JsonValue>)[key] ?? null, inner);
  }
}

function changesOf(value: JsonValue): Readonly<Record<string, Change>> {
  if (typeof value === 'string') return { ...anyValue, ...ofText };
  if (typeof value === 'number') return { ...anyValue, ...ofNumber };
  if (Array.isArray(value)) return value.length > 0 ? { ...anyValue, ...ofList } : anyValue;
  if (typeof value === 'object' && value !== null) return { ...anyValue, ...ofObject };
  return anyValue;
}

const valueAt = (object: JsonObject, place: Place): JsonValue =>
  place.reduce<JsonValue>((value, key) => (value as Record<string | number, JsonValue>)[key] ?? null, object);

function mutation(object: JsonObject, place: Place, name: string): Mutation {
  const copy = structuredClone(object);
  const parent = valueAt(copy, place.slice(0, -1)) as Record<string | number, JsonValue>;
  const key = place.at(-1) ?? '';
  const changed = changesOf(parent[key] ?? null)[name]?.(parent[key] ?? null);
  if (changed === undefined) {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else delete parent[key];
  } else parent[key] = changed;
  return { what: `${name}: ${place.join('.')}`, object: copy };
}
