import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sent } from '../../../test/support/protobuf-sent.ts';
import type { JsonObject } from '../json-value.ts';
import { decodeProtobuf } from './decode.ts';
import { kubernetesProtobuf } from './kubernetes-protobuf.ts';
import { ProtobufError } from './wire-reader.ts';

const data = kubernetesProtobuf();
const configMap = { apiVersion: 'v1', kind: 'ConfigMap' };
const decode = (bytes: Buffer, expected = configMap) => decodeProtobuf(data, bytes, expected);
/** To compare objects without a prototype with literals. */
const plain = (object: JsonObject) => JSON.parse(JSON.stringify(object)) as unknown;

/** The least of an encoder, for what kubectl does not send. */
const varint = (value: number | bigint): Buffer => {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, BigInt(value));
  for (; left > 127n; left >>= 7n) bytes.push(Number(left & 127n) | 128);
  return Buffer.from([...bytes, Number(left)]);
};
const number = (field: number, value: number | bigint) => Buffer.concat([varint(field * 8), varint(value)]);
const message = (field: number, ...parts: (Buffer | string)[]) => {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
  return Buffer.concat([varint(field * 8 + 2), varint(body.length), body]);
};
const body = (apiVersion: string, kind: string, ...fields: Buffer[]) =>
  Buffer.concat([Buffer.from('k8s\0'), message(1, message(1, apiVersion), message(2, kind)), message(2, ...fields)]);

