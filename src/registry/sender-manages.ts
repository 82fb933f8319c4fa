import { type FieldManager, managedFieldsAfterUpdate } from '../machinery/apply/field-manager.ts';
import { mergeTypeOf } from '../machinery/apply/merge-type.ts';
import { apiVersionOf, type GroupKind, type GroupVersion } from '../machinery/gvk.ts';
import { emptyObject } from '../machinery/json/parse.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { managerOf } from '../machinery/manager-of.ts';
import { metadataOf } from '../machinery/object-meta.ts';
import type { RequestContext } from '../machinery/request-context.ts';
import { kubernetesSchema } from '../machinery/schema/kubernetes-schema.ts';
import { fillZeroValues } from '../machinery/schema/zero-values.ts';
import { timeText } from '../machinery/time.ts';

/**
 * Says in an object that is not stored, and is complete, that whoever sent it manages what is in it: the original says it of
 * everything that is created. `subresource`: '' for none. `now`: in milliseconds since the epoch.
 */
export function senderManages(
  object: JsonObject,
  of: GroupVersion & GroupKind,
  subresource: string,
  request: RequestContext,
  now: number,
): void {
  const schema = kubernetesSchema().byKind(of, of.kind);
  if (schema === undefined) return;
  const apiVersion = apiVersionOf(of);
  const type = mergeTypeOf(schema);
  const fields: FieldManager = {
    versions: { typeOf: () => type, convert: (same) => same },
    apiVersion,
    subresource,
    filter: undefined,
  };
  const empty = Object.assign(emptyObject(), { kind: of.kind, apiVersion });
  fillZeroValues(schema, empty);
  const managed = managedFieldsAfterUpdate(fields, {
    live: empty,
    next: object,
    manager: managerOf(request),
    now: timeText(now),
  });
  const metadata = metadataOf(object);
  if (managed === undefined) delete metadata['managedFields'];
  else metadata['managedFields'] = managed;
}
