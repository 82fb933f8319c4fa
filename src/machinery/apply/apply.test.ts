import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ApiError } from '../api-error.ts';
import { cloneJson } from '../json/clone.ts';
import { emptyObject } from '../json/parse.ts';
import type { JsonObject } from '../json-value.ts';
import { decode } from '../schema/decoder.ts';
import { kubernetesSchema } from '../schema/kubernetes-schema.ts';
import { fillZeroValues } from '../schema/zero-values.ts';
import { applyPatch } from './apply.ts';
import { type FieldManager, managedFieldsAfterUpdate } from './field-manager.ts';
import { type FieldSet, has, pathsOf } from './field-set.ts';
import { fieldSetOf } from './field-set-of.ts';
import { mergeTypeOf } from './merge-type.ts';

const schemaOf = (kind: string) => {
  const schema = kubernetesSchema().byKind({ group: '', version: 'v1' }, kind);
  if (schema === undefined) throw new Error(`there is no ${kind}`);
  return schema;
};
const fieldManagerOf = (kind: string): FieldManager => {
  const type = mergeTypeOf(schemaOf(kind));
  return {
    versions: { typeOf: (version) => (version === 'v1' ? type : undefined), convert: (object) => object },
    apiVersion: 'v1',
    subresource: '',
    filter: undefined,
  };
};
const schema = schemaOf('Pod');
const type = mergeTypeOf(schema);
const by = fieldManagerOf('Pod');
const empty: JsonObject = Object.assign(emptyObject(), { apiVersion: 'v1', kind: 'Pod' });
fillZeroValues(schema, empty);

interface Said {
  readonly labels?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly containers?: readonly JsonObject[];
  readonly nodeSelector?: Readonly<Record<string, string>>;
}
const podOf = ({ labels, finalizers, containers, nodeSelector }: Said): JsonObject =>
  cloneJson({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'p',
      ...(labels && { labels: { ...labels } }),
      ...(finalizers && { finalizers: [...finalizers] }),
    },
    spec: {
      ...(containers && { containers: [...containers] }),
      ...(nodeSelector && { nodeSelector: { ...nodeSelector } }),
    },
  });

/** What is stored after a write: typed, and with a uid. */
function stored(object: JsonObject): JsonObject {
  const { object: typed } = decode(schema, object);
  fillZeroValues(schema, typed);
  (typed['metadata'] as JsonObject)['uid'] = 'u';
  return typed;
}
const applied = (live: JsonObject, manager: string, said: Said, force = false): JsonObject =>
  stored(
    applyPatch(by, { live, config: podOf(said), kind: 'Pod', manager, force, now: '2024-01-01T00:00:00Z', empty }),
  );
function updated(live: JsonObject, manager: string, change: (pod: JsonObject) => void): JsonObject {
  const next = cloneJson(live);
  change(next);
  const managed = managedFieldsAfterUpdate(by, { live, next, manager, now: '2024-01-01T00:00:00Z' });
  const metadata = next['metadata'] as JsonObject;
  if (managed === undefined) delete metadata['managedFields'];
  else metadata['managedFields'] = managed;
  return next;
}
const conflictsOf = (live: JsonObject, manager: string, said: Said): readonly string[] => {
  try {
    applied(live, manager, said);
    return [];
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 409) throw error;
    return (error.status.details?.causes ?? []).map(({ field = '' }) => field);
  }
};

interface Entry {
  readonly manager: string;
  readonly fieldsV1: FieldSet;
}
const entriesOf = (pod: JsonObject): readonly Entry[] =>
  ((pod['metadata'] as JsonObject)['managedFields'] ?? []) as unknown as readonly Entry[];
const ownedBy = (pod: JsonObject, manager: string): string =>
  JSON.stringify(entriesOf(pod).find((entry) => entry.manager === manager)?.fieldsV1);
const contentOf = (pod: JsonObject): JsonObject => {
  const copy = cloneJson(pod);
  delete (copy['metadata'] as JsonObject)['managedFields'];
  return copy;
};

