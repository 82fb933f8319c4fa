import { readFileSync } from 'node:fs';
import { emptiedAt } from '../../machinery/json/emptied.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../machinery/json-value.ts';

/**
 * A field: its name in Go, its name in JSON ('' when its own fields stand in its place), and what it is. `text`, `number`,
 * `flag`, `quantity`: never absent in Go. `map`, `any`: null when absent. Else a struct's name; `*` before it: one that may
 * be absent; `[`: a list of them. `metadata`: fields that stand in its place too, and are named as in JSON.
 */
type FieldRow = readonly [name: string, json: string, kind: string];

let table: Readonly<Record<string, readonly FieldRow[]>> | undefined;

/** Read when the first message has to show a struct. */
function fieldsOf(struct: string): readonly FieldRow[] {
  table ??= JSON.parse(
    readFileSync(new URL('./internal-structs.generated.json', import.meta.url), 'utf8'),
  ) as NonNullable<typeof table>;
  return table[struct] ?? [];
}

const zeros: Readonly<Record<string, JsonValue>> = { text: '', number: 0, flag: false, quantity: '0' };

/**
 * A struct as messages of an API server show it: by the names that Go has for its fields, with all of them, in Go's order.
 * `struct`: Go's name for it.
 */
export function internalStruct(struct: string, object: object): JsonObject {
  const shown: JsonObject = {};
  for (const [name, json, kind] of fieldsOf(struct)) {
    if (json === '') Object.assign(shown, internalStruct(kind, object));
    else if (kind === 'metadata') Object.assign(shown, metadataFields((object as JsonObject)[json]));
    else shown[name] = shownAs(kind, (object as JsonObject)[json] ?? emptiedAt(object, json) ?? null);
  }
  return shown;
}

/** In Go's order, of what a template can have. */
export const metadataOrder: readonly string[] = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
].concat(
  ['creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'labels', 'annotations'],
  ['ownerReferences', 'finalizers', 'managedFields'],
);

/** Metadata as messages show it: what there is. */
export function metadataFields(metadata: JsonValue | undefined): JsonObject {
  if (!isJsonObject(metadata)) return {};
  const present = metadataOrder.filter((name) => (metadata[name] ?? null) !== null);
  // Managers are in Go's order already: nobody else writes them.
  const shownOf = (name: string, value: JsonValue) => (name === 'managedFields' ? value : sorted(value));
  return Object.fromEntries(present.map((name) => [name, shownOf(name, metadata[name] ?? null)]));
}

/**
 * The same struct as a rule shows it that is declared with the versioned type: by JSON's names, with what is there.
 */
export function versionedStruct(struct: string, object: object): JsonObject {
  const shown: JsonObject = {};
  for (const [, json, kind] of fieldsOf(struct)) {
    const value = (object as JsonObject)[json];
    if (json === '') Object.assign(shown, versionedStruct(kind, object));
    else if (value !== undefined) shown[json] = versionedValue(kind.replace(/^[[*]/, ''), value);
  }
  return shown;
}

function versionedValue(kind: string, value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item) => versionedValue(kind, item));
  if (!isJsonObject(value)) return value;
  return fieldsOf(kind).length === 0 ? sorted(value) : versionedStruct(kind, value);
}

function shownAs(kind: string, value: JsonValue): JsonValue {
  if (value === null) {
    if (kind === 'map' || kind === 'any' || kind.startsWith('*') || kind.startsWith('[')) return null;
    return zeros[kind] ?? internalStruct(kind, {});
  }
  if (kind.startsWith('[')) {
    return Array.isArray(value) ? value.map((item) => shownAs(kind.slice(1), item)) : value;
  }
  if (kind === 'map' || kind === 'any') return sorted(value);
  if (!isJsonObject(value)) return value;
  return internalStruct(kind.startsWith('*') ? kind.slice(1) : kind, value);
}

/** JSON with the keys of its maps as Go writes them. Fields of structs come in the order of their names too, but selectors'. */
export function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const keys = Object.keys(value).sort((a, b) => orderOf(a) - orderOf(b) || (a < b ? -1 : 1));
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key] ?? null)]));
}

/** Of a LabelSelector, whose fields are in no alphabetical order. */
const orderOf = (key: string): number => (key === 'matchLabels' ? 0 : 1);
