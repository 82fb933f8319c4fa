import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../machinery/json-value.ts';
import { podWarnings, templateWarnings, workloadWarnings } from './pod-warnings.ts';

const container = { name: 'a', image: 'i' };
const told = (spec: JsonObject, annotations: JsonObject = {}) =>
  podWarnings({ metadata: { name: 'a', annotations }, spec: { containers: [container], ...spec } });

// The words of kube-apiserver 1.37.2 for the same pods.
describe('warnings: pods', () => {
  test('a plain one has nothing to be told', () => {
    expect(told({})).toEqual([]);
    expect(podWarnings({})).toEqual([]);
  });

  test('selecting nodes by what they are no longer labelled with', () => {
    expect(
      told({
        nodeSelector: { 'beta.kubernetes.io/os': 'linux', 'kubernetes.io/os': 'linux' },
        topologySpreadConstraints: [{ topologyKey: 'failure-domain.beta.kubernetes.io/zone', labelSelector: {} }, {}],
        affinity: {
          nodeAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              { preference: { matchExpressions: [{ key: 'a', operator: 'In', values: ['-'] }] } },
            ],
          },
          podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'x' }] },
        },
      }),
    ).toEqual([
      'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
      expect.stringMatching(
        /^spec\.affinity\.nodeAffinity\.preferredDuringSchedulingIgnoredDuringExecution\[0\]\.preference\.matchExpressions\[0\]\.values\[0\]: - is invalid, /,
      ),
      'spec.topologySpreadConstraints[0].topologyKey: failure-domain.beta.kubernetes.io/zone is ' +
        'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
      'spec.topologySpreadConstraints[1].labelSelector: a null labelSelector results in matching no pod',
      'spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector: ' +
        'a null labelSelector results in matching no pod',
    ]);
  });

  test('annotations that do nothing, unless the field is there', () => {
    const seccomp = { 'container.seccomp.security.alpha.kubernetes.io/a': 'runtime/default' };
    expect(told({}, seccomp)).toEqual([
      'metadata.annotations[container.seccomp.security.alpha.kubernetes.io/a]: ' +
        'non-functional in v1.27+; use the "seccompProfile" field instead',
    ]);
    const securityContext = { seccompProfile: {} };
    expect(told({ containers: [{ ...container, securityContext }] }, seccomp)).toEqual([]);
    const appArmor = { 'container.apparmor.security.beta.kubernetes.io/a': 'localhost/p' };
    expect(told({}, appArmor)).toHaveLength(1);
    const profile = { appArmorProfile: { type: 'Localhost', localhostProfile: 'p' } };
    expect(told({ securityContext: profile }, appArmor)).toEqual([]);
  });

  test('what is there twice', () => {
    expect(
      told({
        hostAliases: [{ ip: '1.2.3.4' }, { ip: '1.2.3.4' }],
        imagePullSecrets: [{ name: 'a' }, { name: 'a' }, {}],
        containers: [
          {
            ...container,
            env: [
              { name: 'A', value: '1' },
              { name: 'A', value: '$(A)2' },
              { name: 'A', value: '$(A)' },
            ],
          },
        ],
      }),
    ).toEqual([
      'spec.hostAliases[1].ip: duplicate ip "1.2.3.4"',
      'spec.imagePullSecrets[1].name: duplicate name "a"',
      'spec.imagePullSecrets[2].name: invalid empty name ""',
      'spec.containers[0].env[2]: hides previous definition of "A", which may be dropped when using apply',
    ]);
  });

  test('ports that are the same, include each other, or may be either', () => {
    const ports = [
      { containerPort: 80, protocol: 'TCP', name: 'x' },
      { containerPort: 80, protocol: 'TCP' },
      { containerPort: 80, protocol: 'TCP', hostPort: 8080 },
      { containerPort: 80, protocol: 'TCP', hostPort: 8080, hostIP: '1.2.3.4' },
      { containerPort: 81, protocol: 'TCP', hostIP: '1.2.3.4', name: 'x' },
    ];
    const at = (index: number) => `spec.containers[0].ports[${index}]`;
    expect(told({ containers: [{ ...container, ports }] })).toEqual([
      `${at(1)}: duplicate port definition with ${at(0)}`,
      `${at(2)}: overlapping port definition with ${at(0)}`,
      `${at(2)}: overlapping port definition with ${at(1)}`,
      `${at(3)}: overlapping port definition with ${at(0)}`,
      `${at(3)}: overlapping port definition with ${at(1)}`,
      `${at(3)}: dangerously ambiguous port definition with ${at(2)}`,
      `${at(4)}: hostIP set without hostPort: {Name:x HostPort:0 ContainerPort:81 Protocol:TCP HostIP:1.2.3.4}`,
      `${at(4)}: duplicate port name "x" with ${at(0)}, services and probes that select ports by name will use ${at(0)}`,
    ]);
  });

  test('however many ports say the same, the answer is bounded', () => {
    const ports = Array.from({ length: 2_000 }, () => ({ containerPort: 80, protocol: 'TCP' }));
    expect(told({ containers: [{ ...container, ports }] })).toHaveLength(64);
  });

  test('bytes come whole', () => {
    const resources = { limits: { memory: '100m' }, requests: { memory: '1Gi', 'ephemeral-storage': '1500m' } };
    expect(told({ containers: [{ ...container, resources }], overhead: { memory: '1500m', cpu: '1500m' } })).toEqual([
      'spec.overhead[memory]: fractional byte value "1500m" is invalid, must be an integer',
      'spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer',
      'spec.containers[0].resources.requests[ephemeral-storage]: ' +
        'fractional byte value "1500m" is invalid, must be an integer',
    ]);
  });

  test('volumes that nothing mounts, and files that hide each other', () => {
    expect(
      told({
        volumes: [
          { name: 'g', gitRepo: {} },
          { name: 'c', cephfs: {} },
          {
            name: 'm',
            configMap: {
              name: 'q',
              items: [
                { key: 'a', path: 'p' },
                { key: 'b', path: 'p/q/' },
              ],
            },
          },
          {
            name: 'j',
            projected: {
              sources: [{ secret: { name: 's', items: [{ path: 't' }] } }, { serviceAccountToken: { path: 't' } }, {}],
            },
          },
        ],
      }),
    ).toEqual([
      'spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+',
      'spec.volumes[1].cephfs: deprecated in v1.28, non-functional in v1.31+',
      'volume "m" (ConfigMap "q"): overlapping paths: "p/q" with "p"',
      'volume "j" (Projected) has no sources provided',
      'volume "j" (Projected): overlapping paths: "t" (ServiceAccountToken) with "t" (Secret "s")',
    ]);
  });

  test('a template’s are said of its place, a workload’s name of its pods’', () => {
    const spec = { containers: [container], nodeSelector: { 'beta.kubernetes.io/os': 'linux' } };
    const workload = { metadata: { name: 'a.b' }, spec: { template: { spec } } };
    const selector =
      'spec.template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead';
    expect(templateWarnings(workload)).toEqual([selector]);
    expect(workloadWarnings(workload)).toEqual([
      'metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; ' +
        'a DNS label is recommended: [must not contain dots]',
      selector,
    ]);
  });
});
