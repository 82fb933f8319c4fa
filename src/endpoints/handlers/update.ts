import { toHub } from '../../api/served-version.ts';
import { decodeObject } from '../body/decode-object.ts';
import { writeOptionsOf } from '../options/write-options.ts';
import type { Handler } from './handler.ts';
import { matchName, matchNamespace } from './match-object.ts';
import { outputOf } from './output.ts';
import { respondObject } from './respond-object.ts';
import { objectScopeOf } from './scope.ts';

/** PUT of an object or of a subresource that is part of it. */
export const update: Handler = async (request, { served, store }, deps) => {
  const scope = objectScopeOf(request, served);
  const output = outputOf(request, served);
  const { dryRun, fieldManager, fieldValidation } = writeOptionsOf(request.query, 'UpdateOptions');
  const object = await decodeObject(request, served, fieldValidation, deps.limits);
  matchNamespace(object, scope.namespace);
  matchName(object, scope.name);
  const context = request.context.with({ dryRun, fieldManager });
  const { bytes, created } = await store.update(scope, request.info.subresource, toHub(served, object), context);
  return respondObject(request, created ? 201 : 200, output, served, bytes, deps);
};
