import { listOptionsOf } from '../options/list-options.ts';
import type { Handler } from './handler.ts';
import { outputOf } from './output.ts';
import { listOutputOf, respondList } from './respond-list.ts';
import { collectionScopeOf } from './scope.ts';

export const list: Handler = async (request, storage, deps) => {
  const { row } = storage;
  const scope = collectionScopeOf(request, storage);
  const output = outputOf(request);
  const options = listOptionsOf(request.query, { row, name: '' });
  const listOutput = listOutputOf(request, output, row);
  return respondList(request, listOutput, row, await storage.list(scope, options), deps);
};
