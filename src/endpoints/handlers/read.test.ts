import { beforeEach, describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { testApp } from '../../../test/support/test-app.ts';

let subject: ReturnType<typeof testApp>;

beforeEach(() => {
  subject = testApp();
});

const at = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  subject.app.request(path, { method, headers });

/** What the tests look at in answers of any kind. */
interface Answer {
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly items: readonly unknown[];
  readonly rows: readonly { readonly object: { readonly apiVersion: string } | null }[];
  readonly message: string;
  readonly details: { readonly causes: readonly { readonly message: string }[] };
}
const answerOf = (response: Response) => response.json() as Promise<Answer>;
const json = async (path: string, headers: Record<string, string> = {}) => answerOf(await at(path, headers));
const table = (version = 'v1') => `application/json;as=Table;v=${version};g=meta.k8s.io`;

describe('GET', () => {
  test('answers with the stored bytes and a newline', async () => {
    const object = subject.configmaps.put('default', 'a', { data: { 'ä<': '1' } });
    const response = await at('/api/v1/namespaces/default/configmaps/a');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.concat([object.bytes, Buffer.from('\n')]));
  });

  test('H23: every answer is private and carries the Audit-Id, its own or the client’s', async () => {
    for (const path of ['/api/v1/configmaps', '/api/v1/nope', '/nope', '/version', '/readyz', '/apis']) {
      const response = await at(path);
      expect(response.headers.get('cache-control')).toContain('private');
      expect(response.headers.get('audit-id')).toBe('audit-1');
    }
    expect((await at('/version', { 'audit-id': 'mine' })).headers.get('audit-id')).toBe('mine');
  });

  test('what is not there is a Status', async () => {
    const response = await at('/api/v1/namespaces/default/configmaps/a');
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'configmaps "a" not found',
      reason: 'NotFound',
      details: { name: 'a', kind: 'configmaps' },
      code: 404,
    });
  });

  test('pretty for people and for `pretty`, with two spaces and no newline at the end', async () => {
    subject.nodes.put('', 'n', { spec: {}, list: [] });
    const pretty =
      '{\n  "kind": "Node",\n  "apiVersion": "v1",\n  "metadata": {\n    "resourceVersion": "2",\n    "name": "n",\n    "uid": "uid-n"\n  },\n  "spec": {},\n  "list": []\n}';
    const path = '/api/v1/nodes/n';
    expect(await (await at(`${path}?pretty=1`)).text()).toBe(pretty);
    expect(await (await at(path, { 'user-agent': 'curl/8' })).text()).toBe(pretty);
    expect(await (await at(path, { accept: 'application/json;pretty=1' })).text()).toBe(pretty);
    expect(await (await at(`${path}?pretty=0`, { 'user-agent': 'curl/8' })).text()).not.toContain('\n  ');
  });

  test('as YAML, with strings that YAML 1.1 would misread in quotes', async () => {
    subject.nodes.put('', 'n', { data: { on: 'yes', mode: '0644', big: 2 ** 40 } });
    const response = await at('/api/v1/nodes/n', { accept: 'application/yaml' });
    expect(response.headers.get('content-type')).toBe('application/yaml');
    const text = await response.text();
    expect(text).toContain('"on": "yes"');
    expect(parseYaml(text, { version: '1.1' })).toEqual(subject.nodes.objects.get('/registry/minions//n')?.parse());
  });

  test('the export parameter is refused, unless it says no', async () => {
    subject.nodes.put('', 'n');
    expect((await at('/api/v1/nodes/n?export=1')).status).toBe(400);
    expect((await at('/api/v1/nodes/n?export=false')).status).toBe(200);
  });

  test('a subresource that is the object itself', async () => {
    subject.nodes.put('', 'n');
    expect((await at('/api/v1/nodes/n/status')).status).toBe(200);
    expect((await at('/api/v1/nodes/n/scale')).status).toBe(404);
  });
});

