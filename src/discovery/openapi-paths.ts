import type { ServedVersion } from '../api/served-version.ts';
import type { Verb } from '../api/verb.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import type { OpenApiVersion } from './schema-definitions.ts';

type GroupVersionKind = Pick<ServedVersion, 'group' | 'version' | 'kind'>;

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Which verbs make which method, on a collection and on one object, and the query parameters that matter to clients. */
const operations = {
  list: { method: 'get', on: 'collection', action: 'list', parameters: [] },
  create: {
    method: 'post',
    on: 'collection',
    action: 'post',
    parameters: ['dryRun', 'fieldManager', 'fieldValidation'],
  },
  deletecollection: { method: 'delete', on: 'collection', action: 'deletecollection', parameters: ['dryRun'] },
  get: { method: 'get', on: 'object', action: 'get', parameters: [] },
  update: { method: 'put', on: 'object', action: 'put', parameters: ['dryRun', 'fieldManager', 'fieldValidation'] },
  patch: {
    method: 'patch',
    on: 'object',
    action: 'patch',
    parameters: ['dryRun', 'fieldManager', 'fieldValidation', 'force'],
  },
  delete: { method: 'delete', on: 'object', action: 'delete', parameters: ['dryRun'] },
} as const satisfies Record<
  Exclude<Verb, 'watch'>,
  { method: Method; on: 'collection' | 'object'; action: string; parameters: readonly string[] }
>;

/** `api/v1`, `apis/apps/v1` */
export const groupVersionPath = (group: string, version: string): string =>
  group === '' ? `api/${version}` : `apis/${group}/${version}`;

/** The paths of `resources` with their operations, kinds and parameters. */
export const pathItems = (resources: readonly ServedVersion[], openApi: OpenApiVersion): JsonObject =>
  Object.fromEntries(resources.flatMap((served) => new PathWriter(served, openApi).items()));

class PathWriter {
  readonly #served: ServedVersion;
  readonly #openApi: OpenApiVersion;

  constructor(served: ServedVersion, openApi: OpenApiVersion) {
    this.#served = served;
    this.#openApi = openApi;
  }

  items(): [string, JsonObject][] {
    const { group, version, namespaced, resource, subresources, subresourceKinds = {}, verbs } = this.#served;
    const collection = `/${groupVersionPath(group, version)}/${namespaced ? 'namespaces/{namespace}/' : ''}${resource}`;
    const object = `${collection}/{name}`;
    return [
      [collection, this.#item(verbs, 'collection')],
      [object, this.#item(verbs, 'object')],
      ...Object.entries(subresources).map(([name, taken]): [string, JsonObject] => [
        `${object}/${name}`,
        this.#item(taken, 'subresource', subresourceKinds[name]),
      ]),
    ];
  }

  #item(verbs: readonly Verb[], on: 'collection' | 'object' | 'subresource', kind?: GroupVersionKind): JsonObject {
    const names = [...(this.#served.namespaced ? ['namespace'] : []), ...(on === 'collection' ? [] : ['name'])];
    const parameters = names.map((name) => this.#parameter(name, 'path'));
    const item: JsonObject = parameters.length === 0 ? {} : { parameters };
    for (const verb of verbs) {
      if (verb === 'watch' || (on !== 'subresource' && operations[verb].on !== on)) continue;
      item[operations[verb].method] = this.#operation(verb, { '200': { description: 'OK' } }, kind);
    }
    return item;
  }

  #operation(verb: keyof typeof operations, responses: JsonObject, other?: GroupVersionKind): JsonObject {
    const { group, kind, version } = other ?? this.#served;
    const { action, parameters } = operations[verb];
    return {
      ...(parameters.length > 0 && { parameters: parameters.map((name) => this.#parameter(name, 'query')) }),
      responses,
      'x-kubernetes-action': action,
      'x-kubernetes-group-version-kind': { group, kind, version },
    };
  }

  #parameter(name: string, place: 'path' | 'query'): JsonObject {
    return {
      name,
      in: place,
      ...(place === 'path' && { required: true }),
      ...(this.#openApi === 'v2' ? { type: 'string' } : { schema: { type: 'string' } }),
    };
  }
}
