import { describe, expect, test } from 'vitest';
import { requestInfoOf } from './request-info.ts';

function info(method: string, target: string) {
  const [path = '', query = ''] = target.split('?');
  return requestInfoOf(method, path, new URLSearchParams(query));
}

describe('what a method and a path say', () => {
  test.each([
    ['GET', '/api/v1/pods', { verb: 'list', version: 'v1', resource: 'pods', namespace: '' }],
    ['GET', '/api/v1/pods?watch=true', { verb: 'watch', resource: 'pods', watchPath: false }],
    ['GET', '/api/v1/pods?watch=false', { verb: 'list' }],
    ['GET', '/api/v1/pods?watch=', { verb: 'watch' }],
    ['GET', '/api/v1/pods?watch', { verb: 'watch' }],
    ['GET', '/api/v1/namespaces/ns/pods/a', { verb: 'get', resource: 'pods', namespace: 'ns', name: 'a' }],
    ['HEAD', '/api/v1/namespaces/ns/pods/a', { verb: 'get' }],
    ['GET', '/api/v1/namespaces/ns/pods/a?watch=1', { verb: 'get', name: 'a' }],
    ['GET', '/api/v1/namespaces/ns/pods/a/log', { verb: 'get', subresource: 'log', name: 'a' }],
    ['POST', '/api/v1/namespaces/ns/pods', { verb: 'create', namespace: 'ns', resource: 'pods' }],
    ['PUT', '/api/v1/namespaces/ns/pods/a/status', { verb: 'update', subresource: 'status' }],
    ['PATCH', '/apis/apps/v1/namespaces/ns/deployments/a', { verb: 'patch', group: 'apps', version: 'v1' }],
    ['DELETE', '/apis/apps/v1/namespaces/ns/deployments', { verb: 'deletecollection', resource: 'deployments' }],
    ['DELETE', '/api/v1/nodes/n', { verb: 'delete', resource: 'nodes', name: 'n', namespace: '' }],
    ['GET', '/api/v1/namespaces', { verb: 'list', resource: 'namespaces', namespace: '' }],
    ['GET', '/api/v1/namespaces/ns', { verb: 'get', resource: 'namespaces', name: 'ns', namespace: 'ns' }],
    ['PUT', '/api/v1/namespaces/ns/finalize', { resource: 'namespaces', name: 'ns', subresource: 'finalize' }],
    ['PUT', '/api/v1/namespaces/ns/status', { resource: 'namespaces', name: 'ns', subresource: 'status' }],
    ['GET', '/api/v1/watch/pods', { verb: 'watch', watchPath: true, resource: 'pods', name: '' }],
    ['GET', '/api/v1/watch/namespaces/ns/pods', { verb: 'watch', namespace: 'ns', resource: 'pods' }],
    ['GET', '/apis/apps/v1/watch/namespaces/ns/deployments/a', { verb: 'watch', group: 'apps', pathName: 'a' }],
    ['GET', '/api/v1/watch/namespaces/ns', { verb: 'watch', resource: 'namespaces', pathName: 'ns' }],
    ['TRACE', '/api/v1/pods', { verb: '' }],
    ['get', '/api/v1/pods', { verb: '' }],
    ['constructor', '/api/v1/pods', { verb: '' }],
    ['GET', '/api/v1/pods//', { verb: 'list', parts: ['pods'] }],
    ['GET', '/api/v1/namespaces/ns/pods//a', { parts: ['pods', '', 'a'], namespace: 'ns', pathName: '' }],
    ['GET', '/api/v1/namespaces//pods', { resource: 'pods', namespace: '', inNamespace: true }],
    ['GET', '/api/v1/namespaces/ns//pods', { resource: '', namespace: 'ns', inNamespace: true }],
    ['GET', '/api/v1/namespaces/ns/namespaces/x', { resource: 'namespaces', pathName: 'x', inNamespace: true }],
    ['GET', '/api/v1/namespaces/../pods', { resource: 'pods', namespace: '..' }],
    ['GET', '/api/v1/namespaces/ns/status', { resource: 'namespaces', inNamespace: false }],
    ['GET', '/api/v1/pods/', { verb: 'list', resource: 'pods' }],
  ])('%s %s', (method, target, expected) => {
    expect(info(method, target)).toMatchObject({ isResource: true, ...expected });
  });

  test.each([
    '/',
    '',
    '/api',
    '/api/v1',
    '/apis/apps',
    '/apis/apps/v1',
    '/healthz',
    '/api/v1/watch',
    '/api//pods',
    '//api/v1/pods',
    '*',
    '/healthz/../api/v1/pods',
    '/../api/v1/pods',
    '/other/v1/pods',
  ])('%j is about no resource', (path) => {
    expect(info('GET', path)).toMatchObject({ isResource: false, verb: 'get', path });
  });

  test.each([
    ['metadata.name=a', 'a'],
    ['metadata.name==a', 'a'],
    ['spec.x=1,metadata.name=a', 'a'],
    ['metadata.name!=a', ''],
    ['metadata.name=a/b', ''],
    ['metadata.name=..', ''],
    ['', ''],
  ])('a collection selected by %j is about %j', (selector, name) => {
    const query = new URLSearchParams({ fieldSelector: selector });
    expect(requestInfoOf('GET', '/api/v1/pods', query)).toMatchObject({ verb: 'list', name, pathName: '' });
  });
});
