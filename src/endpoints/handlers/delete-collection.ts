import { deleteOptionsOf } from '../options/delete-options.ts';
import { listOptionsOf } from '../options/list-options.ts';
import type { Handler } from './handler.ts';
import { outputOf } from './output.ts';
import { listOutputOf, respondList } from './respond-list.ts';
import { collectionScopeOf } from './scope.ts';

/** DELETE of a collection: answers with the list of what was deleted. */
export const deleteCollection: Handler = async (request, storage, deps) => {
  const { row } = storage;
  const scope = collectionScopeOf(request, storage);
  const output = listOutputOf(request, outputOf(request), row);
  const selection = listOptionsOf(request.query, { row, name: '' });
  const { dryRun, ...options } = await deleteOptionsOf(request, deps.limits);
  const deleted = await storage.deleteCollection(scope, selection, options, request.context.with({ dryRun }));
  return respondList(request, output, row, deleted, deps);
};
