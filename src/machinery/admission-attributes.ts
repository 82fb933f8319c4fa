import type { JsonObject } from './json-value.ts';
import type { RequestContext } from './request-context.ts';

/**
 * One write, as admission sees it, under the names by which it was asked for. `object` is what will be stored, so the
 * hub's: mutating admission changes it in place.
 */
export interface AdmissionAttributes {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly resource: string;
  /** '' for the object itself. */
  readonly subresource: string;
  /** '' for a cluster-scoped resource. */
  readonly namespace: string;
  /** '' while generateName has not been resolved. */
  readonly name: string;
  /** undefined for DELETE. */
  readonly object: JsonObject | undefined;
  /** undefined for CREATE. Nobody changes it. */
  readonly oldObject: JsonObject | undefined;
  readonly request: RequestContext;
}
