import { describe, expect, test } from 'vitest';
import { kubernetesSchema } from './kubernetes-schema.ts';

const schema = kubernetesSchema();
const field = (name: string, key: string) => schema.byName(name)?.fields.get(key);

describe('machinery/schema: the types of Kubernetes', () => {
  test('are found by kind and by definition, and are the same', () => {
    const pod = schema.byKind({ group: '', version: 'v1' }, 'Pod');
    expect(pod?.name).toBe('io.k8s.api.core.v1.Pod');
    expect(schema.byName('io.k8s.api.core.v1.Pod')).toBe(pod);
    expect(schema.byKind({ group: 'apps', version: 'v1' }, 'Deployment')?.name).toBe('io.k8s.api.apps.v1.Deployment');
    expect(schema.byKind({ group: '', version: 'v1' }, 'Nothing')).toBeUndefined();
    expect(schema.byName('constructor')).toBeUndefined();
  });

  test('carry what merging needs', () => {
    expect(field('io.k8s.api.core.v1.PodSpec', 'containers')).toMatchObject({
      schema: { kind: 'list', items: { kind: 'struct', name: 'io.k8s.api.core.v1.Container' } },
      listType: 'map',
      listMapKeys: ['name'],
      patchStrategy: 'merge',
      patchMergeKey: 'name',
    });
    expect(field('io.k8s.api.core.v1.Container', 'ports')?.listMapKeys).toEqual(['containerPort', 'protocol']);
    expect(field('io.k8s.api.core.v1.Container', 'args')).toEqual({
      schema: { kind: 'list', items: { kind: 'string' } },
      listType: 'atomic',
    });
    expect(field('io.k8s.api.apps.v1.DeploymentSpec', 'strategy')?.patchStrategy).toBe('retainKeys');
    expect(schema.byName('io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector')?.atomic).toBe(true);
    expect(schema.byName('io.k8s.api.core.v1.Container')?.required).toEqual(['name']);
  });

  test('know the defaults that the document has', () => {
    expect(field('io.k8s.api.core.v1.ContainerPort', 'protocol')?.default).toBe('TCP');
    expect(field('io.k8s.api.core.v1.LocalObjectReference', 'name')?.default).toBe('');
    expect(field('io.k8s.api.core.v1.AzureDiskVolumeSource', 'kind')?.default).toBe('Shared');
    expect(field('io.k8s.api.core.v1.ObjectReference', 'name')?.default).toBeUndefined();
  });

  test('know which structs and untyped values are owned as a whole, and where that is undone', () => {
    expect(field('io.k8s.api.core.v1.PersistentVolumeSpec', 'claimRef')?.atomic).toBe(false);
    expect(field('io.k8s.api.apps.v1.ControllerRevision', 'data')?.atomic).toBe(true);
  });

  test('know the scalars that JSON does not', () => {
    const kindOf = (name: string, key: string) => schema.byName(name)?.fields.get(key)?.schema;
    expect(kindOf('io.k8s.api.core.v1.Secret', 'data')).toEqual({ kind: 'map', values: { kind: 'bytes' } });
    expect(kindOf('io.k8s.api.core.v1.ServicePort', 'targetPort')).toEqual({ kind: 'intOrString' });
    expect(kindOf('io.k8s.api.core.v1.ResourceRequirements', 'limits')).toEqual({
      kind: 'map',
      values: { kind: 'quantity' },
    });
    expect(kindOf('io.k8s.api.coordination.v1.LeaseSpec', 'renewTime')).toEqual({ kind: 'microtime' });
    expect(kindOf('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', 'creationTimestamp')).toEqual({ kind: 'time' });
    expect(kindOf('io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry', 'fieldsV1')).toEqual({ kind: 'any' });
  });

  test('all of them can be built, those that hold themselves included', () => {
    for (const name of schema.names) expect(schema.byName(name)?.name).toBe(name);
    const props = schema.byName('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps');
    expect(props?.fields.get('not')?.schema).toBe(props);
  });
});
