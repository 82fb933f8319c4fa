import { type Case, inTurn } from './case.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

const integer = { type: 'integer' };
const text = { type: 'string' };
const short = { type: 'string', maxLength: 10 };
const rules = (...given: readonly object[]) => ({ 'x-kubernetes-validations': given });
const list = (items: object, more: object = {}) => ({ type: 'array', ...more, items });

/** Fields of every kind, and the rules about them. */
const fields = {
  size: integer,
  name: short,
  on: { type: 'boolean' },
  ratio: { type: 'number' },
  names: list(short, { maxItems: 5 }),
  texts: list(text),
  labels: { type: 'object', maxProperties: 5, additionalProperties: short },
  date: { type: 'string', format: 'date' },
  port: { 'x-kubernetes-int-or-string': true },
  namespace: short,
  'a-b': integer,
};
const spec = (...given: readonly object[]) => ({ type: 'object', properties: fields, ...rules(...given) });
const holding = (property: object, more: object = {}) => ({ type: 'object', properties: { spec: property }, ...more });

/** Only refusals whose words do not depend on chance: of several places with rules, the original begins anywhere. */
const schemas: Readonly<Record<string, object>> = {
  'one that is right': holding(spec({ rule: 'self.size > 3', message: 'too small', fieldPath: '.size' })),
  'names of fields': holding(spec({ rule: 'self.namespace == self.__namespace__ && self.a__dash__b > 1' })),
  'syntax errors': holding(spec({ rule: 'self.size >' }, { rule: '(self.size > 1' }, { rule: "'a" }, { rule: 'a b' })),
  'unknown names': holding(spec({ rule: 'self.nope > 1' }, { rule: 'nope' }, { rule: 'nope(1)' })),
  'types that do not fit': holding(
    spec({ rule: "self.size == 'a'" }, { rule: 'self.name + 1' }, { rule: '!self.size' }, { rule: 'self.ratio == 1' }),
  ),
  'no bool': holding(spec({ rule: 'self.size' }, { rule: "'a'" })),
  'messages of expressions': holding(
    spec({ rule: 'true', messageExpression: 'self.size' }, { rule: 'true', messageExpression: 'self.' }),
  ),
  'oldSelf that is optional': holding(
    spec({ rule: 'self.size > 1', optionalOldSelf: true }, { rule: 'oldSelf.hasValue()', optionalOldSelf: true }),
  ),
  'changes of items without keys': holding(
    list({ ...integer, ...rules({ rule: 'self == oldSelf' }) }, { maxItems: 3 }),
  ),
  'changes of items with keys': holding(
    list(
      {
        type: 'object',
        required: ['k'],
        properties: { k: short, v: integer },
        ...rules({ rule: 'self.v >= oldSelf.v' }),
      },
      { maxItems: 3, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] },
    ),
  ),
  'costs of one': holding(spec({ rule: 'self.texts.all(a, self.texts.all(b, a == b))' })),
  'costs of one, a little too much': holding(
    list(short, { maxItems: 1_250, ...rules({ rule: 'self.all(a, self.exists_one(b, a == b))' }) }),
  ),
  'costs of as many as there can be': holding(
    list({ type: 'object', properties: { name: text }, ...rules({ rule: "self.name.contains('x')" }) }),
  ),
  'costs of a message': holding(
    spec({ rule: 'true', messageExpression: "self.texts.map(a, self.texts.join(a)).join('')" }),
  ),
  'costs of all': holding(
    list(
      {
        type: 'string',
        maxLength: 400,
        ...rules(...Array.from({ length: 60 }, () => ({ rule: "self.matches('a+b+c+')" }))),
      },
      { maxItems: 20_000 },
    ),
  ),
  form: holding(
    spec(
      { rule: '' },
      { rule: 'true', message: ' ' },
      { rule: 'true', message: 'a\nb' },
      { rule: 'true\n&& true' },
      { rule: 'true', reason: 'Other' },
      { rule: 'true', fieldPath: 'size' },
      { rule: 'true', messageExpression: ' ' },
    ),
  ),
  'metadata of objects': holding(spec(), rules({ rule: "self.metadata.name.startsWith('a') && self.kind == 'Thing'" })),
  'metadata that is not seen': holding(spec(), rules({ rule: "self.metadata.namespace == 'a'" })),
  'schemas that expressions do not see': holding({
    'x-kubernetes-preserve-unknown-fields': true,
    ...rules({ rule: 'true' }),
  }),
  'rules where a value is only restricted': holding({
    ...spec(),
    anyOf: [{ required: ['size'], ...rules({ rule: 'true' }) }],
  }),
  defaults: holding({
    type: 'object',
    properties: { size: { ...integer, default: 1, ...rules({ rule: 'self > 3' }) } },
  }),
};

const definition = (schema: object) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'things.rules.example.com' },
  spec: {
    group: 'rules.example.com',
    scope: 'Namespaced',
    names: { plural: 'things', kind: 'Thing' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
  },
});

export const ruleCases: readonly Case[] = [
  {
    name: 'rules: expressions of definitions',
    kind: 'CustomResourceDefinition',
    steps: () =>
      inTurn(
        Object.entries(schemas).map(([step, schema]) => ({
          step,
          request: { method: 'POST', path: `${definitions}?dryRun=All`, body: definition(schema) },
        })),
      ),
  },
];
