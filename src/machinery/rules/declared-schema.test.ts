import { expect, test } from 'vitest';
import type { JsonObject } from '../json-value.ts';
import { schemaNodeOf } from '../structural/schema-node.ts';
import { declareSchema } from './declared-schema.ts';
import { expressionName } from './expression-name.ts';

const declare = (schema: JsonObject, isResource = false) => declareSchema(schemaNodeOf(schema), isResource);
const maxElements = (schema: JsonObject): number | undefined => declare(schema)?.type('t').details.maxElements;
const text = { type: 'string' };

test('what a schema says nothing of is not declared, nor lists and maps of it', () => {
  const unknown = { 'x-kubernetes-preserve-unknown-fields': true };
  expect(declare(unknown)).toBeUndefined();
  expect(declare({ type: 'array', items: unknown })).toBeUndefined();
  expect(declare({ type: 'object', additionalProperties: unknown })).toBeUndefined();
  const object = declare({ type: 'object', properties: { unknown, known: text } });
  expect([...(object?.type('t').fields.keys() ?? [])]).toEqual(['known']);
});

test('values are as large as the schema lets them, or a request', () => {
  expect(maxElements({ ...text, maxLength: 5 })).toBe(20);
  expect(maxElements({ ...text, format: 'byte', maxLength: 5 })).toBe(5);
  expect(maxElements({ ...text, enum: ['a', 'bcd'] })).toBe(3);
  expect(maxElements({ ...text, format: 'date' })).toBe(12);
  expect(maxElements(text)).toBe(3 * 1024 * 1024 - 2);
  expect(maxElements({ type: 'array', items: text })).toBe(Math.floor((3 * 1024 * 1024 - 2) / 3));
  const item = {
    type: 'object',
    required: ['ab', 'filled'],
    properties: { ab: text, filled: { ...text, default: '' } },
  };
  expect(declare(item)?.minSize).toBe(2 + 2 + 2 + 4);
  expect(maxElements({ type: 'array', items: item, maxItems: 7 })).toBe(7);
});

test('objects are of types of their own, named by where they are', () => {
  const inner = { type: 'object', properties: { x: text } };
  const schema = { type: 'object', properties: { a: inner, b: { type: 'array', items: inner } } };
  const type = declare(schema)?.type('self');
  expect(type?.fields.get('a')?.type.text).toBe('self.a');
  expect(type?.fields.get('b')?.type.text).toBe('list(self.b.@idx)');
});

test('objects of the API have a kind and a name whatever their schema says', () => {
  const fields = declare({ type: 'object', properties: { spec: { type: 'object' } } }, true)?.type('self').fields;
  expect([...(fields?.keys() ?? [])].sort()).toEqual(['apiVersion', 'kind', 'metadata', 'spec']);
  const metadata = fields?.get('metadata')?.type.fields;
  expect(metadata?.get('name')?.type.details.maxElements).toBe(253 * 4);
  expect(metadata?.get('labels')).toBeUndefined();
});

test('properties have names that expressions can say, or none', () => {
  const names = ['size', 'a-b', 'a.b', 'a/b', 'a__b', 'namespace', '1a', 'ö', '$a', '', '-'];
  expect(names.map(expressionName)).toEqual([
    'size',
    'a__dash__b',
    'a__dot__b',
    'a__slash__b',
    'a__underscores__b',
    '__namespace__',
    undefined,
    undefined,
    undefined,
    undefined,
    '__dash__',
  ]);
});
