import { describe, expect, test } from 'vitest';
import { cloneGiven } from '../json/emptied.ts';
import { keepFloats } from '../json/floats.ts';
import { parseJsonText } from '../json/parse.ts';
import type { JsonObject, JsonValue } from '../json-value.ts';
import { dropNulls, setDefaults } from './default-values.ts';
import { coerceEmbedded, validateEmbedded } from './embedded-metadata.ts';
import { isOfFormat } from './formats.ts';
import { goPattern, PatternError } from './go-pattern.ts';
import { repeatedItems } from './list-uniqueness.ts';
import { prune } from './prune.ts';
import { SchemaNodeError, schemaNodeOf } from './schema-node.ts';
import { validateValue } from './validate-value.ts';

const properties = (props: JsonObject): JsonObject => ({ type: 'object', properties: props });
const text = { type: 'string' };

const problems = (value: JsonValue, schema: JsonObject, old?: JsonValue): string[] =>
  validateValue(value, schemaNodeOf(schema), { path: '', old }).map(({ field, message }) => `${field}: ${message}`);

describe('structural: a schema', () => {
  test('that says what none can is refused in the words of the original', () => {
    expect(() => schemaNodeOf({ $ref: '#/a' })).toThrow(new SchemaNodeError("OpenAPIV3Schema '$ref' is not supported"));
    expect(() => schemaNodeOf({ items: [{}] })).toThrow("OpenAPIV3Schema 'items' must be a schema, but is an array");
  });
});

describe('structural: pruning', () => {
  test('takes what the schema does not know, and tells where it was', () => {
    const object = { kind: 'A', apiVersion: 'v1', metadata: { x: 1 }, spec: { a: 'b', c: [{ d: 1, e: 2 }] }, f: 1 };
    const c = { type: 'array', items: properties({ d: { type: 'integer' } }) };
    expect(prune(object, schemaNodeOf(properties({ spec: properties({ a: text, c }) })))).toEqual(['f', 'spec.c[0].e']);
    expect(object).toEqual({ kind: 'A', apiVersion: 'v1', metadata: { x: 1 }, spec: { a: 'b', c: [{ d: 1 }] } });
  });

  test('leaves what is to be preserved, but not what is unknown in the known parts of it', () => {
    const spec = { ...properties({ a: properties({ b: text }) }), 'x-kubernetes-preserve-unknown-fields': true };
    const object = { spec: { a: { b: '', c: 1 }, d: { e: 1 } } };
    expect(prune(object, schemaNodeOf(properties({ spec })))).toEqual(['spec.a.c']);
    expect(object).toEqual({ spec: { a: { b: '' }, d: { e: 1 } } });
  });

  test('takes names of JavaScript for names like all others', () => {
    const object = JSON.parse('{"__proto__":{"a":1},"constructor":1}') as JsonObject;
    expect(prune(object, schemaNodeOf(properties({ a: text })))).toEqual(['__proto__', 'constructor']);
    expect(Object.keys(object)).toEqual([]);
  });
});

describe('structural: defaults', () => {
  test('stand where nothing is said, and where null may not be', () => {
    const schema = schemaNodeOf(
      properties({
        a: { type: 'integer', default: 1 },
        b: { ...text, default: 'x' },
        c: { ...text, nullable: true },
        d: text,
      }),
    );
    const object: JsonObject = { b: null, c: null, d: null };
    dropNulls(object, schema);
    setDefaults(object, schema);
    expect(object).toEqual({ a: 1, b: 'x', c: null });
  });

  test('are copies', () => {
    const schema = schemaNodeOf(properties({ a: { type: 'object', default: { b: 1 } } }));
    const [one, other]: [JsonObject, JsonObject] = [{}, {}];
    setDefaults(one, schema);
    setDefaults(other, schema);
    expect(one['a']).not.toBe(other['a']);
  });
});

