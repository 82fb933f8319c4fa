import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../src/machinery/json-value.ts';
import type { Schema } from '../../src/machinery/schema/schema.ts';
import type { Random } from '../reference/mutations.ts';
import { typedObject, wildObject } from './wild-object.ts';

const usual = ['a', 'app', 'name', 'x.example.com/y', 'Always', 'ClusterIP', 'TCP', 'http', '10.0.0.7', '1Gi', '25%'];
const unusual = ['', ' ', '/', '.', '..', '~1', '-', 'A_b', '🐦', 'é\u0301', '\u0000', '\ud800', '%2f', '<&>\u2028'];
const ofPrototypes = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'length'];
const likeOthers = [
  '0',
  '-1',
  '1e9',
  'null',
  '{}',
  '100m',
  'YQ==',
  '2026-01-01T00:00:00Z',
  '2026-01-01T00:00:00.000001Z',
];
const directives = ['$patch', '$retainKeys', '$setElementOrder/containers'];

/** Names and keys that somebody may send who means no good, and some that are right. */
export const hostileTexts: readonly string[] = [
  ...usual,
  ...unusual,
  ...ofPrototypes,
  ...likeOthers,
  ...directives,
  'x'.repeat(300),
];
const numbers = [0, 1, -1, 2, 80, 65_536, 1.5, 1e9, 2 ** 31, 2 ** 53, 1e21, -(2 ** 63)];

export const oneOf = <T>(random: Random, from: readonly T[]): T => from[random(from.length)] as T;

/** As JSON has it: `__proto__` is a key as others are. */
export function put(object: JsonObject, key: string, value: JsonValue): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

const scalar = (random: Random): JsonValue =>
  oneOf<() => JsonValue>(random, [
    () => oneOf(random, hostileTexts),
    () => oneOf(random, hostileTexts),
    () => oneOf(random, numbers),
    () => random(2) === 0,
    () => null,
  ])();

/** Whatever JSON there is, small. */
export function someJson(random: Random, depth = 0): JsonValue {
  const shape = depth > 2 ? 2 : random(4);
  if (shape > 1) return scalar(random);
  const inner = Array.from({ length: random(3) }, () => someJson(random, depth + 1));
  if (shape === 0) return inner;
  const object: JsonObject = {};
  for (const value of inner) put(object, oneOf(random, hostileTexts), value);
  return object;
}

/** A value of the schema: whatever fields, each of its type, or not. */
export const ofSchema = (schema: Schema, random: Random, typed = random(2) === 0): JsonValue => {
  const text = () => oneOf(random, hostileTexts);
  const make = (draw: fc.GeneratorValue) => (typed ? typedObject(schema, draw) : wildObject(schema, draw, text));
  return fc.sample(fc.gen().map(make), { numRuns: 1, seed: random(2 ** 31) })[0] ?? null;
};

/**
 * An object that may be right: one that is, with up to three changes anywhere in it, or now and then one of which only
 * the schema is known.
 */
export function someObject(schema: Schema | undefined, examples: readonly JsonObject[], random: Random): JsonObject {
  const example = examples.length === 0 ? undefined : structuredClone(oneOf(random, examples));
  if (schema !== undefined && (example === undefined || random(5) === 0)) return ofSchema(schema, random) as JsonObject;
  const object = example ?? {};
  for (let changes = random(4); changes > 0; changes--) changeSomewhere(object, schema, random);
  return object;
}

/** One change, at any depth. */
export function changeSomewhere(object: JsonObject, schema: Schema | undefined, random: Random): void {
  let at: JsonObject | JsonValue[] = object;
  let type = schema;
  for (;;) {
    const key: string | undefined = oneOf(random, Object.keys(at));
    if (key === undefined || random(12) === 0) break;
    const inner: JsonValue = (at as JsonObject)[key] ?? null;
    const innerType: Schema | undefined = type === undefined ? undefined : typeWithin(type, key);
    if (typeof inner !== 'object' || inner === null || random(6) === 0) {
      changeAt(at, key, innerType, random);
      return;
    }
    at = inner;
    type = innerType;
  }
  if (Array.isArray(at)) at.push(someJson(random));
  else if (type?.kind === 'struct' && random(3) > 0) {
    const [name, field] = oneOf(random, [...type.fields]) ?? [];
    if (name !== undefined && field !== undefined) put(at, name, ofSchema(field.schema, random));
  } else put(at, oneOf(random, hostileTexts), someJson(random));
}

function changeAt(at: JsonObject | JsonValue[], key: string, type: Schema | undefined, random: Random): void {
  const value = (at as JsonObject)[key] ?? null;
  const change = random(5);
  if (change === 0 && Array.isArray(at)) at.push(structuredClone(value));
  else if (change === 0) delete (at as JsonObject)[key];
  else if (change === 1) (at as JsonObject)[key] = someJson(random);
  else if (change === 2 && type !== undefined) (at as JsonObject)[key] = ofSchema(type, random);
  else (at as JsonObject)[key] = scalar(random);
}

function typeWithin(type: Schema, key: string): Schema | undefined {
  if (type.kind === 'struct') return type.fields.get(key)?.schema;
  if (type.kind === 'list') return type.items;
  return type.kind === 'map' ? type.values : undefined;
}
