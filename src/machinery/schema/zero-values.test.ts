import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../json-value.ts';
import { decode } from './decoder.ts';
import { kubernetesSchema } from './kubernetes-schema.ts';
import { fillZeroValues, zeroValueOf } from './zero-values.ts';

function structNamed(name: string) {
  const struct = kubernetesSchema().byName(`io.k8s.${name}`);
  if (struct === undefined) throw new Error(`no ${name}`);
  return struct;
}

function filled(name: string, object: JsonObject): JsonObject {
  const struct = structNamed(name);
  const decoded = decode(struct, object).object;
  fillZeroValues(struct, decoded);
  return decoded;
}

// What kube-apiserver 1.37.2 answers with for the same objects.
describe('machinery/schema: what Go writes of fields that were never set', () => {
  test('structs are there, empty, with what their own fields always have', () => {
    expect(filled('api.core.v1.Pod', {})).toEqual({ metadata: {}, spec: { containers: null }, status: {} });
    expect(filled('api.core.v1.Service', {})).toEqual({ metadata: {}, spec: {}, status: { loadBalancer: {} } });
    expect(filled('api.coordination.v1.Lease', {})).toEqual({ metadata: {}, spec: {} });
    expect(filled('api.core.v1.Node', {})['status']).toEqual({
      daemonEndpoints: { kubeletEndpoint: { Port: 0 } },
      nodeInfo: {
        architecture: '',
        bootID: '',
        containerRuntimeVersion: '',
        kernelVersion: '',
        kubeProxyVersion: '',
        kubeletVersion: '',
        machineID: '',
        operatingSystem: '',
        osImage: '',
        systemUUID: '',
      },
    });
  });

  test('inside of lists and maps too, and beside what is set', () => {
    expect(filled('api.core.v1.PodStatus', { containerStatuses: [{ name: 'c' }], phase: 'Running' })).toEqual({
      containerStatuses: [
        { name: 'c', state: {}, lastState: {}, ready: false, restartCount: 0, image: '', imageID: '' },
      ],
      phase: 'Running',
    });
    expect(filled('api.core.v1.ServiceSpec', { ports: [{ port: 80 }, null] })).toEqual({
      ports: [
        { port: 80, targetPort: 0 },
        { port: 0, targetPort: 0 },
      ],
    });
  });

  test('times, lists and pointers that must be written are null', () => {
    expect(filled('api.core.v1.PodCondition', { type: 'Ready', status: 'True' })).toEqual({
      type: 'Ready',
      status: 'True',
      lastProbeTime: null,
      lastTransitionTime: null,
    });
    expect(filled('api.apps.v1.DeploymentSpec', { template: { spec: { containers: [] } } })).toEqual({
      selector: null,
      strategy: {},
      template: { metadata: {}, spec: { containers: [] } },
    });
    expect(filled('api.apps.v1.ControllerRevision', {})).toEqual({ metadata: {}, data: null, revision: 0 });
    expect(filled('api.core.v1.Event', {})).toEqual({
      metadata: {},
      involvedObject: {},
      source: {},
      firstTimestamp: null,
      lastTimestamp: null,
      eventTime: null,
      reportingComponent: '',
      reportingInstance: '',
    });
  });

  test('what may be left out is not written, and goes when it holds nothing', () => {
    expect(filled('apimachinery.pkg.apis.meta.v1.ObjectMeta', { name: 'a', generation: 0, labels: {} })).toEqual({
      name: 'a',
    });
    expect(filled('api.core.v1.PodSpec', { hostNetwork: false, nodeName: '', containers: [] })).toEqual({
      containers: [],
    });
  });

  test('a zero that was set stays where it is a value of its own', () => {
    const spec = { replicas: 0, revisionHistoryLimit: 0, minReadySeconds: 0 };
    const written = { selector: null, strategy: {}, template: { metadata: {}, spec: { containers: null } } };
    expect(filled('api.apps.v1.DeploymentSpec', spec)).toEqual({ replicas: 0, revisionHistoryLimit: 0, ...written });
  });

  test('a null is the zero value, where there is one, and else nothing', () => {
    const object: JsonObject = {
      metadata: null,
      spec: { containers: null, volumes: null, nodeName: null },
      status: null,
    };
    fillZeroValues(structNamed('api.core.v1.Pod'), object);
    expect(object).toEqual({ metadata: {}, spec: { containers: null }, status: {} });
  });

  test('a value of the wrong type is left as it is', () => {
    const object: JsonObject = { metadata: 'x', spec: [1], status: { conditions: 'none' } };
    fillZeroValues(structNamed('api.core.v1.Pod'), object);
    expect(object).toEqual({ metadata: 'x', spec: [1], status: { conditions: 'none' } });
  });

  test('every type has a zero value that holds no more when it is filled again', () => {
    const schema = kubernetesSchema();
    for (const name of schema.names) {
      const struct = schema.byName(name);
      if (struct === undefined) throw new Error(name);
      const zero = zeroValueOf(struct) as JsonObject;
      const again = structuredClone(zero);
      fillZeroValues(struct, again);
      expect(again, name).toEqual(structuredClone(zero));
      expect(Object.keys(zero).sort(), name).toEqual([...struct.alwaysWritten].sort());
    }
  });
});