describe('LIST', () => {
  test('is the items’ bytes without kind and apiVersion, one after the other', async () => {
    subject.configmaps.put('x', 'a', { data: { k: 'v' } });
    subject.configmaps.put('y', 'b');
    const response = await at('/api/v1/configmaps');
    expect(await response.text()).toBe(
      '{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"3"},"items":[' +
        '{"metadata":{"resourceVersion":"2","name":"a","namespace":"x","uid":"uid-a"},"data":{"k":"v"}},' +
        '{"metadata":{"resourceVersion":"3","name":"b","namespace":"y","uid":"uid-b"}}]}\n',
    );
    expect((await json('/api/v1/namespaces/y/configmaps')).items).toHaveLength(1);
  });

  test('an empty list has items, in every format', async () => {
    expect(await (await at('/api/v1/configmaps')).text()).toContain('"items":[]}\n');
    expect(await (await at('/api/v1/configmaps?pretty=1')).json()).toMatchObject({ items: [] });
    const yaml = await (await at('/api/v1/configmaps', { accept: 'application/yaml' })).text();
    expect(parseYaml(yaml)).toMatchObject({ kind: 'ConfigMapList', items: [] });
  });

  test('a page says how to go on', async () => {
    subject.configmaps.page = { continue: 'to"ken', remainingItemCount: 7 };
    expect((await json('/api/v1/configmaps?limit=1')).metadata).toEqual({
      resourceVersion: '1',
      continue: 'to"ken',
      remainingItemCount: 7,
    });
    expect(subject.configmaps.lists[0]?.limit).toBe(1);
  });

  test('all formats say the same', async () => {
    for (const name of ['a', 'b', 'c'])
      subject.configmaps.put('default', name, { data: { text: 'line\nline', n: name } });
    const path = '/api/v1/configmaps';
    const plain = await json(path);
    expect(await json(`${path}?pretty=true`)).toEqual(plain);
    expect(parseYaml(await (await at(path, { accept: 'application/yaml' })).text())).toEqual(plain);
    expect(await (await at(`${path}?pretty=true`)).text()).toBe(JSON.stringify(plain, undefined, 2));
  });

  test('H16: as a Table, with metadata by default and all or nothing when asked', async () => {
    const { configmaps } = subject;
    configmaps.page = { continue: 'next', remainingItemCount: 1 };
    const object = configmaps.put('default', 'a', { data: { k: 'v' } });
    const path = '/api/v1/configmaps';
    const metadata = {
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1',
      metadata: object.parse()['metadata'],
    };
    const answer = await json(path, { accept: table() });
    expect(answer).toEqual({
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion: '2', continue: 'next', remainingItemCount: 1 },
      columnDefinitions: [
        { name: 'Name', type: 'string', format: 'name', description: 'The name.', priority: 0 },
        { name: 'Data', type: 'string', format: '', description: 'How much.', priority: 0 },
      ],
      rows: [{ cells: ['a', true], object: metadata }],
    });
    const rowOf = async (include: string) =>
      (await json(`${path}?includeObject=${include}`, { accept: table() })).rows[0]?.object;
    expect(await rowOf('Metadata')).toEqual(metadata);
    expect(await rowOf('Object')).toEqual(object.parse());
    expect(await rowOf('None')).toBeNull();
    expect((await json(path, { accept: table('v1beta1') })).rows[0]?.object?.apiVersion).toBe('meta.k8s.io/v1beta1');
    const bad = await at(`${path}?includeObject=Some`, { accept: table() });
    expect(bad.status).toBe(400);
    expect((await answerOf(bad)).message).toBe(
      'Unable to convert to Table as requested: includeObject: Invalid value: "Some": ' +
        "must be 'Metadata', 'Object', 'None', or empty",
    );
    const one = await json('/api/v1/namespaces/default/configmaps/a', { accept: table() });
    expect(one).toMatchObject({ kind: 'Table', metadata: { resourceVersion: '2' }, rows: [{ cells: ['a', true] }] });
    const yaml = await at(path, { accept: 'application/yaml;as=Table;v=v1;g=meta.k8s.io' });
    expect(parseYaml(await yaml.text())).toEqual(answer);
  });

  test('H14: as PartialObjectMetadataList', async () => {
    const object = subject.configmaps.put('default', 'a', { metadata: { annotations: { 'x{"}': '\\"}{' } }, data: {} });
    const path = '/api/v1/configmaps';
    const as = (kind: string) => ({ accept: `application/json;as=${kind};v=v1;g=meta.k8s.io` });
    expect(await json(path, as('PartialObjectMetadataList'))).toEqual({
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion: '2' },
      items: [{ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.parse()['metadata'] }],
    });
    expect((await at(path, as('PartialObjectMetadata'))).status).toBe(406);
    const one = '/api/v1/namespaces/default/configmaps/a';
    expect((await json(one, as('PartialObjectMetadata'))).metadata).toEqual(object.parse()['metadata']);
    expect((await at(one, as('PartialObjectMetadataList'))).status).toBe(406);
  });

  test('alternatives are tried in order; what none can do is 406 with what could be', async () => {
    const path = '/api/v1/configmaps';
    const kubectl = `${table()},${table('v1beta1')},application/json`;
    expect((await json(path, { accept: kubectl })).kind).toBe('Table');
    expect((await json(path, { accept: `${table('v9')},application/json` })).kind).toBe('ConfigMapList');
    expect((await json(path, { accept: 'application/vnd.kubernetes.protobuf;q=0.1, */*' })).kind).toBe('ConfigMapList');
    const refused = await at(path, { accept: table().replace('json', 'vnd.kubernetes.protobuf') });
    expect(refused.status).toBe(406);
    expect((await answerOf(refused)).message).toBe(
      'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    );
  });
});

