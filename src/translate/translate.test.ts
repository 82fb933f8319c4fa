import fc from 'fast-check';
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
    const object = objectOf(put('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"generation":9007199254740993}}'));
    expect(object.bytes.toString()).toContain('"generation":9007199254740993');
    expect(object.parse()['metadata']).toMatchObject({ generation: 9007199254740993n });
    expect(objectOf(put(`${head}},"n":9007199254740993}\n`)).parse()['n']).toBe(9007199254740993n);
  });

  test('bytes that are not UTF-8 become U+FFFD, as Go reads them', () => {
    const value = Buffer.concat([
      Buffer.from(`${head}"name":"a"},"data":{"k":"`),
      Buffer.from([0xff]),
      Buffer.from('"}}\n'),
    ]);
    expect(textOf(put(value))).toBe(`${head}"resourceVersion":"7","name":"a"},"data":{"k":"\ufffd"}}`);
  });

  test('of keys that are given twice the last one counts, for selectors too', () => {
    const object = objectOf(
      put(`${head}"labels":{"a":"1"},"name":"a","labels":{"b":"2"}},"data":{"k":"1","k":"2"}}\n`),
    );
    expect({ ...object.labels }).toEqual({ b: '2' });
    expect(object.parse()).toMatchObject({ metadata: { labels: { b: '2' } }, data: { k: '2' } });
    const twice = objectOf(put(`${head}"name":"a"},"data":{},"metadata":{"labels":{"b":"2"}}}\n`));
    expect({ ...twice.labels }).toEqual({ b: '2' });
    expect(twice.parse()['metadata']).toEqual({ resourceVersion: '7', labels: { b: '2' } });
    const escaped = objectOf(put(`${head}"name":"a","l\\u0061bels":{"b":"2"}}}\n`));
    expect({ ...escaped.labels }).toEqual({ b: '2' });
  });

  test('what Go would not have written so is as Go reads it: of its own types, with their zero values', () => {
    const value =
      '{"metadata":{"labels":{"a":null},"generation":0},"apiVersion":"v1","kind":"Node","future":1,"spec":null}';
    const shape: ObjectShape = { ...nodes, fillZeroValues: (object) => void (object['spec'] ??= {}) };
    const object = objectOf(put(value, '/registry/minions/n1', shape)).parse();
    expect(object).toEqual({
      kind: 'Node',
      apiVersion: 'v1',
      metadata: { resourceVersion: '7', labels: { a: '' } },
      spec: {},
    });
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
    ['protobuf that is cut off', Buffer.from('k8s\0\n\x0f'), /not readable protobuf: unexpected EOF/],
    ['protobuf of nothing', Buffer.from('k8s\0'), /empty body/],
    ['encrypted', 'k8s:enc:aescbc:v1:key1:xx', /encrypted/],
    ['text', 'hello', /not JSON/],
    ['empty', '', /not JSON/],
    ['cut off', `${head}"name":"a"`, /not JSON/],
    ['an array', '[]', /not a JSON object/],
    ['another kind', '{"kind":"Secret","apiVersion":"v1","metadata":{}}', /"Secret" of "v1", not a ConfigMap of v1/],
    ['another version', '{"kind":"ConfigMap","apiVersion":"v2","metadata":{}}', /"v2"/],
    ['without metadata', '{"kind":"ConfigMap","apiVersion":"v1"}', /no metadata/],
    ['null metadata', '{"kind":"ConfigMap","apiVersion":"v1","metadata":null}', /no metadata/],
    [
      'metadata of the wrong type',
      '{"kind":"ConfigMap","apiVersion":"v1","metadata":[]}',
      /unmarshal array into .*metadata/,
    ],
    ['damaged in the middle', `${head}"name":"a"},"data":{"a":b}}\n`, /not JSON: invalid character 'b'/],
    ['a brace that is missing', `${head}"name":"a","labels":{"a":"b"}\n`, /not JSON: unexpected end/],
    ['something behind it', `${head}"name":"a"}}}\n`, /not JSON: .* after top-level value/],
    ['labels that are no strings', `${head}"labels":{"a":1}}}\n`, /unmarshal number into .*labels/],
    ['labels that are no map', `${head}"labels":["a"]}}\n`, /unmarshal array into .*labels/],
    ['a number beyond a double', `${head}"generation":1e999}}\n`, /not JSON: .*1e999/],
    ['a number beyond its type', `${head}"generation":1${'0'.repeat(30)}}}\n`, /not of its type: .* type int64/],
    ['nested without end', `${head}},"x":${'['.repeat(100_000)}\n`, /not JSON: .*max depth/],
    ['nested too deep', `${head}},"x":${'['.repeat(5_000)}${']'.repeat(5_000)}}\n`, /not JSON: .*max depth/],
    ['a kind that is no text', '{"kind":1,"apiVersion":"v1","metadata":{}}', /does not say what it is/],
  ])('%s', (_name, value, reason) => {
    expect(reasonOf(put(value))).toMatch(reason);
  });

  test.each([
    '/registry/configmaps/',
    '/registry/configmaps/ns',
    '/registry/configmaps/ns/',
    '/registry/configmaps//a',
    '/registry/configmaps/ns/a/b',
    '/registry/configmaps/ns/\u{1f426}',
    '/registry/configmaps/ns/\ufffd',
  ])('key %s', (key) => {
    expect(reasonOf(put(`${head}}}`, key))).toMatch(/the key is not \/registry\/configmaps\/<namespace>\/<name>/);
  });

  test('the reason is short, whatever the value is', () => {
    const long = 'x'.repeat(1_000_000);
    expect(reasonOf(put(`{"kind":"${long}","apiVersion":"v1","metadata":{}}`)).length).toBeLessThan(2_000);
    expect(reasonOf(put(`${head}"generation":${'9'.repeat(1_000_000)}}}`)).length).toBeLessThan(2_000);
  });

  test('a cluster-scoped key has one part', () => {
    const value = '{"kind":"Node","apiVersion":"v1","metadata":{}}';
    expect(objectOf(put(value, '/registry/minions/n1', nodes))).toMatchObject({ namespace: '', name: 'n1' });
    expect(reasonOf(put(value, '/registry/minions/a/b', nodes))).toMatch(/not \/registry\/minions\/<name>/);
  });
});

