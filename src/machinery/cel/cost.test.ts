import { expect, test } from 'vitest';
import { check } from './checker.ts';
import { declaredSizes, estimateCost } from './cost-estimate.ts';
import { fromJson } from './json-view.ts';
import { kubernetesEnvironment } from './kubernetes-environment.ts';
import { parse } from './parser.ts';
import { program } from './program.ts';
import { intType, listType, mapType, objectType, stringType, type Type } from './type.ts';

/** Kubernetes counts four bytes for a character that a schema allows. */
const textOf = (characters: number): Type => stringType.with({ maxElements: 4 * characters });
/** As long as a request may be, and as many elements as fit into one. */
const anyText = stringType.with({ maxElements: 3_145_726 });
const object = (name: string, fields: Readonly<Record<string, Type>>): Type =>
  objectType(name, new Map(Object.entries(fields).map(([name, type]) => [name, { name, type }])));

const self = object('self', {
  replicas: intType,
  name: textOf(10),
  tags: listType(textOf(5), { maxElements: 10, listKeys: 'set' }),
  labels: mapType(stringType, textOf(20), { maxElements: 5 }),
  sub: object('self.sub', {
    x: intType,
    y: listType(object('self.sub.y.@idx', { z: anyText }), { maxElements: 1_048_575 }),
  }),
});
const environment = kubernetesEnvironment.with(new Map([['self', self]]));
const json = { replicas: 3, name: 'abc', tags: ['a', 'b'], labels: { x: 'y' }, sub: { x: 5, y: [{ z: 'q' }, {}] } };

/** What they cost, and what they are estimated to, in Kubernetes 1.37.2. */
test.each<readonly [string, number, number | bigint, number | bigint]>([
  ['self.replicas == 5', 3, 2, 2],
  ["self.name == 'abc'", 3, 3, 3],
  ["self.name + self.labels['x']", 6, 5, 17],
  ["self.tags.all(t, t.startsWith('a'))", 13, 3, 53],
  ["self.tags.exists(t, t.matches('^a+$'))", 12, 3, 83],
  ["self.labels.all(k, self.labels[k] != '')", 9, 3, 38],
  ['self.labels.transformMap(k, v, v + v)', 9, 33, 138],
  ["self.tags.map(t, t + t).join(',').size()", 35, 14, 1844674407370955458n],
  ["self.sub.y.all(e, has(e.z) && e.z == 'q')", 15, 4, 7340029],
  ['self.sub.y.filter(e, has(e.z)).size() > 1', 21, 16, 14680066],
  ["has(self.name) ? self.name == 'x' : true", 4, 1, 4],
  ['has((self.replicas > 1 ? self.sub : self.sub).x)', 4, 5, 5],
  ["self.?sub.?y[?0].?z.orValue('none')", 5, 6, 6],
  ["self.name in ['abc', 'd']", 2, 14, 14],
  ['self.name in self.tags', 6, 4, 14],
  ['self.labels[self.name]', 4, 5, 5],
  ['self.tags[self.replicas - 2]', 6, 6, 6],
  ["self.name.replace('a', 'bb').upperAscii()", 4, 2, 18],
  ["self.name.split('b').size()", 4, 3, 11],
  ['self.tags.sortBy(t, -t.size())', 54, 36, 386],
  ["self.tags.indexOf('b')", 2, 2, 32],
  ["self.tags + ['c'] == self.tags", 6, 16, 16],
  ["sets.contains(self.tags, ['a'])", 5, 13, 23],
  ['self.tags.all(a, self.tags.all(b, a <= b || b <= a))', 42, 3, 1163],
  ["['x'][self.replicas].matches('a')", 3, 14, 14],
  ["{'a': self.name}.a", 34, 33, 33],
  ["[self.name, 'x'].map(t, size(t))", 41, 51, 51],
  ["optional.of(self.name).optMap(n, n + 'x').value()", 12, 6, 1844674407370955285n],
  ["cidr('10.0.0.0/8').containsIP('10.1.2.3')", 3, 3, 6],
  ["quantity('1Gi') == quantity('1G')", 3, 3, 3],
  ["url('https://a.b/c').getHost() == self.name", 6, 6, 9],
  ["'%s-%d'.format([self.name, self.replicas])", 15, 15, 15],
  ['self == self', 3, 2, 2],
])('%s costs %d, and from %d to %d', (text, cost, min, max) => {
  const checked = check(parse(text), environment);
  const estimate = estimateCost(checked, declaredSizes(self));
  expect([estimate.min, estimate.max]).toEqual([BigInt(min), BigInt(max)]);
  expect(program(checked).evaluate(new Map([['self', fromJson(json, self)]])).cost).toBe(cost);
});
