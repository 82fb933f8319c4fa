import { listOptionsOf } from '../options/list-options.ts';
import type { Handler } from './handler.ts';
import { outputOf } from './output.ts';
import { listOutputOf, respondList } from './respond-list.ts';
import { collectionScopeOf } from './scope.ts';

export const list: Handler = async (request, { served, store }, deps) => {
  const scope = collectionScopeOf(request, served);
  const output = outputOf(request, served);
  const options = listOptionsOf(request.query, { served, name: '' });
  const listOutput = listOutputOf(request, output, served);
  return respondList(request, listOutput, served, await store.list(scope, options), deps);
};
