import { describe, expect, test } from 'vitest';
import { RuntimeConfig } from './runtime-config.ts';

const pods = { group: '', version: 'v1', resource: 'pods' };
const secrets = { group: '', version: 'v1', resource: 'secrets' };
const deployments = { group: 'apps', version: 'v1', resource: 'deployments' };
const daemons = { group: 'apps', version: 'v1', resource: 'daemonsets' };
const beta = { group: 'storage.k8s.io', version: 'v1beta1', resource: 'volumeattributesclasses' };

const enabled = (...list: string[]) =>
  [pods, secrets, deployments, daemons, beta].map((name) => new RuntimeConfig(list).isEnabled(name));

describe('config: what is served', () => {
  test('is what is stable, unless somebody says otherwise', () => {
    expect(enabled()).toEqual([true, true, true, true, false]);
    expect(enabled('api/beta=true')).toEqual([true, true, true, true, true]);
    expect(enabled('storage.k8s.io/v1beta1/volumeattributesclasses=true')).toEqual([true, true, true, true, true]);
    expect(enabled('api/all=true', 'api/beta=false')).toEqual([true, true, true, true, false]);
  });

  test('a resource counts more than its version, and that more than its stage, in whatever order', () => {
    expect(enabled('api/all=false', 'apps/v1=true')).toEqual([false, false, true, true, false]);
    expect(enabled('apps/v1/deployments=true', 'apps/v1=false', 'api/all=true')).toEqual([
      true,
      true,
      true,
      false,
      true,
    ]);
    expect(enabled('api/ga=true', 'api/all=false')).toEqual([true, true, true, true, false]);
  });

  test('the core group is meant as a whole, unless it is named as it is: by nothing', () => {
    for (const key of ['v1', 'api/v1', '/v1', 'v1/pods', 'api/v1/pods']) {
      expect(enabled(`${key}=false`)).toEqual([false, false, true, true, false]);
    }
    expect(enabled('/v1/pods=false')).toEqual([false, true, true, true, false]);
  });

  test('nothing at all is yes, and the last of two counts', () => {
    expect(enabled('api/all=false', 'apps/v1')).toEqual([false, false, true, true, false]);
    expect(enabled('apps/v1=true', 'apps/v1=0')).toEqual([true, true, false, false, false]);
  });

  test('what can be meant, and of whom there is nothing to serve, is fine', () => {
    const fine = [
      'apps/v1=1',
      'api/beta=true',
      '/v1/pods=F',
      'apps/v1beta1=true',
      'apps/v1/nothing=false',
      'api/legacy=?',
    ];
    expect(new RuntimeConfig(fine).problems).toEqual([]);
  });

  test.each([
    ['api/all=false', 'invalid runtime-config with only api/all=false'],
    ['api/beta=maybe', 'invalid value api/beta=maybe'],
    ['apps', 'runtime-config invalid key apps'],
    ['a/b/c/d=true', 'runtime-config invalid key a/b/c/d'],
    ['=x', 'runtime-config invalid key '],
    ['v2=true', 'runtime-config invalid key v2'],
    ['apps/v9=false', 'group version apps/v9 that has not been registered'],
    ['/v2=false', 'group version v2 that has not been registered'],
    ['apps/v1=maybe', 'invalid value of apps/v1: maybe, err: strconv.ParseBool: parsing "maybe": invalid syntax'],
    [
      'apps/v1/Deployments=true',
      'invalid key apps/v1/Deployments: group/version/resource and resource is always lowercase plural, not "Deployments"',
    ],
  ])('what cannot be meant is told in the words of the original: %s', (entry, problem) => {
    expect(new RuntimeConfig([entry]).problems).toEqual([problem]);
  });

  test('groups that nobody has heard of are told together', () => {
    expect(new RuntimeConfig(['foo/v1=true', 'bar/v2=false']).problems).toEqual(['unknown api groups bar/v2,foo/v1']);
  });
});
