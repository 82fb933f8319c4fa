import { describe, expect, test } from 'vitest';
import { occasion } from '../../../test/support/occasion.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import type { CustomResourceDefinition } from '../types/apiextensions-v1.generated.ts';
import { cleanupFinalizer, customResourceDefinitions } from './custom-resource-definitions.ts';
import { definitionErrors } from './definition-validation.ts';
import { definitionWarnings } from './definition-warnings.ts';

const { strategy } = customResourceDefinitions.stored;

const definition = (schema: JsonObject, spec: JsonObject = {}, version: JsonObject = {}): JsonObject => ({
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema }, ...version }],
    ...spec,
  },
});

const typed = (object: JsonObject): CustomResourceDefinition => object;

/** As a create has it when it is validated. */
function prepared(object: JsonObject): CustomResourceDefinition {
  strategy.setDefaults(object);
  strategy.prepareForCreate(object, occasion);
  return typed(object);
}

const problems = (object: JsonObject, old?: CustomResourceDefinition): string[] =>
  definitionErrors(prepared(object), old).map(({ field, message }) => `${field}: ${message}`);

const properties = (of: JsonObject): JsonObject => ({ type: 'object', properties: of });

describe('apiextensions: a definition', () => {
  test('gets its other names, a conversion and the version that is stored', () => {
    const { spec, status } = prepared(definition({ type: 'object' }));
    expect(spec).toMatchObject({
      names: { singular: 'widget', listKind: 'WidgetList' },
      conversion: { strategy: 'None' },
    });
    expect(status).toEqual({ storedVersions: ['v1'] });
    expect(problems(definition({ type: 'object' }))).toEqual([]);
  });

  test('has names that are labels, a group that is a domain, and one stored version', () => {
    const wrong = definition({ type: 'object' }, { group: 'example', names: { plural: 'Widgets', kind: 'Widget' } });
    expect(problems(wrong)).toEqual([
      'spec.group: Invalid value: "example": should be a domain with at least one dot',
      expect.stringMatching(/^spec\.names\.plural: Invalid value: "Widgets": a DNS-1035 label must consist/),
    ]);
    const unstored = problems(definition({ type: 'object' }, {}, { storage: false }));
    expect(unstored[0]).toMatch(/^spec\.versions: .*: must have exactly one version marked as storage version$/);
  });

  test('has a structural schema, whose place is told as where all versions have the same', () => {
    const schema = properties({ spec: { anyOf: [{ type: 'string' }] }, status: properties({ a: { type: 'array' } }) });
    const path = 'spec.validation.openAPIV3Schema.properties';
    expect(problems(definition(schema))).toEqual([
      `${path}[spec].anyOf[0].type: Forbidden: must be empty to be structural`,
      `${path}[spec].type: Required value: must not be empty for specified object fields`,
      `${path}[status].properties[a].items: Required value: must be specified`,
    ]);
    const pattern = definition(properties({ a: { type: 'string', pattern: '(' } }));
    expect(problems(pattern)).toEqual([
      `${path}[a].pattern: Invalid value: "(": must be a valid regular expression, but isn't: ` +
        'error parsing regexp: missing closing ): `(`',
    ]);
  });

  test('has defaults that are right by the schema and known to it', () => {
    const spec = { ...properties({ size: { type: 'integer' } }), default: { size: 'a', x: 1 } };
    const path = 'spec.validation.openAPIV3Schema.properties[spec].default';
    expect(problems(definition(properties({ spec })))).toEqual([
      `${path}: Invalid value: {"size":"a","x":1}: must not have unknown fields`,
      `${path}.size: Invalid value: "string": size in body must be of type integer: "string"`,
    ]);
  });

  test('has lists of a type that their items fit', () => {
    const list = {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name', 'other'],
      items: properties({ name: { type: 'string' } }),
    };
    const path = 'spec.validation.openAPIV3Schema.properties[list]';
    expect(problems(definition(properties({ list })))).toEqual([
      `${path}.x-kubernetes-list-map-keys: Invalid value: ["name","other"]: entries must all be names of item properties`,
      `${path}.items.properties[name].default: Required value: this property is in x-kubernetes-list-map-keys, ` +
        'so it must have a default or be a required property',
    ]);
  });

  test('that is established keeps its scope and kind, and its group and plural in any case', () => {
    const old = prepared(definition({ type: 'object' }));
    const cluster = { scope: 'Cluster' };
    expect(problems(definition({ type: 'object' }, cluster), old)).toEqual([]);
    old.status = { ...old.status, conditions: [{ type: 'Established', status: 'True' }] };
    expect(problems(definition({ type: 'object' }, cluster), old)).toEqual([
      'spec.scope: Invalid value: "Cluster": field is immutable',
    ]);
  });

  test('in a group of Kubernetes says where it was approved', () => {
    expect(problems(definition({ type: 'object' }, { group: 'a.k8s.io' }))[0]).toMatch(
      /^metadata\.annotations\[api-approved\.kubernetes\.io\]: Required value: protected groups must have/,
    );
  });

  test('that is converted by a webhook says how it is reached', () => {
    const conversion = { strategy: 'Webhook', webhook: { clientConfig: { url: 'http://a/b?c' } } };
    expect(problems(definition({ type: 'object' }, { conversion }))).toEqual([
      'spec.conversion.webhookClientConfig.url: Invalid value: "http": ' +
        "'https' is the only allowed URL scheme; desired format: https://host[/path]",
      'spec.conversion.webhookClientConfig.url: Invalid value: "c": query parameters are not permitted in the URL',
      'spec.conversion.conversionReviewVersions: Required value',
    ]);
  });

  test('drops without a word what schemas of items do not know', () => {
    const object = definition(properties({ a: { type: 'array', items: { type: 'string', nope: 1, maxItems: 2 } } }));
    const [version] = prepared(object).spec?.versions ?? [];
    expect(version?.schema?.openAPIV3Schema?.properties?.['a']?.items).toEqual({ type: 'string', maxItems: 2 });
  });

  test('warns of formats that mean nothing, once', () => {
    const now = typed(definition(properties({ a: { type: 'string', format: 'phone' } })));
    expect(definitionWarnings(now, undefined)).toEqual(['unrecognized format "phone"']);
    expect(definitionWarnings(now, now)).toEqual([]);
  });

  test('remembers each version that was ever stored', () => {
    const old = prepared(definition({ type: 'object' })) as JsonObject;
    const next = definition({ type: 'object' }, {}, { name: 'v2' });
    strategy.prepareForUpdate(next, old, occasion);
    expect(next['status']).toEqual({ storedVersions: ['v1', 'v2'] });
    expect(old['status']).toEqual({ storedVersions: ['v1'] });
  });

  test('that is deleted waits for its objects, and says so', () => {
    const object = definition({ type: 'object' });
    strategy.prepareForDeletion?.(object);
    expect(object['metadata']).toMatchObject({ finalizers: [cleanupFinalizer] });
    expect(object['status']).toMatchObject({ conditions: [{ type: 'Terminating', status: 'True' }] });
  });

  test('has rules that compile, and cost what they may', () => {
    const list = { type: 'array', items: { type: 'string' } };
    const rules = (...given: readonly JsonObject[]): JsonObject => ({ 'x-kubernetes-validations': [...given] });
    const spec = {
      ...properties({ list, size: { type: 'integer' } }),
      ...rules(
        { rule: 'self.nope' },
        { rule: 'self.size', messageExpression: '1' },
        { rule: 'self.size > 1', messageExpression: 'self.size', optionalOldSelf: true },
        { rule: 'self.list.all(a, self.list.all(b, a == b))' },
      ),
    };
    const items = { type: 'integer', ...rules({ rule: 'self == oldSelf' }) };
    const at = 'spec.validation.openAPIV3Schema.properties';
    const places = problems(definition(properties({ spec, atomic: { type: 'array', maxItems: 9, items } })));
    expect(places.map((text) => text.replace(/\{.*\}/, '{…}'))).toEqual([
      `${at}[spec].x-kubernetes-validations[0].rule: Invalid value: {…}: compilation failed: ERROR: <input>:1:5: undefined field 'nope'\n | self.nope\n | ....^`,
      `${at}[spec].x-kubernetes-validations[1].rule: Invalid value: {…}: cel expression must evaluate to a bool`,
      `${at}[spec].x-kubernetes-validations[2].messageExpression: Invalid value: {…}: messageExpression must evaluate to a string`,
      `${at}[spec].x-kubernetes-validations[2].optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule`,
      expect.stringContaining('rule: Forbidden: estimated rule cost exceeds budget by factor of more than 100x'),
      `${at}[atomic].items.x-kubernetes-validations[0].rule: Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within ${at}[atomic]`,
      `${at}[spec].x-kubernetes-validations[3].rule: Forbidden: contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema`,
      expect.stringMatching(
        /^spec\.validation\.openAPIV3Schema: Forbidden: x-kubernetes-validations estimated rule cost total/,
      ),
    ]);
  });

  test('has defaults that are right by its rules', () => {
    const size = { type: 'integer', default: 1, 'x-kubernetes-validations': [{ rule: 'self > 3' }] };
    expect(problems(definition(properties({ size })))).toEqual([
      'spec.validation.openAPIV3Schema.properties[size].default: Invalid value: 1: failed rule: self > 3',
    ]);
  });

  test('has no more to compile than takes some seconds', () => {
    const rule = `self.size in [${Array.from({ length: 25_000 }, (_, at) => at).join()}]`;
    const schema = {
      ...properties({ size: { type: 'integer' } }),
      'x-kubernetes-validations': [{ rule }, { rule }, { rule }, { rule }],
    };
    expect(problems(definition(schema))).toEqual([
      'spec.versions: Forbidden: the expressions of all x-kubernetes-validations may be no longer than 524288 characters together',
    ]);
  });
});
