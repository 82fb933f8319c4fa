import { toHub } from '../../api/served-version.ts';
import { decodeObject } from '../body/decode-object.ts';
import { writeOptionsOf } from '../options/write-options.ts';
import type { Handler } from './handler.ts';
import { matchNamespace } from './match-object.ts';
import { outputOf } from './output.ts';
import { respondObject } from './respond-object.ts';
import { collectionScopeOf } from './scope.ts';

export const create: Handler = async (request, { served, store }, deps) => {
  const scope = collectionScopeOf(request, served);
  const output = outputOf(request, served);
  const { dryRun, fieldManager, fieldValidation } = writeOptionsOf(request.query, 'CreateOptions');
  const object = await decodeObject(request, served, fieldValidation, deps.limits);
  matchNamespace(object, scope.namespace);
  const { bytes } = await store.create(scope, toHub(served, object), request.context.with({ dryRun, fieldManager }));
  return respondObject(request, 201, output, served, bytes, deps);
};
