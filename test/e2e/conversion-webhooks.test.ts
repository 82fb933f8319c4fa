import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/machinery/json-value.ts';
import { ConversionWebhook, type Fault } from '../support/conversion-webhook.ts';
import {
  crow,
  crowSchema,
  crows,
  crowsPath,
  crowVersion,
  define,
  definitionsPath,
  undefine,
} from '../support/definitions.ts';
import { HookServer } from '../support/hook-server.ts';
import { done, namesIn } from '../support/http-objects.ts';
import { WholeServer } from '../support/whole-server.ts';

const v2 = 'birds.example.com/v2';
const measured = (name: string, more: object = {}) =>
  crowVersion({
    name,
    storage: name === 'v1',
    subresources: { status: {} },
    selectableFields: [],
    additionalPrinterColumns: [
      { name: 'Measure', type: 'integer', jsonPath: `.spec.${name === 'v1' ? 'size' : 'length'}` },
    ],
    ...(name === 'v2' && {
      schema: {
        openAPIV3Schema: {
          type: 'object',
          properties: {
            spec: {
              type: 'object',
              properties: { length: { type: 'integer', maximum: 10 }, color: { type: 'string' } },
            },
            status: crowSchema({}).properties?.['status'] ?? {},
          },
        },
      },
    }),
    ...more,
  });

let server: WholeServer;
let webhook: ConversionWebhook;
beforeAll(async () => {
  [server, webhook] = await Promise.all([WholeServer.open(), ConversionWebhook.open()]);
});
afterAll(() => Promise.all([server.close(), webhook.close()]));
afterEach(async () => {
  webhook.fault = undefined;
  await undefine(server);
  webhook.taken();
});

const definition = () => {
  const made = crows([measured('v1'), measured('v2')]);
  Object.assign(made.spec ?? {}, { conversion: webhook.conversion });
  return made;
};
const path = (name: string, version: string) => `${crowsPath('default', version)}/${name}`;
const get = async (name: string, version: string) => done(await server.api.get(path(name, version)));
const create = async (name: string, spec: JsonObject, version = 'v1') =>
  done(await server.api.post(crowsPath('default', version), crow(name, spec, version)));

