import { describe, expect, test } from 'vitest';
import type { Pod, PodSpec } from '../types/core-v1.generated.ts';
import { bindPod, validateBinding } from './pod-binding.ts';
import { defaultPod } from './pod-defaults.ts';
import { defaultPodRules } from './pod-rules.ts';
import { validatePodUpdate } from './pod-update.ts';

function podOf(spec: PodSpec): Pod {
  const pod: Pod = { metadata: { name: 'p' }, spec: { containers: [{ name: 'a', image: 'i' }], ...spec } };
  defaultPod(pod);
  return pod;
}

const wrong = (now: PodSpec, before: PodSpec): string[] =>
  validatePodUpdate(podOf(now), podOf(before), defaultPodRules).map(({ field, message }) => `${field}: ${message}`);

describe('api/core/pod-update', () => {
  test('images, a nearer deadline and further tolerations may change', () => {
    const tolerations = [{ key: 'a', operator: 'Exists' }];
    expect(wrong({ containers: [{ name: 'a', image: 'j' }] }, {})).toEqual([]);
    expect(wrong({ activeDeadlineSeconds: 5 }, { activeDeadlineSeconds: 6 })).toEqual([]);
    expect(wrong({ tolerations: [...tolerations, { key: 'b', operator: 'Exists' }] }, { tolerations })).toEqual([]);
    expect(wrong({ activeDeadlineSeconds: 7 }, { activeDeadlineSeconds: 6 })).toEqual([
      'spec.activeDeadlineSeconds: Invalid value: 7: must be less than or equal to previous value',
    ]);
    expect(wrong({}, { tolerations })).toEqual([
      'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
    ]);
  });

  test('what may not change is shown as it was and as it would be', () => {
    const [error = ''] = wrong({ hostname: 'b' }, { hostname: 'a' });
    expect(error).toContain('spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`');
    expect(error).toContain('- "Hostname": "a",\n+ "Hostname": "b",\n');
  });
});

describe('api/core/pod-binding', () => {
  test('a pod is bound once, to a node, and says so', () => {
    const bound = bindPod({ metadata: { name: 'p' }, spec: {} }, { target: { name: 'n' } }, 0);
    expect(bound).toMatchObject({
      spec: { nodeName: 'n' },
      status: { conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime: '1970-01-01T00:00:00Z' }] },
    });
    expect(() => bindPod(bound, { target: { name: 'm' } }, 0)).toThrow('pod p is already assigned to node "n"');
    expect(validateBinding({ target: { kind: 'X', name: '' } }).map(({ field }) => field)).toEqual([
      'target.kind',
      'target.name',
    ]);
  });
});
