import { routeNotAcceptable } from '../../machinery/status-errors.ts';
import type { ApiRequest } from '../api-request.ts';

/**
 * What answers are made in, as the original names it in its refusals. Protobuf is one of the representations of the API, which
 * this server reads and does not write: a client that takes nothing else is refused by `negotiate`.
 */
const representations = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'] as const;

/** By what a path leads to. A collection can be watched. */
export const produced = {
  document: ['application/json'],
  object: representations,
  log: ['text/plain', ...representations],
  /** What somebody else answers is in what form he likes. */
  anything: [],
  collection: [...representations, 'application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch'],
} as const;

/**
 * Whether a route would be taken at all. It is found by the bare names of the types, before anything of the resource is
 * looked at, so that `application/*` leads nowhere and a wrong `as=` gets on to the handler.
 * @throws {ApiError} 406
 */
export function requireAcceptable(request: ApiRequest, types: readonly string[]): void {
  const accept = request.header('accept') ?? '';
  if (types.length === 0 || accept === '' || accept === '*/*' || accept === types[0]) return;
  for (const clause of accept.split(',')) {
    const [name = ''] = clause.split(';', 1);
    const type = name.trim();
    if (type === '*/*' || types.includes(type)) return;
  }
  throw routeNotAcceptable(types);
}