describe('structural: validation', () => {
  test('says what is wrong in the words of the original', () => {
    const spec = {
      ...properties({
        size: { type: 'integer', minimum: 1, maximum: 5 },
        name: { ...text, pattern: '^[a-z]+$', maxLength: 3 },
        color: { ...text, enum: ['red', 'blue'] },
        when: { ...text, format: 'date-time' },
      }),
      required: ['size', 'owner'],
    };
    expect(problems({ spec: { size: 9, name: 'A', color: 'green', when: 'now' } }, properties({ spec }))).toEqual([
      'spec.size: Invalid value: 9: spec.size in body should be less than or equal to 5',
      'spec.name: Invalid value: "A": spec.name in body should match \'^[a-z]+$\'',
      'spec.color: Unsupported value: "green": supported values: "red", "blue"',
      'spec.when: Invalid value: "now": spec.when in body must be of type date-time: "now"',
      'spec.owner: Required value',
    ]);
    expect(problems({ spec: { size: 'a', owner: 1 } }, properties({ spec }))).toEqual([
      'spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"',
    ]);
  });

  test('of alternatives tells what is wrong by the one that fits best', () => {
    const schema = properties({ spec: { type: 'object', oneOf: [{ required: ['a'] }, { required: ['b'] }] } });
    expect(problems({ spec: { a: 1, b: 1 } }, schema)).toEqual([
      '<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found 2 valid alternatives',
    ]);
    expect(problems({ spec: {} }, schema)).toEqual([
      '<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found none valid',
      'spec.a: Required value',
    ]);
  });

  test('lets stay wrong what was wrong before, and is as it was', () => {
    const schema = properties({ spec: properties({ a: { type: 'integer' }, b: { type: 'integer' } }) });
    expect(problems({ spec: { a: 'x', b: 1 } }, schema, { spec: { a: 'x', b: 2 } })).toEqual([]);
    expect(problems({ spec: { a: 'y' } }, schema, { spec: { a: 'x' } })).toHaveLength(1);
  });

  test('what alternatives say of a part is not what was wrong before', () => {
    const not = { properties: { b: { enum: ['no'] } }, required: ['b'] };
    const schema = properties({ spec: { ...properties({ a: { type: 'integer' }, b: text }), not } });
    expect(problems({ spec: { a: 2, b: 'yes' } }, schema, { spec: { a: 1, b: 'yes' } })).toEqual([]);
    expect(problems({ spec: { a: 2, b: 'no' } }, schema, { spec: { a: 1, b: 'no' } })).toHaveLength(1);
  });

  test('takes a number for a float where it was written as one', () => {
    const schema = properties({ a: text, i: { type: 'integer', maximum: 5 }, n: { type: 'number', multipleOf: 0.5 } });
    const read = (json: string): JsonObject => {
      const { value, literals } = parseJsonText(json);
      keepFloats(value as JsonObject, literals);
      return cloneGiven(value as JsonObject);
    };
    expect(problems(read('{"a":1}'), schema)[0]).toContain('must be of type string: "integer"');
    expect(problems(read('{"a":1.0}'), schema)[0]).toContain('must be of type string: "number"');
    expect(problems(read('{"i":1.0,"n":1e3}'), schema)).toEqual([]);
    expect(problems(read('{"n":2}'), schema)[0]).toContain('factor MultipleOf declared for n must be positive: 0');
    expect(problems(read('{"i":9223372036854775807}'), schema)).toEqual([
      'i: Invalid value: 9223372036854775807: i in body should be less than or equal to 5',
    ]);
    expect(problems(read('{"i":1e20}'), schema)).toContain(
      '<nil>: Invalid value: "": Checked value must be of type integer (default format) in i',
    );
  });

  test('compares a float with an integer as an integer', () => {
    const schema = properties({ i: { enum: [1, 2] } });
    expect(problems({ i: 1.5 }, schema)).toEqual([]);
    expect(problems({ i: 3.5 }, schema)).toHaveLength(1);
  });

  test('of an integer or a text takes both', () => {
    const schema = properties({ port: { 'x-kubernetes-int-or-string': true } });
    expect(problems({ port: 1 }, schema)).toEqual([]);
    expect(problems({ port: 'http' }, schema)).toEqual([]);
    expect(problems({ port: true }, schema)).toEqual([
      'port: Invalid value: "boolean": port in body must be of type integer,string: "boolean"',
    ]);
  });

  test('ends in time, whatever the schema asks for', () => {
    const rules = Array.from({ length: 3_000 }, () => ({ minLength: 0 }));
    const list = properties({ list: { type: 'array', items: { ...text, allOf: rules } } });
    expect(problems({ list: Array.from({ length: 10_000 }, () => 'a') }, list)).toEqual([
      '<nil>: Forbidden: the object takes too long to be held against its schema',
    ]);
    const evil = properties({ a: { ...text, pattern: '^(a+)+$' } });
    expect(problems({ a: `${'a'.repeat(50_000)}!` }, evil)).toHaveLength(1);
  });

  test('finds what is twice in sets, and in maps by their keys', () => {
    const schema = schemaNodeOf(
      properties({
        set: { type: 'array', 'x-kubernetes-list-type': 'set', items: text },
        map: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
          items: properties({ name: text }),
        },
      }),
    );
    const object = {
      set: ['a', 'b', 'a', 'a'],
      map: [
        { name: 'a', x: 1 },
        { name: 'a', x: 2 },
      ],
    };
    expect(repeatedItems(object, schema).map(({ field, message }) => `${field}: ${message}`)).toEqual([
      'set[2]: Duplicate value: "a"',
      'map[1]: Duplicate value: {"name":"a"}',
    ]);
  });
});

