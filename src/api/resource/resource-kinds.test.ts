import { describe, expect, test } from 'vitest';
import { occasion } from '../../../test/support/occasion.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { builtInKinds } from '../built-in-kinds.ts';
import type { Strategy } from '../strategy/strategy.ts';

const labelled = new Set(['trusted']);
const kinds = builtInKinds({
  now: () => Date.parse('2026-01-01T00:00:00.900Z'),
  namespaceLabels: (name) => (labelled.has(name) ? { 'resource.kubernetes.io/admin-access': 'true' } : {}),
});
const requested = { group: 'resource.k8s.io', version: 'v1' };

function strategyOf(resource: string): Strategy {
  const kind = kinds.find(({ stored }) => stored.resource === resource);
  if (kind === undefined) throw new Error(`no resource ${resource}`);
  return kind.stored.strategy;
}

function created(resource: string, object: object): JsonObject {
  const made = structuredClone(object) as JsonObject;
  strategyOf(resource).setDefaults(made);
  strategyOf(resource).prepareForCreate(made, occasion);
  return made;
}

const texts = (errors: readonly { readonly field: string; readonly message: string }[]) =>
  errors.map(({ field, message }) => `${field}: ${message}`);

const wrong = (resource: string, object: object) =>
  texts(strategyOf(resource).validateCreate(created(resource, object), { requested, metadataErrors: () => [] }));

function wrongStatus(status: object, old: object = {}): string[] {
  const spec = { devices: { requests: [{ name: 'a', exactly: { deviceClassName: 'x' } }] } };
  const update = strategyOf('resourceclaims').subresources['status'];
  return texts(
    update?.validateUpdate({ spec, status } as JsonObject, { spec, status: old } as JsonObject, requested, occasion) ??
      [],
  );
}

const claim = (devices: object, namespace = 'plain') => ({ metadata: { namespace }, spec: { devices } });

describe('resource.k8s.io: claims', () => {
  test('what is declared is told after what is written, each in the order of the fields', () => {
    const requests = [
      { name: 'a', exactly: { deviceClassName: 'x' } },
      { name: 'a', exactly: { deviceClassName: 'X', allocationMode: 'Foo', count: 3 } },
      { name: 'b', exactly: { deviceClassName: 'c' }, firstAvailable: [{ name: 'c' }] },
    ];
    expect(wrong('resourceclaims', claim({ requests }))).toEqual([
      expect.stringContaining('spec.devices.requests[1].exactly.deviceClassName: Invalid value: "X": a lowercase'),
      'spec.devices.requests[2]: Invalid value: null: exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set',
      'spec.devices.requests[1]: Duplicate value: {"name":"a","exactly":{"deviceClassName":"X","allocationMode":"Foo","count":3}}',
      'spec.devices.requests[1].exactly.allocationMode: Unsupported value: "Foo": supported values: "All", "ExactCount"',
      'spec.devices.requests[2].firstAvailable[0].deviceClassName: Required value',
    ]);
  });

  test('a request says how many it wants, one unless it says all', () => {
    const requests = [
      { name: 'a', exactly: { deviceClassName: 'x', tolerations: [{ key: 'k', value: 'v' }] } },
      { name: 'b', firstAvailable: [{ name: 'c', deviceClassName: 'x', allocationMode: 'All' }] },
    ];
    expect(created('resourceclaims', claim({ requests }))['spec']).toEqual({
      devices: {
        requests: [
          {
            name: 'a',
            exactly: {
              deviceClassName: 'x',
              allocationMode: 'ExactCount',
              count: 1,
              tolerations: [{ key: 'k', value: 'v', operator: 'Equal' }],
            },
          },
          requests[1],
        ],
      },
    });
  });

  test('names that are referred to are those of requests, or of their alternatives', () => {
    const requests = [{ name: 'a', firstAvailable: [{ name: 'b', deviceClassName: 'x' }] }];
    const constraint = (name: string) => [{ requests: [name], matchAttribute: 'd.example.com/n' }];
    expect(wrong('resourceclaims', claim({ requests, constraints: constraint('a/b') }))).toEqual([]);
    for (const name of ['a/c', 'c', 'a/b/c']) {
      expect(wrong('resourceclaims', claim({ requests, constraints: constraint(name) }))).toEqual([
        `spec.devices.constraints[0].requests[0]: Invalid value: "${name}": must be the name of a request in the claim or the name of a request and a subrequest separated by '/'`,
      ]);
    }
  });

  test('only a namespace that says so lets anybody administer devices', () => {
    const devices = { requests: [{ name: 'a', exactly: { deviceClassName: 'x', adminAccess: true } }] };
    expect(wrong('resourceclaims', claim(devices, 'trusted'))).toEqual([]);
    expect(wrong('resourceclaims', claim(devices))).toEqual([
      'spec.devices.requests[0].adminAccess: Forbidden: admin access to devices requires the `resource.kubernetes.io/admin-access: true` label on the containing namespace',
    ]);
  });

  test('an expression is no longer than 10 KiB', () => {
    const selectors = [{ cel: { expression: 'x'.repeat(10_241) } }];
    expect(wrong('deviceclasses', { spec: { selectors } })).toEqual([
      'spec.selectors[0].cel.expression: Too long: may not be more than 10240 bytes',
    ]);
  });

  test('the spec stays as it is', () => {
    const old = created('resourceclaims', claim({}));
    const next = created('resourceclaims', claim({ requests: [{ name: 'a', exactly: { deviceClassName: 'x' } }] }));
    expect(texts(strategyOf('resourceclaims').validateUpdate(next, old, requested, occasion))).toEqual([
      'spec: Invalid value: null: field is immutable',
    ]);
  });
});

