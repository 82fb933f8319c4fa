import { beforeEach, describe, expect, test } from 'vitest';
import { testApp } from '../../../test/support/test-app.ts';

let subject: ReturnType<typeof testApp>;

beforeEach(() => {
  subject = testApp();
});

const collection = '/api/v1/namespaces/default/configmaps';

function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return subject.app.request(path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: text }),
  });
}

/** What the tests look at in answers of any kind. */
interface Answer {
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly message: string;
  readonly reason: string;
  readonly code: number;
}
const answerOf = (response: Response) => response.json() as Promise<Answer>;

async function refusal(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await send(method, path, body, headers);
  const { message, reason, code } = await answerOf(response);
  expect(code).toBe(response.status);
  return { code, reason, message };
}

const configMap = (name: string, more: object = {}) => ({ metadata: { name }, ...more });

describe('CREATE', () => {
  test('answers 201 with the object; kind, apiVersion and namespace are the path’s when left out', async () => {
    const response = await send('POST', collection, configMap('a', { data: { k: 'v' } }));
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { name: 'a', namespace: 'default' },
      data: { k: 'v' },
    });
  });

  test('an empty or missing Content-Type is JSON; a charset is not looked at', async () => {
    expect((await send('POST', collection, configMap('a'), { 'content-type': '' })).status).toBe(201);
    const charset = { 'content-type': 'application/json; charset=utf-8' };
    expect((await send('POST', collection, configMap('b'), charset)).status).toBe(201);
  });

  test('YAML is read as 1.1: yes is true, 0644 is octal', async () => {
    const yaml = 'metadata: {name: a}\nimmutable: yes\nmode: 0644\nday: 2020-01-01\nbig: 9007199254740993\n';
    const response = await send('POST', '/apis/example.com/v1/things', yaml, { 'content-type': 'application/yaml' });
    expect(response.status).toBe(201);
    expect(await response.text()).toContain('"immutable":true,"mode":420,"day":"2020-01-01","big":9007199254740993');
  });

  test.each([
    [`a: &a [x,x]\nb: &b [${'*a,'.repeat(50)}]\nc: &c [${'*b,'.repeat(50)}]\nd: [${'*c,'.repeat(50)}]\n`, 'alias'],
    ['a: [unclosed\n', 'yaml'],
    ['- a\n', 'cannot unmarshal array into Go value'],
  ])('YAML that is none, or a bomb, is 400: %j', async (yaml, text) => {
    const { code, message } = await refusal('POST', collection, yaml, { 'content-type': 'application/yaml' });
    expect(code).toBe(400);
    expect(message).toContain(text);
  });

  test.each(['text/plain', 'application/xml', 'application/cbor'])('%s is 415', async (type) => {
    expect(await refusal('POST', collection, 'x', { 'content-type': type })).toEqual({
      code: 415,
      reason: 'UnsupportedMediaType',
      message:
        'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    });
  });

  test('a protobuf body that is none is 400', async () => {
    const { code, message } = await refusal('POST', collection, '{}', {
      'content-type': 'application/vnd.kubernetes.protobuf',
    });
    expect(code).toBe(400);
    expect(message).toContain('does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  });

  test('bodies beyond the bounds are 413', async () => {
    const big = `{"metadata":{"name":"a"},"data":{"k":"${'x'.repeat(3 * 1024 * 1024)}"}}`;
    expect(await refusal('POST', collection, big)).toEqual({
      code: 413,
      reason: 'RequestEntityTooLarge',
      message: 'Request entity too large: limit is 3145728',
    });
    const yaml = `metadata: {name: a}\ndata: {k: "${'x'.repeat(600 * 1024)}"}\n`;
    const { code } = await refusal('POST', collection, yaml, { 'content-type': 'application/yaml' });
    expect(code).toBe(413);
  });

  test.each(['{"apiVersion":1,"kind":"ConfigMap"}', '{"kind":["ConfigMap"]}', '{"kind":{}}', '{"apiVersion":false}'])(
    'a kind or version that is no text is 400: %s',
    async (body) => {
      const { code, reason, message } = await refusal('POST', collection, body);
      expect([code, reason]).toEqual([400, 'BadRequest']);
      expect(message).toMatch(/^the object provided is unrecognized \(must be of type ConfigMap\): couldn't get/);
    },
  );

  test('what is not the path’s kind is 400', async () => {
    const other = await refusal('POST', collection, { kind: 'Secret', apiVersion: 'v1', metadata: { name: 'a' } });
    expect(other.code).toBe(400);
    expect(other.message).toMatch(/^Secret in version "v1" cannot be handled as a ConfigMap: /);
    const version = await refusal('POST', collection, { kind: 'ConfigMap', apiVersion: 'v2', metadata: { name: 'a' } });
    expect(version.message).toBe(
      'ConfigMap in version "v2" cannot be handled as a ConfigMap: no kind "ConfigMap" is registered for version "v2" in scheme "pkg/runtime/scheme.go:111"',
    );
    const broken = await refusal('POST', collection, '{"metadata":');
    expect(broken.message).toBe(
      "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: " +
        'unexpected end of JSON input ({"metadata":)',
    );
  });

  test('another namespace than the path’s is 400; a cluster-scoped object loses its own', async () => {
    const object = { metadata: { name: 'a', namespace: 'other' } };
    expect(await refusal('POST', collection, object)).toEqual({
      code: 400,
      reason: 'BadRequest',
      message: 'the namespace of the provided object does not match the namespace sent on the request',
    });
    const node = await send('POST', '/api/v1/nodes', object);
    expect((await answerOf(node)).metadata).not.toHaveProperty('namespace');
  });

  test('fields given twice: warned of by default, refused when strict, ignored when told so', async () => {
    const twice = (name: string) => `{"metadata":{"name":"${name}"},"data":{"k":"1","k":"2"}}`;
    const warned = await send('POST', collection, twice('a'));
    expect(warned.status).toBe(201);
    expect(warned.headers.get('warning')).toBe('299 - "duplicate field \\"data.k\\""');
    const ignored = await send('POST', `${collection}?fieldValidation=Ignore`, twice('b'));
    expect(ignored.headers.get('warning')).toBeNull();
    const strict = await refusal('POST', `${collection}?fieldValidation=Strict`, twice('c'));
    expect(strict).toEqual({
      code: 400,
      reason: 'BadRequest',
      message:
        'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: duplicate field "data.k"',
    });
    const unknown = await refusal('POST', `${collection}?fieldValidation=Maybe`, twice('d'));
    expect(unknown.code).toBe(422);
  });

  test('fields that the type does not have: dropped with a warning, or refused when strict', async () => {
    const object = configMap('a', { data: { k: 'v' }, datta: { k: 'v' }, metadata: { name: 'a', lables: {} } });
    const warned = await send('POST', collection, object);
    expect(warned.headers.get('warning')).toBe(
      '299 - "unknown field \\"metadata.lables\\"", 299 - "unknown field \\"datta\\""',
    );
    expect(await warned.json()).not.toHaveProperty('datta');
    const strict = await refusal('POST', `${collection}?fieldValidation=Strict`, object);
    expect(strict.message).toBe(
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: ' +
        'unknown field "metadata.lables", unknown field "datta"',
    );
    const ignored = await send('PUT', `${collection}/a?fieldValidation=Ignore`, object);
    expect(ignored.headers.get('warning')).toBeNull();
  });

  test('a value of a wrong type is 400, and says which', async () => {
    const { code, message } = await refusal('POST', collection, configMap('a', { data: { k: 1 } }));
    expect(code).toBe(400);
    expect(message).toMatch(
      /^ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number /,
    );
  });

  test('a warning never breaks the header it is sent in', async () => {
    const object = '{"metadata":{"name":"a"},"data":{"k\\r\\nX: 1 \\"ü\\"":"1","k\\r\\nX: 1 \\"ü\\"":"2"}}';
    const warning = (await send('POST', collection, object)).headers.get('warning') ?? '';
    expect(Buffer.from(warning, 'latin1').toString()).toContain('ü');
    expect(warning).not.toMatch(/[\r\n]/);
  });

  test('dryRun is All or 422; managers are short and printable', async () => {
    await send('POST', `${collection}?dryRun=All`, configMap('a'));
    expect(subject.configmaps.writes[0]?.dryRun).toBe(true);
    const bad = await refusal('POST', `${collection}?dryRun=Some`, configMap('b'));
    expect(bad.code).toBe(422);
    expect(bad.message).toContain('CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]');
    const manager = await refusal('POST', `${collection}?fieldManager=${'x'.repeat(129)}`, configMap('c'));
    expect(manager.message).toContain('fieldManager: Too long');
  });
});

describe('UPDATE', () => {
  test('answers 200, or 201 for what it created', async () => {
    subject.configmaps.put('default', 'a');
    const response = await send('PUT', `${collection}/a`, configMap('a', { data: { k: 'v' } }));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ data: { k: 'v' } });
  });

  test('the name must be the path’s', async () => {
    expect((await refusal('PUT', `${collection}/a`, configMap('b'))).message).toBe(
      'the name of the object (b) does not match the name on the URL (a)',
    );
    expect((await refusal('PUT', `${collection}/a`, { metadata: {} })).message).toBe(
      'the name of the object (a based on URL) was undeterminable: name must be provided',
    );
  });

  test('a subresource is updated where the resource has it', async () => {
    subject.nodes.put('', 'n');
    expect((await send('PUT', '/api/v1/nodes/n/status', configMap('n'))).status).toBe(200);
    expect((await refusal('PUT', '/api/v1/nodes/n/other', configMap('n'))).code).toBe(404);
  });
});

describe('DELETE', () => {
  const unsafe = 'ignoreStoreReadErrorWithClusterBreakingPotential';

  test('of what cannot be read: the query may ask for it, a collection never', async () => {
    expect(await refusal('DELETE', `${collection}/a?${unsafe}=true`)).toMatchObject({ code: 409 });
    subject.configmaps.put('default', 'a');
    expect((await send('DELETE', `${collection}/a?${unsafe}=false`)).status).toBe(200);
    expect(await refusal('DELETE', collection, { [unsafe]: true })).toMatchObject({
      code: 422,
      message:
        `DeleteOptions.meta.k8s.io "" is invalid: ${unsafe}: Invalid value: true: is not allowed with ` +
        'DELETECOLLECTION, try again after removing the option',
    });
    subject.configmaps.deleteUnreadable = () => Promise.resolve();
    const answer = await send('DELETE', `${collection}/b`, { [unsafe]: true });
    expect(await answer.json()).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'b', kind: 'ConfigMap' },
      code: 200,
    });
  });

  test('answers with a Status that names what is gone', async () => {
    subject.configmaps.put('default', 'a');
    const response = await send('DELETE', `${collection}/a`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'a', kind: 'configmaps', uid: 'uid-a' },
    });
  });

  test('answers with the object when it waits, or when its resource always does', async () => {
    const waiting = { metadata: { finalizers: ['x/y'] } };
    subject.configmaps.put('default', 'a', waiting);
    const response = await send('DELETE', `${collection}/a`);
    expect([response.status, (await answerOf(response)).kind]).toEqual([200, 'ConfigMap']);
    const orphan = await send('DELETE', `${collection}/a?orphanDependents=false`);
    expect(orphan.status).toBe(202);
    subject.namespaces.put('', 'n');
    expect((await answerOf(await send('DELETE', '/api/v1/namespaces/n'))).kind).toBe('Namespace');
  });

  test('options come from the body, or from the query when there is none', async () => {
    for (const name of ['a', 'b']) subject.configmaps.put('default', name);
    const body = {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      gracePeriodSeconds: 0,
      preconditions: { uid: 'u', resourceVersion: '5' },
      propagationPolicy: 'Orphan',
      dryRun: ['All'],
    };
    await send('DELETE', `${collection}/a?gracePeriodSeconds=9`, body);
    await send('DELETE', `${collection}/b?gracePeriodSeconds=9&propagationPolicy=Foreground`);
    const [first, second] = subject.configmaps.deletions;
    expect(first).toMatchObject({
      gracePeriodSeconds: 0,
      preconditions: { uid: 'u', resourceVersion: '5' },
      propagationPolicy: 'Orphan',
      dryRun: true,
    });
    expect(second).toMatchObject({ gracePeriodSeconds: 9, propagationPolicy: 'Foreground', dryRun: false });
  });

  test.each([
    [
      { propagationPolicy: 'Maybe' },
      422,
      'Unsupported value: "Maybe": supported values: "Foreground", "Background", "Orphan", "nil"',
    ],
    [{ propagationPolicy: 'Orphan', orphanDependents: true }, 422, 'cannot be both set'],
    [{ [unsafe]: true, gracePeriodSeconds: 0 }, 422, 'true: cannot be set together with .gracePeriodSeconds'],
    [{ [unsafe]: true, preconditions: {} }, 422, 'true: cannot be set together with .preconditions'],
    [{ [unsafe]: true, propagationPolicy: 'Orphan' }, 422, 'true: cannot be set together with .propagationPolicy'],
    [{ [unsafe]: true, orphanDependents: false }, 422, 'true: cannot be set together with .orphanDependents'],
    [{ [unsafe]: 'yes' }, 400, 'of type bool'],
    [{ [unsafe]: true }, 409, 'the object is decodable'],
    [{ dryRun: ['No'] }, 422, 'dryRun: Unsupported value'],
    [{ gracePeriodSeconds: 'x' }, 400, 'gracePeriodSeconds'],
    [{ kind: 'Pod' }, 400, 'no kind "Pod" is registered for version "meta.k8s.io/v1"'],
    ['[]', 400, "couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type"],
    ['{', 400, 'unexpected end of JSON input'],
  ])('%j is refused', async (body, code, text) => {
    const answer = await refusal('DELETE', `${collection}/a`, body);
    expect(answer.code).toBe(code);
    expect(answer.message).toContain(text);
    expect(subject.configmaps.deletions).toEqual([]);
  });

  test('a collection answers with the list of what went, and honours selectors', async () => {
    subject.configmaps.put('default', 'a', { metadata: { labels: { app: 'x' } } });
    subject.configmaps.put('default', 'b');
    const response = await send('DELETE', `${collection}?labelSelector=app%3Dx`);
    expect(await response.json()).toMatchObject({ kind: 'ConfigMapList', items: [{ metadata: { name: 'a' } }] });
    expect(subject.configmaps.objects.size).toBe(1);
  });
});
