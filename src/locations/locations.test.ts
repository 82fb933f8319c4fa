import { describe, expect, test } from 'vitest';
import type { EndpointSlice } from '../api/types/discovery-v1.generated.ts';
import { realClock } from '../base/clock.ts';
import { notFound } from '../machinery/status-errors.ts';
import { Transport } from '../proxying/transport.ts';
import { Kubelets } from './kubelets.ts';
import type { LocatedObjects } from './located-objects.ts';
import { nodeLocation } from './node-locations.ts';
import { isGlobalUnicast } from './proxyable-address.ts';
import { splitSchemeNamePort } from './scheme-name-port.ts';
import { serviceLocation } from './service-locations.ts';

const transport = new Transport({ tls: {}, connectTimeoutMs: 1_000, clock: realClock });

test.each(['10.0.0.1', '172.16.0.1', '192.0.2.2', '8.8.8.8', '2001:db8::1', 'fd00::1', '::ffff:10.0.0.1'])(
  'a client may be led to %s',
  (address) => {
    expect(isGlobalUnicast(address)).toBe(true);
  },
);

test.each([
  '127.0.0.1',
  '127.9.9.9',
  '0.0.0.0',
  '169.254.169.254',
  '224.0.0.1',
  '239.1.1.1',
  '255.255.255.255',
  '::1',
  '::',
  'fe80::1',
  'ff02::1',
  '::ffff:127.0.0.1',
  '::ffff:169.254.169.254',
  '',
  'localhost',
  '10.0.0',
])('a client may not be led to %j', (address) => {
  expect(isGlobalUnicast(address)).toBe(false);
});

test.each([
  ['a', { scheme: '', name: 'a', port: '' }],
  ['a:80', { scheme: '', name: 'a', port: '80' }],
  ['a:', { scheme: '', name: 'a', port: '' }],
  ['https:a:http', { scheme: 'https', name: 'a', port: 'http' }],
  [':a:', { scheme: '', name: 'a', port: '' }],
  ['ftp:a:1', undefined],
  ['http::1', undefined],
  ['', undefined],
  ['a:b:c:d', undefined],
])('%j names %j', (text, expected) => {
  expect(splitSchemeNamePort(text)).toEqual(expected);
});

const nobody: LocatedObjects = {
  pod: (_namespace, name) => Promise.reject(notFound({ group: '', resource: 'pods' }, name)),
  node: () => Promise.resolve(undefined),
  service: (_namespace, name) => Promise.reject(notFound({ group: '', resource: 'services' }, name)),
  endpointSlices: () => Promise.resolve([]),
};

describe('a node', () => {
  const at = (addresses: readonly string[], over: Partial<LocatedObjects> = {}) => {
    const objects: LocatedObjects = {
      ...nobody,
      node: (name) =>
        Promise.resolve({
          metadata: { name },
          status: {
            addresses: [
              { type: 'ExternalIP', address: '8.8.8.8' },
              { type: 'Hostname', address: 'worker' },
            ],
            daemonEndpoints: { kubeletEndpoint: { Port: 0 } },
          },
        }),
      ...over,
    };
    const options = { addressTypes: ['Hostname', 'ExternalIP'], defaultPort: 10_250, transport };
    return {
      kubelets: new Kubelets(objects, { ...options, uncheckedTransport: transport }),
      transport,
      isProxyable: isGlobalUnicast,
      lookup: () => Promise.resolve(addresses),
    };
  };

  test('is its kubelet, at the address that was looked at', async () => {
    const expected = { scheme: 'https', host: 'worker', address: '10.0.0.1', port: 10_250 };
    for (const id of ['worker', 'worker:10250', 'http:worker:10250']) {
      expect(await nodeLocation(id, at(['10.0.0.1']))).toMatchObject(expected);
    }
    const other = { scheme: 'http', host: 'worker', address: '10.0.0.1', port: 80 };
    expect(await nodeLocation('worker:80', at(['10.0.0.1']))).toMatchObject(other);
  });

  test.each([[['127.0.0.1']], [['10.0.0.1', '169.254.169.254']]])('at %j is not led to', async (addresses) => {
    await expect(nodeLocation('worker', at(addresses))).rejects.toThrow('address not allowed');
  });
});

describe('a service', () => {
  const endpoint = (address: string, pod: string, ready = true) => ({
    addresses: [address],
    conditions: { ready },
    targetRef: { kind: 'Pod', namespace: 'default', name: pod },
  });
  const slice = (over: Partial<EndpointSlice> = {}): EndpointSlice => ({
    addressType: 'IPv4',
    ports: [{ name: 'web', port: 8080 }],
    endpoints: [endpoint('10.0.0.1', 'a')],
    ...over,
  });
  const found = (id: string, slices: readonly EndpointSlice[], random = 0) => {
    const objects: LocatedObjects = {
      ...nobody,
      endpointSlices: () => Promise.resolve(slices),
      service: () => Promise.resolve({ spec: { ports: [{ name: 'web', port: 80 }] } }),
      pod: (_namespace, name) =>
        name === 'gone'
          ? nobody.pod('', name)
          : Promise.resolve({ status: { podIPs: [{ ip: `10.0.0.${name === 'a' ? 1 : 2}` }] } }),
    };
    return serviceLocation('default', id, { objects, transport, family: 'IPv4', random: () => random });
  };

  test('is one of its ready endpoints, at the port that is meant', async () => {
    const expected = { scheme: 'http', host: '10.0.0.1', port: 8080 };
    expect(await found('s:web', [slice()])).toMatchObject(expected);
    expect(await found('https:s:80', [slice()])).toMatchObject({ ...expected, scheme: 'https' });
  });

  test('is any of them by chance, and of the cluster’s own family first', async () => {
    const both = slice({ endpoints: [endpoint('10.0.0.1', 'a'), endpoint('10.0.0.2', 'b')] });
    expect((await found('s:web', [both], 0)).host).toBe('10.0.0.1');
    expect((await found('s:web', [both], 0.6)).host).toBe('10.0.0.2');
    const v6 = slice({ addressType: 'IPv6', endpoints: [endpoint('10.0.0.2', 'b')] });
    expect((await found('s:web', [v6, slice()])).host).toBe('10.0.0.1');
  });

  test.each([
    ['is not ready', [endpoint('10.0.0.1', 'a', false)]],
    ['is no pod', [{ addresses: ['10.0.0.1'] }]],
    ['is a pod with another address', [endpoint('10.0.0.9', 'a')]],
    ['is a pod that is gone', [endpoint('10.0.0.1', 'gone')]],
    ['is of another namespace', [{ ...endpoint('10.0.0.1', 'a'), targetRef: { namespace: 'other', name: 'a' } }]],
  ])('does not lead to what %s', async (_why, endpoints) => {
    await expect(found('s:web', [slice({ endpoints })])).rejects.toThrow('no endpoints available for service "s"');
  });

  test('has no port that nobody named', async () => {
    await expect(found('s', [slice()])).rejects.toThrow('no endpoints available for service "s"');
    await expect(found('s:81', [slice()])).rejects.toThrow('no service port 81 found for service "s"');
  });
});
