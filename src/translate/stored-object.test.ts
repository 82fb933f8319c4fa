import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Revision } from '../base/revision.ts';
import { parseJsonText } from '../machinery/json/parse.ts';
import { type JsonObject, objectAt, stringAt } from '../machinery/json-value.ts';
import { encodeForStorage } from './object-layout.ts';
import type { ObjectShape } from './object-shape.ts';
import type { StoredObject } from './stored-object.ts';
import { translate } from './translate.ts';

const plain: ObjectShape = {
  kind: 'ConfigMap',
  apiVersion: 'v1',
  keyPrefix: '/registry/configmaps/',
  namespaced: true,
};
/** Of no type that Kubernetes has: then values are as anybody wrote them. */
const widgets: ObjectShape = { ...plain, kind: 'Widget' };
const pods: ObjectShape = {
  kind: 'Pod',
  apiVersion: 'v1',
  keyPrefix: '/registry/pods/',
  namespaced: true,
  fieldsOf: (object) => ({ 'spec.nodeName': stringAt(objectAt(object, 'spec'), 'nodeName') }),
};

function stored(shape: ObjectShape, object: JsonObject): StoredObject {
  const value = encodeForStorage(shape, object);
  const kv = { key: `${shape.keyPrefix}ns/a`, value, createRevision: 5 as Revision, modRevision: 99 as Revision };
  const change = translate(shape, { type: 'put', kv });
  if (change.type !== 'put') throw new Error('not a put');
  return change.object;
}

describe('StoredObject', () => {
  test('labels named like JavaScript’s own properties are labels like any other', () => {
    const labels = JSON.parse('{"__proto__":"p","constructor":"c","hasOwnProperty":"h"}') as JsonObject;
    const found = stored(plain, { metadata: { labels } }).labels;
    expect(Object.entries(found)).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
      ['hasOwnProperty', 'h'],
    ]);
    expect(stored(plain, {}).labels['constructor']).toBeUndefined();
    expect(stored(plain, {}).fields['constructor']).toBeUndefined();
  });

  test('labels are those of metadata, not of a template or an annotation', () => {
    const object = stored(plain, {
      metadata: { annotations: { labels: '{"labels":{"a":"no"}}', 'quote"\\': '}' }, labels: { a: 'yes' } },
      spec: { template: { metadata: { labels: { a: 'no' } } } },
    });
    expect({ ...object.labels }).toEqual({ a: 'yes' });
  });

  test('fields are metadata’s, and the resource’s own', () => {
    expect({ ...stored(plain, {}).fields }).toEqual({ 'metadata.name': 'a', 'metadata.namespace': 'ns' });
    expect({ ...stored(pods, { spec: { nodeName: 'n1' } }).fields }).toEqual({
      'metadata.name': 'a',
      'metadata.namespace': 'ns',
      'spec.nodeName': 'n1',
    });
  });

  test('an integer that a double cannot hold is exact wherever it stands, and so is the key __proto__', () => {
    for (let pad = 0; pad < 40; pad++) {
      const before = 'x'.repeat(pad);
      const object = stored(plain, { spec: { before, exact: 9007199254740993n, small: 123456789012345 } });
      expect(object.parse()['spec']).toMatchObject({ exact: 9007199254740993n, small: 123456789012345 });
    }
    const odd = stored(plain, parseJsonText('{"data":{"__proto__":{"a":"b"}}}').value as JsonObject).parse()['data'];
    expect(Object.keys(odd as JsonObject)).toEqual(['__proto__']);
  });

  test('a key that is written with an escape is no other key that had a backslash', () => {
    for (const key of ['a\\', 'a"', 'a\n', 'a\\', 'a"', 'a/', '\\', '"', '\n', '\\"', '"{']) {
      const object = stored(widgets, { metadata: { labels: { first: '', [key]: '' } } });
      expect(Object.keys(object.labels)).toEqual(['first', key]);
      expect(Object.keys(objectAt(object.parse(), 'metadata')?.['labels'] as JsonObject)).toEqual(['first', key]);
    }
  });

  test('at another revision only the resourceVersion changes', () => {
    const object = stored(plain, { metadata: { labels: { a: 'b' } } });
    const later = object.at(12345 as Revision);
    expect(later.bytes.toString()).toBe(object.bytes.toString().replace('"99"', '"12345"'));
    expect(later).toMatchObject({ revision: 12345, createRevision: 5, key: object.key });
    expect({ ...later.labels }).toEqual({ a: 'b' });
  });

  test('labels are what parsing the whole object finds', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 6 }), fc.constantFrom('labels', '"', '\\', '{', '}'));
    const labels = fc.dictionary(text, text, { maxKeys: 4 });
    const other = fc.dictionary(text, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 });
    fc.assert(
      fc.property(other, fc.option(labels, { nil: undefined }), other, (before, labels, after) => {
        const { labels: _, ...first } = before;
        const metadata = { ...first, ...(labels === undefined ? {} : { labels }), annotations: after };
        const object = stored(widgets, { metadata } as JsonObject);
        const expected = (object.parse()['metadata'] as JsonObject)['labels'] ?? {};
        expect(Object.entries(object.labels)).toEqual(Object.entries(expected));
      }),
    );
  });
});
