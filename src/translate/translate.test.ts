import { describe, expect, test } from 'vitest';
import type { Revision } from '../base/revision.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { encodeForStorage } from './object-layout.ts';
import type { ObjectShape } from './object-shape.ts';
import type { StoredObject } from './stored-object.ts';
import { translate } from './translate.ts';

const configMaps: ObjectShape = {
  kind: 'ConfigMap',
  apiVersion: 'v1',
  keyPrefix: '/registry/configmaps/',
  namespaced: true,
};
const nodes: ObjectShape = { kind: 'Node', apiVersion: 'v1', keyPrefix: '/registry/minions/', namespaced: false };

const put = (value: string | Buffer, key = '/registry/configmaps/ns/a', shape = configMaps) =>
  translate(shape, {
    type: 'put',
    kv: { key, value: Buffer.from(value), createRevision: 5 as Revision, modRevision: 7 as Revision },
  });

function objectOf(change: ReturnType<typeof put>): StoredObject {
  if (change.type !== 'put') throw new Error(`not a put: ${JSON.stringify(change)}`);
  return change.object;
}
const textOf = (change: ReturnType<typeof put>) => objectOf(change).bytes.toString();
const reasonOf = (change: ReturnType<typeof put>) => (change.type === 'corrupt' ? change.reason : change.type);

const head = '{"kind":"ConfigMap","apiVersion":"v1","metadata":{';
const wanted = `${head}"resourceVersion":"7","name":"a"},"data":{"k":"v"}}`;

describe('translate: values', () => {
  test('the layout of the store gets its resourceVersion spliced in, and loses its newline', () => {
    expect(textOf(put(`${head}"name":"a"},"data":{"k":"v"}}\n`))).toBe(wanted);
  });

  test('a value without the newline is one of those that left fields out: it gets them', () => {
    const filled: JsonObject[] = [];
    const shape: ObjectShape = {
      ...configMaps,
      fillZeroValues(object) {
        filled.push(object);
        object['spec'] ??= {};
      },
    };
    const value = `${head}"name":"a"},"data":{"k":"v"}}`;
    expect(textOf(put(value, undefined, shape))).toBe(`${wanted.slice(0, -1)},"spec":{}}`);
    expect(textOf(put(JSON.stringify(JSON.parse(value), undefined, 2), undefined, shape))).toContain('"spec":{}');
    expect(textOf(put(`${value}\n`, undefined, shape))).toBe(wanted);
    expect(filled).toHaveLength(2);
  });

  test('empty metadata takes no comma', () => {
    expect(textOf(put(`${head}}}\n`))).toBe(`${head}"resourceVersion":"7"}}`);
  });

  test('any other order of keys is laid out anew', () => {
    const sorted = '{"apiVersion":"v1","data":{"k":"v"},"kind":"ConfigMap","metadata":{"name":"a"}}';
    expect(textOf(put(sorted))).toBe(wanted);
  });

  test('white space and newlines are removed: a watch frame is one line', () => {
    expect(textOf(put(JSON.stringify(JSON.parse(wanted), undefined, 2)))).toBe(wanted);
    expect(textOf(put(`${head}"name":"a"},\n"data":{"k":"v"}}\n`))).toBe(wanted);
    expect(textOf(put(`${head} "name":"a"},"data":{"k":"v"}}\n`))).toBe(wanted);
  });

  test('a stored resourceVersion is replaced, wherever it stands in metadata', () => {
    expect(textOf(put(`${head}"name":"a","resourceVersion":"3"},"data":{"k":"v"}}\n`))).toBe(wanted);
    expect(textOf(put(`${head}"resourceVersion":"3","name":"a"},"data":{"k":"v"}}\n`))).toBe(wanted);
  });

  test('a resourceVersion elsewhere is the object’s own business', () => {
    const value = `${head}"name":"a"},"involvedObject":{"resourceVersion":"3"}}\n`;
    expect(textOf(put(value))).toBe(
      `${head}"resourceVersion":"7","name":"a"},"involvedObject":{"resourceVersion":"3"}}`,
    );
  });

  test('integers beyond 2^53 survive laying out and parsing', () => {
    const object = objectOf(put('{"apiVersion":"v1","kind":"ConfigMap","metadata":{},"n":9007199254740993}'));
    expect(object.bytes.toString()).toContain('"n":9007199254740993');
    expect(object.parse()['n']).toBe(9007199254740993n);
    expect(objectOf(put(`${head}},"n":9007199254740993}\n`)).parse()['n']).toBe(9007199254740993n);
  });

  test('revisions and names come from the store', () => {
    const object = objectOf(put(`${head}"name":"other"}}`));
    expect(object).toMatchObject({ namespace: 'ns', name: 'a', revision: 7, createRevision: 5 });
    expect(object.bytes.subarray(object.itemStart).toString()).toBe(
      '"metadata":{"resourceVersion":"7","name":"other"}}',
    );
  });

  test('a delete is a delete', () => {
    const change = translate(configMaps, {
      type: 'delete',
      key: '/registry/configmaps/ns/a',
      modRevision: 9 as Revision,
    });
    expect(change).toEqual({ type: 'delete', key: '/registry/configmaps/ns/a', revision: 9 });
  });
});