describe('objects of a definition with a conversion webhook', () => {
  test('are had and written in each version, and remembered in each', async () => {
    const { headers } = await server.api.post(`${definitionsPath}?dryRun=All`, definition());
    expect(headers.get('warning')).toBeNull();
    await define(server, definition());
    await create('a', { size: 3 });
    expect(webhook.taken()).toEqual([]);
    expect(await get('a', 'v2')).toMatchObject({ apiVersion: v2, spec: { length: 3 } });
    expect(webhook.taken()).toEqual([{ desiredAPIVersion: v2, names: ['a'] }]);
    expect((await get('a', 'v2')).spec).toEqual({ length: 3 });
    expect(webhook.taken()).toEqual([]);

    const made = await create('b', { length: 4 }, 'v2');
    expect(made).toMatchObject({ apiVersion: v2, spec: { length: 4 } });
    expect(made.metadata.managedFields).toMatchObject([{ apiVersion: v2, fieldsV1: { 'f:spec': { 'f:length': {} } } }]);
    expect((await get('b', 'v1')).spec).toEqual({ size: 4 });
    // As the version that is asked for has it, and before the webhook hears of it.
    webhook.taken();
    const wrong = await server.api.post(crowsPath('default', 'v2'), crow('c', { length: 40 }, 'v2'));
    expect(wrong).toMatchObject({ status: 422, body: { details: { causes: [{ field: 'spec.length' }] } } });
    expect(webhook.taken()).toEqual([]);
  });

  test('are updated, patched and applied in a version that is not stored, with managers in both', async () => {
    await define(server, definition());
    await create('a', { size: 3, color: 'black' });
    const read = await get('a', 'v2');
    const put = done(await server.api.put(path('a', 'v2'), { ...read, spec: { ...read.spec, length: 5 } }));
    expect(put).toMatchObject({ spec: { length: 5, color: 'black' }, metadata: { generation: 2 } });
    const send = async (name: string, type: string, body: object) =>
      done(
        await server.api.call(path(name, 'v2'), {
          method: 'PATCH',
          body: JSON.stringify(body),
          headers: { 'content-type': `application/${type}` },
        }),
      );
    expect((await send('a', 'merge-patch+json', { spec: { length: 6 } })).spec.length).toBe(6);
    await send('a/status', 'merge-patch+json', { status: { size: 1 } });
    await send('a?fieldManager=me&force=true', 'apply-patch+yaml', crow('a', { length: 7 }, 'v2'));
    const stored = await get('a', 'v1');
    expect(stored).toMatchObject({ spec: { size: 7, color: 'black' }, status: { size: 1 } });
    const managers = stored.metadata.managedFields as { manager: string; apiVersion: string; fieldsV1: object }[];
    expect(managers).toContainEqual(
      expect.objectContaining({ manager: 'me', apiVersion: v2, fieldsV1: { 'f:spec': { 'f:length': {} } } }),
    );
    // What was taken from who wrote by the other version is not his any more, by its name there.
    expect(managers).toContainEqual(
      expect.objectContaining({
        apiVersion: 'birds.example.com/v1',
        operation: 'Update',
        fieldsV1: { 'f:spec': { '.': {}, 'f:color': {} } },
      }),
    );
    expect(done(await server.api.delete(path('a', 'v2'))).status).toBe('Success');
  });

  test('are listed with one call, as lists, tables and metadata', async () => {
    await define(server, definition());
    for (const name of ['a', 'b', 'c']) await create(name, { size: name.charCodeAt(0) - 96 });
    const list = done(await server.api.get(crowsPath('default', 'v2')));
    expect(list.items.map(({ spec }: { spec: object }) => spec)).toEqual([{ length: 1 }, { length: 2 }, { length: 3 }]);
    const accept = (kind: string) => ({ accept: `application/json;as=${kind};v=v1;g=meta.k8s.io` });
    const table = done(await server.api.call(crowsPath('default', 'v2'), { headers: accept('Table') }));
    expect(table.rows.map(({ cells }: { cells: unknown[] }) => cells)).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ]);
    const one = done(await server.api.call(path('b', 'v2'), { headers: accept('Table') }));
    expect(one.rows[0].cells).toEqual(['b', 2]);
    expect(webhook.taken()).toEqual([{ desiredAPIVersion: v2, names: ['a', 'b', 'c'] }]);
  });

  test('are watched by many, and each state is converted once', async () => {
    await define(server, definition());
    await create('a', { size: 1 });
    const watches = await Promise.all(
      Array.from({ length: 50 }, () => server.watch(`${crowsPath('default', 'v2')}?watch=true`)),
    );
    await Promise.all(watches.map((watch) => watch.take(1)));
    await create('b', { size: 2 });
    await create('c', { length: 3 }, 'v2');
    done(await server.api.delete(path('a', 'v1')));
    for (const watch of watches) {
      await watch.until((events) => events.length === 4);
      expect(
        watch.events.map(({ type, object }) => [type, object.apiVersion, object.metadata.name, object['spec']]),
      ).toEqual([
        ['ADDED', v2, 'a', { length: 1 }],
        ['ADDED', v2, 'b', { length: 2 }],
        ['ADDED', v2, 'c', { length: 3 }],
        ['DELETED', v2, 'a', { length: 1 }],
      ]);
      watch.close();
    }
    const conversions = webhook.taken().filter(({ desiredAPIVersion }) => desiredAPIVersion === v2);
    // The states of a, b and c, the deletion of a, and c on its way into the store and back.
    expect(conversions.flatMap(({ names }) => names).sort()).toEqual(['a', 'a', 'b', 'c', 'c']);
  });

  test('stay readable when another version is to be stored, and are written in that', async () => {
    await define(server, definition());
    await create('old', { size: 3 });
    const switched = [measured('v1', { storage: false }), measured('v2', { storage: true })];
    done(
      await server.api.call(`${definitionsPath}/crows.birds.example.com`, {
        method: 'PATCH',
        body: JSON.stringify({ spec: { versions: switched } }),
        headers: { 'content-type': 'application/merge-patch+json' },
      }),
    );
    await create('new', { length: 4 }, 'v2');
    const list = async (version: string) =>
      done(await server.api.get(crowsPath('default', version))).items.map(({ spec }: { spec: object }) => spec);
    expect(await list('v2')).toEqual([{ length: 4 }, { length: 3 }]);
    expect(await list('v1')).toEqual([{ size: 4 }, { size: 3 }]);
    // Who writes what he has read migrates it.
    webhook.taken();
    done(await server.api.put(path('old', 'v2'), { ...(await get('old', 'v2')), spec: { length: 5 } }));
    webhook.taken();
    expect((await get('old', 'v2')).spec).toEqual({ length: 5 });
    expect(webhook.taken()).toEqual([]);
    const watch = await server.watch(`${crowsPath('default', 'v2')}?watch=true`);
    await watch.take(2);
    expect(namesIn({ status: 200, body: { items: watch.events.map(({ object }) => object) } } as never).sort()).toEqual(
      ['new', 'old'],
    );
    watch.close();
  });
});

