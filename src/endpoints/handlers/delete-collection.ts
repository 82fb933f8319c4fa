import { deleteOptionsOf } from '../options/delete-options.ts';
import { listOptionsOf } from '../options/list-options.ts';
import type { Handler } from './handler.ts';
import { outputOf } from './output.ts';
import { listOutputOf, respondList } from './respond-list.ts';
import { collectionScopeOf } from './scope.ts';

/** DELETE of a collection: answers with the list of what was deleted. */
export const deleteCollection: Handler = async (request, { served, store }, deps) => {
  const scope = collectionScopeOf(request, served);
  const output = listOutputOf(request, outputOf(request, served), served);
  const selection = listOptionsOf(request.query, { served, name: '' });
  const { dryRun, ignoreReadError: _, ...options } = await deleteOptionsOf(request, deps.limits, 'deletecollection');
  const deleted = await store.deleteCollection(scope, selection, options, request.context.with({ dryRun }));
  return respondList(request, output, served, deleted, deps);
};
