import { describe, expect, test } from 'vitest';
import { hostileBed } from '../support/hostile-bed.ts';

const bed = hostileBed();
const collection = '/api/v1/namespaces/default/configmaps';
const dry = `${collection}?dryRun=All`;

const configMap = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  ...more,
});

interface Refusal {
  readonly code: number;
  readonly reason?: string;
  readonly message: string;
}

async function refusal(answer: Promise<{ status: number; body: unknown }>): Promise<Refusal> {
  const { status, body } = await answer;
  expect(body).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code: status });
  return body as Refusal;
}

const unrecognized = (why: string) =>
  `the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: ${why}`;
const cannot = (why: string) => `ConfigMap in version "v1" cannot be handled as a ConfigMap: ${why}`;

describe('bodies that are no objects', () => {
  test.each([
    'text/plain',
    'application/xml',
    'nonsense',
    'application/merge-patch+json',
    'multipart/form-data; boundary=x',
  ])('Content-Type %s is 415', async (type) => {
    expect(await refusal(bed.api.post(dry, JSON.stringify(configMap('x')), { 'content-type': type }))).toMatchObject({
      code: 415,
      reason: 'UnsupportedMediaType',
      message:
        'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    });
  });

  test.each(
    [
      ['', unrecognized('unexpected end of JSON input (<empty>)')],
      ['{', unrecognized('unexpected end of JSON input ({)')],
      ['{"a":}', unrecognized('invalid character \'}\' looking for beginning of value ({"a":})')],
      ['crow', unrecognized("invalid character 'c' looking for beginning of value (63726f77)")],
      ['{}{}', unrecognized("invalid character '{' after top-level value ({}{})")],
      ['{"kind":"ConfigMap","data":{"a":NaN}}', unrecognized("invalid character 'N' looking for beginning of value")],
      ['\u0000', unrecognized("invalid character '\\x00' looking for beginning of value (00)")],
      ['\ufeff{}', unrecognized("invalid character 'ï' looking for beginning of value (efbbbf7b7d)")],
      ['['.repeat(1_000_000), unrecognized("invalid character '[' exceeded max depth")],
      [`{"data":${'{"a":'.repeat(300_000)}`, unrecognized("invalid character '{' exceeded max depth")],
      [
        '{"metadata":"x"}',
        cannot('json: cannot unmarshal string into Go struct field ConfigMap.metadata of type v1.ObjectMeta'),
      ],
      [
        '{"metadata":{"name":5}}',
        cannot('json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string'),
      ],
      ['{"data":{"a":{}}}', cannot('json: cannot unmarshal object into Go struct field ConfigMap.data of type string')],
      [
        '{"metadata":{"creationTimestamp":"yesterday"}}',
        cannot('parsing time "yesterday" as "2006-01-02T15:04:05Z07:00"'),
      ],
      ['{"binaryData":{"a":"!"}}', cannot('illegal base64 data at input byte 0')],
    ].map(([body = '', message = '']) => ({ name: JSON.stringify(body.slice(0, 50)), body, message })),
  )('$name is 400', async ({ body, message }) => {
    const answer = await refusal(bed.api.post(dry, body));
    expect([answer.code, answer.reason]).toEqual([400, 'BadRequest']);
    expect(answer.message).toContain(message);
  });

  test('an object that says nothing lacks a name, and says of what kind it would be', async () => {
    expect(await refusal(bed.api.post(dry, '{}'))).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    });
  });

  test('YAML is read as the original reads it: a brace in front is no proof of JSON', async () => {
    const yaml = { 'content-type': 'application/yaml' };
    const flow = '{metadata: {name: flow,}, data: {a: 1:30, b: !!binary aGVsbG8=, c: "0o17",}, kind: ConfigMap}';
    const { status, body } = await bed.api.post(dry, flow, yaml);
    expect([status, body.data]).toEqual([201, { a: '1:30', b: 'hello', c: '0o17' }]);
    const octal = await refusal(bed.api.post(dry, 'metadata: {name: octal}\ndata:\n  a: 0o17\n', yaml));
    expect(octal.message).toContain('cannot unmarshal number into Go struct field ConfigMap.data of type string');
  });

  test('YAML that grows without end, or is none, is 400; what is too much of it is 413', async () => {
    const yaml = { 'content-type': 'application/yaml' };
    const tens = (name: string) => `[${Array.from({ length: 10 }, () => name).join(',')}]`;
    const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} ${tens(i === 0 ? 'x' : `*l${i}`)}`);
    expect(await refusal(bed.api.post(dry, levels.join('\n'), yaml))).toMatchObject({
      code: 400,
      reason: 'BadRequest',
    });
    expect(await refusal(bed.api.post(dry, 'a: [', yaml))).toMatchObject({ code: 400, reason: 'BadRequest' });
    expect(await refusal(bed.api.post(dry, '['.repeat(100_000), yaml))).toMatchObject({ code: 400 });
    expect(await refusal(bed.api.post(dry, '~: a', yaml))).toMatchObject({ code: 400 });
    expect(await refusal(bed.api.post(dry, `a: "${'x'.repeat(600_000)}"`, yaml))).toMatchObject({
      code: 413,
      reason: 'RequestEntityTooLarge',
    });
  });

  test('protobuf that is none is 400', async () => {
    const protobuf = { 'content-type': 'application/vnd.kubernetes.protobuf' };
    for (const body of ['crow', 'k8s\0crow', `k8s\0${'\xff'.repeat(100)}`]) {
      const answer = await refusal(bed.api.post(dry, Buffer.from(body, 'latin1'), protobuf));
      expect([answer.code, answer.reason]).toEqual([400, 'BadRequest']);
    }
  });
});

describe('bodies that are too much', () => {
  test('more than 3 MiB are 413', async () => {
    const body = JSON.stringify(configMap('x', { data: { a: 'x'.repeat(3 * 2 ** 20) } }));
    expect(await refusal(bed.api.post(dry, body))).toMatchObject({
      code: 413,
      reason: 'RequestEntityTooLarge',
      message: 'Request entity too large: limit is 3145728',
    });
  });

  test('a configmap holds a mebibyte, and not a byte more', async () => {
    const data = (bytes: number) => configMap('x', { data: { a: 'x'.repeat(bytes) } });
    expect((await bed.api.post(dry, data(2 ** 20))).status).toBe(201);
    expect(await refusal(bed.api.post(dry, data(2 ** 20 + 1)))).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: 'ConfigMap "x" is invalid: []: Too long: may not be more than 1048576 bytes',
    });
  });

  test('annotations hold 256 KiB', async () => {
    const metadata = { name: 'x', annotations: { a: 'x'.repeat(256 * 1024) } };
    expect((await refusal(bed.api.post(dry, { ...configMap('x'), metadata }))).message).toBe(
      'ConfigMap "x" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes',
    );
  });

  test('keys in their hundreds of thousands are answered, one way or the other', async () => {
    const keys = Array.from({ length: 200_000 }, (_, i) => `"k${i}":""`).join();
    expect((await bed.api.post(dry, `{"metadata":{"name":"x"},"data":{${keys}}}`)).status).toBe(201);
    const labels = Array.from({ length: 50_000 }, (_, i) => `"-${i}":"${'-'.repeat(9)}"`).join();
    expect((await bed.api.post(dry, `{"metadata":{"name":"x","labels":{${labels}}}}`)).status).toBe(422);
  });
});

describe('fields that are unknown or given twice', () => {
  const body =
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","name":"y"},"crow":{"a":1},"data":{"a":"1","a":"2"}}';
  // In the order of the text.
  const problems = ['duplicate field "metadata.name"', 'unknown field "crow"', 'duplicate field "data.a"'];

  test.each(['', '&fieldValidation=Warn'])('are warned of by default: %j', async (query) => {
    const { status, headers, body: created } = await bed.api.post(dry + query, body);
    expect(status).toBe(201);
    expect(headers.get('warning')).toBe(problems.map((text) => `299 - ${JSON.stringify(text)}`).join(', '));
    expect(created).toMatchObject({ metadata: { name: 'y' }, data: { a: '2' } });
    expect(created).not.toHaveProperty('crow');
  });

  test('are refused when strict, not mentioned when ignored, and nothing else may be asked for', async () => {
    expect(await refusal(bed.api.post(`${dry}&fieldValidation=Strict`, body))).toMatchObject({
      code: 400,
      reason: 'BadRequest',
      message: cannot(`strict decoding error: ${problems.join(', ')}`),
    });
    const ignored = await bed.api.post(`${dry}&fieldValidation=Ignore`, body);
    expect([ignored.status, ignored.headers.get('warning')]).toEqual([201, null]);
    expect(await refusal(bed.api.post(`${dry}&fieldValidation=Perhaps`, body))).toMatchObject({
      code: 422,
      message:
        'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Perhaps": supported values: "", "Ignore", "Strict", "Warn"',
    });
  });
});

describe('keys and values that other programs stumble over', () => {
  test('names that JavaScript gives a meaning are keys like any other', async () => {
    const text =
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"keys","labels":{"constructor":"toString","hasOwnProperty":"a"},"annotations":{"constructor":"{}","a/prototype":"b"}},"data":{"__proto__":"x","constructor":"y","toString":"z"}}';
    const created = await bed.api.post(collection, text);
    expect(created.status).toBe(201);
    const { metadata, data } = JSON.parse((await bed.api.get(`${collection}/keys`)).text);
    expect(Object.entries(metadata.labels)).toEqual(Object.entries(JSON.parse(text).metadata.labels));
    expect(Object.entries(metadata.annotations)).toEqual(Object.entries(JSON.parse(text).metadata.annotations));
    expect(Object.entries(data)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['toString', 'z'],
    ]);
    const select = async (selector: string): Promise<string[]> => {
      const { body } = await bed.api.get(`${collection}?labelSelector=${encodeURIComponent(selector)}`);
      return body.items.map((item: { metadata: { name: string } }) => item.metadata.name);
    };
    expect(await select('constructor=toString')).toEqual(['keys']);
    expect(await select('constructor')).toEqual(['keys']);
    expect(await select('toString')).toEqual([]);
    expect(await select('valueOf notin (a),!isPrototypeOf,hasOwnProperty')).toEqual(['keys']);
    const label = await refusal(bed.api.post(dry, '{"metadata":{"name":"x","labels":{"__proto__":"a"}}}'));
    expect(label.message).toContain('metadata.labels: Invalid value: "__proto__": name part must consist of');
    const { status } = await bed.api.post(dry, '{"__proto__":{"kind":"Secret"},"metadata":{"name":"x"}}');
    expect(status).toBe(201);
  });

  test('bytes that are no UTF-8, and half a surrogate pair, become U+FFFD each, as in Go', async () => {
    const parts = ['{"metadata":{"name":"bytes"},"data":{"a":"', [0xff, 0xc0, 0x80, 0x41], '","b":"\\ud800!"}}'];
    const body = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
    expect((await bed.api.post(collection, body)).status).toBe(201);
    const { body: stored } = await bed.api.get(`${collection}/bytes`);
    expect(stored.data).toEqual({ a: '\ufffd\ufffd\ufffdA', b: '\ufffd!' });
  });

  test('what is text stays what it is, to the last code point', async () => {
    const data = { a: '\u0000\u0001\u2028\u2029</script>&\u{1f426}"\\', b: '\u00e9 e\u0301', c: ' \t\r\n ' };
    await bed.api.post(collection, configMap('text', { data }));
    const { text, body } = await bed.api.get(`${collection}/text`);
    expect(body.data).toEqual(data);
    // As Go writes them down: safe inside of HTML, and in JavaScript.
    expect(text).toContain('\\u003c/script\\u003e\\u0026');
    expect(text).toContain('\\u2028\\u2029');
  });
});

describe('objects that are not what their path says', () => {
  test.each([
    [
      'POST',
      collection,
      configMap('x', { kind: 'Secret' }),
      400,
      'Secret in version "v1" cannot be handled as a ConfigMap',
    ],
    [
      'POST',
      collection,
      configMap('x', { apiVersion: 'v2' }),
      400,
      'ConfigMap in version "v2" cannot be handled as a ConfigMap: no kind "ConfigMap" is registered for version "v2" in scheme "pkg/runtime/scheme.go:111"',
    ],
    ['POST', collection, '{"apiVersion":1,"metadata":{"name":"x"}}', 400, unrecognized('')],
    [
      'POST',
      collection,
      configMap('x', { metadata: { name: 'x', namespace: 'other' } }),
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      'POST',
      collection,
      configMap('x', { metadata: { name: 'x', resourceVersion: '1' } }),
      500,
      'resourceVersion should not be set on objects to be created',
    ],
    [
      'PUT',
      `${collection}/other`,
      configMap('x'),
      400,
      'the name of the object (x) does not match the name on the URL (other)',
    ],
    [
      'PUT',
      `${collection}/x`,
      configMap('x', { metadata: { name: 'x', namespace: 'other' } }),
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    ['POST', '/api/v1/namespaces/nowhere/configmaps', configMap('x'), 404, 'namespaces "nowhere" not found'],
    [
      'POST',
      '/api/v1/configmaps',
      configMap('x'),
      405,
      'the server does not allow this method on the requested resource',
    ],
    ['POST', `${collection}/x`, configMap('x'), 405, 'the server does not allow this method on the requested resource'],
    ['PUT', collection, configMap('x'), 405, 'the server does not allow this method on the requested resource'],
    ['PATCH', `${collection}/x`, {}, 415, '415: Unsupported Media Type'],
    ['PATCH', collection, {}, 405, 'the server does not allow this method on the requested resource'],
    ['POST', '/api/v1/namespaces/default/crows', {}, 404, 'the server could not find the requested resource'],
    [
      'DELETE',
      `${collection}/x`,
      '{',
      400,
      "couldn't get version/kind; json parse error: unexpected end of JSON input",
    ],
    ['DELETE', `${collection}/x`, '{"preconditions":[]}', 400, 'json: cannot unmarshal array into Go struct field'],
    ['DELETE', `${collection}/x`, 'null', 404, 'configmaps "x" not found'],
    [
      'DELETE',
      `${collection}/x`,
      { propagationPolicy: 'Never' },
      422,
      'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Never"',
    ],
  ])('%s %s %j is %i', async (method, path, body, code, message) => {
    const answer = await refusal(bed.api.call(path, { method, body, headers: { 'content-type': 'application/json' } }));
    expect(answer.code).toBe(code);
    expect(answer.message).toContain(message);
  });
});
