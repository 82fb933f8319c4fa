import { expect, test } from 'vitest';
import type { JsonSchema } from './json-schema.ts';
import { structuralSchema } from './structural-schema.ts';

/** What becomes of one property. */
const made = (property: JsonSchema | boolean, root: JsonSchema = {}): unknown => {
  const { properties } = structuralSchema({ type: 'object', ...root, properties: { it: property } }, 'schema');
  return (properties as { it: unknown }).it;
};
const unknownFields = { 'x-kubernetes-preserve-unknown-fields': true };
const printed = { $schema: 'https://json-schema.org/draft/2020-12/schema' };
const maxSafe = Number.MAX_SAFE_INTEGER;

test('a structural schema stays as it is', () => {
  const schema = {
    type: 'object',
    required: ['spec'],
    properties: {
      spec: {
        type: 'object',
        description: 'What is wanted.',
        properties: {
          size: { type: 'integer', format: 'int32', minimum: 0, exclusiveMinimum: true, default: 1 },
          port: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
          for: { type: 'string', format: 'duration' },
          rules: {
            type: 'array',
            'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['name'],
            items: { type: 'object', required: ['name'], properties: { name: { type: 'string', pattern: '^a+$' } } },
          },
          any: unknownFields,
          labels: { type: 'object', additionalProperties: { type: 'string' } },
          mode: { type: 'string', enum: ['a', null], nullable: true },
        },
        oneOf: [{ required: ['size'] }, { required: ['port'], properties: { mode: { enum: ['a'] } } }],
        not: { required: ['labels', 'any'] },
        'x-kubernetes-validations': [{ rule: 'self.size > 0' }],
      },
    },
  };
  expect(structuralSchema(schema as JsonSchema, 'schema')).toEqual(schema);
});

