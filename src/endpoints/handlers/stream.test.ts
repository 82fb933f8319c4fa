import { describe, expect, test } from 'vitest';
import { noLocations } from '../../../test/support/no-locations.ts';
import { builtInKinds } from '../../api/built-in-kinds.ts';
import type { AccessAttributes } from '../../machinery/authorizer.ts';
import { RequestContext } from '../../machinery/request-context.ts';
import { ApiRequest } from '../api-request.ts';
import { requestInfoOf } from '../request-info.ts';
import { RequestLine } from '../request-line.ts';
import type { ServedResource } from '../served-resource.ts';
import type { HandlerDeps } from './handler.ts';
import { stream } from './stream.ts';

const served = builtInKinds()
  .flatMap(({ versions }) => versions)
  .find(({ resource }) => resource === 'pods');

/** What comes of a request by somebody who may do what `verbs` say. */
async function outcome(method: string, subresource: string, verbs: readonly string[]) {
  const asked: AccessAttributes[] = [];
  const line = new RequestLine(method, `/api/v1/namespaces/default/pods/web/${subresource}`, 'localhost');
  const info = requestInfoOf(method, line.path, line.query);
  const request = new ApiRequest({
    raw: new Request('http://localhost/', { method }),
    line,
    bindings: {},
    info,
    context: RequestContext.of('id', { verb: info.verb }),
    shutdown: new AbortController().signal,
  });
  const authorizer = {
    authorize: (attributes: AccessAttributes) => {
      asked.push(attributes);
      return Promise.resolve({ decision: verbs.includes(attributes.verb) ? 'allow' : 'no opinion', reason: '' });
    },
  };
  const deps = { access: { authenticator: {}, authorizer }, locations: noLocations() } as unknown as HandlerDeps;
  const failure = await stream(request, { served } as unknown as ServedResource, deps).catch((error: Error) => error);
  return { said: (failure as Error).message, asked: asked.map(({ verb }) => verb) };
}

describe.each(['exec', 'attach', 'portforward'])('%s', (subresource) => {
  test('is not run by GET for who may only read', async () => {
    expect(await outcome('GET', subresource, ['get'])).toEqual({
      said: `pods "web" is forbidden: User "system:unsecured" cannot create resource "pods/${subresource}" in API group "" in the namespace "default"`,
      asked: ['create'],
    });
  });

  test('is for who may create it, and is not asked about twice', async () => {
    const found = 'pods "web" not found';
    expect(await outcome('GET', subresource, ['create'])).toEqual({ said: found, asked: ['create'] });
    expect(await outcome('POST', subresource, [])).toEqual({ said: found, asked: [] });
  });
});
