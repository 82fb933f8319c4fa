import type { SubresourceKind } from '../api/subresource-kind.ts';
import { applyPatch } from '../machinery/apply/apply.ts';
import { type FieldManager, managedFieldsAfterUpdate } from '../machinery/apply/field-manager.ts';
import { mergeTypeOf } from '../machinery/apply/merge-type.ts';
import { managersOfObject, managersOfView, type ViewedField } from '../machinery/apply/view-managers.ts';
import { apiVersionOf } from '../machinery/gvk.ts';
import { cloneJson } from '../machinery/json/clone.ts';
import { emptyObject } from '../machinery/json/parse.ts';
import type { JsonObject, JsonValue } from '../machinery/json-value.ts';
import { managerOf } from '../machinery/manager-of.ts';
import { metadataField, metadataOf, setMetadataField } from '../machinery/object-meta.ts';
import type { RequestContext } from '../machinery/request-context.ts';
import { kubernetesSchema } from '../machinery/schema/kubernetes-schema.ts';
import { fillZeroValues } from '../machinery/schema/zero-values.ts';
import { conflict, genericError } from '../machinery/status-errors.ts';
import { timeText } from '../machinery/time.ts';
import { report, typed } from './apply.ts';
import type { ObjectScope, ViewChange, WriteResult } from './rest-storage.ts';
import type { StoreContext } from './store-context.ts';
import { updateManaged } from './update.ts';

/**
 * UPDATE of an object by what becomes of a view of it: of `scale`. Who writes the view manages the one field that it has.
 * A version or a uid that the view names must be the object's.
 * @throws {ApiError} 400, 404, 409, 422, 500 and what admission refuses with
 */
export function updateView(
  context: StoreContext,
  scope: ObjectScope,
  subresource: string,
  viewed: SubresourceKind,
  change: ViewChange,
  request: RequestContext,
): Promise<WriteResult> {
  const { view } = viewed;
  if (view === undefined) throw genericError(404);
  const apiVersion = apiVersionOf(context.resource);
  const { versions } = context.fieldManagers.of(context.resource, '', undefined);
  const isKnown = (version: string) => versions.typeOf(version) !== undefined;
  const field: ViewedField = { ...view.field, viewVersion: apiVersionOf(viewed) };
  const changed = changing(context, subresource, viewed, change, request);
  return updateManaged(
    context,
    scope,
    (object) => {
      const before = metadataOf(object)['managedFields'];
      const live = view.of(object);
      setManagers(live, managersOfView(field, before, isKnown));
      const next = changed(live);
      view.into(object, next);
      checkUid(context, next, object);
      // Who names none means the object as it is, of kinds, too, whose objects cannot be updated so.
      const seen = metadataField(next, 'resourceVersion');
      if (seen !== '') setMetadataField(object, 'resourceVersion', seen);
      const ofView = metadataOf(next)['managedFields'];
      setManagers(object, managersOfObject(field, { before, ofView, apiVersion }, isKnown));
      return object;
    },
    request,
    { subresource, kind: { ...viewed, view } },
  );
}

function setManagers(object: JsonObject, managers: JsonValue | undefined): void {
  const metadata = metadataOf(object);
  if (managers === undefined) delete metadata['managedFields'];
  else metadata['managedFields'] = managers;
}

/** The new view, with those who manage it. */
function changing(
  { clock }: StoreContext,
  subresource: string,
  viewed: SubresourceKind,
  change: ViewChange,
  request: RequestContext,
): (live: JsonObject) => JsonObject {
  const schema = kubernetesSchema().byKind(viewed, viewed.kind);
  if (schema === undefined) throw new TypeError(`there is no schema of ${viewed.kind}`);
  const apiVersion = apiVersionOf(viewed);
  const type = mergeTypeOf(schema);
  const by: FieldManager = {
    versions: { typeOf: (version) => (version === apiVersion ? type : undefined), convert: (object) => object },
    apiVersion,
    subresource,
    filter: undefined,
  };
  return (live) => {
    const now = timeText(clock.wallTime());
    if (typeof change === 'function') {
      const next = change(cloneJson(live));
      setManagers(next, managedFieldsAfterUpdate(by, { live, next, manager: managerOf(request), now }));
      return next;
    }
    const empty = Object.assign(emptyObject(), { kind: viewed.kind, apiVersion });
    fillZeroValues(schema, empty);
    const { config, force } = change;
    const manager = request.fieldManager;
    const result = applyPatch(by, { live, config, kind: viewed.kind, manager, force, now, empty });
    report(change, request);
    return typed(result, config, viewed);
  };
}

/** @throws {ApiError} 409 when the view is of another object of the same name */
function checkUid({ resource }: StoreContext, next: JsonObject, object: JsonObject): void {
  const [uid, actual] = [metadataField(next, 'uid'), metadataField(object, 'uid')];
  if (uid === '' || uid === actual) return;
  const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${actual}`;
  throw conflict(resource, metadataField(object, 'name'), why);
}
