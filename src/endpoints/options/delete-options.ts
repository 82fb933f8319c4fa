import { Http2ServerRequest } from 'node:http2';
import { type FieldError, invalidValue, unsupportedValue } from '../../machinery/field-error.ts';
import { isJsonObject, type JsonObject, objectAt, stringAt } from '../../machinery/json-value.ts';
import { badRequest, invalid } from '../../machinery/status-errors.ts';
import type { DeleteOptions } from '../../registry/rest-storage.ts';
import type { ApiRequest } from '../api-request.ts';
import { decodeBody } from '../body/decode-object.ts';
import type { EndpointLimits } from '../limits.ts';
import { flagIn, integerIn } from './query-values.ts';
import { dryRunErrors } from './write-options.ts';

interface RawDeleteOptions {
  readonly gracePeriodSeconds: number | undefined;
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
  readonly propagationPolicy: string | undefined;
  readonly orphanDependents: boolean | undefined;
  readonly dryRun: readonly string[];
}

/** metav1.DeleteOptions as a client sends them. */
export interface DeleteQuery extends DeleteOptions {
  readonly dryRun: boolean;
}

const policies = ['Foreground', 'Background', 'Orphan'] as const;

/**
 * metav1.DeleteOptions: from the body when there is one, else from the query.
 * @throws {ApiError} 400 for what cannot be read, 422 for what must not be asked
 */
export async function deleteOptionsOf(request: ApiRequest, limits: EndpointLimits): Promise<DeleteQuery> {
  const raw = announcesBody(request) ? await fromBody(request, limits) : fromQuery(request.query);
  const errors = errorsOf(raw);
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors);
  return {
    gracePeriodSeconds: raw.gracePeriodSeconds,
    preconditions: { uid: raw.uid, resourceVersion: raw.resourceVersion },
    propagationPolicy: (raw.propagationPolicy ?? '') as DeleteOptions['propagationPolicy'],
    orphanDependents: raw.orphanDependents,
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
    gracePeriodSeconds: integerIn(query, 'gracePeriodSeconds'),
    uid: query.get('uid') ?? undefined,
    resourceVersion: query.get('resourceVersion') ?? undefined,
    propagationPolicy: query.get('propagationPolicy') ?? undefined,
    orphanDependents: flagIn(query, 'orphanDependents'),
    dryRun: query.getAll('dryRun'),
  };
}

async function fromBody(request: ApiRequest, limits: EndpointLimits): Promise<RawDeleteOptions> {
  const { value, bytes } = await decodeBody(request, { apiVersion: 'v1', kind: 'DeleteOptions' }, limits, {
    mayBeEmpty: true,
  });
  if (bytes.length === 0) return fromQuery(request.query);
  if (!isJsonObject(value)) throw badRequest('decoded object cannot be converted to DeleteOptions');
  const kind = stringAt(value, 'kind');
  if (kind !== '' && kind !== 'DeleteOptions') throw badRequest('decoded object cannot be converted to DeleteOptions');
  const preconditions = objectAt(value, 'preconditions');
  return {
    gracePeriodSeconds: integerField(value, 'gracePeriodSeconds'),
    uid: textField(preconditions, 'uid'),
    resourceVersion: textField(preconditions, 'resourceVersion'),
    propagationPolicy: textField(value, 'propagationPolicy'),
    orphanDependents: booleanField(value, 'orphanDependents'),
    dryRun: textsField(value, 'dryRun'),
  };
}

const wrongType = (field: string, wanted: string): Error =>
  badRequest(`json: cannot unmarshal into Go struct field DeleteOptions.${field} of type ${wanted}`);

/** Absent and null are the same, as everywhere in Kubernetes. */
const fieldOf = (object: JsonObject | undefined, field: string) => object?.[field] ?? undefined;

function integerField(object: JsonObject, field: string): number | undefined {
  const value = fieldOf(object, field);
  if (value === undefined || (typeof value === 'number' && Number.isInteger(value))) return value;
  if (typeof value === 'bigint') return Number(value);
  throw wrongType(field, 'int64');
}

function textField(object: JsonObject | undefined, field: string): string | undefined {
  const value = fieldOf(object, field);
  if (value === undefined || typeof value === 'string') return value;
  throw wrongType(field, 'string');
}

function booleanField(object: JsonObject, field: string): boolean | undefined {
  const value = fieldOf(object, field);
  if (value === undefined || typeof value === 'boolean') return value;
  throw wrongType(field, 'bool');
}

function textsField(object: JsonObject, field: string): string[] {
  const value = fieldOf(object, field) ?? [];
  if (Array.isArray(value)) {
    return value.map((item) => {
      if (typeof item !== 'string') throw wrongType(field, 'string');
      return item;
    });
  }
  throw wrongType(field, '[]string');
}

function errorsOf({ orphanDependents, propagationPolicy, dryRun }: RawDeleteOptions): FieldError[] {
  const errors: FieldError[] = [];
  if (propagationPolicy !== undefined) {
    const why = 'orphanDependents and deletionPropagation cannot be both set';
    if (orphanDependents !== undefined) errors.push(invalidValue('propagationPolicy', propagationPolicy, why));
    if (!policies.some((policy) => policy === propagationPolicy)) {
      errors.push(unsupportedValue('propagationPolicy', propagationPolicy, [...policies, 'nil']));
    }
  }
  return [...errors, ...dryRunErrors(dryRun)];
}
