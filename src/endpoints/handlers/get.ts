import { badRequest } from '../../machinery/status-errors.ts';
import { flagIn } from '../options/query-values.ts';
import type { Handler } from './handler.ts';
import { outputOf } from './output.ts';
import { respondKept } from './respond-object.ts';
import { objectScopeOf } from './scope.ts';

/** GET of one object, and of its subresources that are the object itself. */
export const get: Handler = async (request, { served, store }, deps) => {
  const scope = objectScopeOf(request, served);
  const output = outputOf(request, served);
  if (flagIn(request.query, 'export') === true) {
    throw badRequest('the export parameter, deprecated since v1.14, is no longer supported');
  }
  const object = await store.get(scope, request.query.get('resourceVersion') ?? '');
  return respondKept(request, output, served, object, deps);
};
