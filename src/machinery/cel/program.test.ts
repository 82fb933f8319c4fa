import { expect, test } from 'vitest';
import type { JsonValue } from '../json-value.ts';
import { check } from './checker.ts';
import { declaredSizes, estimateCost } from './cost-estimate.ts';
import { fromJson } from './json-view.ts';
import { kubernetesEnvironment } from './kubernetes-environment.ts';
import { EvaluationStopped } from './meter.ts';
import { parse } from './parser.ts';
import { ProgramError, program } from './program.ts';
import {
  boolType,
  doubleType,
  dynType,
  intType,
  listType,
  mapType,
  objectType,
  stringType,
  type Type,
} from './type.ts';
import { CelError, type Value } from './value.ts';

const field = (name: string, type: Type) => [name, { name, type }] as const;
const self = objectType(
  'self',
  new Map([
    field('replicas', intType),
    field('ratio', doubleType),
    field('name', stringType.with({ maxElements: 40 })),
    field('tags', listType(stringType.with({ maxElements: 20 }), { maxElements: 10, listKeys: 'set' })),
    field('labels', mapType(stringType, stringType, { maxElements: 5 })),
    field('port', dynType.with({ isIntOrString: true })),
    field('ready', boolType),
    ['__dash__', { name: 'a-b', type: intType }] as const,
  ]),
);
const environment = kubernetesEnvironment.with(new Map([['self', self]]));

const evaluate = (text: string, object: JsonValue = {}, costLimit?: number): { value: Value; cost: number } => {
  const variables = new Map([['self', fromJson(object, self)]]);
  const options = costLimit === undefined ? {} : { costLimit };
  return program(check(parse(text), environment)).evaluate(variables, options);
};
const valueOf = (text: string, object?: JsonValue): Value => evaluate(text, object).value;
const errorOf = (text: string, object?: JsonValue): string => {
  const value = valueOf(text, object);
  return value instanceof CelError ? value.message : 'no error';
};

test('fields are read as what they are declared to be', () => {
  const object = { replicas: 3, ratio: 1, port: 80, 'a-b': 4 };
  expect(valueOf('self.replicas == 3 && self.ratio == 1.0 && self.port == 80', object)).toBe(true);
  expect(valueOf('type(self.ratio) == double && type(self.replicas) == int', object)).toBe(true);
  expect(valueOf('self.__dash__ + 1', object)).toBe(5);
});

test('integers beyond what a double holds are exact', () => {
  expect(valueOf('self.replicas + 1', { replicas: 9_007_199_254_740_993n })).toBe(9_007_199_254_740_994n);
  expect(valueOf('9007199254740993 - 9007199254740990')).toBe(3);
  expect(errorOf('9223372036854775807 + 1')).toBe('integer overflow');
});

test('a field that is null or absent is not there', () => {
  expect(valueOf('has(self.name)', { name: null })).toBe(false);
  expect(valueOf('has(self.name)', { name: '' })).toBe(true);
  expect(errorOf('self.name', {})).toBe('no such key: name');
});

test('names that objects have in JavaScript are keys like others', () => {
  const labels = JSON.parse('{"__proto__": "a", "constructor": "b"}') as JsonValue;
  expect(valueOf("self.labels['__proto__'] + self.labels['constructor']", { labels })).toBe('ab');
  expect(valueOf("'toString' in self.labels", { labels })).toBe(false);
  expect(errorOf('self.labels.valueOf', { labels })).toBe('no such key: valueOf');
});

test('an error on one side of || does not matter when the other is true', () => {
  expect(valueOf("self.labels.x == 'a' || true")).toBe(true);
  expect(valueOf("false && self.labels.x == 'a'")).toBe(false);
  expect(errorOf("self.labels.x == 'a' || false")).toBe('no such key: labels');
});

test('a set is compared and added as one', () => {
  const object = { tags: ['a', 'b'] };
  expect(valueOf("self.tags == ['b', 'a']", object)).toBe(true);
  expect(valueOf("(self.tags + ['a', 'c']).size()", object)).toBe(3);
});

test('an optional path ends where nothing is', () => {
  expect(valueOf("self.?labels.?x.orValue('none')", {})).toBe('none');
  expect(valueOf("self.?labels.x.orValue('none')", { labels: { x: 'y' } })).toBe('y');
});

test('what can never be evaluated is told before', () => {
  expect(() => program(check(parse("int('a')"), environment))).toThrow(ProgramError);
});

test('what costs more than the limit is stopped', () => {
  const hundred = `[${Array.from({ length: 100 }, (_, at) => at).join(',')}]`;
  const quadratic = `${hundred}.all(x, ${hundred}.all(y, x + y >= 0))`;
  expect(evaluate(quadratic).cost).toBe(70_401);
  expect(() => evaluate(quadratic, {}, 70_400)).toThrow(EvaluationStopped);
  expect(() => evaluate(`false && ${quadratic} || true`, {}, 10)).not.toThrow();
});

test('doubling a text or a list over and over takes no more memory than the limit allows', () => {
  const doubled = (start: string): string => `optional.of(${start})${'.optMap(x, x + x)'.repeat(10)}`;
  expect(valueOf(`size(${doubled("'ab'")}.value())`)).toBe(2_048);
});

test('an evaluation can be interrupted', () => {
  const checked = check(parse('self.tags.all(x, self.tags.all(y, true))'), environment);
  const variables = new Map([['self', fromJson({ tags: Array.from({ length: 50 }, String) }, self)]]);
  let asked = 0;
  const { value } = program(checked).evaluate(variables, { isInterrupted: () => ++asked === 3 });
  expect((value as CelError).message).toBe('operation interrupted');
});

test('costs are estimated by what the types allow', () => {
  const estimate = (text: string) => {
    const { min, max } = estimateCost(check(parse(text), environment), declaredSizes(self));
    return [Number(min), Number(max)];
  };
  expect(estimate('self.replicas == 5')).toEqual([2, 2]);
  expect(estimate("self.name == 'abc'")).toEqual([3, 3]);
  expect(estimate("self.tags.all(t, t.startsWith('a'))")).toEqual([3, 53]);
  expect(estimate("has(self.name) ? self.name == 'x' : true")).toEqual([1, 4]);
});