describe('resource.k8s.io: the status of a claim', () => {
  const device = { driver: 'd.x', pool: 'p', device: 'v' };
  const result = { request: 'a', ...device };
  const allocation = { devices: { results: [result] } };

  test('an allocation stays what it is until it goes', () => {
    expect(wrongStatus({ allocation })).toEqual([]);
    const other = { devices: { results: [{ ...result, device: 'w' }] } };
    expect(wrongStatus({ allocation: other }, { allocation })).toEqual([
      'status.allocation: Invalid value: null: field cannot be modified once set',
    ]);
    expect(wrongStatus({}, { allocation })).toEqual([]);
  });

  test('devices are reported on that are allocated, each once', () => {
    expect(wrongStatus({ devices: [device, device], allocation })).toEqual([
      'status.devices[1]: Duplicate value: {"driver":"d.x","pool":"p","device":"v"}',
    ]);
    expect(wrongStatus({ devices: [device] })).toEqual([
      'status.devices[0]: Invalid value: {"Driver":"d.x","Pool":"p","Device":"v","ShareID":""}: must be an allocated device in the claim',
    ]);
  });

  test('what is not allocated any more is not reported on either', () => {
    const old = { status: { allocation, devices: [device] } } as unknown as JsonObject;
    const next = { status: { devices: [device] } } as unknown as JsonObject;
    strategyOf('resourceclaims').subresources['status']?.prepareForUpdate(next, old, occasion);
    expect(next['status']).toEqual({});
  });

  test('what is wrong with addresses and conditions is told', () => {
    const reported = {
      ...device,
      networkData: { ips: ['1.2.3.4', '::ffff:1.2.3.4/120', '2001:db8::1/64'] },
      conditions: [{ type: 'A', status: 'Maybe', reason: '-', lastTransitionTime: '2026-01-01T00:00:00Z' }],
    };
    expect(wrongStatus({ allocation, devices: [reported] })).toEqual([
      'status.devices[0].conditions[0].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"',
      expect.stringContaining(
        'status.devices[0].conditions[0].reason: Invalid value: "-": a condition reason must start',
      ),
      'status.devices[0].networkData.ips[0]: Invalid value: "1.2.3.4": must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)',
      'status.devices[0].networkData.ips[1]: Invalid value: "::ffff:1.2.3.4/120": must be in canonical form ("1.2.3.4/24")',
    ]);
  });
});

describe('resource.k8s.io: slices', () => {
  const slice = (device: object, more: object = {}) => ({
    spec: {
      driver: 'd.x',
      pool: { name: 'p', resourceSliceCount: 1 },
      allNodes: true,
      devices: [{ name: 'a', ...device }],
      ...more,
    },
  });

  test('are of one node, of some, of all, or leave that to their devices', () => {
    expect(wrong('resourceslices', slice({}))).toEqual([]);
    expect(wrong('resourceslices', slice({}, { nodeName: 'n' }))).toEqual([
      'spec: Invalid value: "{`nodeName`, `allNodes`}": exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required, but multiple fields are set',
    ]);
    expect(wrong('resourceslices', slice({ nodeName: 'n' }))).toEqual([
      'spec.devices[0]: Invalid value: null: `nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec',
    ]);
  });

  test('an attribute has one value', () => {
    expect(wrong('resourceslices', slice({ attributes: { a: { int: 1, version: '01.0.0' } } }))).toEqual([
      'spec.devices[0].attributes[a].version: Invalid value: "01.0.0": must be a string compatible with semver.org spec 2.0.0',
      expect.stringContaining(
        'spec.devices[0].attributes[a]: Invalid value: "{int, version}": must specify exactly one of',
      ),
    ]);
  });

  test('a policy fits the capacity that it is for', () => {
    const policy = { default: '3', validRange: { min: '1', max: '9', step: '3' } };
    const capacity = { a: { value: '8', requestPolicy: policy } };
    expect(wrong('resourceslices', slice({ capacity, allowMultipleAllocations: true }))).toEqual([
      'spec.devices[0].capacity[a].requestPolicy.validRange.max: Invalid value: "9": max is larger than capacity value: 8',
      'spec.devices[0].capacity[a].requestPolicy.validRange.step: Invalid value: "3": value is not a multiple of a given step (3) from (1)',
      'spec.devices[0].capacity[a].requestPolicy.validRange.step: Invalid value: "9": value is not a multiple of a given step (3) from (1)',
    ]);
    expect(wrong('resourceslices', slice({ capacity }))).toEqual([
      'spec.devices[0].capacity[a].requestPolicy: Forbidden: allowMultipleAllocations must be true',
    ]);
  });

  test('a taint is of the time when it was first written, in whole seconds', () => {
    const made = created('devicetaintrules', { spec: { taint: { key: 'a', effect: 'NoSchedule' } } });
    expect(made).toMatchObject({ spec: { taint: { timeAdded: '2026-01-01T00:00:00Z' } } });
  });

  test('what no server takes unless it is told to is left out, and counts as a change all the same', () => {
    const old = created('resourceslices', slice({}));
    const next = created('resourceslices', slice({ nodeAllocatableResources: { cpu: { overhead: { perPod: '1' } } } }));
    expect(next).toEqual(old);
    const sent = structuredClone(slice({ nodeAllocatableResources: { cpu: {} } })) as JsonObject;
    strategyOf('resourceslices').prepareForUpdate(sent, old, occasion);
    expect(sent).toMatchObject({ spec: old['spec'], metadata: { generation: 2 } });
  });
});
