import { genericError } from '../../machinery/status-errors.ts';
import type { IssuerDocument } from '../../machinery/token-issuer.ts';
import type { ApiRequest } from '../api-request.ts';
import { requireAcceptable } from '../negotiation/route-accepts.ts';
import { withoutEndSlashes } from '../request-info.ts';
import { respondBody } from '../response/respond.ts';

/** So long others may keep it: the keys of a server change when it is started anew. */
const cached = { 'Cache-Control': 'public, max-age=3600' };

/** GET of what says whose the tokens of service accounts are. @throws {ApiError} 404 below it, 405, 406 */
export async function serveIssuerDocument(
  request: ApiRequest,
  { path, contentType, body }: IssuerDocument,
): Promise<Response> {
  if (withoutEndSlashes(request.info.path) !== path) throw genericError(404);
  if (request.method !== 'GET') throw genericError(405);
  requireAcceptable(request, [contentType]);
  return respondBody(request, 200, contentType, body, cached);
}
