import { expect, test } from 'vitest';
import { ApiError } from '../machinery/api-error.ts';
import { RequestContext } from '../machinery/request-context.ts';
import { PodSecurityLabels } from './pod-security-labels.ts';

async function answer(labels: Record<string, string>, resource = 'namespaces'): Promise<string> {
  const place = { group: '', version: 'v1', kind: 'Namespace', resource, subresource: '', namespace: '', name: 'n' };
  const object = { metadata: { name: 'n', labels } };
  try {
    const request = RequestContext.of('');
    await new PodSecurityLabels().validate({ ...place, operation: 'CREATE', object, oldObject: undefined, request });
    return 'yes';
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
}

const of = (mode: string): string => `pod-security.kubernetes.io/${mode}`;

// The words of kube-apiserver 1.37.2.
test('levels and versions are ones that there are', async () => {
  expect(await answer({ [of('enforce')]: 'x', [of('warn-version')]: 'v2', [of('audit')]: '' })).toBe(
    'Namespace "n" is invalid: [' +
      'metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "x": must be one of privileged, baseline, restricted, ' +
      'metadata.labels[pod-security.kubernetes.io/audit]: Invalid value: "": must be one of privileged, baseline, restricted, ' +
      'metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: "v2": must be "latest" or "v1.x"]',
  );
  expect(await answer({ [of('enforce')]: 'baseline', [of('enforce-version')]: 'v1.30' })).toBe('yes');
  expect(await answer({ [of('enforce')]: 'x' }, 'configmaps')).toBe('yes');
});