test.each<[string, JsonSchema | boolean, object]>([
  ['a constant', { const: 'a', type: 'string' }, { type: 'string', enum: ['a'] }],
  ['a constant that does not say its type', { const: 1.5 }, { type: 'number', enum: [1.5] }],
  [
    'a choice of constants',
    { anyOf: [{ const: 'a' }, { const: 'b', type: 'string' }] },
    { type: 'string', enum: ['a', 'b'] },
  ],
  [
    'a choice of numbers and texts',
    { oneOf: [{ const: 'a' }, { const: 1 }], description: 'x' },
    { 'x-kubernetes-int-or-string': true, enum: ['a', 1], description: 'x' },
  ],
  ['an enum without a type', { enum: ['a', 'b'] }, { type: 'string', enum: ['a', 'b'] }],
  ['an enum with null', { enum: ['a', null] }, { type: 'string', enum: ['a', null], nullable: true }],
  ['a type or null', { type: ['string', 'null'], minLength: 1 }, { type: 'string', nullable: true, minLength: 1 }],
  ['a choice of one or null', { anyOf: [{ type: 'string' }, { type: 'null' }] }, { type: 'string', nullable: true }],
  [
    'an enum or null',
    { anyOf: [{ type: 'string', enum: ['p'] }, { type: 'null' }], default: null },
    { type: 'string', enum: ['p', null], nullable: true, default: null },
  ],
  [
    'an integer or a text',
    { anyOf: [{ type: 'integer', minimum: -maxSafe, maximum: maxSafe }, { type: 'string' }] },
    { 'x-kubernetes-int-or-string': true },
  ],
  ['a number or a text', { type: ['string', 'integer'] }, { 'x-kubernetes-int-or-string': true }],
  [
    'a limit that does not belong',
    { type: 'number', exclusiveMinimum: 0 },
    { type: 'number', minimum: 0, exclusiveMinimum: true },
  ],
  [
    'two limits',
    { type: 'number', exclusiveMaximum: 5, maximum: 9 },
    { type: 'number', maximum: 5, exclusiveMaximum: true },
  ],
  ['two limits, the other way', { type: 'number', exclusiveMaximum: 9, maximum: 5 }, { type: 'number', maximum: 5 }],
  ['anything', {}, unknownFields],
  ['anything, in short', true, unknownFields],
  ['a list of anything', { type: 'array' }, { type: 'array', items: unknownFields }],
  [
    'a set',
    { type: 'array', items: { type: 'string' }, uniqueItems: true },
    { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
  ],
  [
    'an object of nothing else',
    { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false },
    { type: 'object', properties: { a: { type: 'string' } } },
  ],
  [
    'an object of whatever else',
    { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: {} },
    { type: 'object', properties: { a: { type: 'string' } }, ...unknownFields },
  ],
  [
    'a record',
    { type: 'object', propertyNames: { type: 'string' }, additionalProperties: { type: 'number' } },
    { type: 'object', additionalProperties: { type: 'number' } },
  ],
  [
    'a record by a pattern of all keys',
    { type: 'object', patternProperties: { '^(.*)$': { type: 'number' } } },
    { type: 'object', additionalProperties: { type: 'number' } },
  ],
  [
    'parts of an object',
    {
      allOf: [
        { type: 'object', required: ['a'], properties: { a: { type: 'string' } } },
        { type: 'object', required: ['b'], properties: { b: { const: 1 } } },
      ],
    },
    {
      type: 'object',
      required: ['a', 'b'],
      properties: { a: { type: 'string' }, b: { type: 'integer', enum: [1] } },
    },
  ],
  [
    'a choice of objects',
    {
      description: 'which',
      oneOf: [
        {
          type: 'object',
          required: ['t', 'x'],
          properties: { t: { const: 'a' }, x: { type: 'string', minLength: 3 } },
        },
        {
          type: 'object',
          required: ['t'],
          properties: { t: { const: 'b' }, y: { type: 'array', items: { enum: [1] } } },
        },
      ],
    },
    {
      description: 'which',
      type: 'object',
      properties: {
        t: { type: 'string' },
        x: { type: 'string' },
        y: { type: 'array', items: { type: 'integer' } },
      },
      oneOf: [
        { required: ['t', 'x'], properties: { t: { enum: ['a'] }, x: { minLength: 3 } } },
        { required: ['t'], properties: { t: { enum: ['b'] }, y: { items: { enum: [1] } } } },
      ],
    },
  ],
  [
    'what only describes',
    { type: 'string', examples: ['a'], readOnly: true, $comment: 'x', contentEncoding: 'base64' },
    { type: 'string' },
  ],
])('%s becomes structural', (_, given, expected) => {
  expect(made(given)).toEqual(expected);
});

test('a duration of a printed schema is ISO 8601, and nothing that Kubernetes checks', () => {
  const duration = { type: 'string', format: 'duration', pattern: '^P(?!$)' } as const;
  expect(made(duration, printed)).toEqual({ type: 'string' });
});

test('a pattern that Go does not know goes where a format says it', () => {
  expect(made({ type: 'string', format: 'email', pattern: '^(?!x).+$' })).toEqual({ type: 'string', format: 'email' });
});

test('references are replaced by what they refer to', () => {
  const $defs = { 'a/b': { type: 'string', minLength: 1 }, list: { type: 'array', items: { $ref: '#/$defs/a~1b' } } };
  expect(made({ $ref: '#/$defs/list', description: 'x' }, { $defs })).toEqual({
    type: 'array',
    items: { type: 'string', minLength: 1 },
    description: 'x',
  });
});

test('what holds itself has no end', () => {
  const $defs = { tree: { type: 'object', properties: { child: { $ref: '#/$defs/tree' } } } };
  expect(() => made({ $ref: '#/$defs/tree' }, { $defs })).toThrow(
    'schema.properties.it.properties.child: $ref: #/$defs/tree holds itself',
  );
});

test.each<[JsonSchema | boolean, string]>([
  [false, 'no value fits false'],
  [{ type: ['string', 'boolean'] }, 'a value is of one type, and not of string or boolean'],
  [{ type: 'null' }, 'can only be null'],
  [{ enum: [] }, 'no value fits an empty enum'],
  [{ type: 'array', prefixItems: [{ type: 'string' }] }, 'prefixItems is nothing that a definition can say'],
  [{ type: 'array', items: [{ type: 'string' }] }, 'and not one for each place'],
  [{ type: 'object', properties: { a: {} }, additionalProperties: { type: 'number' } }, 'either properties or'],
  [{ type: 'object', propertyNames: { enum: ['a'] } }, 'propertyNames: a definition cannot restrict'],
  [{ type: 'object', patternProperties: { '^a': {} } }, 'cannot tell keys by a pattern'],
  [{ type: 'string', pattern: '(?=a)' }, "Go's patterns (RE2)"],
  [{ type: 'array', items: { type: 'object' }, uniqueItems: true }, 'of plain values only'],
  [{ $ref: 'https://example.com/schema' }, 'cannot refer to "https://example.com/schema"'],
  [{ $ref: '#/$defs/none' }, 'there is no #/$defs/none'],
  [{ if: {} }, 'if is nothing that a definition can say'],
  [{ anyOf: [{ type: 'object' }, { type: 'string' }] }, 'only objects with properties'],
  [
    {
      allOf: [
        { type: 'object', properties: { a: { type: 'string' } } },
        { type: 'object', properties: { a: { type: 'integer' } } },
      ],
    },
    'is described in two ways',
  ],
])('%j cannot be expressed, and its place is told', (given, message) => {
  expect(() => made(given)).toThrow(message);
  expect(() => made(given)).toThrow(/^schema\.properties\.it/);
});
