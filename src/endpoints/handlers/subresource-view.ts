import type { ServedVersion } from '../../api/served-version.ts';
import type { ObjectView, SubresourceKind } from '../../api/subresource-kind.ts';
import { unknownType } from '../../machinery/body-errors.ts';
import { cloneJson } from '../../machinery/json/clone.ts';
import { encodeJson } from '../../machinery/json/encode.ts';
import { parseJson } from '../../machinery/json/parse.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import type { RequestContext } from '../../machinery/request-context.ts';
import { genericError } from '../../machinery/status-errors.ts';
import { patching } from '../../registry/patch.ts';
import type { ViewChange } from '../../registry/rest-storage.ts';
import type { ApiRequest } from '../api-request.ts';
import { decodeApply } from '../body/decode-apply.ts';
import { decodeObject } from '../body/decode-object.ts';
import { decodePatch, parsePatch } from '../body/decode-patch.ts';
import { type PatchType, patchTypeOf } from '../body/patch-type.ts';
import { readBody } from '../body/read-body.ts';
import { applyOptionsOf, patchOptionsOf, writeOptionsOf } from '../options/write-options.ts';
import { respondBytes } from '../response/respond.ts';
import type { Handler, HandlerDeps } from './handler.ts';
import { matchName, matchNamespace } from './match-object.ts';
import { outputOf } from './output.ts';
import { objectScopeOf } from './scope.ts';

/** GET of a subresource that is a view of the object. */
export const getView: Handler = async (request, { served, store }) => {
  const scope = objectScopeOf(request, served);
  const { view, servedView } = viewOf(served, request.info.subresource);
  const output = outputOf(request, servedView);
  const { bytes } = await store.get(scope, request.query.get('resourceVersion') ?? '');
  return respondBytes(request, 200, output, encoded(view.of(parsed(bytes))));
};

/** PUT of it: changes the object as the view says. */
export const updateView: Handler = async (request, { served, store }, deps) => {
  const scope = objectScopeOf(request, served);
  const { kind, view, servedView } = viewOf(served, request.info.subresource);
  const output = outputOf(request, servedView);
  const { dryRun, fieldManager, fieldValidation } = writeOptionsOf(request.query, 'UpdateOptions');
  // What was itself defined is known by a table of kinds of its own, which has no such view.
  const type = served.custom === undefined ? servedView : { ...servedView, unreadable: () => unknownType(servedView) };
  const body = await decodeObject(request, type, fieldValidation, deps.limits);
  matchNamespace(body, scope.namespace);
  matchName(body, scope.name);
  const context = request.context.with({ dryRun, fieldManager });
  const { bytes } = await store.updateView(scope, request.info.subresource, kind, () => cloneJson(body), context);
  return respondBytes(request, 200, output, encoded(view.of(parsed(bytes))));
};

/** PATCH of it. */
export const patchView: Handler = async (request, { served, store }, deps) => {
  const { kind, view, servedView } = viewOf(served, request.info.subresource);
  const type = patchTypeOf(request, servedView);
  const scope = objectScopeOf(request, served);
  const output = outputOf(request, servedView);
  const body = await readBody(request, deps.limits.maxBodyBytes);
  const { change, context } =
    type === 'apply' ? applied(request, body, deps) : patched(request, servedView, type, body);
  const { bytes } = await store.updateView(scope, request.info.subresource, kind, change, context);
  return respondBytes(request, 200, output, encoded(view.of(parsed(bytes))));
};

interface Change {
  readonly change: ViewChange;
  readonly context: RequestContext;
}

function patched(
  request: ApiRequest,
  servedView: ServedVersion,
  type: Exclude<PatchType, 'apply'>,
  body: Buffer,
): Change {
  const { dryRun, fieldManager, fieldValidation } = patchOptionsOf(request.query);
  const strictness = { strict: fieldValidation !== 'Ignore' };
  const patch = parsePatch(type, body, strictness);
  const context = request.context.with({ dryRun, fieldManager });
  const read = () => decodePatch(type, patch, strictness);
  return { change: patching(servedView, read, { fieldValidation, request: context }), context };
}

function applied(request: ApiRequest, body: Buffer, { limits }: Pick<HandlerDeps, 'limits'>): Change {
  const { dryRun, fieldManager, fieldValidation, force } = applyOptionsOf(request.query);
  const change = { ...decodeApply(body, limits.maxYamlBodyBytes), force, fieldValidation };
  return { change, context: request.context.with({ dryRun, fieldManager }) };
}

/** The view of a subresource, and as what a body of it is decoded. */
function viewOf(
  served: ServedVersion,
  subresource: string,
): { kind: SubresourceKind; view: ObjectView; servedView: ServedVersion } {
  const found = served.subresourceKinds?.[subresource];
  if (found?.view === undefined) throw genericError(404);
  const { conversion: _conversion, custom: _custom, ...others } = served;
  return {
    kind: found,
    view: found.view,
    servedView: { ...others, group: found.group, version: found.version, kind: found.kind },
  };
}

const parsed = (bytes: Buffer): JsonObject => parseJson(bytes).value as JsonObject;
const encoded = (view: JsonObject): Buffer => Buffer.from(encodeJson(view));
