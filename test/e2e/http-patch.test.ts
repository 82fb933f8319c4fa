import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEtcd, type TestEtcd } from '../support/etcd.ts';
import { done, type Query, queryText } from '../support/http-objects.ts';
import { WholeServer } from '../support/whole-server.ts';

/* PATCH of objects and of their status by HTTP, as a kube-apiserver 1.37 answers it. */

let etcd: TestEtcd;
beforeAll(async () => {
  etcd = await startEtcd();
});
afterAll(() => etcd.stop());

const types = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};
type PatchType = keyof typeof types;

describe.each(['embedded', 'etcd'])('PATCH over HTTP, on %s', (backend) => {
  let server: WholeServer;
  let objects = 0;
  const collection = '/api/v1/namespaces/patches/configmaps';

  beforeAll(async () => {
    server = await WholeServer.open({ etcd: backend === 'etcd' ? etcd.endpoint : undefined });
    done(await server.api.post('/api/v1/namespaces', { metadata: { name: 'patches' } }));
  });
  afterAll(() => server.close());

  /** A new object, and where it is. */
  async function fresh(more: object = {}): Promise<{ readonly path: string; readonly object: Answered }> {
    const name = `object-${++objects}`;
    const object = done(await server.api.post(collection, { metadata: { name }, data: { a: '1' }, ...more }));
    return { path: `${collection}/${name}`, object };
  }
  type Answered = { metadata: { name: string; uid: string; resourceVersion: string }; data: Record<string, string> };

  const send = (path: string, type: string, body: unknown, query: Query = {}) =>
    server.api.call(path + queryText(query), { method: 'PATCH', body, headers: { 'content-type': type } });
  const patch = (path: string, type: PatchType, body: unknown, query: Query = {}) =>
    send(path, types[type], body, query);
  const refusal = async (path: string, type: PatchType, body: unknown, query: Query = {}) => {
    const { status, body: answer } = await patch(path, type, body, query);
    expect(answer).toMatchObject({ kind: 'Status', code: status });
    return { code: status, message: answer.message as string };
  };
  /** One change in each type. */
  const changes: [PatchType, unknown][] = [
    ['json', [{ op: 'add', path: '/data/b', value: '2' }]],
    ['merge', { data: { b: '2' } }],
    ['strategic', { data: { b: '2' } }],
  ];
  const nothing: [PatchType, unknown][] = [
    ['json', [{ op: 'test', path: '/data/a', value: '1' }]],
    ['merge', { data: { a: '1' }, metadata: { labels: {} } }],
    ['strategic', { data: { a: '1', $retainKeys: ['a'] }, metadata: { labels: { $patch: 'delete' } } }],
    ['strategic', null],
  ];

  test.each(changes)('a %s patch changes the object, and answers with it', async (type, change) => {
    const { path, object } = await fresh();
    const answer = done(await patch(path, type, change));
    expect(answer.data).toEqual({ a: '1', b: '2' });
    expect(Number(answer.metadata.resourceVersion)).toBeGreaterThan(Number(object.metadata.resourceVersion));
    expect(done(await server.api.get(path))).toEqual(answer);
  });

  test.each(nothing)('a %s patch that changes nothing writes nothing', async (type, change) => {
    const { path, object } = await fresh();
    expect(done(await patch(path, type, change))).toEqual(object);
    expect(done(await server.api.get(path))).toEqual(object);
  });

  test.each(changes)('a dry run of a %s patch answers as if, and writes nothing', async (type, change) => {
    const { path, object } = await fresh();
    expect(done(await patch(path, type, change, { dryRun: 'All' })).data).toEqual({ a: '1', b: '2' });
    expect(done(await server.api.get(path))).toEqual(object);
  });

  test.each(changes)('of many %s patches of one object at once, none is lost', async (type) => {
    const { path } = await fresh();
    const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
    await Promise.all(
      keys.map(async (key) =>
        done(
          await patch(
            path,
            type,
            type === 'json' ? [{ op: 'add', path: `/data/${key}`, value: key }] : { data: { [key]: key } },
          ),
        ),
      ),
    );
    expect(Object.keys(done(await server.api.get(path)).data).sort()).toEqual(['a', ...keys].sort());
  });

  test('a patch that names a resourceVersion is for that one only', async () => {
    const { path, object } = await fresh();
    const { resourceVersion } = object.metadata;
    const change = { metadata: { resourceVersion }, data: { b: '2' } };
    done(await patch(path, 'merge', change));
    expect(await refusal(path, 'merge', change)).toEqual({
      code: 409,
      message: `Operation cannot be fulfilled on configmaps "${object.metadata.name}": the object has been modified; please apply your changes to the latest version and try again`,
    });
  });

  test.each(changes)('a %s patch of what is not there is 404, whatever else is wrong with it', async (type, change) => {
    const message = 'configmaps "nobody" not found';
    expect(await refusal(`${collection}/nobody`, type, change)).toEqual({ code: 404, message });
    expect(await refusal(`${collection}/nobody`, type, '"x"')).toEqual({ code: 404, message });
  });

  describe('what nobody may change', () => {
    const set = (path: string, value: unknown): [PatchType, unknown][] => {
      const merge = path
        .split('/')
        .slice(1)
        .reduceRight((inner, key) => ({ [key]: inner }), value);
      return [
        ['json', [{ op: 'add', path, value }]],
        ['merge', merge],
        ['strategic', merge],
      ];
    };

    test.each([
      [
        '/metadata/name',
        'other',
        400,
        (name: string) => `the name of the object (other) does not match the name on the URL (${name})`,
      ],
      [
        '/metadata/name',
        '',
        400,
        (name: string) => `the name of the object (${name} based on URL) was undeterminable: name must be provided`,
      ],
      [
        '/metadata/namespace',
        'other',
        400,
        () => 'the namespace of the provided object does not match the namespace sent on the request',
      ],
      [
        '/metadata/uid',
        'other',
        422,
        (name: string) => `ConfigMap "${name}" is invalid: metadata.uid: Invalid value: "other": field is immutable`,
      ],
    ])('%s to %j is %i', async (field, value, code, message) => {
      const { path, object } = await fresh();
      for (const [type, body] of set(field, value)) {
        expect(await refusal(path, type, body)).toEqual({ code, message: message(object.metadata.name) });
      }
    });

    test('creationTimestamp, generation and an empty uid are as they were', async () => {
      const { path, object } = await fresh();
      for (const [field, value] of [
        ['/metadata/creationTimestamp', '2001-01-01T00:00:00Z'],
        ['/metadata/creationTimestamp', null],
        ['/metadata/generation', 7],
        ['/metadata/uid', ''],
        ['/metadata/namespace', ''],
      ] as const) {
        for (const [type, body] of set(field, value)) expect(done(await patch(path, type, body))).toEqual(object);
      }
    });

    test('kind and version', async () => {
      const { path } = await fresh();
      for (const [field, value, why] of [
        ['/kind', 'Pod', 'converting (v1.Pod) to (core.ConfigMap): unknown conversion'],
        [
          '/apiVersion',
          'v2',
          'no kind "ConfigMap" is registered for version "v2" in scheme "pkg/runtime/scheme.go:111"',
        ],
        [
          '/kind',
          1,
          "couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind of type string",
        ],
      ] as const) {
        for (const [type, body] of set(field, value)) {
          if (type === 'strategic') continue;
          const { code, message } = await refusal(path, type, body);
          expect(code).toBe(422);
          expect(message).toMatch(/^ "" is invalid: patch: Invalid value: "\{\\"apiVersion\\"/);
          expect(message.endsWith(`": ${why}`)).toBe(true);
        }
      }
    });
  });

  describe('a strategic merge patch', () => {
    const deployments = '/apis/apps/v1/namespaces/patches/deployments';
    /** A new deployment of the containers a and b. */
    async function deployment(): Promise<string> {
      const name = `object-${++objects}`;
      const labels = { app: name };
      const containers = [
        { name: 'a', image: 'one', env: [{ name: 'A', value: '1' }] },
        { name: 'b', image: 'one' },
      ];
      const template = { metadata: { labels }, spec: { containers, volumes: [{ name: 'v', emptyDir: {} }] } };
      const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } };
      const spec = { selector: { matchLabels: labels }, template, strategy };
      done(await server.api.post(deployments, { metadata: { name }, spec }));
      return `${deployments}/${name}`;
    }
    const ofPods = (spec: object) => ({ spec: { template: { spec } } });

    test('merges lists by the rules of the type', async () => {
      const path = await deployment();
      const change = ofPods({
        '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }, { name: 'c' }],
        containers: [
          { name: 'a', env: [{ name: 'B', value: '2' }] },
          { name: 'c', image: 'new' },
        ],
        volumes: [{ name: 'v', $retainKeys: ['name', 'hostPath'], hostPath: { path: '/x' } }],
      });
      const { containers, volumes } = done(await patch(path, 'strategic', change)).spec.template.spec;
      expect(containers).toMatchObject([
        { name: 'b', image: 'one' },
        {
          name: 'a',
          image: 'one',
          env: [
            { name: 'B', value: '2' },
            { name: 'A', value: '1' },
          ],
        },
        { name: 'c', image: 'new' },
      ]);
      expect(volumes).toHaveLength(1);
      expect(volumes[0]).toMatchObject({ name: 'v', hostPath: { path: '/x' } });
      expect(volumes[0]).not.toHaveProperty('emptyDir');
    });

    test('takes no notice of kind and version', async () => {
      const { path, object } = await fresh();
      expect(done(await patch(path, 'strategic', { kind: 'Pod', apiVersion: 'v9' }))).toEqual(object);
    });

    test.each([
      [ofPods({ containers: [{ image: 'x' }] }), 400, 'map: map[image:x] does not contain declared merge key: name'],
      [{ spec: { strategy: { $retainKeys: ['type'], rollingUpdate: {} } } }, 400, 'invalid patch format of retainKeys'],
      [
        { spec: { replicas: 'x' } },
        422,
        ' "" is invalid: patch: Invalid value: "map[spec:map[replicas:x]]": unrecognized type: int32',
      ],
      [
        { metadata: { labels: { a: 1 } } },
        422,
        ' "" is invalid: patch: Invalid value: "map[metadata:map[labels:map[a:1]]]": cannot convert int64 to string',
      ],
      [{ spec: [] }, 422, ' "" is invalid: patch: Invalid value: "map[spec:[]]": cannot restore struct from: slice'],
      [[], 400, 'json: cannot unmarshal array into Go value of type map[string]interface {}'],
    ])('of %j is %i', async (body, code, message) => {
      expect(await refusal(await deployment(), 'strategic', body)).toEqual({ code, message });
    });
  });

  describe('what is no patch', () => {
    test.each<[PatchType, string, Query, number, string]>([
      ['json', '', {}, 400, 'invalid JSON patch'],
      ['merge', '{"a"', {}, 400, 'invalid JSON patch'],
      ['merge', '{}{}', {}, 400, 'invalid JSON patch'],
      [
        'json',
        '{}',
        {},
        400,
        'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
      ],
      [
        'json',
        '{}',
        { fieldValidation: 'Ignore' },
        400,
        'json: cannot unmarshal object into Go value of type jsonpatch.Patch',
      ],
      ['json', '[{}]', {}, 422, 'the server rejected our request due to an error in our request'],
      [
        'json',
        '[{"op":"test","path":"/data/a","value":"2"}]',
        {},
        422,
        'the server rejected our request due to an error in our request',
      ],
      ['merge', 'null', {}, 400, 'Invalid JSON Patch'],
      [
        'merge',
        '[]',
        {},
        400,
        'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
      ],
      ['merge', '1', { fieldValidation: 'Ignore' }, 400, 'Invalid JSON Patch'],
      [
        'merge',
        '{"a":1e999}',
        {},
        400,
        'error decoding patch: json: cannot unmarshal number 1e999 into Go value of type float64',
      ],
      [
        'merge',
        '{"data":{"a":1}}',
        {},
        422,
        'json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
      ],
      [
        'merge',
        '{}',
        { force: 'true' },
        422,
        'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
      ],
      [
        'merge',
        '{}',
        { force: '1', dryRun: 'x', fieldValidation: 'y' },
        422,
        'PatchOptions.meta.k8s.io "" is invalid: [force: Forbidden: may not be specified for non-apply patch, dryRun: Unsupported value: ["x"]: supported values: "All", fieldValidation: Unsupported value: "y": supported values: "", "Ignore", "Strict", "Warn"]',
      ],
      [
        'merge',
        '[1]',
        { fieldValidation: 'Ignore' },
        422,
        ' "" is invalid: patch: Invalid value: "[1]": couldn\'t get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct',
      ],
    ])('a %s patch of %s with %j is %i', async (type, body, query, code, message) => {
      const { path, object } = await fresh();
      const answer = await refusal(path, type, body, query);
      expect(answer.code).toBe(code);
      expect(answer.message).toContain(message);
      expect(done(await server.api.get(path))).toEqual(object);
    });

    test('more than ten thousand operations are 413', async () => {
      const { path } = await fresh();
      const many = Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/kind', value: 'ConfigMap' }));
      expect(await refusal(path, 'json', many)).toEqual({
        code: 413,
        message: 'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
      });
    });

    test('a type that is none, or of which none can be told, is 415', async () => {
      const { path } = await fresh();
      for (const type of [
        'application/json',
        'text/plain',
        'APPLICATION/MERGE-PATCH+JSON',
        'application/apply-patch+cbor',
      ]) {
        const { status, body } = await send(path, type, '{}');
        expect([type, status, body.message]).toEqual([type, 415, '415: Unsupported Media Type']);
      }
      const { status, body } = await send(path, `${types.json},${types.merge}`, '{}');
      expect(status).toBe(415);
      expect(body.message).toContain(
        'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml',
      );
      expect((await send(path, `${types.merge}; charset=utf-8`, '{}')).status).toBe(200);
    });
  });

  describe('fields that nobody knows', () => {
    const unknown: [PatchType, unknown, string][] = [
      ['json', [{ op: 'add', path: '/dta', value: 1 }], 'unknown field "dta"'],
      ['json', [{ op: 'test', path: '/kind', value: 'ConfigMap', foo: 1 }], 'json patch unknown field "[0].foo"'],
      ['json', '[{"op":"add","op":"test","path":"/kind","value":"ConfigMap"}]', 'json patch duplicate field "[0].op"'],
      ['merge', { metadata: { foo: 1 } }, 'unknown field "metadata.foo"'],
      ['strategic', { metadata: { foo: 1 } }, 'unknown field "metadata.foo"'],
      ['strategic', '{"data":{"b":"1","b":"2"}}', 'duplicate field "data.b"'],
      ['merge', '{"data":{"b":"1","b":"2"}}', 'duplicate field "data.b"'],
    ];
    test.each(unknown)('a %s patch of %j is warned of, refused or taken silently', async (type, body, problem) => {
      const { path } = await fresh();
      const escaped = problem.replaceAll('"', '\\"');
      const warned = await patch(path, type, body);
      expect([warned.status, warned.headers.get('warning')]).toEqual([200, `299 - "${escaped}"`]);
      const ignored = await patch(path, type, body, { fieldValidation: 'Ignore' });
      expect([ignored.status, ignored.headers.get('warning')]).toEqual([200, null]);
      const { code, message } = await refusal(path, type, body, { fieldValidation: 'Strict' });
      expect(code).toBe(422);
      expect(message).toContain(`: strict decoding error: ${problem}`);
    });
  });

  test('the status of an object is patched alone, and nothing else by that path', async () => {
    const path = '/api/v1/namespaces/patched-status';
    done(await server.api.post('/api/v1/namespaces', { metadata: { name: 'patched-status' } }));
    const answer = done(
      await patch(`${path}/status`, 'merge', {
        status: { conditions: [{ type: 'T', status: 'True' }] },
        spec: { finalizers: [] },
      }),
    );
    expect(answer.status.conditions).toMatchObject([{ type: 'T', status: 'True' }]);
    expect(answer.spec).toEqual({ finalizers: ['kubernetes'] });
    const untouched = done(await patch(path, 'merge', { status: { conditions: [] } }));
    expect(untouched.status.conditions).toHaveLength(1);
    expect((await patch(`${path}/finalize`, 'merge', {})).status).toBe(405);
    expect((await patch(`${path}/nothing`, 'merge', {})).status).toBe(404);
  });

  test('the answer is what Accept asks for', async () => {
    const { path, object } = await fresh();
    const accepting = (accept: string) =>
      server.api.call(path, { method: 'PATCH', body: '{}', headers: { 'content-type': types.merge, accept } });
    const table = await accepting('application/json;as=Table;v=v1;g=meta.k8s.io');
    expect(table.body.rows[0].cells[0]).toBe(object.metadata.name);
    expect((await accepting('application/yaml')).text).toContain('kind: ConfigMap');
    expect((await accepting('text/plain')).status).toBe(406);
  });

  test('a patch is of the version that is asked for, whichever is stored', async () => {
    const events = '/apis/events.k8s.io/v1/namespaces/patches/events';
    const event = {
      metadata: { name: 'seen' },
      eventTime: '2024-01-01T00:00:00.000001Z',
      regarding: { kind: 'Pod', name: 'p', namespace: 'patches' },
      reportingController: 'example.com/controller',
      reportingInstance: 'one',
      reason: 'Seen',
      action: 'Seeing',
      type: 'Normal',
    };
    done(await server.api.post(events, event));
    const path = `${events}/seen`;
    const answer = done(
      await patch(path, 'json', [
        { op: 'add', path: '/series', value: { count: 2, lastObservedTime: event.eventTime } },
      ]),
    );
    expect(answer).toMatchObject({ apiVersion: 'events.k8s.io/v1', series: { count: 2 } });
    const core = done(await server.api.get('/api/v1/namespaces/patches/events/seen'));
    expect(core).toMatchObject({ apiVersion: 'v1', series: { count: 2 }, involvedObject: { name: 'p' } });
  });
});