const value = fc.constantFrom('1', '2');
const container = fc.record(
  {
    name: fc.constantFrom('a', 'b', 'c'),
    image: value,
    env: fc.uniqueArray(fc.record({ name: fc.constantFrom('X', 'Y'), value }), {
      selector: ({ name }) => name,
      minLength: 1,
    }),
    ports: fc.uniqueArray(fc.record({ containerPort: fc.constantFrom(80, 81) }), {
      selector: ({ containerPort }) => containerPort,
      minLength: 1,
    }),
    command: fc.array(value, { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: ['name'] },
);
/** Lists and maps with something in them: nothing in a map is a field of its own, which conflicts one way only. */
const said: fc.Arbitrary<Said> = fc.record(
  {
    labels: fc.dictionary(fc.constantFrom('l', '__proto__', 'constructor'), value, { minKeys: 1 }),
    finalizers: fc.uniqueArray(fc.constantFrom('a.b/c', 'a.b/d'), { minLength: 1 }),
    containers: fc.uniqueArray(container, { selector: ({ name }) => name, minLength: 1, maxLength: 3 }),
    nodeSelector: fc.dictionary(fc.constantFrom('n', 'm'), value, { minKeys: 1 }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Said>;
const manager = fc.constantFrom('one', 'two');
const history = fc.array(fc.tuple(manager, said), { maxLength: 4 });
const after = (steps: readonly (readonly [string, Said])[]): JsonObject =>
  steps.reduce((live, [who, what]) => applied(live, who, what, true), empty);

describe('machinery/apply: server-side apply', () => {
  test('is idempotent', () => {
    fc.assert(
      fc.property(history, manager, said, (steps, who, what) => {
        const once = applied(after(steps), who, what, true);
        expect(applied(once, who, what, true)).toEqual(once);
        expect(conflictsOf(once, who, what)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test('makes an applier the manager of just what he says', () => {
    fc.assert(
      fc.property(history, manager, said, (steps, who, what) => {
        const pod = applied(after(steps), who, what, true);
        const set = entriesOf(pod).find((entry) => entry.manager === who)?.fieldsV1 ?? {};
        const wanted = fieldSetOf(type, podOf(what));
        const paths = [...pathsOf(wanted)].map((path) => path.join(' '));
        const unmanaged = ['f:apiVersion', 'f:kind', 'f:metadata f:name'];
        expect([...pathsOf(set)].map((path) => path.join(' '))).toEqual(
          paths.filter((path) => !unmanaged.includes(path)),
        );
      }),
      { numRuns: 40 },
    );
  });

  test('takes away what an applier gives up, unless somebody else manages it', () => {
    fc.assert(
      fc.property(history, manager, said, said, (steps, who, before, now) => {
        const first = applied(after(steps), who, before, true);
        const second = applied(first, who, now, true);
        const present = fieldSetOf(type, contentOf(second));
        const owners = entriesOf(second);
        const given = entriesOf(first).find((entry) => entry.manager === who)?.fieldsV1 ?? {};
        for (const path of pathsOf(given)) {
          const owned = owners.some(({ fieldsV1 }) => has(fieldsV1, path) || hasBelow(fieldsV1, path));
          if (!owned) expect(has(present, path), path.join(' ')).toBe(false);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('conflicts are mutual: who would take a field from somebody would not give it to him', () => {
    fc.assert(
      fc.property(said, said, (a, b) => {
        const first = conflictsOf(applied(empty, 'one', a), 'two', b);
        const second = conflictsOf(applied(empty, 'two', b), 'one', a);
        expect([...first].sort()).toEqual([...second].sort());
      }),
      { numRuns: 40 },
    );
  });

  test('commutes with an update of what it says nothing of', () => {
    const annotate = (pod: JsonObject): void => {
      (pod['metadata'] as JsonObject)['annotations'] = { note: 'x' };
    };
    fc.assert(
      fc.property(history, manager, said, (steps, who, what) => {
        const live = after(steps);
        fc.pre(entriesOf(live).length > 0);
        const one = updated(applied(live, who, what, true), 'editor', annotate);
        const other = applied(updated(live, 'editor', annotate), who, what, true);
        expect(contentOf(one)).toEqual(contentOf(other));
        for (const name of ['one', 'two', 'editor']) expect(ownedBy(one, name)).toBe(ownedBy(other, name));
      }),
      { numRuns: 40 },
    );
  });
});

const hasBelow = (set: FieldSet, path: readonly string[]): boolean => {
  let node: FieldSet | undefined = set;
  for (const element of path) node = node?.[element];
  return node !== undefined;
};

describe('machinery/apply: an apply', () => {
  const a = { name: 'a', image: '1' };

  test('conflicts name every field and who manages it', () => {
    const live = updated(applied(empty, 'one', { labels: { l: '1' }, containers: [a] }), 'editor', (pod) => {
      (pod['metadata'] as JsonObject)['annotations'] = { note: 'x' };
    });
    const take = { labels: { l: '2' }, containers: [{ name: 'a', image: '2' }] };
    expect(() => applied(live, 'two', take)).toThrow(
      'Apply failed with 2 conflicts: conflicts with "one":\n- .metadata.labels.l\n- .spec.containers[name="a"].image',
    );
    expect(() => applied(live, 'two', { labels: { l: '2' } })).toThrow(
      'Apply failed with 1 conflict: conflict with "one": .metadata.labels.l',
    );
    expect(conflictsOf(live, 'two', { labels: { l: '1' } })).toEqual([]);
  });

  test('keeps the order of items, and puts those that are new where it has them', () => {
    const live = applied(empty, 'one', { containers: [a, { name: 'b', image: '1' }] });
    const names = (pod: JsonObject): readonly unknown[] =>
      ((pod['spec'] as JsonObject)['containers'] as JsonObject[]).map(({ name }) => name as string);
    expect(names(applied(live, 'two', { containers: [{ name: 'c', image: '1' }, a] }))).toEqual(['c', 'a', 'b']);
    expect(names(applied(live, 'two', { containers: [{ name: 'b', image: '1' }, a] }, true))).toEqual(['b', 'a']);
  });

  test('what several manage stays until the last gives it up', () => {
    let pod = applied(empty, 'one', { labels: { l: '1' }, containers: [a] });
    pod = applied(pod, 'two', { labels: { l: '1' } });
    pod = applied(pod, 'one', { containers: [a] });
    expect((pod['metadata'] as JsonObject)['labels']).toEqual({ l: '1' });
    pod = applied(pod, 'two', {});
    expect((pod['metadata'] as JsonObject)['labels']).toBeUndefined();
  });

  test('a port is known by its number and protocol, also where it says no protocol', () => {
    const pod = applied(empty, 'one', { containers: [{ ...a, ports: [{ containerPort: 80 }] }] });
    expect(ownedBy(pod, 'one')).toContain('k:{\\"containerPort\\":80,\\"protocol\\":\\"TCP\\"}');
    const again = applied(pod, 'two', { containers: [{ name: 'a', ports: [{ containerPort: 80, protocol: 'TCP' }] }] });
    expect(((again['spec'] as JsonObject)['containers'] as JsonObject[])[0]?.['ports']).toHaveLength(1);
  });

  test.each([
    [{ finalizers: ['a', 'a'] }, '.metadata.finalizers: duplicate entries for key [="a"]'],
    [{ containers: [a, a] }, '.spec.containers: duplicate entries for key [name="a"]'],
    [{ containers: 'x' }, '.spec.containers: expected list, got &{x}'],
    [{ labels: { l: 1 } }, '.metadata.labels.l: expected string, got &value.valueUnstructured{Value:1}'],
    [{ containers: [{ name: 'a', tty: 'x' }] }, '.spec.containers[name="a"].tty: expected boolean, got &{x}'],
    [{ containers: [{ name: 'a', nope: 1 }] }, '.spec.containers[name="a"].nope: field not declared in schema'],
  ])('%j does not fit its type', (wrong, why) => {
    const config = podOf({});
    const { labels, finalizers, containers } = wrong as JsonObject;
    Object.assign(config['metadata'] as JsonObject, { ...(labels && { labels }), ...(finalizers && { finalizers }) });
    if (containers !== undefined) (config['spec'] as JsonObject)['containers'] = containers;
    const apply = { live: empty, config, kind: 'Pod', manager: 'm', force: false, now: '', empty };
    expect(() => applyPatch(by, apply)).toThrow(`failed to create typed patch object (/p; /v1, Kind=Pod): ${why}`);
  });

  test('nothing can be applied to an object with a list whose items cannot be told apart', () => {
    const account = fieldManagerOf('ServiceAccount');
    const metadata = { name: 'a', namespace: 'n', uid: 'u' };
    const live: JsonObject = { apiVersion: 'v1', kind: 'ServiceAccount', metadata, secrets: [{ name: 's' }, {}] };
    const config: JsonObject = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'a' } };
    const apply = { live, config, kind: 'ServiceAccount', manager: 'm', force: false, now: '', empty };
    const where = '(n/a; /v1, Kind=ServiceAccount)';
    const why = '.secrets: element 1: associative list with keys has an element that omits all key fields ["name"]';
    expect(() => applyPatch(account, apply)).toThrow(
      `failed to create manager for existing fields: failed to convert new object ${where} to smd typed: ${why}`,
    );
    const managed = {
      ...metadata,
      managedFields: [{ manager: 'x', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: {} }],
    };
    const more = { ...config, secrets: [{ name: 't' }] };
    expect(() => applyPatch(account, { ...apply, config: more, live: { ...live, metadata: managed } })).toThrow(
      `failed to create typed live object ${where}: ${why}`,
    );
  });

  test('who updated before anybody applied is kept as somebody', () => {
    const live = updated(applied(empty, 'one', { labels: { l: '1' }, containers: [a] }), 'editor', () => undefined);
    delete (live['metadata'] as JsonObject)['managedFields'];
    expect(() => applied(live, 'two', { labels: { l: '2' } })).toThrow(
      'conflict with "before-first-apply" using v1: .metadata.labels.l',
    );
  });

  test('kubectl takes over what its older self applied, as its annotation says, and keeps that up to date', () => {
    const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
    const last = JSON.stringify(podOf({ labels: { l: '1' }, containers: [a] }));
    const live = updated(empty, 'kubectl-client-side-apply', (pod) => {
      pod['metadata'] = { name: 'p', annotations: { [annotation]: last }, labels: { l: '1', other: '1' } };
      (pod['spec'] as JsonObject)['containers'] = [a];
    });
    (live['metadata'] as JsonObject)['uid'] = 'u';
    const pod = applied(live, 'kubectl', { labels: { l: '2' }, containers: [a] });
    expect((pod['metadata'] as JsonObject)['annotations']).toEqual({
      [annotation]:
        '{"apiVersion":"v1","kind":"Pod","metadata":{"labels":{"l":"2"},"name":"p"},"spec":{"containers":[{"image":"1","name":"a"}]}}\n',
    });
    expect(() => applied(live, 'kubectl', { labels: { other: '2' } })).toThrow('.metadata.labels.other');
    expect(() => applied(live, 'somebody', { labels: { l: '2' } })).toThrow('.metadata.labels.l');
  });
});
