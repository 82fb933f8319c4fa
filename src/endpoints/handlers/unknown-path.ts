import { genericError } from '../../machinery/status-errors.ts';
import type { ApiRequest } from '../api-request.ts';
import type { DiscoverySource } from '../app-deps.ts';
import { respondNotFound } from '../response/respond.ts';

/**
 * What a path that leads to nothing is answered with: text, as net/http has it.
 * @throws {ApiError} 404 below a group that is served, whose own router says so
 */
export function respondUnknownPath(request: ApiRequest, discovery: DiscoverySource): Response {
  const [, prefix = '', group = '', ...rest] = request.line.path.split('/');
  const served = prefix === 'api' || (prefix === 'apis' && rest.length > 0 && discovery.group(group) !== undefined);
  if (served) throw genericError(404);
  return respondNotFound(request);
}
