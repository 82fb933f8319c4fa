import type { Exchange } from './exchange.ts';

/** Where a server has the objects of one kind. */
export interface ResourcePath {
  readonly kind: string;
  readonly apiVersion: string;
  readonly resource: string;
  readonly namespaced: boolean;
  /** The path of the collection in that namespace; of a kind without namespaces whatever it says. */
  readonly collection: (namespace: string) => string;
}

interface ResourceList {
  readonly resources?: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
}

interface GroupList {
  readonly groups?: readonly { readonly versions: readonly { readonly groupVersion: string }[] }[];
}

/** `apps/v1 Deployment` */
export const kindKey = (apiVersion: string, kind: string): string => `${apiVersion} ${kind}`;

/** What discovery tells, by {@link kindKey}. */
export async function resourcePaths(server: Exchange): Promise<ReadonlyMap<string, ResourcePath>> {
  const found = new Map<string, ResourcePath>();
  const add = async (apiVersion: string, base: string) => {
    const { resources = [] } = (await server.ask({ method: 'GET', path: base })).body as ResourceList;
    for (const { name, kind, namespaced } of resources) {
      if (name.includes('/')) continue;
      const collection = (namespace: string) => `${base}/${namespaced ? `namespaces/${namespace}/` : ''}${name}`;
      found.set(kindKey(apiVersion, kind), { kind, apiVersion, resource: name, namespaced, collection });
    }
  };
  await add('v1', '/api/v1');
  const { groups = [] } = (await server.ask({ method: 'GET', path: '/apis' })).body as GroupList;
  for (const { versions } of groups) {
    for (const { groupVersion } of versions) await add(groupVersion, `/apis/${groupVersion}`);
  }
  return found;
}
