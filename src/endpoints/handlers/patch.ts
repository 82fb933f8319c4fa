import { patching } from '../../registry/patch.ts';
import type { ObjectScope, RestStorage, WriteResult } from '../../registry/rest-storage.ts';
import type { ApiRequest } from '../api-request.ts';
import { decodeApply } from '../body/decode-apply.ts';
import { decodePatch, parsePatch } from '../body/decode-patch.ts';
import { patchTypeOf } from '../body/patch-type.ts';
import { readBody } from '../body/read-body.ts';
import { applyOptionsOf, patchOptionsOf } from '../options/write-options.ts';
import type { Handler, HandlerDeps } from './handler.ts';
import { outputOf } from './output.ts';
import { respondObject } from './respond-object.ts';
import { objectScopeOf } from './scope.ts';

/** PATCH of an object or of a subresource that is part of it. What the body is comes before all else, as in the original. */
export const patch: Handler = async (request, { served, store }, deps) => {
  const type = patchTypeOf(request, served);
  const scope = objectScopeOf(request, served);
  const output = outputOf(request, served);
  const body = await readBody(request, deps.limits.maxBodyBytes);
  if (type === 'apply') {
    const { bytes, created } = await applied(request, store, scope, body, deps);
    return respondObject(request, created ? 201 : 200, output, served, bytes, deps);
  }
  const { dryRun, fieldManager, fieldValidation } = patchOptionsOf(request.query);
  const strictness = { strict: fieldValidation !== 'Ignore' };
  const parsed = parsePatch(type, body, strictness);
  const context = request.context.with({ dryRun, fieldManager });
  const updater = patching(served, () => decodePatch(type, parsed, strictness), { fieldValidation, request: context });
  const { bytes, created } = await store.update(scope, request.info.subresource, updater, context);
  return respondObject(request, created ? 201 : 200, output, served, bytes, deps);
};

/** Server-side apply: the body is what somebody wants the object to say, and he manages that. May create the object. */
function applied(
  request: ApiRequest,
  store: RestStorage,
  scope: ObjectScope,
  body: Buffer,
  { limits }: Pick<HandlerDeps, 'limits'>,
): Promise<WriteResult> {
  const { dryRun, fieldManager, fieldValidation, force } = applyOptionsOf(request.query);
  const config = { ...decodeApply(body, limits.maxYamlBodyBytes), force, fieldValidation };
  return store.apply(scope, request.info.subresource, config, request.context.with({ dryRun, fieldManager }));
}
