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
  /** Of `object`, where a subresource has a kind of its own. Absent: the names above. */
  readonly objectKind?: { readonly group: string; readonly version: string; readonly kind: string };
  /** What the request asks for beside its object, as far as the context does not say it: fields of its options. */
  readonly options?: JsonObject;
  /** Made by the chain of plugins, for those that may be asked twice. */
  readonly reinvocation?: Reinvocation;
}

/** Whether plugins are asked once more, because one of them changed what others have looked at. */
export interface Reinvocation {
  /** They are asked for the second time. */
  readonly isAgain: boolean;
  /** Asks for a second time. */
  request(): void;
  /** What a plugin keeps from its first time to its second, by its name. */
  readonly kept: Map<string, unknown>;
}
