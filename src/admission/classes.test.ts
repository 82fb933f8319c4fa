import { describe, expect, test } from 'vitest';
import type { AdmissionAttributes } from '../machinery/admission-attributes.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { RequestContext } from '../machinery/request-context.ts';
import type { ClassLister } from './class-lister.ts';
import { DefaultStorageClass } from './default-storage-class.ts';
import { PersistentVolumeClaimResize } from './persistent-volume-claim-resize.ts';
import { PodPriority, readPriorityClass } from './pod-priority.ts';
import { RuntimeClass, readRuntimeClass } from './runtime-class.ts';
import { readStorageClass } from './storage-class.ts';
import { mergedTolerations } from './tolerations.ts';

const metadataOf = (name: string, annotations: JsonObject = {}, creationTimestamp = '2026-01-01T00:00:00Z') => ({
  metadata: { name, annotations, creationTimestamp },
});

function listerOf<T>(read: (object: JsonObject) => T, objects: readonly JsonObject[]): ClassLister<T> {
  const named = new Map(objects.map((object) => [(object['metadata'] as { name: string }).name, read(object)]));
  return { get: async (name) => named.get(name), all: async () => [...named.values()] };
}

const attributesOf = (object: JsonObject, over: Partial<AdmissionAttributes> = {}): AdmissionAttributes => ({
  operation: 'CREATE',
  group: '',
  version: 'v1',
  kind: 'Pod',
  resource: 'pods',
  subresource: '',
  namespace: 'n',
  name: 'x',
  object,
  oldObject: undefined,
  request: RequestContext.of(''),
  ...over,
});

describe('admission/pod-priority', () => {
  const classes = (...objects: JsonObject[]) => new PodPriority(listerOf(readPriorityClass, objects));
  const high = { ...metadataOf('high'), value: 5, preemptionPolicy: 'Never' };
  const standard = { ...metadataOf('standard'), value: 3, preemptionPolicy: 'Never', globalDefault: true };
  const admitted = async (plugin: PodPriority, spec: JsonObject) => {
    await plugin.admit(attributesOf({ spec }));
    return spec;
  };

  test('a pod takes what its class says', async () => {
    expect(await admitted(classes(high), { priorityClassName: 'high' })).toEqual({
      priorityClassName: 'high',
      priority: 5,
      preemptionPolicy: 'Never',
    });
  });

  test('one that names none takes the default, and of several the least', async () => {
    const lower = { ...standard, ...metadataOf('lower'), value: 1 };
    expect(await admitted(classes(high, standard, lower), {})).toMatchObject({
      priorityClassName: 'lower',
      priority: 1,
    });
    expect(await admitted(classes(high), {})).toEqual({ priority: 0, preemptionPolicy: 'PreemptLowerPriority' });
  });

  test('the classes that every cluster has need not be there', async () => {
    expect(await admitted(classes(), { priorityClassName: 'system-node-critical' })).toMatchObject({
      priority: 2_000_001_000,
    });
  });

  test('a class that is not there is refused, and so is what a class does not say', async () => {
    await expect(admitted(classes(), { priorityClassName: 'none' })).rejects.toThrow(
      'pods "x" is forbidden: no PriorityClass with name none was found',
    );
    await expect(admitted(classes(high), { priorityClassName: 'high', priority: 6 })).rejects.toThrow(
      'pods "x" is forbidden: the integer value of priority (6) must not be provided in pod spec; ' +
        'priority admission controller computed 5 from the given PriorityClass name',
    );
  });

  test('one class alone is the default', async () => {
    const write = (name: string, operation: 'CREATE' | 'UPDATE', globalDefault: boolean) =>
      classes(high, standard).validate(
        attributesOf(
          { ...metadataOf(name), globalDefault },
          { operation, group: 'scheduling.k8s.io', resource: 'priorityclasses', name },
        ),
      );
    await expect(write('other', 'CREATE', true)).rejects.toThrow(
      'priorityclasses.scheduling.k8s.io "other" is forbidden: ' +
        'PriorityClass standard is already marked as default. Only one default can exist',
    );
    await expect(write('high', 'UPDATE', true)).rejects.toThrow('already marked as default');
    await expect(write('standard', 'UPDATE', true)).resolves.toBeUndefined();
    await expect(write('other', 'CREATE', false)).resolves.toBeUndefined();
  });
});

