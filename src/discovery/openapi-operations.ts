import { listKindOf, type Served, type ServedNames } from '../api/served-version.ts';
import type { Verb } from '../api/verb.ts';
import { apiVersionOf } from '../machinery/gvk.ts';
import { modelName } from './custom-definitions.ts';
import { type ConnectPath, connectPaths } from './openapi-connects.ts';
import {
  deleting,
  listing,
  type ParameterForm,
  type ParameterKey,
  patching,
  selecting,
  writing,
} from './openapi-parameters.ts';

type GroupVersionKind = Pick<ServedNames, 'group' | 'version' | 'kind'>;

export type Method = 'get' | 'put' | 'post' | 'delete' | 'patch' | 'head' | 'options';

/** One operation of a path, in what both forms of OpenAPI say of it. */
export interface Operation {
  readonly method: Method;
  readonly id: string;
  readonly tag: string;
  readonly description: string;
  /** `x-kubernetes-action` and what it is of; absent for documents of discovery. */
  readonly action?: string;
  readonly of?: GroupVersionKind;
  readonly parameters: readonly (ParameterKey | ParameterForm)[];
  /** The definition of the body. */
  readonly body?: { readonly type: TypeReference; readonly required: boolean; readonly patch: boolean };
  readonly answer: TypeReference;
  /** The kind was itself defined: there is no protobuf of it, and no patch that needs a type of ours. */
  readonly custom?: boolean;
  /** Codes of answers that have the object. */
  readonly codes: readonly (200 | 201 | 202)[];
  /** `text`: or an object; `any`: whatever somebody else answers. */
  readonly form: 'object' | 'stream' | 'document' | 'version' | 'text' | 'any';
}

/** A kind of the API, or one of the types of all. `model`: what the definition of a kind is called that was itself defined. */
export type TypeReference =
  | (GroupVersionKind & { readonly model?: string })
  | 'Status'
  | 'DeleteOptions'
  | 'Patch'
  | 'WatchEvent'
  | 'string'
  | DocumentType;
type DocumentType = 'APIResourceList' | 'APIGroup' | 'APIGroupList' | 'APIVersions' | 'Info';

export interface PathOperations {
  readonly path: string;
  readonly operations: readonly Operation[];
}

/** `api/v1`, `apis/apps/v1` */
export const groupVersionPath = (group: string, version: string): string =>
  group === '' ? `api/${version}` : `apis/${apiVersionOf({ group, version })}`;

/** `rbacAuthorization` of `rbac.authorization.k8s.io`; `core`. */
export const groupTag = (group: string): string =>
  group === ''
    ? 'core'
    : group
        .replace(/\.k8s\.io$/, '')
        .split('.')
        .map((part, index) => (index === 0 ? part : capital(part)))
        .join('');

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const actions = {
  list: { method: 'get', verb: 'list', action: 'list', parameters: listing },
  create: { method: 'post', verb: 'create', action: 'post', parameters: writing },
  deletecollection: {
    method: 'delete',
    verb: 'delete',
    action: 'deletecollection',
    parameters: [...selecting, ...deleting],
  },
  get: { method: 'get', verb: 'read', action: 'get', parameters: [] },
  update: { method: 'put', verb: 'replace', action: 'put', parameters: writing },
  patch: { method: 'patch', verb: 'patch', action: 'patch', parameters: patching },
  delete: { method: 'delete', verb: 'delete', action: 'delete', parameters: deleting },
} as const satisfies Record<
  Exclude<Verb, 'watch'>,
  { method: Method; verb: string; action: string; parameters: readonly ParameterKey[] }
>;

const onCollection = ['list', 'create', 'deletecollection'] as const;
const onObject = ['get', 'update', 'patch', 'delete'] as const;

/** The paths of one resource with all that can be done there. */
export const operationsOf = (served: Served): readonly PathOperations[] => new ResourcePaths(served).all();

class ResourcePaths {
  readonly #served: Served;
  readonly #name: string;
  readonly #scope: readonly ParameterKey[];

  constructor(served: Served) {
    this.#served = served;
    this.#name = `${capital(groupTag(served.group))}${capital(served.version)}`;
    this.#scope = served.namespaced ? ['namespace'] : [];
  }

