import type { Example } from './objects.ts';

const example = (
  apiVersion: string,
  resource: string,
  kind: string,
  name: string,
  namespaced: boolean,
  body: object,
): Example => ({
  name: `${kind}, ${name}`,
  base: apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`,
  resource,
  namespaced,
  object: { apiVersion, kind, metadata: { name: `${name}-example` }, ...body },
});

const networking = 'networking.k8s.io/v1';
const backend = { service: { name: 's', port: { number: 80 } } };
const peer = { namespaceSelector: {}, podSelector: { matchLabels: { app: 'a' } } };
const block = { ipBlock: { cidr: '192.0.2.0/24', except: ['192.0.2.8/29'] } };

/** Of networks, and of what limits a namespace. */
export const networkingExamples: readonly Example[] = [
  example(networking, 'ingresses', 'Ingress', 'least', true, { spec: { defaultBackend: backend } }),
  example(networking, 'ingresses', 'Ingress', 'full', true, {
    spec: {
      ingressClassName: 'c',
      defaultBackend: { resource: { apiGroup: 'example.com', kind: 'Bucket', name: 'b' } },
      tls: [{ hosts: ['a.example.com', '*.example.org'], secretName: 't' }],
      rules: [
        { host: 'a.example.com', http: { paths: [{ path: '/p', pathType: 'Prefix', backend }] } },
        {
          host: '*.example.org',
          http: {
            paths: [
              { pathType: 'ImplementationSpecific', backend: { service: { name: 's', port: { name: 'http' } } } },
            ],
          },
        },
      ],
    },
  }),
  example(networking, 'ingressclasses', 'IngressClass', 'least', false, { spec: { controller: 'example.com/c' } }),
  example(networking, 'ingressclasses', 'IngressClass', 'full', false, {
    spec: {
      controller: 'example.com/c',
      parameters: { apiGroup: 'example.com', kind: 'Settings', name: 's', scope: 'Namespace', namespace: 'n' },
    },
  }),
  example(networking, 'networkpolicies', 'NetworkPolicy', 'least', true, {}),
  example(networking, 'networkpolicies', 'NetworkPolicy', 'full', true, {
    spec: {
      podSelector: { matchLabels: { app: 'a' }, matchExpressions: [{ key: 'k', operator: 'In', values: ['v'] }] },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          from: [peer, block],
          ports: [
            { port: 80, endPort: 90 },
            { protocol: 'UDP', port: 'dns' },
          ],
        },
      ],
      egress: [{ to: [block] }],
    },
  }),
  example('discovery.k8s.io/v1', 'endpointslices', 'EndpointSlice', 'least', true, { addressType: 'IPv4' }),
  example('discovery.k8s.io/v1', 'endpointslices', 'EndpointSlice', 'full', true, {
    addressType: 'IPv6',
    endpoints: [
      {
        addresses: ['2001:db8::1'],
        conditions: { ready: true, serving: true, terminating: false },
        hostname: 'h',
        nodeName: 'n',
        zone: 'z',
        hints: { forZones: [{ name: 'z' }], forNodes: [{ name: 'n' }] },
        targetRef: { kind: 'Pod', name: 'p' },
        deprecatedTopology: { 'kubernetes.io/hostname': 'n' },
      },
    ],
    ports: [{ name: 'http', port: 80, appProtocol: 'kubernetes.io/h2c' }, { protocol: 'UDP' }],
  }),
  example(networking, 'ipaddresses', 'IPAddress', 'full', false, {
    metadata: { name: '192.0.2.7' },
    spec: { parentRef: { group: 'example.com', resource: 'things', namespace: 'n', name: 't' } },
  }),
  example(networking, 'servicecidrs', 'ServiceCIDR', 'full', false, {
    spec: { cidrs: ['192.0.2.0/28', '2001:db8::/120'] },
  }),
  example('v1', 'limitranges', 'LimitRange', 'full', true, {
    spec: {
      limits: [
        {
          type: 'Container',
          min: { cpu: '100m' },
          max: { cpu: '1', memory: '1Gi' },
          default: { cpu: '500m' },
          defaultRequest: { memory: '64Mi' },
          maxLimitRequestRatio: { cpu: '4' },
        },
        { type: 'PersistentVolumeClaim', max: { storage: '1Ti' } },
      ],
    },
  }),
  example('v1', 'resourcequotas', 'ResourceQuota', 'least', true, {}),
  example('v1', 'resourcequotas', 'ResourceQuota', 'full', true, {
    spec: {
      hard: { pods: '10', 'requests.cpu': '4', 'limits.memory': '2Gi', 'count/deployments.apps': '3' },
      scopes: ['NotTerminating'],
      scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['p'] }] },
    },
  }),
];
