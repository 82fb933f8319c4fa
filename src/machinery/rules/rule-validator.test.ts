import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../json-value.ts';
import { schemaNodeOf } from '../structural/schema-node.ts';
import { objectCostBudget } from './limits.ts';
import { RuleEvaluation } from './rule-evaluation.ts';
import { RuleValidator } from './rule-validator.ts';

const rules = (...given: readonly (string | JsonObject)[]): JsonObject => ({
  'x-kubernetes-validations': given.map((rule) => (typeof rule === 'string' ? { rule } : rule)),
});
const properties = (of: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties: of,
  ...more,
});
const int = { type: 'integer' };
const text = { type: 'string' };

interface Found {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

function ask(schema: JsonObject, value: JsonValue, old?: JsonValue, budget = objectCostBudget): Found {
  const evaluation = new RuleEvaluation(budget);
  RuleValidator.of(schemaNodeOf(schema), true)?.validate(value, { path: '<nil>', old, ratchets: true }, evaluation);
  const errors = evaluation.errors.map(({ field, message }) => `${field}: ${message}`);
  return { errors, warnings: evaluation.warnings };
}
const errorsOf = (schema: JsonObject, value: JsonValue, old?: JsonValue): readonly string[] =>
  ask(schema, value, old).errors;

describe('rules', () => {
  test('that no schema has are nothing to ask', () => {
    expect(RuleValidator.of(schemaNodeOf(properties({ a: int })), true)).toBeUndefined();
  });

  test('are asked at their places, from the outside to the inside', () => {
    const list = { type: 'array', items: properties({ n: { ...int, ...rules('self > 1') } }, rules('has(self.n)')) };
    const map = { type: 'object', additionalProperties: { ...text, ...rules("self != 'x'") } };
    const schema = properties({ list, map }, rules('self.list.size() > 2'));
    expect(errorsOf(schema, { list: [{}, { n: 1 }], map: { 'a.b': 'x', c: 'y' } })).toEqual([
      '<nil>: Invalid value: failed rule: self.list.size() > 2',
      'list[0]: Invalid value: failed rule: has(self.n)',
      'list[1].n: Invalid value: 1: failed rule: self > 1',
      'map[a.b]: Invalid value: "x": failed rule: self != \'x\'',
    ]);
  });

  test('say what they are told to say, where they are told to', () => {
    const messages = rules(
      { rule: 'self.n > 1', message: ' too small ', fieldPath: '.n' },
      { rule: 'self.n > 2', messageExpression: "'only ' + string(self.n)", reason: 'FieldValueForbidden' },
      { rule: 'self.n > 3', message: 'plain', messageExpression: "'a\\nb'", reason: 'FieldValueRequired' },
      { rule: 'self.n > 4', messageExpression: 'string(self.s)', reason: 'FieldValueDuplicate' },
    );
    expect(errorsOf(properties({ spec: properties({ n: int, s: text }, messages) }), { spec: { n: 1 } })).toEqual([
      'spec.n: Invalid value: too small',
      'spec: Forbidden: only 1',
      'spec: Required value: plain',
      'spec: Duplicate value',
    ]);
  });

  test('that fail are told with the reason', () => {
    const schema = properties({ spec: properties({ n: int, s: text, p: { 'x-kubernetes-int-or-string': true } }) });
    Object.assign(
      (schema['properties'] as JsonObject)['spec'] as JsonObject,
      rules('10 / self.n > 1', { rule: "self.s == 'a'", message: 'an a' }, 'self.p > 1'),
    );
    expect(errorsOf(schema, { spec: { n: 0, p: 'x' } })).toEqual([
      'spec: Invalid value: "object": division by zero evaluating rule: 10 / self.n > 1',
      'spec: Invalid value: "object": no such key: s evaluating rule: an a',
      'spec: Invalid value: "object": \'no such overload\': call arguments did not match a supported operator, function or macro signature for rule: self.p > 1',
    ]);
  });

  test('that cost too much end it: each evaluation, and all together', () => {
    const list = { type: 'array', items: text };
    const every = 'self.all(x, self.all(y, x == y))';
    const many = (size: number): JsonValue => Array.from({ length: size }, () => 'a');
    const schema = properties({ a: { ...list, ...rules(every, 'false') } });
    expect(errorsOf(schema, { a: many(2_000) })).toEqual([
      `a: Invalid value: "array": 'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: ${every}`,
    ]);
    const names = Array.from({ length: 3 }, (_, at) => `p${at}`);
    const wide = properties(Object.fromEntries(names.map((name) => [name, { ...list, ...rules(every) }])));
    const object = Object.fromEntries(names.map((name) => [name, many(20)]));
    expect(ask(wide, object, undefined, 4_000).errors).toEqual([
      'p1: Invalid value: "array": validation failed due to running out of cost budget, no further validation rules will be run',
    ]);
  });

  test('that cost nothing are asked a bounded number of times', () => {
    const list = { type: 'array', items: { ...int, ...rules(...Array.from({ length: 200 }, () => 'true')) } };
    const many = Array.from({ length: 6_000 }, () => 1);
    expect(errorsOf(properties({ list }), { list: many })).toEqual([
      'list[5000]: Invalid value: "integer": validation failed due to running out of cost budget, no further validation rules will be run',
    ]);
  });

  test('see the name of an object, and properties by names that expressions can say', () => {
    const odd = properties({ 'a-b': int, 'a.b': int, a__b: int, namespace: int, if: int });
    const schema = properties(
      { spec: odd },
      rules(
        "self.kind == 'Crow' && self.metadata.name.startsWith('c')",
        'self.spec.a__dash__b + self.spec.a__dot__b + self.spec.a__underscores__b == 3',
        'self.spec.namespace == 1 && self.spec.__namespace__ == 1 && self.spec.__if__ == 1',
      ),
    );
    const spec = { 'a-b': 1, 'a.b': 1, a__b: 1, namespace: 1, if: 1 };
    expect(errorsOf(schema, { kind: 'Crow', metadata: { name: 'crow' }, spec })).toEqual([]);
  });

  test('are not asked about null', () => {
    expect(errorsOf(properties({ a: { ...text, nullable: true, ...rules("self == 'x'") } }), { a: null })).toEqual([]);
  });
});

describe('rules about changes', () => {
  const never = { ...int, ...rules({ rule: 'self == oldSelf', message: 'immutable' }) };

  test('are asked where something was there before', () => {
    const schema = properties({ a: never, map: { type: 'object', additionalProperties: never } });
    expect(errorsOf(schema, { a: 1, map: { x: 1 } })).toEqual([]);
    expect(errorsOf(schema, { a: 2, map: { x: 2, y: 3 } }, { a: 1, map: { x: 1 } })).toEqual([
      'a: Invalid value: 2: immutable',
      'map[x]: Invalid value: 2: immutable',
    ]);
    expect(errorsOf(schema, { a: 2 }, {})).toEqual([]);
  });

  test('compare items of keyed lists with those of the same keys', () => {
    const items = properties({ k: text, n: never }, { required: ['k'] });
    const list = { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'], items };
    const old = {
      list: [
        { k: 'a', n: 1 },
        { k: 'b', n: 2 },
      ],
    };
    const next = {
      list: [
        { k: 'b', n: 1 },
        { k: 'a', n: 1 },
        { k: 'c', n: 9 },
      ],
    };
    expect(errorsOf(properties({ list }), next, old)).toEqual(['list[0].n: Invalid value: 1: immutable']);
  });

  test('see what was not there before when they say so', () => {
    const rule = { rule: 'oldSelf.hasValue() ? self >= oldSelf.value() : self == 1', optionalOldSelf: true };
    const schema = properties({ a: { ...int, ...rules(rule) } });
    expect(errorsOf(schema, { a: 2 })).toHaveLength(1);
    expect(errorsOf(schema, { a: 1 })).toEqual([]);
    expect(errorsOf(schema, { a: 2 }, { a: 1 })).toEqual([]);
    expect(errorsOf(schema, { a: 0 }, { a: 1 })).toHaveLength(1);
  });
});

describe('what was wrong before', () => {
  const small = { ...int, ...rules('self > 5') };
  const keyed = {
    type: 'array',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['k'],
    items: properties({ k: text, n: small }),
  };
  const schema = properties({ a: small, keyed, loose: { type: 'array', items: small } });
  const old = { a: 1, keyed: [{ k: 'x', n: 1 }], loose: [1] };

  test('and is as it was, is only a warning', () => {
    expect(ask(schema, old, old)).toEqual({
      errors: [],
      warnings: [
        'a: Invalid value: 1: failed rule: self > 5',
        'keyed[0].n: Invalid value: 1: failed rule: self > 5',
        'loose[0]: Invalid value: 1: failed rule: self > 5',
      ],
    });
  });

  test('is told a hundred times at most', () => {
    const many = { loose: Array.from({ length: 300 }, () => 1) };
    const { errors, warnings } = ask(schema, many, many);
    expect([errors.length, warnings.length]).toEqual([0, 100]);
  });

  test('and is wrong in another way, is wrong', () => {
    const next = {
      a: 2,
      keyed: [
        { k: 'y', n: 1 },
        { k: 'x', n: 1 },
      ],
      loose: [1, 1],
    };
    expect(errorsOf(schema, next, old)).toEqual([
      'a: Invalid value: 2: failed rule: self > 5',
      'keyed[0].n: Invalid value: 1: failed rule: self > 5',
      'loose[0]: Invalid value: 1: failed rule: self > 5',
      'loose[1]: Invalid value: 1: failed rule: self > 5',
    ]);
  });
});