  all(): PathOperations[] {
    const { group, version, namespaced, resource, kind, verbs, subresources } = this.#served;
    const root = `/${groupVersionPath(group, version)}`;
    const below = namespaced ? 'namespaces/{namespace}/' : '';
    const scoped = `${namespaced ? 'Namespaced' : ''}${kind}`;
    const collection = `${below}${resource}`;
    const taken = (all: readonly Exclude<Verb, 'watch'>[]) => all.filter((verb) => verbs.includes(verb));
    const paths: PathOperations[] = [
      this.#path(`${root}/${collection}`, taken(onCollection), scoped, ''),
      this.#path(`${root}/${collection}/{name}`, taken(onObject), scoped, ''),
      ...Object.entries(subresources).flatMap(([name, own]) =>
        this.#subresource(`${root}/${collection}`, name, own, scoped),
      ),
    ];
    const everywhere = `${kind}ForAllNamespaces`;
    if (namespaced && verbs.includes('list'))
      paths.push({ path: `${root}/${resource}`, operations: [this.#operation('list', everywhere, '', [])] });
    if (verbs.includes('watch')) {
      paths.push(
        this.#watch(`${root}/watch/${collection}`, `${scoped}List`, this.#scope),
        this.#watch(`${root}/watch/${collection}/{name}`, scoped, [...this.#scope, 'name']),
      );
      if (namespaced) paths.push(this.#watch(`${root}/watch/${resource}`, `${kind}ListForAllNamespaces`, []));
    }
    return paths.filter(({ operations }) => operations.length > 0);
  }

  #subresource(collection: string, name: string, verbs: readonly Verb[], scoped: string): PathOperations[] {
    const connect = this.#served.connects?.[name];
    if (connect !== undefined) return connectPaths(this.#connectPath(collection, name, scoped), connect);
    const taken = [...onCollection, ...onObject].filter((verb) => verbs.includes(verb));
    const suffix = capital(name);
    const other = this.#served.subresourceKinds?.[name];
    const scope = [...this.#scope, 'name'] as const;
    const operations = taken.map((verb) => this.#operation(verb, scoped, suffix, scope, other));
    return [{ path: `${collection}/{name}/${name}`, operations }];
  }

  #connectPath(collection: string, name: string, scoped: string): ConnectPath {
    return {
      served: this.#served,
      subresource: name,
      path: `${collection}/{name}/${name}`,
      scope: [...this.#scope, 'name'],
      tag: `${groupTag(this.#served.group)}_${this.#served.version}`,
      group: this.#name,
      what: `${scoped}${capital(name)}`,
    };
  }

  #path(path: string, verbs: readonly Exclude<Verb, 'watch'>[], scoped: string, suffix: string): PathOperations {
    const scope = path.endsWith('{name}') ? ([...this.#scope, 'name'] as const) : this.#scope;
    return { path, operations: verbs.map((verb) => this.#operation(verb, scoped, suffix, scope)) };
  }

  #operation(
    key: Exclude<Verb, 'watch'>,
    scoped: string,
    suffix: string,
    scope: readonly ParameterKey[],
    other?: GroupVersionKind,
  ): Operation {
    const { method, verb, action, parameters } = actions[key];
    const { group, version, kind } = other ?? this.#served;
    const of = { group, version, kind };
    const custom = other === undefined && this.#served.custom !== undefined;
    const type = (name: string) => ({ ...of, kind: name, ...(custom && { model: modelName(of, name) }) });
    const collection = key === 'deletecollection' ? 'Collection' : '';
    const deletes = method === 'delete';
    const whole = key === 'delete' && suffix === '' && saysItReturnsDeleted(this.#served);
    return {
      method,
      id: `${verb}${this.#name}${collection}${scoped}${suffix}`,
      tag: `${groupTag(this.#served.group)}_${this.#served.version}`,
      description: `${verb} ${this.#served.kind}${suffix === '' ? '' : ` ${suffix.toLowerCase()}`}`,
      action,
      of,
      parameters: [...scope, 'pretty', ...parameters],
      ...bodyOf(key, type(kind)),
      answer: key === 'list' ? type(listKindOf(this.#served)) : deletes && !whole ? 'Status' : type(kind),
      ...(custom && { custom }),
      codes: codesOf[key],
      form: key === 'list' ? 'stream' : 'object',
    };
  }

  #watch(path: string, name: string, scope: readonly ParameterKey[]): PathOperations {
    const { group, version, kind } = this.#served;
    const operation: Operation = {
      method: 'get',
      id: `watch${this.#name}${name}`,
      tag: `${groupTag(group)}_${version}`,
      description: `watch ${kind}`,
      action: scope.includes('name') ? 'watch' : 'watchlist',
      of: { group, version, kind },
      parameters: [...scope, 'pretty', ...listing],
      answer: 'WatchEvent',
      codes: [200],
      form: 'stream',
    };
    return { path, operations: [operation] };
  }
}

/** Of namespaces, which answer with the object too, the original does not say so. */
const saysItReturnsDeleted = ({ returnsDeletedObject, group, kind }: Served): boolean =>
  returnsDeletedObject === true && !(group === '' && kind === 'Namespace');

const codesOf = {
  list: [200],
  create: [200, 201, 202],
  deletecollection: [200],
  get: [200],
  update: [200, 201],
  patch: [200, 201],
  delete: [200, 202],
} as const satisfies Record<Exclude<Verb, 'watch'>, Operation['codes']>;

function bodyOf(verb: Exclude<Verb, 'watch'>, of: TypeReference): Pick<Operation, 'body'> {
  switch (verb) {
    case 'create':
    case 'update':
      return { body: { type: of, required: true, patch: false } };
    case 'patch':
      return { body: { type: 'Patch', required: true, patch: true } };
    case 'delete':
    case 'deletecollection':
      return { body: { type: 'DeleteOptions', required: false, patch: false } };
    case 'list':
    case 'get':
      return {};
  }
}

/** A document of discovery: `/apis/apps/v1/`. */
export const documentOperation = (
  path: string,
  id: string,
  tag: string,
  answer: DocumentType,
  form: 'object' | 'document' | 'version' = 'document',
): PathOperations => ({
  path,
  operations: [
    { method: 'get', id, tag, description: 'get what is served', parameters: [], answer, codes: [200], form },
  ],
});