describe('the options of LIST and WATCH', () => {
  const invalid = async (query: string) => {
    const response = await at(`/api/v1/configmaps?${query}`);
    expect(response.status).toBe(422);
    const { message, details } = await answerOf(response);
    expect(details).toMatchObject({ group: 'meta.k8s.io', kind: 'ListOptions' });
    expect(message).toMatch(/^ListOptions\.meta\.k8s\.io "" is invalid: /);
    return details.causes.map((cause) => cause.message);
  };
  const start = 'watch=1&resourceVersion=5';

  test.each([
    ['resourceVersionMatch=Exact', ['resourceVersionMatch is forbidden unless resourceVersion is provided']],
    [
      'resourceVersionMatch=Exact&resourceVersion=1&continue=x',
      ['resourceVersionMatch is forbidden when continue is provided'],
    ],
    ['resourceVersionMatch=No&resourceVersion=1', ['supported values: "Exact", "NotOlderThan", ""']],
    [
      'resourceVersionMatch=Exact&resourceVersion=0',
      ['resourceVersionMatch "exact" is forbidden for resourceVersion "0"'],
    ],
    ['sendInitialEvents=false', ['sendInitialEvents is forbidden for list']],
    [`${start}&sendInitialEvents=1`, ['sendInitialEvents requires setting resourceVersionMatch to NotOlderThan']],
    [
      `${start}&resourceVersionMatch=NotOlderThan`,
      ['resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'],
    ],
    [
      'watch=1&sendInitialEvents=1&resourceVersionMatch=NotOlderThan&continue=x',
      ['resourceVersionMatch is forbidden when continue is provided'],
    ],
  ])('%s is 422', async (query, texts) => {
    const causes = await invalid(query);
    expect(causes).toHaveLength(texts.length);
    for (const [index, text] of texts.entries()) expect(causes[index]).toContain(text);
  });

  test.each([
    ['limit=x', 'strconv.ParseInt: parsing "x": invalid syntax'],
    ['timeoutSeconds=99999999999999999999', 'strconv.ParseInt: parsing "99999999999999999999": value out of range'],
    ['labelSelector=a%3D%3D%3Db', 'unable to parse requirement'],
    ['fieldSelector=spec.x%3D1', '"spec.x" is not a known field selector: only "metadata.name", "metadata.namespace"'],
  ])('%s is 400', async (query, text) => {
    const response = await at(`/api/v1/configmaps?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ reason: 'BadRequest', message: expect.stringContaining(text) });
  });

  test('flags are true unless they say 0 or false; selectors reach the storage', async () => {
    subject.configmaps.put('default', 'a', { metadata: { labels: { app: 'x' } } });
    subject.configmaps.put('default', 'b', { metadata: { labels: { app: 'y' } } });
    expect((await json('/api/v1/configmaps?watch=false&labelSelector=app%3Dx')).items).toHaveLength(1);
    expect((await json('/api/v1/configmaps?watch=0&fieldSelector=metadata.name%3Db')).items).toHaveLength(1);
  });

  test('406 is said before 400, and 400 before 422', async () => {
    expect((await at('/api/v1/configmaps?limit=x', { accept: 'text/html' })).status).toBe(406);
    expect((await at('/api/v1/configmaps?limit=x&sendInitialEvents=1')).status).toBe(400);
  });
});
