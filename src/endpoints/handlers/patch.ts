import { patching } from '../../registry/patch.ts';
import { decodePatch, parsePatch } from '../body/decode-patch.ts';
import { patchTypeOf } from '../body/patch-type.ts';
import { readBody } from '../body/read-body.ts';
import { patchOptionsOf } from '../options/write-options.ts';
import type { Handler } from './handler.ts';
import { outputOf } from './output.ts';
import { respondObject } from './respond-object.ts';
import { objectScopeOf } from './scope.ts';

/** PATCH of an object or of a subresource that is part of it. What the body is comes before all else, as in the original. */
export const patch: Handler = async (request, { served, store }, deps) => {
  const type = patchTypeOf(request, served);
  const scope = objectScopeOf(request, served);
  const output = outputOf(request);
  const body = await readBody(request, deps.limits.maxBodyBytes);
  const { dryRun, fieldManager, fieldValidation } = patchOptionsOf(request.query);
  const strictness = { strict: fieldValidation !== 'Ignore' };
  const parsed = parsePatch(type, body, strictness);
  const context = request.context.with({ dryRun, fieldManager });
  const updater = patching(served, () => decodePatch(type, parsed, strictness), { fieldValidation, request: context });
  const { bytes, created } = await store.update(scope, request.info.subresource, updater, context);
  return respondObject(request, created ? 201 : 200, output, served, bytes, deps);
};
