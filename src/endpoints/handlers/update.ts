import { decodeObject } from '../body/decode-object.ts';
import { writeOptionsOf } from '../options/write-options.ts';
import type { Handler } from './handler.ts';
import { matchName, matchNamespace } from './match-object.ts';
import { outputOf } from './output.ts';
import { respondObject } from './respond-object.ts';
import { objectScopeOf } from './scope.ts';

/** PUT of an object or of a subresource that is part of it. */
export const update: Handler = async (request, storage, deps) => {
  const { row } = storage;
  const scope = objectScopeOf(request, storage);
  const output = outputOf(request);
  const { dryRun, fieldManager, fieldValidation } = writeOptionsOf(request.query, 'UpdateOptions');
  const object = await decodeObject(request, row, fieldValidation, deps.limits);
  matchNamespace(object, scope.namespace);
  matchName(object, scope.name);
  const context = request.context.with({ dryRun, fieldManager });
  const { bytes, created } = await storage.update(scope, request.info.subresource, object, context);
  return respondObject(request, created ? 201 : 200, output, row, bytes, deps);
};
