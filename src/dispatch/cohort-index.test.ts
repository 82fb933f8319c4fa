import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { named } from '../../test/support/dispatch.ts';
import { configMaps, storedObject } from '../../test/support/watch-cache.ts';
import { silentMeter } from '../base/meter.ts';
import { asRevision } from '../base/revision.ts';
import { jsonView } from '../encoding/json-view.ts';
import { objectAt, stringAt } from '../machinery/json-value.ts';
import { parseFieldSelector } from '../machinery/selector/field-selector.ts';
import { parseLabelSelector } from '../machinery/selector/label-selector.ts';
import { Cohort } from './cohort.ts';
import { CohortIndex } from './cohort-index.ts';
import { dispatchMetrics } from './metrics.ts';
import { narrowed } from './scope.ts';
import { SharedView } from './shared-view.ts';

const shape = {
  ...configMaps,
  fieldsOf: (object: Parameters<NonNullable<typeof configMaps.fieldsOf>>[0]) => ({
    node: stringAt(objectAt(object, 'data'), 'node'),
  }),
};
const metrics = dispatchMetrics(silentMeter, { group: '', version: 'v1', resource: 'configmaps' });
const view = new SharedView(jsonView(shape));

interface Wish {
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly labels: string;
  readonly fields: string;
}

const cohort = (id: number, { namespace, name, labels, fields }: Wish) => {
  const selection = { labels: parseLabelSelector(labels), fields: parseFieldSelector(fields, ['node']) };
  return new Cohort(id, '', narrowed({ scope: { namespace, name }, ...selection }), view, metrics);
};

const someNamespace = fc.constantFrom('a', 'b');
const someName = fc.constantFrom('x', 'y');
const wish: fc.Arbitrary<Wish> = fc.record({
  namespace: fc.option(someNamespace, { nil: undefined }),
  name: fc.option(someName, { nil: undefined, freq: 2 }),
  labels: fc.constantFrom('', '', 'app=web', 'app=db', 'app!=web', 'app in (web,db)', 'tier,app=web', 'constructor=x'),
  fields: fc.constantFrom('', '', 'node=1', 'node!=1', 'metadata.name=x', 'metadata.namespace=a,node=2'),
});
const content = fc.option(
  fc.record({ app: fc.constantFrom('web', 'db'), node: fc.constantFrom('1', '2'), tier: fc.boolean() }),
);

describe('dispatch/cohort-index', () => {
  test('an event visits every cohort that wants it, each once; deleting all leaves no place', () => {
    fc.assert(
      fc.property(
        fc.array(wish, { maxLength: 12 }),
        someNamespace,
        someName,
        content,
        content,
        (wishes, namespace, name, now, before) => {
          const cohorts = wishes.map((one, id) => cohort(id, one));
          const index = new CohortIndex<Cohort>('node');
          for (const one of cohorts) index.add(one);
          const object = (what: typeof now, revision: number) => {
            if (what === null) return undefined;
            const labels = { app: what.app, ...(what.tier ? { tier: '1' } : {}) };
            const path = `${namespace}/${name}`;
            return storedObject(
              path,
              revision,
              named(path, { metadata: { labels }, data: { node: what.node } }),
              1,
              shape,
            );
          };
          const event = { revision: asRevision(3), current: object(now, 3), previous: object(before, 2) };
          const visited: Cohort[] = [];
          index.visit(event, (one) => visited.push(one));
          expect(new Set(visited).size).toBe(visited.length);
          const wanting = cohorts.filter((one) => one.select(event) !== undefined);
          expect(wanting.filter((one) => !visited.includes(one))).toEqual([]);
          for (const one of cohorts) index.delete(one);
          expect([index.size, index.empty]).toEqual([0, true]);
        },
      ),
    );
  });

  test('ten thousand names, labels or nodes are one visit', () => {
    const many = (make: (n: number) => Partial<Wish>) => {
      const index = new CohortIndex<Cohort>('node');
      for (let n = 0; n < 10_000; n++) {
        index.add(cohort(n, { namespace: undefined, name: undefined, labels: '', fields: '', ...make(n) }));
      }
      const current = storedObject(
        'ns7/n7',
        2,
        named('ns7/n7', { metadata: { labels: { app: 'l7' } }, data: { node: 'm7' } }),
        1,
        shape,
      );
      let visits = 0;
      index.visit({ revision: asRevision(2), current, previous: undefined }, () => visits++);
      return visits;
    };
    expect(many((n) => ({ name: `n${n}` }))).toBe(1);
    expect(many((n) => ({ namespace: `ns${n}`, name: 'n7' }))).toBe(1);
    expect(many((n) => ({ namespace: `ns${n}` }))).toBe(1);
    expect(many((n) => ({ labels: `app=l${n},tier!=x` }))).toBe(1);
    expect(many((n) => ({ namespace: 'ns7', labels: `app=l${n}` }))).toBe(1);
    expect(many((n) => ({ fields: `node=m${n}` }))).toBe(1);
  });

  test('a selector that says only what the scope says is dropped, others stay', () => {
    const fieldsOf = (scope: { namespace?: string; name?: string }, fields: string) => {
      const selection = cohort(1, { namespace: scope.namespace, name: scope.name, labels: '', fields }).selection;
      return [selection.scope.namespace, selection.scope.name, selection.fields.canonical];
    };
    expect(fieldsOf({}, 'metadata.name=x')).toEqual([undefined, 'x', '']);
    expect(fieldsOf({}, 'metadata.namespace=a,metadata.name=x')).toEqual(['a', 'x', '']);
    expect(fieldsOf({ namespace: 'a' }, 'metadata.namespace=a')).toEqual(['a', undefined, '']);
    expect(fieldsOf({ name: 'x' }, 'metadata.name=y')).toEqual([undefined, 'x', 'metadata.name=y']);
    expect(fieldsOf({}, 'metadata.name=x,node=1')).toEqual([undefined, 'x', 'metadata.name=x,node=1']);
    expect(fieldsOf({}, 'metadata.name!=x')).toEqual([undefined, undefined, 'metadata.name!=x']);
  });
});
