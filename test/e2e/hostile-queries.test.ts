import { once } from 'node:events';
import { connect } from 'node:http2';
import { beforeAll, describe, expect, test } from 'vitest';
import { hostileBed } from '../support/hostile-bed.ts';
import { RawClient } from '../support/raw-client.ts';

const bed = hostileBed();
const collection = '/api/v1/namespaces/default/configmaps';
const encoded = encodeURIComponent;

beforeAll(async () => {
  expect((await bed.api.post(collection, { metadata: { name: 'keep' } })).status).toBe(201);
});

const segmentRule =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const badVersion = (text: string, why = 'invalid syntax') =>
  `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: ${why}`;
const badInteger = (text: string, why = 'invalid syntax') =>
  `strconv.ParseInt: parsing ${JSON.stringify(text)}: ${why}`;
const listOptions = (why: string) => `ListOptions.meta.k8s.io "" is invalid: ${why}`;

describe('queries that cannot be answered', () => {
  test.each([
    [`labelSelector=${encoded('a===b')}`, 400, "unable to parse requirement: found '=', expected: identifier"],
    [`labelSelector=${encoded('!')}`, 400, "unable to parse requirement: found '', expected: identifier"],
    [`labelSelector=${encoded('a in b')}`, 400, "unable to parse requirement: found 'b' expected: '('"],
    [
      `labelSelector=${encoded('-a-=b')}`,
      400,
      `unable to parse requirement: <nil>: Invalid value: "-a-": ${segmentRule}`,
    ],
    [
      `labelSelector=a%3D${'x'.repeat(64)}`,
      400,
      `unable to parse requirement: values[0][a]: Invalid value: "${'x'.repeat(64)}": must be no more than 63 bytes`,
    ],
    ['fieldSelector=a%3Db', 400, '"a" is not a known field selector: only "metadata.name", "metadata.namespace"'],
    ['fieldSelector=metadata.name', 400, "invalid selector: 'metadata.name'; can't understand 'metadata.name'"],
    [`fieldSelector=${encoded('metadata.name===')}`, 400, 'invalid field selector: unescaped character in value: 61'],
    ['limit=1e99', 400, badInteger('1e99')],
    ['limit=1.5', 400, badInteger('1.5')],
    ['limit=0x10', 400, badInteger('0x10')],
    ['limit=', 400, badInteger('')],
    ['limit=99999999999999999999', 400, badInteger('99999999999999999999', 'value out of range')],
    ['timeoutSeconds=soon', 400, badInteger('soon')],
    ['timeout=soon', 400, 'invalid timeout specified in the request URL - time: invalid duration "soon"'],
    ['continue=a%3Db', 400, 'invalid continue token: continue key is not valid: illegal base64 data at input byte 1'],
    ['continue=abc', 400, "continue key is not valid: invalid character 'i' looking for beginning of value"],
    ['resourceVersion=abc', 400, `invalid resource version: ${badVersion('abc')}`],
    ['resourceVersion=-1', 400, `invalid resource version: ${badVersion('-1')}`],
    ['resourceVersion=1e3', 400, `invalid resource version: ${badVersion('1e3')}`],
    ['resourceVersion=99999999999999999999', 400, badVersion('99999999999999999999', 'value out of range')],
    ['watch=1&resourceVersion=abc', 500, badVersion('abc')],
    [
      'resourceVersionMatch=Exact',
      422,
      listOptions(
        'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
      ),
    ],
    [
      'resourceVersion=1&resourceVersionMatch=Nearly',
      422,
      listOptions('resourceVersionMatch: Unsupported value: "Nearly": supported values: "Exact", "NotOlderThan", ""'),
    ],
    [
      'watch=1&sendInitialEvents=true',
      422,
      listOptions(
        'resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      ),
    ],
  ])('?%s is %i', async (query, code, message) => {
    const { status, body } = await bed.api.get(`${collection}?${query}`);
    const reason = { 400: 'BadRequest', 422: 'Invalid', 500: undefined }[code];
    expect([status, body.kind, body.code, body.reason]).toEqual([code, 'Status', code, reason]);
    expect(body.message).toContain(message);
  });

  test('a revision that is far from now is awaited for a while, then 504', async () => {
    const { status, body } = await bed.api.get(`${collection}?resourceVersion=18446744073709551615`);
    expect([status, body.reason]).toEqual([504, 'Timeout']);
    expect(body.message).toMatch(/^Timeout: Too large resource version: 18446744073709551615, current: \d+$/);
    expect(body.details).toEqual({
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    });
  });
});

describe('queries that are odd', () => {
  // No limit, no other timeout than the server's, not pretty, or nothing at all.
  test.each([
    'limit=-1',
    'limit=9223372036854775807',
    'timeout=-1s',
    'timeout=1000h',
    'pretty=perhaps',
    'crow=1&crow=2&constructor=3&__proto__=4',
    '%zz=1&a=%zz&%00=%00',
    'watch=false',
    'watch=0',
  ])('?%s', async (query) => {
    const { status, body } = await bed.api.get(`${collection}?${query}`);
    expect([status, body.kind]).toEqual([200, 'ConfigMapList']);
  });

  test('a selector that has as many values as fit, and one more than that', async () => {
    const absent = encoded(Array.from({ length: 2_000 }, (_, i) => `!k${i}`).join());
    expect((await bed.api.get(`${collection}?labelSelector=${absent}`)).status).toBe(200);
    const inList = (count: number) => encoded(`a in (${Array.from({ length: count }, (_, i) => `v${i}`).join()})`);
    expect((await bed.api.get(`${collection}?labelSelector=${inList(5_000)}`)).status).toBe(200);
    expect((await bed.api.get(`${collection}?labelSelector=${inList(50_000)}`)).status).toBe(431);
  });

  test('a watch that may last no longer than a moment ends by itself', async () => {
    const { status, text } = await bed.api.get(`${collection}?watch=whatever&timeoutSeconds=1&labelSelector=none`);
    expect([status, text]).toEqual([200, '']);
  });
});

describe('paths that lead nowhere', () => {
  const ask = async (target: string, method = 'GET', more = '', body = '') => {
    const client = await RawClient.connect(bed.plainPort);
    client.send(`${method} ${target} HTTP/1.1\nConnection: close${more}`, body);
    await client.ended();
    client.close();
    const [, status = '', text = ''] = /^HTTP\/1\.1 (\d{3}) [^\r]*\r\n(?:.*\r\n)*?\r\n([^]*)$/.exec(client.heard) ?? [];
    return { status: Number(status), text };
  };
  const statusOf = async (target: string, method = 'GET') => (await ask(target, method)).status;

  test.each([
    ['/api/v1/namespaces/../../../etc/passwd', 404],
    ['/api/v1/namespaces/%2e%2e/configmaps', 500],
    ['/api/v1/namespaces/../configmaps', 500],
    ['/api/v1/namespaces/../configmaps?watch=1', 500],
    ['/api/v1/watch/namespaces/../configmaps', 500],
    ['/api/v1/namespaces/default/configmaps/..%2f..%2fsecrets', 404],
    ['/api/v1/namespaces/default/configmaps/a%252fb', 400],
    ['/api/v1/namespaces/default/configmaps/a%00b', 400],
    ['/api/v1/namespaces/default/configmaps/%ff', 400],
    ['/api/v1/namespaces/default/configmaps/%', 400],
    ['/api/v1/namespaces/default/configmaps/__proto__', 404],
    ['/api/v1/namespaces/default/configmaps/a/constructor', 404],
    ['/api/v1/constructor', 404],
    ['/apis/__proto__/v1/constructor', 404],
    ['/apis/constructor', 404],
    ['/api\\v1\\namespaces', 404],
    ['//api/v1/namespaces', 404],
    ['/api//v1/namespaces', 404],
    ['/api/v1//namespaces', 404],
    ['/healthz/../api/v1/namespaces', 404],
    ['/healthz/', 404],
    ['//healthz', 404],
    ['/metrics/', 404],
    ['/a%0ab', 404],
    ['*', 404],
    ['http://localhost', 404],
    ['http://localhost/api/v1/namespaces/../configmaps', 500],
    ['http://localhost/version', 200],
    ['/%76ersion', 200],
  ] as const)('GET %s', async (target, status) => {
    expect(await statusOf(target)).toBe(status);
  });

  test.each([
    ['configmaps//crow', 404, /could not find/],
    ['configmaps/%2e', 400, /Name parameter invalid: \\"\.\\": may not be '\.'/],
    ['configmaps/.', 400, /may not be '\.'/],
    ['configmaps/%2e%2e', 400, /may not be '\.\.'/],
    ['configmaps/..', 400, /may not be '\.\.'/],
    ['namespaces/default', 404, /could not find/],
    ['../../nodes', 404, /could not find/],
    ['../configmaps/crow', 404, /could not find/],
    ['/configmaps/crow', 404, /could not find/],
  ] as const)('DELETE of %s touches nothing', async (rest, status, why) => {
    const answer = await ask(`/api/v1/namespaces/default/${rest}`, 'DELETE');
    expect(answer).toEqual({ status, text: expect.stringMatching(why) });
    expect((await bed.api.get(`${collection}/keep`)).status).toBe(200);
    expect((await bed.api.get('/api/v1/namespaces/default')).body.status.phase).toBe('Active');
  });

  test.each([
    ['DELETE', '/api/v1/namespaces//configmaps', 400],
    ['DELETE', '/api/v1/namespaces//configmaps/keep', 400],
    ['DELETE', '/api/v1/namespaces/../configmaps', 500],
    ['DELETE', '/api/v1/namespaces/./configmaps/keep', 500],
    ['DELETE', '/api/v1/watch/namespaces/default/configmaps/keep', 405],
    ['DELETE', '/api/v1/namespaces/..', 400],
    ['POST', '/api/v1/namespaces//configmaps', 400],
    ['POST', '/api/v1/namespaces/../configmaps', 500],
    ['POST', '/api/v1/namespaces/default/namespaces', 404],
    ['POST', '/api/v1/watch/namespaces/default/configmaps', 405],
    ['PUT', '/api/v1/namespaces/default/namespaces/default', 404],
    ['PUT', '/api/v1/namespaces//status', 400],
    ['POST', '/version', 405],
    ['OPTIONS', '/version', 405],
  ] as const)('%s %s is refused', async (method, target, status) => {
    const body = '{"metadata":{"name":"crow"}}';
    const head = `\nContent-Type: application/json\nContent-Length: ${body.length}`;
    expect((await ask(target, method, head, body)).status).toBe(status);
    expect((await bed.api.get(`${collection}/keep`)).status).toBe(200);
    expect((await bed.api.get(`${collection}/crow`)).status).toBe(404);
  });

  test('slashes at the end count for nothing', async () => {
    for (const [path, kind] of [
      [`${collection}/`, 'ConfigMapList'],
      [`${collection}/keep//`, 'ConfigMap'],
      ['/api/v1/', 'APIResourceList'],
    ]) {
      expect(JSON.parse((await ask(path ?? '')).text)).toMatchObject({ kind });
    }
  });

  test('OPTIONS * is about the server: 200 with nothing', async () => {
    expect(await ask('*', 'OPTIONS')).toEqual({ status: 200, text: '' });
  });

  test('methods differ by case, over HTTP/2 too', async () => {
    const session = connect(bed.server.url, { rejectUnauthorized: false });
    for (const method of ['delete', 'Delete', 'get', 'constructor']) {
      const stream = session.request({ ':method': method, ':path': `${collection}/keep` });
      const [headers] = (await once(stream, 'response')) as [{ readonly ':status': number }];
      expect([method, headers[':status']]).toEqual([method, 405]);
      stream.resume();
    }
    session.close();
    expect((await bed.api.get(`${collection}/keep`)).status).toBe(200);
  });

  test('long ones', async () => {
    expect(await statusOf(`${collection}/${'a'.repeat(50_000)}`)).toBe(404);
    expect(await statusOf(`/api/v1/${'a/'.repeat(20_000)}`)).toBe(404);
    expect(await statusOf(`/${'?'.repeat(10_000)}`)).toBe(200);
    expect(await statusOf(`${collection}/${'a'.repeat(70_000)}`)).toBe(431);
  });

  test.each([
    ['HEAD', 405],
    ['OPTIONS', 405],
    ['TRACE', 405],
    ['PROPFIND', 405],
    ['PATCH', 415],
    ['CONNECT', 404],
    ['CROW', 400],
    ['get', 400],
  ])('%s of an object', async (method, status) => {
    expect(await statusOf(method === 'CONNECT' ? 'localhost:80' : `${collection}/crow`, method)).toBe(status);
  });
});
