import { describe, expect, test } from 'vitest';
import type { PodSpec } from '../types/core-v1.generated.ts';
import { dropUnservedFields } from './unserved-pod-fields.ts';

const container = { name: 'a', image: 'b' };
const inContainer = (fields: object) => ({ containers: [{ ...container, ...fields }] });
const inVolume = (source: object) => ({ containers: [container], volumes: [{ name: 'v', ...source }] });
const items = [{ key: 'k', path: 'p', user: 1 }];
const without = [{ key: 'k', path: 'p' }];
const file = { path: 'p', user: 1 };

/** What is written, and what is left of it. */
const specs: Record<string, readonly [object, object]> = {
  'of the pod': [
    { containers: [container], evictionResponders: [{ name: 'x' }], schedulingGroup: { podGroupName: 'x' } },
    { containers: [container] },
  ],
  'a stop signal alone': [inContainer({ lifecycle: { stopSignal: 'SIGUSR1' } }), inContainer({})],
  'a stop signal beside a hook': [
    inContainer({ lifecycle: { stopSignal: 'SIGUSR1', preStop: { httpGet: { port: 1, protocol: 'x' } } } }),
    inContainer({ lifecycle: { preStop: { httpGet: { port: 1 } } } }),
  ],
  probes: [
    inContainer({
      livenessProbe: { grpc: { port: 1, mode: 'x' } },
      startupProbe: { httpGet: { port: 1, protocol: 'x' } },
    }),
    inContainer({ livenessProbe: { grpc: { port: 1 } }, startupProbe: { httpGet: { port: 1 } } }),
  ],
  mounts: [
    inContainer({ volumeMounts: [{ name: 'v', mountPath: '/v', bindMountOptions: ['x'] }] }),
    inContainer({ volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
  ],
  'an empty directory': [inVolume({ emptyDir: { mode: 1 } }), inVolume({ emptyDir: {} })],
  'a secret': [inVolume({ secret: { defaultUser: 1, items } }), inVolume({ secret: { items: without } })],
  'what is projected': [
    inVolume({ projected: { defaultUser: 1, sources: [{ configMap: { items } }, { serviceAccountToken: file }] } }),
    inVolume({ projected: { sources: [{ configMap: { items: without } }, { serviceAccountToken: { path: 'p' } }] } }),
  ],
};

const copyOf = (spec: object): PodSpec => structuredClone(spec) as PodSpec;

describe('dropUnservedFields', () => {
  test.each(Object.entries(specs))('%s: gone, and nothing else', (_, [written, left]) => {
    const spec = copyOf(written);
    dropUnservedFields(spec, copyOf(left));
    expect(spec).toEqual(left);
  });

  test.each(Object.entries(specs))('%s: stays where it was before', (_, [written]) => {
    const spec = copyOf(written);
    dropUnservedFields(spec, copyOf(written));
    expect(spec).toEqual(written);
  });

  test('a lifecycle that says nothing is left', () => {
    const spec = copyOf(inContainer({ lifecycle: {} }));
    dropUnservedFields(spec, undefined);
    expect(spec).toEqual(inContainer({ lifecycle: {} }));
  });
});
