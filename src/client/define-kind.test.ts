import { describe, expect, expectTypeOf, test } from 'vitest';
import type { InputOf, ObjectOf } from './api-kind.ts';
import { defineKind } from './define-kind.ts';
import { typedSchema } from './json-schema.ts';

const Widget = defineKind({
  group: 'example.com',
  kind: 'Widget',
  versions: ['v1'],
  schema: {
    type: 'object',
    required: ['spec'],
    properties: {
      spec: {
        type: 'object',
        required: ['color', 'parts'],
        properties: {
          size: { type: 'integer', default: 2 },
          color: { type: 'string', enum: ['black', 'grey'] },
          port: { 'x-kubernetes-int-or-string': true },
          note: { type: 'string', nullable: true },
          parts: {
            type: 'array',
            items: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
          },
          weights: { type: 'object', additionalProperties: { type: 'number' } },
          extra: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
      status: { type: 'object', properties: { ready: { type: 'boolean' } } },
    },
  },
  subresources: { status: {} },
});
type Widget = ObjectOf<typeof Widget>;

describe('the type of objects', () => {
  test('is what the schema says, with defaults in place', () => {
    expectTypeOf<Widget['spec']>().toEqualTypeOf<{
      size: number;
      color: 'black' | 'grey';
      port?: number | string;
      note?: string | null;
      parts: { name: string }[];
      weights?: { [key: string]: number };
      extra?: { [key: string]: unknown };
    }>();
    expectTypeOf<Widget['status']>().toEqualTypeOf<{ ready?: boolean } | undefined>();
    expectTypeOf<Widget['metadata']['namespace']>().toEqualTypeOf<string>();
    expectTypeOf<Widget['apiVersion']>().toEqualTypeOf<'example.com/v1'>();
    expectTypeOf<Widget['kind']>().toEqualTypeOf<'Widget'>();
  });

  test('as they are written may leave out what has a default', () => {
    type Input = InputOf<typeof Widget>;
    expectTypeOf<{ metadata: { name: 'a' }; spec: { color: 'grey'; parts: [] } }>().toExtend<Input>();
    expectTypeOf<{ metadata: { name: 'a' }; spec: { color: 'red'; parts: [] } }>().not.toExtend<Input>();
    expectTypeOf<{ metadata: { name: 'a' }; spec: { parts: [] } }>().not.toExtend<Input>();
    expectTypeOf<{ metadata: { name: 'a' } }>().not.toExtend<Input>();
    // What was read can be written.
    expectTypeOf<Widget>().toExtend<Input>();
  });

  test('of a printed schema is that of the constants, choices and parts that it has', () => {
    const Printed = defineKind({
      group: 'example.com',
      kind: 'Printed',
      scope: 'Cluster',
      versions: ['v1'],
      schema: {
        type: 'object',
        properties: {
          mode: { const: 'fast', type: 'string' },
          which: { anyOf: [{ const: 'a' }, { const: 1 }, { type: 'null' }] },
          maybe: { type: ['string', 'null'] },
          both: {
            allOf: [
              { type: 'object', required: ['a'], properties: { a: { type: 'string' } } },
              { type: 'object', properties: { b: { type: 'integer' } } },
            ],
          },
          one: {
            oneOf: [
              { type: 'object', required: ['t'], properties: { t: { const: 'x' } } },
              { type: 'object', required: ['t', 'n'], properties: { t: { const: 'y' }, n: { type: 'number' } } },
            ],
          },
          any: {},
        },
      },
    });
    type Object = ObjectOf<typeof Printed>;
    expectTypeOf<Object['mode']>().toEqualTypeOf<'fast' | undefined>();
    expectTypeOf<Object['which']>().toEqualTypeOf<'a' | 1 | null | undefined>();
    expectTypeOf<Object['maybe']>().toEqualTypeOf<string | null | undefined>();
    expectTypeOf<Object['both']>().toEqualTypeOf<{ a: string; b?: number } | undefined>();
    expectTypeOf<Object['one']>().toEqualTypeOf<{ t: 'x' } | { t: 'y'; n: number } | undefined>();
    expectTypeOf<Object['any']>().toEqualTypeOf<unknown>();
    expectTypeOf<Object['metadata']['namespace']>().toEqualTypeOf<string | undefined>();
  });

  test('is whatever the schema is said to have, and anything where it is not known', () => {
    const base = { group: 'example.com', kind: 'Said', versions: ['v1'] } as const;
    const Said = defineKind({
      ...base,
      schema: typedSchema<{ spec: { n: number } }, { spec?: { n?: number } }>({ type: 'object', properties: {} }),
    });
    expectTypeOf<ObjectOf<typeof Said>['spec']>().toEqualTypeOf<{ n: number }>();
    expectTypeOf<InputOf<typeof Said>['spec']>().toEqualTypeOf<{ n?: number } | undefined>();
    const Loose = defineKind(base);
    expectTypeOf<ObjectOf<typeof Loose>['whatever']>().toEqualTypeOf<unknown>();
    const print = (): Record<string, unknown> => ({ type: 'object' });
    const Printed = defineKind({ ...base, schema: print() });
    expectTypeOf<ObjectOf<typeof Printed>['whatever']>().toEqualTypeOf<unknown>();
  });

  test('of a schema of a library is what the library says', () => {
    const schema = {
      '~standard': {
        version: 1,
        vendor: 'zod',
        types: undefined as { input: { spec: { n?: number } }; output: { spec: { n: number } } } | undefined,
        jsonSchema: {
          input: ({ target }: { target: string }): Record<string, unknown> => ({
            $schema: target,
            type: 'object',
            properties: { spec: { type: 'object', properties: { n: { type: 'integer', default: 1 } } } },
          }),
        },
      },
    };
    const Standard = defineKind({ group: 'example.com', kind: 'Standard', versions: ['v1'], schema });
    expectTypeOf<ObjectOf<typeof Standard>['spec']>().toEqualTypeOf<{ n: number }>();
    expectTypeOf<InputOf<typeof Standard>['spec']>().toEqualTypeOf<{ n?: number }>();
    expect(Standard.definition.spec.versions[0]?.schema.openAPIV3Schema).toEqual({
      type: 'object',
      properties: { spec: { type: 'object', properties: { n: { type: 'integer', default: 1 } } } },
    });
  });

  test('in another version is that of its schema', () => {
    const Versioned = defineKind({
      group: 'example.com',
      kind: 'Versioned',
      versions: [
        'v2',
        { name: 'v1', schema: { type: 'object', properties: { old: { type: 'string' } } }, deprecated: true },
      ],
      schema: { type: 'object', properties: { new: { type: 'string' } } },
    });
    const v1 = Versioned.inVersion('v1');
    expectTypeOf<ObjectOf<typeof Versioned>['new']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<ObjectOf<typeof v1>['old']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<ObjectOf<typeof v1>['apiVersion']>().toEqualTypeOf<'example.com/v1'>();
    expectTypeOf<'v3'>().not.toExtend<Parameters<typeof Versioned.inVersion>[0]>();
    expect(v1).toEqual({
      group: 'example.com',
      version: 'v1',
      kind: 'Versioned',
      plural: 'versioneds',
      scope: 'Namespaced',
    });
  });
});

describe('the definition', () => {
  test('has the names that Kubernetes guesses, and what else was said', () => {
    expect(Widget.definition).toEqual({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'widgets.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            subresources: { status: {} },
            schema: { openAPIV3Schema: expect.objectContaining({ type: 'object', required: ['spec'] }) },
          },
        ],
      },
    });
  });

  test('is nothing but JSON, whatever was left undefined', () => {
    expect(JSON.parse(JSON.stringify(Widget.definition))).toEqual(Widget.definition);
  });

  test('has what versions share in each, and what one has of its own in that', () => {
    const { definition } = defineKind({
      group: 'example.com',
      kind: 'Policy',
      versions: ['v2', { name: 'v1', served: false, storage: true, selectableFields: [] }],
      scope: 'Cluster',
      shortNames: ['pol'],
      categories: ['all'],
      selectableFields: ['.spec.color'],
      subresources: {
        status: true,
        scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
      },
      additionalPrinterColumns: [{ name: 'Color', type: 'string', jsonPath: '.spec.color' }],
    });
    const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    const common = {
      schema: { openAPIV3Schema: anything },
      subresources: {
        status: {},
        scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
      },
      additionalPrinterColumns: [{ name: 'Color', type: 'string', jsonPath: '.spec.color' }],
    };
    expect(definition.metadata.name).toBe('policies.example.com');
    expect(definition.spec.names).toMatchObject({ plural: 'policies', shortNames: ['pol'], categories: ['all'] });
    expect(definition.spec.versions).toEqual([
      { name: 'v2', served: true, storage: false, ...common, selectableFields: [{ jsonPath: '.spec.color' }] },
      { name: 'v1', served: false, storage: true, ...common, selectableFields: [] },
    ]);
  });

  test.each([
    ['a group', { kind: 'Widget', versions: ['v1'] }, 'kind "Widget": group is missing'],
    ['a kind', { group: 'example.com', versions: ['v1'] }, 'kind is missing'],
    ['versions', { group: 'example.com', kind: 'Widget', versions: [] }, 'kind "Widget", versions: there is none'],
    [
      'one stored version',
      { group: 'e.com', kind: 'W', versions: ['a', 'b'].map((name) => ({ name, storage: true })) },
      'kind "W", versions: one is stored, and not a and b',
    ],
    [
      'a first version that is served',
      { group: 'e.com', kind: 'W', versions: [{ name: 'v1', served: false }] },
      'has to be served',
    ],
    [
      'an object for its schema',
      { group: 'e.com', kind: 'W', versions: ['v1'], schema: { type: 'string' } },
      'kind "W", schema: an object is of type object',
    ],
    [
      'a schema that can be expressed',
      { group: 'e.com', kind: 'W', versions: [{ name: 'v1', schema: { properties: { a: { items: [{}] } } } }] },
      'kind "W", versions[0].schema.properties.a: items of an array have one schema',
    ],
  ])('cannot do without %s', (_, definition, message) => {
    expect(() => defineKind(definition as never)).toThrow(message);
  });

  test('has no version that it was not given', () => {
    expect(() => Widget.inVersion('v9' as 'v1')).toThrow('kind "Widget" has no version "v9"');
  });
});
