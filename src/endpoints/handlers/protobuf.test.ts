import { beforeEach, describe, expect, test } from 'vitest';
import { listIn, objectIn, opened } from '../../../test/support/protobuf-answers.ts';
import { testApp } from '../../../test/support/test-app.ts';

let subject: ReturnType<typeof testApp>;

beforeEach(() => {
  subject = testApp();
});

const protobuf = 'application/vnd.kubernetes.protobuf';
const metadataOnly = (kind: string) => `${protobuf};as=${kind};g=meta.k8s.io;v=v1`;
const maps = '/api/v1/configmaps';
const one = '/api/v1/namespaces/default/configmaps/a';

async function at(path: string, accept: string, method = 'GET', body?: string) {
  const response = await subject.app.request(path, {
    method,
    headers: { accept, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, type: response.headers.get('content-type'), bytes };
}

describe('protobuf', () => {
  test('GET: the object in an envelope that says what it is', async () => {
    const object = subject.configmaps.put('default', 'a', { data: { b: '1', ä: '<' } });
    const { status, type, bytes } = await at(one, protobuf);
    expect([status, type]).toEqual([200, protobuf]);
    expect(objectIn(bytes)).toEqual(object.parse());
    expect((await at(one, protobuf)).bytes).toEqual(bytes);
  });

  test('LIST: the same items as in JSON, in the same order, and the same again when some of them changed', async () => {
    for (let i = 0; i < 300; i++) subject.configmaps.put('default', `map-${i}`, { data: { i: String(i) } });
    const items = async () => {
      const { bytes, type } = await at(maps, protobuf);
      expect(type).toBe(protobuf);
      const list = listIn(bytes);
      const { items: inJson } = JSON.parse((await at(maps, 'application/json')).bytes.toString()) as {
        items: Record<string, unknown>[];
      };
      expect(list).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMapList' });
      expect(list.items).toEqual(inJson.map((item) => ({ kind: 'ConfigMap', apiVersion: 'v1', ...item })));
      return list.items.length;
    };
    expect(await items()).toBe(300);
    subject.configmaps.put('default', 'map-7', { data: { i: 'changed' } });
    subject.configmaps.put('default', 'map-70a', {});
    expect(await items()).toBe(301);
    subject = testApp();
    expect(await items()).toBe(0);
  });

  test('metadata alone, of one and of many', async () => {
    const { metadata } = subject.configmaps.put('default', 'a', { data: { b: '1' } }).parse();
    const partial = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
    expect(objectIn((await at(one, metadataOnly('PartialObjectMetadata'))).bytes)).toEqual(partial);
    const { bytes } = await at(maps, metadataOnly('PartialObjectMetadataList'));
    expect(listIn(bytes)).toMatchObject({ kind: 'PartialObjectMetadataList', items: [partial] });
  });

  test('q decides between it and JSON; without q, what comes first', async () => {
    subject.configmaps.put('default', 'a');
    const typeOf = async (accept: string) => (await at(one, accept)).type;
    expect(await typeOf(`${protobuf},application/json`)).toBe(protobuf);
    expect(await typeOf(`application/json,${protobuf}`)).toBe('application/json');
    expect(await typeOf(`application/json;q=0.8,${protobuf};q=0.9`)).toBe(protobuf);
    expect(await typeOf('*/*')).toBe('application/json');
  });

  test('there are no Tables of it: the next alternative is taken, or 406, told in JSON', async () => {
    const table = metadataOnly('Table');
    subject.configmaps.put('default', 'a');
    expect((await at(maps, `${table},${protobuf}`)).type).toBe(protobuf);
    const refused = await at(maps, table);
    expect([refused.status, refused.type]).toEqual([406, 'application/json']);
  });

  test('refusals and successes without an object are protobuf, too', async () => {
    const missing = await at(one, protobuf);
    expect([missing.status, missing.type]).toEqual([404, protobuf]);
    expect(objectIn(missing.bytes)).toMatchObject({ kind: 'Status', reason: 'NotFound', code: 404 });
    subject.configmaps.put('default', 'a');
    const deleted = await at(one, protobuf, 'DELETE');
    expect(objectIn(deleted.bytes)).toMatchObject({ kind: 'Status', status: 'Success' });
  });

  test('what a write answers with', async () => {
    const body = '{"metadata":{"name":"a"},"data":{"b":"1"}}';
    const created = await at('/api/v1/namespaces/default/configmaps', protobuf, 'POST', body);
    expect([created.status, created.type]).toEqual([201, protobuf]);
    expect(objectIn(created.bytes)).toMatchObject({ kind: 'ConfigMap', data: { b: '1' } });
  });

  test('a kind without a message is sent as JSON, or refused; its metadata can be had', async () => {
    subject.things.put('', 'a', { spec: { b: 1 } });
    const thing = '/apis/example.com/v1/things/a';
    expect((await at(thing, `${protobuf},application/json`)).type).toBe('application/json');
    const refused = await at(thing, protobuf);
    expect([refused.status, refused.type]).toEqual([406, protobuf]);
    expect(objectIn(refused.bytes)).toMatchObject({ reason: 'NotAcceptable' });
    expect(objectIn((await at(thing, metadataOnly('PartialObjectMetadata'))).bytes)).toMatchObject({
      kind: 'PartialObjectMetadata',
      metadata: { name: 'a' },
    });
    const { bytes } = await at('/apis/example.com/v1/things', metadataOnly('PartialObjectMetadataList'));
    expect(opened(bytes).kind).toBe('PartialObjectMetadataList');
    expect(bytes.includes('a')).toBe(true);
  });

  test('an object that is not of its type is an error that names it, and nobody else’s', async () => {
    subject.configmaps.put('default', 'a', { data: 'none' });
    subject.configmaps.put('default', 'b', {});
    for (const path of [one, maps]) {
      const refused = await at(path, protobuf);
      expect(refused.status).toBe(500);
      expect(objectIn(refused.bytes)['message']).toMatch(/configmaps "a" cannot be written as protobuf: field data/);
    }
    expect((await at(one.replace(/a$/, 'b'), protobuf)).status).toBe(200);
    expect((await at(maps, 'application/json')).status).toBe(200);
  });

  test('lists of resources', async () => {
    const { type, bytes } = await at('/api/v1', protobuf);
    expect(type).toBe(protobuf);
    expect(objectIn(bytes)).toMatchObject({ kind: 'APIResourceList', groupVersion: 'v1' });
  });
});