describe('admission/runtime-class', () => {
  const kata = {
    ...metadataOf('kata'),
    overhead: { podFixed: { cpu: '250m' } },
    scheduling: { nodeSelector: { disk: 'ssd' }, tolerations: [{ key: 'kata', operator: 'Exists' }] },
  };
  const plugin = new RuntimeClass(listerOf(readRuntimeClass, [kata, metadataOf('plain')]));
  const written = async (spec: JsonObject) => {
    await plugin.admit(attributesOf({ spec }));
    await plugin.validate(attributesOf({ spec }));
    return spec;
  };

  test('a pod takes what its class takes, and runs where it can', async () => {
    const spec = { runtimeClassName: 'kata', nodeSelector: { zone: 'a' }, tolerations: [{ key: 'k' }] };
    expect(await written(spec)).toEqual({
      runtimeClassName: 'kata',
      overhead: { cpu: '250m' },
      nodeSelector: { zone: 'a', disk: 'ssd' },
      tolerations: [{ key: 'k' }, { key: 'kata', operator: 'Exists' }],
    });
    expect(await written({ runtimeClassName: 'plain' })).toEqual({ runtimeClassName: 'plain' });
  });

  test.each<[JsonObject, string]>([
    [{ runtimeClassName: 'none' }, 'pod rejected: RuntimeClass "none" not found'],
    [
      { runtimeClassName: 'kata', overhead: { cpu: '1' } },
      "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
    ],
    [{ overhead: { cpu: '1' } }, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead'],
    [
      { runtimeClassName: 'kata', nodeSelector: { disk: 'hdd' } },
      'conflict: runtimeClass.scheduling.nodeSelector[disk] = ssd; pod.spec.nodeSelector[disk] = hdd',
    ],
  ])('%j is refused', async (spec, why) => {
    await expect(written(spec)).rejects.toThrow(`pods "x" is forbidden: ${why}`);
  });

  test('of tolerations that say the same the one that says more stays', () => {
    const all = { operator: 'Exists' };
    expect(mergedTolerations([{ key: 'a', operator: 'Equal', value: 'b' }], [all])).toEqual([all]);
    const short = { key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 };
    const long = { ...short, tolerationSeconds: 60 };
    expect(mergedTolerations([short, long], [short])).toEqual([long]);
    expect(mergedTolerations([{ key: 'a' }], [{ key: 'b' }])).toEqual([{ key: 'a' }, { key: 'b' }]);
  });
});

describe('admission: claims and their classes', () => {
  const isDefault = { 'storageclass.kubernetes.io/is-default-class': 'true' };
  const old = metadataOf('old', isDefault, '2026-01-01T00:00:00Z');
  const b = { ...metadataOf('b', isDefault, '2026-02-01T00:00:00Z'), allowVolumeExpansion: true };
  const a = metadataOf('a', isDefault, '2026-02-01T00:00:00Z');
  const classes = listerOf(readStorageClass, [old, b, a, metadataOf('other')]);
  const claims = { kind: 'PersistentVolumeClaim', resource: 'persistentvolumeclaims' };

  test.each<[string, JsonObject, string | undefined]>([
    ['names none', { spec: {} }, 'a'],
    ['wants none', { spec: { storageClassName: '' } }, ''],
    ['names one', { spec: { storageClassName: 'other' } }, 'other'],
    [
      'names one as of old',
      { metadata: { annotations: { 'volume.beta.kubernetes.io/storage-class': 'x' } } },
      undefined,
    ],
  ])('of a claim that %s', async (_, claim, wanted) => {
    await new DefaultStorageClass(classes).admit(attributesOf(claim, claims));
    expect((claim['spec'] as JsonObject | undefined)?.['storageClassName']).toBe(wanted);
  });

  const claim = (storage: string, storageClassName?: string, phase = 'Bound') => ({
    spec: { resources: { requests: { storage } }, ...(storageClassName === undefined ? {} : { storageClassName }) },
    status: { phase },
  });
  const onlyBound = 'Only bound persistent volume claims can be expanded';
  const notThisClass = 'only dynamically provisioned pvc can be resized';

  test.each<[string, JsonObject, JsonObject, string | undefined]>([
    ['its class lets it', claim('1Gi', 'b'), claim('2Gi', 'b'), undefined],
    ['its class does not', claim('1Gi', 'other'), claim('2Gi', 'other'), notThisClass],
    ['its class is gone', claim('1Gi', 'gone'), claim('2Gi', 'gone'), notThisClass],
    ['it has none', claim('1Gi'), claim('2Gi'), notThisClass],
    ['it is not bound', claim('1Gi', 'b', 'Pending'), claim('2Gi', 'b'), onlyBound],
    ['it does not grow', claim('1Gi', 'other'), claim('1024Mi', 'other'), undefined],
  ])('a claim grows where %s', async (_, before, after, wanted) => {
    const attributes = attributesOf(after, { ...claims, operation: 'UPDATE', oldObject: before });
    const answer = new PersistentVolumeClaimResize(classes).validate(attributes);
    if (wanted === undefined) await expect(answer).resolves.toBeUndefined();
    else await expect(answer).rejects.toThrow(wanted);
  });
});
