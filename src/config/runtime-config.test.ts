import { describe, expect, test } from 'vitest';
import { RuntimeConfig } from './runtime-config.ts';

const pods = { group: '', version: 'v1', resource: 'pods' };
const deployments = { group: 'apps', version: 'v1', resource: 'deployments' };
const daemons = { group: 'apps', version: 'v1', resource: 'daemonsets' };
const beta = { group: 'apps', version: 'v2beta1', resource: 'deployments' };

const enabled = (...list: string[]) =>
  [pods, deployments, daemons, beta].map((name) => new RuntimeConfig(list).isEnabled(name));

describe('config: what is served', () => {
  test('is everything unless somebody says otherwise', () => {
    expect(enabled()).toEqual([true, true, true, true]);
  });

  test('a resource counts more than its version, and that more than its stage, in whatever order', () => {
    expect(enabled('api/all=false', 'apps/v1=true')).toEqual([false, true, true, false]);
    expect(enabled('apps/v1/deployments=true', 'apps/v1=false', 'api/all=true')).toEqual([true, true, false, true]);
    expect(enabled('api/beta=false')).toEqual([true, true, true, false]);
    expect(enabled('api/ga=true', 'api/all=false')).toEqual([true, true, true, false]);
  });

  test('the core group is v1, or api/v1', () => {
    for (const key of ['v1', 'api/v1', '/v1', 'v1/pods', 'api/v1/pods']) {
      expect(enabled(`${key}=false`)).toEqual([false, true, true, true]);
    }
  });

  test('nothing at all is yes, and the last of two counts', () => {
    expect(enabled('api/all=false', 'apps/v1')).toEqual([false, true, true, false]);
    expect(enabled('apps/v1=true', 'apps/v1=0')).toEqual([true, false, false, true]);
  });

  test('what cannot be meant is told', () => {
    const problems = (...list: string[]) => new RuntimeConfig(list).problems;
    expect(problems('apps/v1=1', 'api/beta=true', 'v1/pods=F')).toEqual([]);
    expect(problems('api/all=maybe')).toEqual(['neither true nor false: "api/all=maybe"']);
    expect(problems('apps/v1=maybe')).toEqual(['neither true nor false: "apps/v1=maybe"']);
    expect(problems('apps/v1/Deployments=true')[0]).toContain('written small');
    for (const key of ['apps', 'a/b/c/d']) expect(problems(`${key}=true`)[0]).toContain('not api/all');
    expect(problems('api/all=false')).toEqual(['with api/all=false alone nothing would be served']);
  });

  test('a group must be known, and what should be served be there', () => {
    const problems = (entry: string) =>
      new RuntimeConfig([entry]).problemsWith([pods, deployments], new Set(['', 'apps', 'batch']));
    expect(problems('apps/v1=true')).toEqual([]);
    expect(problems('apps/v9=false')).toEqual([]);
    expect(problems('apps/v9=true')).toEqual(['there is no apps/v9 to serve']);
    expect(problems('v2=true')).toEqual(['there is no group "v2"']);
    expect(problems('foo/v1=false')).toEqual(['there is no group "foo"']);
  });
});
