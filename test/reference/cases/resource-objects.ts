import type { Example } from './objects.ts';

const inGroup =
  (apiVersion: string) =>
  (resource: string, kind: string, name: string, body: object, namespaced = false): Example => ({
    name: `${kind}, ${name}`,
    base: `/apis/${apiVersion}`,
    resource,
    namespaced,
    object: { apiVersion, kind, metadata: { name: `${name}-example` }, ...body },
  });
const devices = inGroup('resource.k8s.io/v1');

const config = { opaque: { driver: 'gpu.example.com', parameters: { shared: true } } };
const toleration = { key: 'example.com/broken', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 };
const claim = {
  devices: {
    requests: [
      { name: 'one', exactly: { deviceClassName: 'gpu.example.com', count: 2, tolerations: [toleration] } },
      {
        name: 'other',
        firstAvailable: [
          { name: 'large', deviceClassName: 'large.example.com', allocationMode: 'All' },
          { name: 'small', deviceClassName: 'small.example.com', capacity: { requests: { memory: '1Gi' } } },
        ],
      },
    ],
    constraints: [{ requests: ['one', 'other/small'], matchAttribute: 'gpu.example.com/numa' }],
    config: [{ requests: ['one'], ...config }],
  },
};

/** Of `resource.k8s.io` and `storagemigration.k8s.io`. */
export const resourceExamples: readonly Example[] = [
  devices('deviceclasses', 'DeviceClass', 'least', {}),
  devices('deviceclasses', 'DeviceClass', 'full', {
    spec: {
      selectors: [{ cel: { expression: 'device.driver == "gpu.example.com"' } }],
      config: [config],
      extendedResourceName: 'example.com/gpu',
    },
  }),
  devices('resourceclaims', 'ResourceClaim', 'least', {}, true),
  devices('resourceclaims', 'ResourceClaim', 'full', { spec: claim }, true),
  devices(
    'resourceclaimtemplates',
    'ResourceClaimTemplate',
    'full',
    {
      spec: { metadata: { labels: { app: 'a' } }, spec: { devices: { requests: claim.devices.requests.slice(0, 1) } } },
    },
    true,
  ),
  devices('resourceslices', 'ResourceSlice', 'full', {
    spec: {
      driver: 'gpu.example.com',
      pool: { name: 'rack-1/node-1', generation: 1, resourceSliceCount: 1 },
      nodeName: 'node-1',
      devices: [
        {
          name: 'gpu-0',
          attributes: {
            numa: { int: 1 },
            model: { string: 'm' },
            'example.com/firmware': { version: '1.0.0-rc.1' },
          },
          capacity: {
            memory: {
              value: '16Gi',
              requestPolicy: { default: '1Gi', validRange: { min: '1Gi', max: '8Gi', step: '1Gi' } },
            },
          },
          allowMultipleAllocations: true,
          taints: [{ key: 'example.com/old', value: 'v', effect: 'NoSchedule', timeAdded: '2026-01-01T00:00:00Z' }],
          consumesCounters: [{ counterSet: 'slots', counters: { used: { value: '1' } } }],
          bindingConditions: ['Attached'],
          bindingFailureConditions: ['Failed'],
        },
      ],
    },
  }),
  devices('resourceslices', 'ResourceSlice', 'shared', {
    spec: {
      driver: 'gpu.example.com',
      pool: { name: 'rack-1', generation: 1, resourceSliceCount: 2 },
      allNodes: true,
      sharedCounters: [{ name: 'slots', counters: { used: { value: '8' } } }],
    },
  }),
  devices('devicetaintrules', 'DeviceTaintRule', 'full', {
    spec: {
      deviceSelector: { driver: 'gpu.example.com', pool: 'rack-1', device: 'gpu-0' },
      taint: { key: 'example.com/broken', value: 'v', effect: 'NoExecute', timeAdded: '2026-01-01T00:00:00Z' },
    },
  }),
  inGroup('storagemigration.k8s.io/v1')('storageversionmigrations', 'StorageVersionMigration', 'full', {
    spec: { resource: { group: 'apps', resource: 'deployments' } },
  }),
];