describe('machinery/protobuf', () => {
  test('kubectl create configmap', () => {
    expect(plain(decode(Buffer.from(sent.configMap, 'base64')))).toEqual({
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { name: 'a' },
      data: { x: '1', y: '<&>' },
    });
  });

  test('kubectl create deployment: a zero behind a pointer is a value, an empty string is not', () => {
    expect(plain(decode(Buffer.from(sent.deployment, 'base64')))).toEqual({
      kind: 'Deployment',
      apiVersion: 'apps/v1',
      metadata: { name: 'web', labels: { app: 'web' } },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'nginx', image: 'nginx', ports: [{ containerPort: 80 }], resources: {} }] },
        },
        strategy: {},
      },
      status: {},
    });
  });

  test('kubectl create secret: bytes are base64', () => {
    expect(plain(decode(Buffer.from(sent.secret, 'base64')))).toMatchObject({ data: { p: 'cGFzcw==' } });
  });

  test('kubectl create service: a port is an integer or a string', () => {
    expect(plain(decode(Buffer.from(sent.service, 'base64')))).toMatchObject({
      spec: { ports: [{ name: '80-8080', protocol: 'TCP', port: 80, targetPort: 8080 }], type: 'ClusterIP' },
    });
    const named = message(1, message(4, number(1, 1), message(3, 'http')));
    expect(plain(decode(body('v1', 'Service', message(2, named))))).toMatchObject({
      spec: { ports: [{ targetPort: 'http' }] },
    });
  });

  test('what a recorder of events sends: types of two groups in one message', () => {
    const event = { apiVersion: 'events.k8s.io/v1', kind: 'Event' };
    expect(plain(decode(Buffer.from(sent.event, 'base64'), event))).toEqual({
      ...event,
      metadata: { name: 'e', namespace: 'n' },
      eventTime: '2024-01-01T00:00:00.123456Z',
      series: { count: 2, lastObservedTime: '2024-01-01T00:00:00.123456Z' },
      reportingController: 'rc',
      reportingInstance: 'ri',
      action: 'a',
      reason: 'r',
      regarding: {
        kind: 'Pod',
        namespace: 'n',
        name: 'p',
        uid: 'u',
        apiVersion: 'v1',
        resourceVersion: '5',
        fieldPath: 'f',
      },
      related: { kind: 'Node', name: 'x' },
      note: 'note',
      type: 'Normal',
      deprecatedSource: { component: 'c', host: 'h' },
      deprecatedFirstTimestamp: '2024-01-01T00:00:00Z',
      deprecatedLastTimestamp: '2024-01-01T00:00:00Z',
      deprecatedCount: 3,
    });
  });

  test('times, quantities, inlined messages and lists', () => {
    const metadata = message(
      1,
      message(1, 'p'),
      message(9, number(1, 1_700_000_000)),
      message(14, 'a/b'),
      message(14, 'c/d'),
    );
    const claim = message(10, message(1, 'claim'));
    const limits = message(8, message(1, message(1, 'cpu'), message(2, message(1, '500m'))));
    const spec = message(2, message(1, message(1, 'vol'), message(2, claim)), message(2, message(1, 'c'), limits));
    expect(plain(decode(body('v1', 'Pod', metadata, spec)))).toEqual({
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { name: 'p', deletionTimestamp: '2023-11-14T22:13:20Z', finalizers: ['a/b', 'c/d'] },
      spec: {
        volumes: [{ name: 'vol', persistentVolumeClaim: { claimName: 'claim' } }],
        containers: [{ name: 'c', resources: { limits: { cpu: '500m' } } }],
      },
    });
  });

  test('MicroTime has six digits', () => {
    const spec = message(2, message(4, number(1, 1_700_000_000), number(2, 120_000)));
    expect(plain(decode(body('coordination.k8s.io/v1', 'Lease', spec)))).toMatchObject({
      spec: { renewTime: '2023-11-14T22:13:20.000120Z' },
    });
  });

  test('negative and large integers are exact', () => {
    const generation = (value: number | bigint) =>
      decode(body('v1', 'ConfigMap', message(1, number(7, value))))['metadata'] as JsonObject;
    expect(generation(-5)).toEqual({ generation: -5 });
    expect(generation(9_007_199_254_740_993n)).toEqual({ generation: 9_007_199_254_740_993n });
    expect(generation(-(2n ** 63n))).toEqual({ generation: -(2n ** 63n) });
  });

  test('DeleteOptions may claim any group and version', () => {
    const options = body('apps/v1', 'DeleteOptions', number(1, 0), message(4, 'Foreground'));
    expect(plain(decode(options, { apiVersion: 'v1', kind: 'DeleteOptions' }))).toEqual({
      kind: 'DeleteOptions',
      apiVersion: 'apps/v1',
      gracePeriodSeconds: 0,
      propagationPolicy: 'Foreground',
    });
  });

  test('hostile map keys are keys', () => {
    const entry = message(2, message(1, '__proto__'), message(2, 'x'));
    const { data: entries } = decode(body('v1', 'ConfigMap', entry));
    expect(Object.entries(entries as JsonObject)).toEqual([['__proto__', 'x']]);
  });

  test('unknown fields are passed over', () => {
    const unknown = [number(900, 1), message(901, 'x'), Buffer.concat([varint(902 * 8 + 5), Buffer.alloc(4)])];
    expect(plain(decode(body('v1', 'ConfigMap', ...unknown)))).toEqual(configMap);
  });

  test.each([
    ['JSON', Buffer.from('{"kind":"ConfigMap"}'), /does not appear to be a protobuf message/],
    ['nothing', Buffer.alloc(0), /^empty data$/],
    ['a beginning, and nothing behind it', Buffer.from('k8s\0'), /^empty body$/],
    ['another kind', body('v1', 'Nonsense'), /no kind "Nonsense" is registered for version "v1"/],
    ['a wrong wire type', body('v1', 'ConfigMap', number(2, 1)), /wrong wireType = 0 for field data/],
    [
      'a time beyond all calendars',
      body('v1', 'ConfigMap', message(1, message(8, number(1, 2n ** 62n)))),
      /out of range/,
    ],
  ])('%s is refused', (_, bytes, why) => {
    expect(() => decode(bytes)).toThrow(why);
    expect(() => decode(bytes)).toThrow(ProtobufError);
  });

  test('bytes cut, changed or invented are decoded or refused, never more', () => {
    const seed = Buffer.from(sent.deployment, 'base64');
    const damaged = fc.tuple(
      fc.nat(seed.length),
      fc.array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255)), { maxLength: 8 }),
    );
    fc.assert(
      fc.property(damaged, ([length, changes]) => {
        const bytes = Buffer.from(seed);
        for (const [at, value] of changes) bytes[at] = value;
        try {
          decode(bytes.subarray(0, length));
        } catch (error) {
          expect(['ProtobufError', 'JsonSyntaxError']).toContain((error as Error).name);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