describe('translate: what cannot be an object is corrupt', () => {
  test.each([
    ['protobuf', Buffer.from('k8s\0\n\x0f'), /protobuf/],
    ['encrypted', 'k8s:enc:aescbc:v1:key1:xx', /encrypted/],
    ['text', 'hello', /not JSON/],
    ['empty', '', /not JSON/],
    ['cut off', `${head}"name":"a"`, /not JSON/],
    ['an array', '[]', /not a JSON object/],
    ['another kind', '{"kind":"Secret","apiVersion":"v1","metadata":{}}', /"Secret" of "v1", not a ConfigMap of v1/],
    ['another version', '{"kind":"ConfigMap","apiVersion":"v2","metadata":{}}', /"v2"/],
    ['without metadata', '{"kind":"ConfigMap","apiVersion":"v1"}', /no metadata/],
    ['metadata of the wrong type', '{"kind":"ConfigMap","apiVersion":"v1","metadata":[]}', /no metadata/],
  ])('%s', (_name, value, reason) => {
    expect(reasonOf(put(value))).toMatch(reason);
  });

  test.each([
    '/registry/configmaps/',
    '/registry/configmaps/ns',
    '/registry/configmaps/ns/',
    '/registry/configmaps//a',
    '/registry/configmaps/ns/a/b',
    '/registry/configmaps/ns/ä',
    '/registry/configmaps/ns/a b',
  ])('key %s', (key) => {
    expect(reasonOf(put(`${head}}}`, key))).toMatch(/the key is not \/registry\/configmaps\/<namespace>\/<name>/);
  });

  test('a cluster-scoped key has one part', () => {
    const value = '{"kind":"Node","apiVersion":"v1","metadata":{}}';
    expect(objectOf(put(value, '/registry/minions/n1', nodes))).toMatchObject({ namespace: '', name: 'n1' });
    expect(reasonOf(put(value, '/registry/minions/a/b', nodes))).toMatch(/not \/registry\/minions\/<name>/);
  });
});

describe('translate: encodeForStorage', () => {
  test('lays out without resourceVersion, escaped as Go does, and comes back by the fast path', () => {
    const object: JsonObject = {
      data: { k: '<&>' },
      metadata: { name: 'a', resourceVersion: '3' },
      apiVersion: 'whatever',
    };
    const value = encodeForStorage(configMaps, object);
    expect(value.toString()).toBe(`${head}"name":"a"},"data":{"k":"\\u003c\\u0026\\u003e"}}\n`);
    expect(objectOf(put(value)).parse()).toEqual({
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { resourceVersion: '7', name: 'a' },
      data: { k: '<&>' },
    });
  });

  test('an object without metadata gets an empty one', () => {
    expect(encodeForStorage(configMaps, {}).toString()).toBe(`${head}}}\n`);
  });
});
