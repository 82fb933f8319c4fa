import type { ServedVersion } from '../../api/served-version.ts';
import type { ObjectView } from '../../api/subresource-kind.ts';
import { encodeJson } from '../../machinery/json/encode.ts';
import { parseJson } from '../../machinery/json/parse.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { metadataField, setMetadataField } from '../../machinery/object-meta.ts';
import { conflict, genericError, unsupportedMediaType } from '../../machinery/status-errors.ts';
import { patching } from '../../registry/patch.ts';
import type { Updater } from '../../registry/rest-storage.ts';
import { decodeObject } from '../body/decode-object.ts';
import { decodePatch, parsePatch } from '../body/decode-patch.ts';
import { patchTypeOf } from '../body/patch-type.ts';
import { readBody } from '../body/read-body.ts';
import { patchOptionsOf, writeOptionsOf } from '../options/write-options.ts';
import { respondBytes } from '../response/respond.ts';
import type { Handler } from './handler.ts';
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
  const { view, servedView } = viewOf(served, request.info.subresource);
  const output = outputOf(request, servedView);
  const { dryRun, fieldManager, fieldValidation } = writeOptionsOf(request.query, 'UpdateOptions');
  const body = await decodeObject(request, servedView, fieldValidation, deps.limits);
  matchNamespace(body, scope.namespace);
  matchName(body, scope.name);
  const context = request.context.with({ dryRun, fieldManager });
  const { bytes } = await store.update(
    scope,
    '',
    through(served, view, () => body),
    context,
  );
  return respondBytes(request, 200, output, encoded(view.of(parsed(bytes))));
};

const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
];

/** PATCH of it. @throws {ApiError} 415 for an apply */
export const patchView: Handler = async (request, { served, store }, deps) => {
  const { view, servedView } = viewOf(served, request.info.subresource);
  const type = patchTypeOf(request, servedView);
  // Nobody manages fields by way of a view.
  if (type === 'apply') throw unsupportedMediaType(patchTypes);
  const scope = objectScopeOf(request, served);
  const output = outputOf(request, servedView);
  const body = await readBody(request, deps.limits.maxBodyBytes);
  const { dryRun, fieldManager, fieldValidation } = patchOptionsOf(request.query);
  const strictness = { strict: fieldValidation !== 'Ignore' };
  const patch = parsePatch(type, body, strictness);
  const context = request.context.with({ dryRun, fieldManager });
  const read = () => decodePatch(type, patch, strictness);
  const updater = patching(servedView, read, { fieldValidation, request: context });
  const { bytes } = await store.update(scope, '', through(served, view, updater), context);
  return respondBytes(request, 200, output, encoded(view.of(parsed(bytes))));
};

/** An update of an object by what `change` makes of a view of it. A version that the view names must be the object's. */
const through =
  (served: ServedVersion, view: ObjectView, change: Updater): Updater =>
  (object) => {
    const changed = change(view.of(object));
    view.into(object, changed);
    const [uid, actual] = [metadataField(changed, 'uid'), metadataField(object, 'uid')];
    if (uid !== '' && uid !== actual) {
      const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${actual}`;
      throw conflict(served, metadataField(object, 'name'), why);
    }
    setMetadataField(object, 'resourceVersion', metadataField(changed, 'resourceVersion'));
    return object;
  };

/** The view of a subresource, and as what a body of it is decoded. */
function viewOf(served: ServedVersion, subresource: string): { view: ObjectView; servedView: ServedVersion } {
  const found = served.subresourceKinds?.[subresource];
  if (found?.view === undefined) throw genericError(404);
  const { conversion: _conversion, ...others } = served;
  return { view: found.view, servedView: { ...others, group: found.group, version: found.version, kind: found.kind } };
}

const parsed = (bytes: Buffer): JsonObject => parseJson(bytes).value as JsonObject;
const encoded = (view: JsonObject): Buffer => Buffer.from(encodeJson(view));