describe('structural: an object within an object', () => {
  const schema = schemaNodeOf(
    properties({
      template: {
        type: 'object',
        'x-kubernetes-embedded-resource': true,
        'x-kubernetes-preserve-unknown-fields': true,
      },
    }),
  );

  test('has metadata of its own type', () => {
    const object = { template: { apiVersion: 'v1', kind: 'A', metadata: { name: 'a', nope: 1 } } };
    expect(coerceEmbedded(object, schema, { dropInvalid: false })).toEqual(['template.metadata.nope']);
    expect(object.template.metadata).toEqual({ name: 'a' });
    expect(() => coerceEmbedded({ template: { kind: 1 } }, schema, { dropInvalid: false })).toThrow(
      'template.kind: Invalid value: 1: must be a string',
    );
  });

  test('says what it is', () => {
    expect(validateEmbedded({ template: {} }, schema).map(({ field }) => field)).toEqual([
      'template.apiVersion',
      'template.kind',
    ]);
  });
});

describe('structural: formats and patterns', () => {
  test.each([
    ['date', '2024-02-29', '2023-02-29'],
    ['date-time', '2024-01-01T00:00:00Z', '2024-01-01 00:00:00'],
    ['ipv4', '10.0.0.1', '::1'],
    ['cidr', '10.0.0.0/8', '10.0.0.0/33'],
    ['uuid', '123e4567-e89b-12d3-a456-426614174000', '123'],
    ['duration', '1h30m', 'soon'],
    ['uri', 'https://a.b/c', 'a b'],
    ['hostname', 'a.example', 'a_b'],
    ['hostname', 'a-b', 'a-b-c'],
    ['byte', 'YQ==', 'a'],
    ['mac', '00:11:22:33:44:55', '00:11'],
  ])('%s', (format, right, wrong) => {
    expect(isOfFormat(format, right)).toBe(true);
    expect(isOfFormat(format, wrong)).toBe(false);
  });

  test('patterns are those of Go', () => {
    expect(goPattern('(?i)^ab\\z').test('AB')).toBe(true);
    expect(() => goPattern('(?=a)')).toThrow(
      new PatternError('error parsing regexp: invalid or unsupported Perl syntax: `(?=`'),
    );
  });
});