test('an admission webhook is shown an object in the version that its rule names, and changes it in that', async () => {
  const hooks = await HookServer.open();
  await define(server, definition());
  const configurations = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
  const rules = [
    { operations: ['CREATE'], apiGroups: ['birds.example.com'], apiVersions: ['v1'], resources: ['crows'] },
  ];
  const clientConfig = { url: `${hooks.url}/hook`, caBundle: hooks.caBundle };
  const hook = { name: 'h.example.com', sideEffects: 'None', admissionReviewVersions: ['v1'], clientConfig, rules };
  done(await server.api.post(configurations, { metadata: { name: 'h' }, webhooks: [hook] }));
  await server.api.get(configurations);
  const patch = Buffer.from(JSON.stringify([{ op: 'replace', path: '/spec/size', value: 9 }])).toString('base64');
  hooks.answer = () => ({ allowed: true, patchType: 'JSONPatch', patch });
  expect((await create('a', { length: 4 }, 'v2')).spec).toEqual({ length: 9 });
  const [review] = hooks.reviews;
  expect(review?.request).toMatchObject({
    requestKind: { version: 'v2' },
    kind: { version: 'v1' },
    object: { apiVersion: 'birds.example.com/v1', spec: { size: 4 } },
  });
  await server.api.delete(`${configurations}/h`);
  await hooks.close();
});

const prefix = 'conversion webhook for birds.example.com/v1, Kind=Crow';

