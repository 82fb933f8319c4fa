import { compareText } from '../compare-text.ts';
import { JsonSyntaxError, parseJsonText } from '../json/parse.ts';
import { isJsonObject, type JsonValue } from '../json-value.ts';
import { emptySet, type FieldSet, graft, member, newDraft } from './field-set.ts';
import { keyElement, type PathElement, self, valueElement } from './path-element.ts';

/** A set of fields that somebody wrote down, and that is none. */
export class FieldsV1Error extends Error {
  override readonly name = 'FieldsV1Error';
}

/**
 * Reads what a client, or another server, calls a set of fields. Elements get their one spelling, kinds of elements that
 * nobody knows are left out, as Kubernetes does.
 * @throws {FieldsV1Error}
 */
export function readFieldsV1(value: JsonValue | undefined): FieldSet {
  if (value === undefined || value === null) return emptySet;
  if (!isJsonObject(value)) throw new FieldsV1Error('a set of fields is an object');
  return read(value).parts;
}

interface Read {
  readonly parts: FieldSet;
  readonly itself: boolean;
}

function read(value: JsonValue): Read {
  if (!isJsonObject(value)) throw new FieldsV1Error('a set of fields is an object');
  const parts = newDraft();
  let itself = false;
  for (const key of Object.keys(value)) {
    if (key === self) {
      itself = true;
      continue;
    }
    const element = readElement(key);
    const inner = element === undefined ? undefined : read(value[key] ?? null);
    if (element === undefined || inner === undefined) continue;
    const named = Object.keys(inner.parts).length > 0;
    if (!named) graft(parts, [element], member);
    else
      graft(parts, [element], inner.itself ? Object.assign(newDraft(), { [self]: member }, inner.parts) : inner.parts);
  }
  return { parts, itself };
}

/** Undefined: of a kind that nobody knows. */
function readElement(key: string): PathElement | undefined {
  if (key.length < 2) throw new FieldsV1Error('key must be 2 characters long:');
  if (key.charAt(1) !== ':') throw new FieldsV1Error(`missing colon: ${key}`);
  const said = key.slice(2);
  switch (key.charAt(0)) {
    case 'f':
      return key;
    case 'v':
      return valueElement(parsed(said));
    case 'k': {
      const keys = parsed(said);
      if (!isJsonObject(keys)) throw new FieldsV1Error(`the keys of an item are an object: ${key}`);
      const names = Object.keys(keys).sort(compareText);
      return keyElement(names.map((name) => [name, keys[name] ?? null] as const));
    }
    case 'i':
      if (!/^[-+]?\d+$/.test(said)) throw new FieldsV1Error(`not an index: ${key}`);
      return `i:${Number(said)}`;
    default:
      return undefined;
  }
}

function parsed(text: string): JsonValue {
  try {
    return parseJsonText(text).value;
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw new FieldsV1Error(error.message, { cause: error });
    throw error;
  }
}