describe('translate: whatever happened to a value', () => {
  const value = encodeForStorage(configMaps, {
    metadata: { name: 'a', namespace: 'ns', labels: { app: 'web', 'é/ü': '' }, generation: 12, finalizers: ['a', 'b'] },
    data: { k: 'v "quoted" \\ <&>\u2028 \u{1f600}', l: '' },
    binaryData: { b: 'AAECAw==' },
    immutable: true,
  });
  const damage = fc.array(
    fc.record({
      at: fc.nat(value.length - 1),
      cut: fc.nat(6),
      put: fc.oneof(
        fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
        fc
          .constantFrom('{', '}', '[', ']', '"', ',', ':', '\\', '1', '-', 'e9', 'null', '"labels":', '\n', ' ')
          .map((text) => Buffer.from(text)),
      ),
    }),
    { minLength: 1, maxLength: 3 },
  );

  test('it is unreadable, or what is passed on is one line of JSON that says what the value says', () => {
    fc.assert(
      fc.property(damage, (changes) => {
        let damaged: Buffer = value;
        for (const { at, cut, put: bytes } of changes) {
          damaged = Buffer.concat([damaged.subarray(0, at), bytes, damaged.subarray(at + cut)]);
        }
        const change = put(damaged);
        if (change.type !== 'put') return;
        const { bytes } = change.object;
        expect(bytes.includes(0x0a)).toBe(false);
        const read = JSON.parse(bytes.toString()) as { metadata: { resourceVersion: string; labels?: object } };
        expect(read.metadata.resourceVersion).toBe('7');
        expect({ ...change.object.labels }).toEqual({ ...read.metadata.labels });
        expect(bytes.toString().startsWith(`${head}"resourceVersion":"7"`)).toBe(true);
        expect(change.object.parse()).toEqual(read);
      }),
      { numRuns: 3_000 },
    );
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