describe('a webhook', () => {
  test.each<[string, string, Fault]>([
    [
      'that refuses',
      `${prefix} failed: no way`,
      ({ response }) => {
        Object.assign(response ?? {}, { result: { status: 'Failed', message: 'no way' } });
      },
    ],
    [
      'that says no reason',
      `${prefix} failed: response.result.status was '', not 'Success'`,
      ({ response }) => {
        Object.assign(response ?? {}, { result: {} });
      },
    ],
    [
      'with another question in mind',
      'got "other"',
      ({ response }) => void Object.assign(response ?? {}, { uid: 'other' }),
    ],
    ['that answers nothing', `${prefix} failed: no response provided`, (answer) => void delete answer.response],
    ['that answers another kind', 'no kind "Other" is registered', (answer) => void (answer.kind = 'Other')],
    [
      'that speaks another version',
      'unknown conversion',
      (answer) => void (answer.apiVersion = 'apiextensions.k8s.io/v1beta1'),
    ],
    ['that gives too few', `${prefix} returned 0 objects, expected 1`, (_, objects) => void objects.pop()],
    [
      'that makes another object',
      `${prefix} returned invalid object: must have the same name: a != x`,
      (_, [object]) => {
        Object.assign(object?.['metadata'] ?? {}, { name: 'x' });
      },
    ],
    [
      'that makes another version',
      'invalid groupVersion (expected birds.example.com/v2, received x/v9)',
      (_, [object]) => {
        Object.assign(object ?? {}, { apiVersion: 'x/v9' });
      },
    ],
    ['that makes no object', 'unexpected end of JSON input', (_, objects) => void objects.splice(0, 1, null as never)],
    [
      'that labels wrongly',
      'metadata.labels[a] must be a string, but is int64',
      (_, [object]) => {
        Object.assign(object?.['metadata'] ?? {}, { labels: { a: 1 } });
      },
    ],
    [
      'that fails',
      `${prefix} failed: an error on the server ("unknown")`,
      (_, __, response) => {
        response.writeHead(500, { 'content-type': 'application/json' }).end('boom');
        return 'answered';
      },
    ],
    [
      'that answers no JSON',
      "couldn't get version/kind; json parse error",
      (_, __, response) => {
        response.end('hello');
        return 'answered';
      },
    ],
    [
      'that breaks off',
      'reading response body. Please retry. Original error: unexpected EOF',
      (_, __, response) => {
        response.writeHead(200, { 'content-length': 1_000 });
        response.write('{', () => response.destroy());
        return 'answered';
      },
    ],
    [
      'that leads elsewhere',
      'the server responded with the status code 302',
      (_, __, response) => {
        response.writeHead(302, { location: 'https://localhost:1/' }).end();
        return 'answered';
      },
    ],
  ])('%s fails what needs it, and nothing else', async (_, message, fault) => {
    await define(server, definition());
    await create('a', { size: 1 });
    webhook.fault = fault;
    expect(await server.api.get(path('a', 'v2'))).toMatchObject({
      status: 500,
      body: { reason: 'InternalError', message: expect.stringContaining(message) },
    });
    expect(await server.api.get(crowsPath('default', 'v2'))).toMatchObject({
      status: 500,
      body: { message: expect.stringContaining(message) },
    });
    const refused = await server.api.post(crowsPath('default', 'v2'), crow('b', { length: 1 }, 'v2'));
    expect(refused.status).toBe(500);
    expect(namesIn(await server.api.get(crowsPath()))).toEqual(['a']);
    const watch = await server.watch(`${crowsPath('default', 'v2')}?watch=true`);
    await watch.until((events) => events.some(({ type }) => type === 'ERROR'));
    expect(watch.events[0]?.object).toMatchObject({ code: 500, message: expect.stringContaining(message) });
    expect(await watch.end()).toBe(true);
    webhook.fault = undefined;
    expect((await get('a', 'v2')).spec).toEqual({ length: 1 });
  });

  test('may label and annotate, and nothing else of metadata', async () => {
    await define(server, definition());
    const { metadata } = await create('a', { size: 1 });
    webhook.fault = (_, [object]) => {
      const said = { labels: { by: 'webhook' }, annotations: { a: 'b' }, finalizers: ['x/y'], generation: 9 };
      Object.assign(object?.['metadata'] ?? {}, said);
    };
    const read = await get('a', 'v2');
    expect(read.metadata).toEqual({ ...metadata, labels: { by: 'webhook' }, annotations: { a: 'b' } });
  });

  test('that hangs holds up who waits for it, for 30 seconds, and nobody else', async () => {
    await define(server, definition());
    await create('a', { size: 1 });
    webhook.fault = () => 'answered';
    const watch = await server.watch(`${crowsPath('default', 'v2')}?watch=true`);
    const waiting = server.api.get(path('a', 'v2'));
    await create('b', { size: 2 });
    expect(namesIn(await server.api.get(crowsPath()))).toEqual(['a', 'b']);
    await server.clock.waitedFor(30_000);
    server.clock.forward(30_000);
    expect(await waiting).toMatchObject({
      status: 500,
      body: {
        message: expect.stringContaining('context deadline exceeded'),
      },
    });
    await watch.until((events) => events.some(({ type }) => type === 'ERROR'));
    expect(await watch.end()).toBe(true);
  });
});
