import { type ConnectSubresource, connectMethods } from '../api/connect-subresource.ts';
import type { Served } from '../api/served-version.ts';
import type { Method, Operation, PathOperations } from './openapi-operations.ts';
import type { ParameterForm, ParameterKey } from './openapi-parameters.ts';

/** What the paths of a subresource have in common. */
export interface ConnectPath {
  readonly served: Served;
  readonly subresource: string;
  /** `/api/v1/namespaces/{namespace}/pods/{name}/exec` */
  readonly path: string;
  readonly scope: readonly ParameterKey[];
  readonly tag: string;
  /** What ids of operations say of where it is: `CoreV1`, `NamespacedPodExec`. */
  readonly group: string;
  readonly what: string;
}

/** The path behind `proxy/`, which is of all of them. */
const pathBelow: ParameterForm = { name: 'path', place: 'path', type: 'string', sharedAs: 'path-z6Ciiujn' };

const forms = new WeakMap<ConnectSubresource, readonly ParameterForm[]>();

/** The parameters of a subresource's query. The same ones each time: what operations share is told by that. */
export function connectParameters(connect: ConnectSubresource): readonly ParameterForm[] {
  let found = forms.get(connect);
  if (found === undefined) {
    found = connect.parameters.map(({ name, type, sharedAs }) => ({ name, type, sharedAs, place: 'query' as const }));
    forms.set(connect, found);
  }
  return found;
}

/** Those that v2 has beside all operations. */
export const sharedConnectParameters = (resources: readonly Served[]): readonly ParameterForm[] => {
  const found = resources.flatMap(({ connects = {} }) => Object.values(connects).flatMap(connectParameters));
  return found.some(({ name }) => name === 'path') ? [pathBelow, ...found] : found;
};

/** The paths of a subresource that is answered elsewhere. */
export function connectPaths(at: ConnectPath, connect: ConnectSubresource): PathOperations[] {
  const query = connectParameters(connect);
  if (connect.form === 'log') return [{ path: at.path, operations: [logOperation(at, query)] }];
  const operations = (suffix: string, more: readonly ParameterForm[]) =>
    connectMethods[connect.form].map((method) => connectOperation(at, method, suffix, [...more, ...query]));
  const paths = [{ path: at.path, operations: operations('', []) }];
  if (connect.form === 'proxy') {
    paths.push({ path: `${at.path}/{path}`, operations: operations('WithPath', [pathBelow]) });
  }
  return paths;
}

function logOperation({ served, scope, tag, group, what }: ConnectPath, query: readonly ParameterForm[]): Operation {
  const { kind, version } = served;
  return {
    method: 'get',
    id: `read${group}${what}`,
    tag,
    description: `read log of ${kind}`,
    action: 'get',
    of: { group: served.group, version, kind },
    parameters: [...scope, 'pretty', ...query],
    answer: 'string',
    codes: [200],
    form: 'text',
  };
}

function connectOperation(
  { served, subresource, scope, tag, group, what }: ConnectPath,
  method: string,
  suffix: string,
  query: readonly ParameterForm[],
): Operation {
  const { kind = served.kind } = served.subresourceKinds?.[subresource] ?? {};
  const name = method.toLowerCase();
  return {
    method: name as Method,
    id: `connect${group}${name.charAt(0).toUpperCase()}${name.slice(1)}${what}${suffix}`,
    tag,
    description: `connect ${method} requests to ${subresource} of ${served.kind}`,
    action: 'connect',
    of: { group: served.group, version: served.version, kind },
    parameters: [...scope, ...query],
    answer: 'string',
    codes: [200],
    form: 'any',
  };
}
