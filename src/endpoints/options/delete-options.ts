import { Http2ServerRequest } from 'node:http2';
import { unregisteredKind } from '../../machinery/body-errors.ts';
import { type FieldError, invalidValue, unsupportedValue } from '../../machinery/field-error.ts';
import { emptyObject } from '../../machinery/json/parse.ts';
import type { JsonObject, JsonValue } from '../../machinery/json-value.ts';
import { DecodeError, decode, type JsonText } from '../../machinery/schema/decoder.ts';
import { kubernetesSchema } from '../../machinery/schema/kubernetes-schema.ts';
import { badRequest, invalid } from '../../machinery/status-errors.ts';
import { type TypeMeta, TypeMetaError, typeMetaOf } from '../../machinery/type-meta.ts';
import type { DeleteOptions } from '../../registry/rest-storage.ts';
import type { ApiRequest } from '../api-request.ts';
import { decodeBody } from '../body/decode-object.ts';
import type { EndpointLimits } from '../limits.ts';
import { flagIn, int64In } from './query-values.ts';
import { dryRunErrors } from './write-options.ts';

interface RawDeleteOptions {
  readonly gracePeriodSeconds: number | bigint | undefined;
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
  /** Given at all. */
  readonly preconditions: boolean;
  readonly propagationPolicy: string | undefined;
  readonly orphanDependents: boolean | undefined;
  readonly dryRun: readonly string[];
  readonly ignoreReadError: boolean | undefined;
}

/** metav1.DeleteOptions as a client sends them. */
export interface DeleteQuery extends DeleteOptions {
  /** Only an object that cannot be read is to be deleted, unread. */
  readonly ignoreReadError: boolean;
  readonly dryRun: boolean;
}

const ignoreReadError = 'ignoreStoreReadErrorWithClusterBreakingPotential';
const policies = ['Foreground', 'Background', 'Orphan'] as const;

/**
 * metav1.DeleteOptions: from the body when there is one, else from the query.
 * @throws {ApiError} 400 for what cannot be read, 422 for what must not be asked
 */
export async function deleteOptionsOf(
  request: ApiRequest,
  limits: EndpointLimits,
  verb: 'delete' | 'deletecollection',
): Promise<DeleteQuery> {
  const raw = announcesBody(request) ? await fromBody(request, limits) : fromQuery(request.query);
  const errors = errorsOf(raw);
  if (errors.length === 0 && raw.ignoreReadError === true && verb === 'deletecollection') {
    const why = 'is not allowed with DELETECOLLECTION, try again after removing the option';
    errors.push(invalidValue(ignoreReadError, true, why));
  }
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors);
  return {
    gracePeriodSeconds: raw.gracePeriodSeconds,
    preconditions: { uid: raw.uid, resourceVersion: raw.resourceVersion },
    propagationPolicy: (raw.propagationPolicy ?? '') as DeleteOptions['propagationPolicy'],
    orphanDependents: raw.orphanDependents,
    ignoreReadError: raw.ignoreReadError === true,
    dryRun: raw.dryRun.length > 0,
  };
}

/** Whether a body follows the head: an empty one need not be of any type. */
function announcesBody({ bindings: { incoming }, raw }: ApiRequest): boolean {
  if (incoming === undefined) return raw.body !== null;
  if (incoming instanceof Http2ServerRequest) return !incoming.stream.endAfterHeaders;
  return (incoming.headers['content-length'] ?? '0') !== '0' || incoming.headers['transfer-encoding'] !== undefined;
}

function fromQuery(query: URLSearchParams): RawDeleteOptions {
  return {
    gracePeriodSeconds: int64In(query, 'gracePeriodSeconds'),
    // Empty, they are not given at all; in a body they are.
    uid: query.get('uid') || undefined,
    resourceVersion: query.get('resourceVersion') || undefined,
    preconditions: Boolean(query.get('uid') || query.get('resourceVersion')),
    propagationPolicy: query.get('propagationPolicy') ?? undefined,
    orphanDependents: flagIn(query, 'orphanDependents'),
    dryRun: query.getAll('dryRun'),
    ignoreReadError: flagIn(query, ignoreReadError),
  };
}

async function fromBody(request: ApiRequest, limits: EndpointLimits): Promise<RawDeleteOptions> {
  const expected = { apiVersion: 'v1', kind: 'DeleteOptions' };
  const { value, bytes, json } = await decodeBody(request, expected, limits, { mayBeEmpty: true });
  if (bytes.length === 0) return fromQuery(request.query);
  // Null is an object without anything; the query is not looked at, since there is a body.
  const body = value ?? emptyObject();
  checkKind(body);
  const object = typed(body, json);
  const { gracePeriodSeconds, dryRun, propagationPolicy, orphanDependents, preconditions } = object;
  return {
    gracePeriodSeconds,
    uid: preconditions?.uid,
    resourceVersion: preconditions?.resourceVersion,
    propagationPolicy,
    orphanDependents,
    preconditions: preconditions !== undefined,
    dryRun: dryRun ?? [],
    ignoreReadError: object[ignoreReadError],
  };
}

/** metav1.DeleteOptions as its schema has them. */
interface DeleteOptionsObject {
  readonly gracePeriodSeconds?: number | bigint;
  readonly dryRun?: readonly string[];
  readonly propagationPolicy?: string;
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly [ignoreReadError]?: boolean;
}

const schemaName = 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions';

/** Fields that it does not have are left out. @throws {ApiError} 400 */
function typed(body: JsonObject, json: JsonText | undefined): DeleteOptionsObject {
  const schema = kubernetesSchema().byName(schemaName);
  if (schema === undefined) throw new Error(`the schema of ${schemaName} is missing`);
  try {
    return decode(schema, body, '', json).object;
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(error.message);
    throw error;
  }
}

/** They are known in every group and version: only the kind must be theirs. @throws {ApiError} 400 */
function checkKind(body: JsonValue): asserts body is JsonObject {
  const { kind, apiVersion } = saidToBe(body);
  if (kind === '' || kind === 'DeleteOptions') return;
  throw badRequest(unregisteredKind(kind, apiVersion || 'meta.k8s.io/v1'));
}

function saidToBe(body: JsonValue): TypeMeta {
  try {
    return typeMetaOf(body);
  } catch (error) {
    if (error instanceof TypeMetaError) throw badRequest(error.message);
    throw error;
  }
}

function errorsOf(options: RawDeleteOptions): FieldError[] {
  const { orphanDependents, propagationPolicy, dryRun } = options;
  const errors: FieldError[] = [];
  if (propagationPolicy !== undefined) {
    const why = 'orphanDependents and deletionPropagation cannot be both set';
    if (orphanDependents !== undefined) errors.push(invalidValue('propagationPolicy', propagationPolicy, why));
    if (!policies.some((policy) => policy === propagationPolicy)) {
      errors.push(unsupportedValue('propagationPolicy', propagationPolicy, [...policies, 'nil']));
    }
  }
  errors.push(...dryRunErrors(dryRun));
  if (options.ignoreReadError === true) {
    const without: Readonly<Record<string, boolean>> = {
      propagationPolicy: propagationPolicy !== undefined,
      orphanDependents: orphanDependents !== undefined,
      gracePeriodSeconds: options.gracePeriodSeconds !== undefined,
      preconditions: options.preconditions,
    };
    for (const [other, given] of Object.entries(without)) {
      if (given) errors.push(invalidValue(ignoreReadError, true, `cannot be set together with .${other}`));
    }
  }
  return errors;
}
