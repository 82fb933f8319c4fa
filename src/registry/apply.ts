import type { CustomType } from '../api/served-version.ts';
import { applyPatch, gvkText } from '../machinery/apply/apply.ts';
import { repeatedInYaml } from '../machinery/body-errors.ts';
import { apiVersionOf, type KindNames } from '../machinery/gvk.ts';
import { cloneJson } from '../machinery/json/clone.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { metadataField } from '../machinery/object-meta.ts';
import type { RequestContext } from '../machinery/request-context.ts';
import { DecodeError, decodeUnstructured } from '../machinery/schema/decoder.ts';
import { kubernetesSchema } from '../machinery/schema/kubernetes-schema.ts';
import { badRequest, conflict, unknownError } from '../machinery/status-errors.ts';
import { timeText } from '../machinery/time.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { AppliedConfig, ObjectScope } from './rest-storage.ts';
import type { StoreContext } from './store-context.ts';
import { editable } from './stored-values.ts';

/**
 * Server-side apply as an update: makes the new object, of the hub, from the present one or from nothing, with the
 * managers that it has then. May be called for each state.
 *
 * What it gives throws ApiError: 400, 409 with a cause for each field that others manage, 500 where the configuration does
 * not fit its type, as in the original.
 */
export function applying(
  { stored, resource, fieldManagers, clock }: StoreContext,
  { name }: ObjectScope,
  subresource: string,
  applied: AppliedConfig,
  request: RequestContext,
): (present: StoredObject | undefined) => JsonObject {
  const path = subresource === '' ? stored.strategy : stored.strategy.subresources[subresource];
  const apiVersion = apiVersionOf(resource);
  const by = fieldManagers.of(resource, subresource, path?.managedFields);
  // Nothing changes it then, so the quick parser will do.
  const isHub = apiVersion === apiVersionOf(stored);
  const empty = fieldManagers.emptyOf(apiVersion);
  const { config, force } = applied;
  return (present) => {
    const live =
      present === undefined ? empty : fieldManagers.fromHub(isHub ? present.parse() : editable(present), apiVersion);
    const now = timeText(clock.wallTime());
    const manager = request.fieldManager;
    const result = applyPatch(by, { live, config, kind: resource.kind, manager, force, now, empty });
    report(applied, request);
    const object = fieldManagers.toHub(typed(result, config, resource, fieldManagers.customOf(apiVersion)), apiVersion);
    const uid = metadataField(object, 'uid');
    if (present === undefined && uid !== '') {
      const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
      throw conflict(resource, name, why);
    }
    return object;
  };
}

/**
 * What an apply made, as its type has it.
 * @throws {ApiError} 500, in the words of the original
 */
export function typed(
  result: JsonObject,
  config: JsonObject,
  { group, version, kind }: Omit<KindNames, 'resource'>,
  custom?: CustomType,
): JsonObject {
  const schema = custom === undefined ? kubernetesSchema().byKind({ group, version }, kind) : undefined;
  try {
    if (schema !== undefined) return decodeUnstructured(schema, result).object;
    // It shares parts with the configuration, which may be applied again.
    const own = cloneJson(result);
    return custom === undefined ? own : custom.read(own, { applied: true }).object;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const type = gvkText(apiVersionOf({ group, version }), kind);
    const which = `${metadataField(config, 'namespace')}/${metadataField(config, 'name')}; ${type}`;
    throw unknownError(
      `failed to convert new object (${which}) to proper version: ` +
        `unable to convert unstructured object to ${type}: ${error.message}`,
    );
  }
}

/**
 * What strict reading finds wrong in an applied configuration is a refusal, a warning or nothing.
 * @throws {ApiError} 400
 */
export function report(
  { problems, fieldValidation }: Pick<AppliedConfig, 'problems' | 'fieldValidation'>,
  request: RequestContext,
): void {
  if (problems.length === 0 || fieldValidation === 'Ignore') return;
  if (fieldValidation === 'Strict')
    throw badRequest(`error strict decoding patch: error converting YAML to JSON: ${repeatedInYaml(problems)}`);
  for (const problem of problems) request.warn(problem);
}
