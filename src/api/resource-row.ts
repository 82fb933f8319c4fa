import type { JsonObject } from '../machinery/json-value.ts';
import type { Strategy } from './strategy/strategy.ts';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** One column of `kubectl get`. `priority` above 0: only with `-o wide`. metav1.TableColumnDefinition. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly description: string;
  readonly priority?: number;
  /** The cell; `now` is in milliseconds since the epoch, for ages. */
  readonly cell: (object: JsonObject, now: number) => string | number | boolean | null;
}

/** metav1.TableRowCondition. The only type is `Completed`: the object's work is over, so clients may show it less. */
export interface RowCondition {
  readonly type: 'Completed';
  readonly status: 'True';
  readonly reason: string;
  readonly message: string;
}

/**
 * One resource: everything that routes, discovery, printing, storage and pipelines derive from. Adding a resource is
 * adding a row.
 */
export interface ResourceRow {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Plural, lower case: the path segment. */
  readonly resource: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  /** Subresources with the verbs they take. `status` is one. */
  readonly subresources: Readonly<Record<string, readonly Verb[]>>;
  /**
   * Below `--etcd-prefix`, without slashes at the ends: `configmaps`, `services/specs`, `minions`.
   * Kubernetes' own key layout, so that both can share an etcd.
   */
  readonly storagePrefix: string;
  /** Field labels that a field selector may name, beyond metadata.name and metadata.namespace, and how to read them. */
  readonly fields: Readonly<Record<string, (object: JsonObject) => string>>;
  /** The field by which watches are indexed besides namespace and name: `spec.nodeName` for pods. */
  readonly triggerField?: string;
  /** All columns of `kubectl get`, in order. Name (the one with format `name`) and Age are columns like the others. */
  readonly columns: readonly PrinterColumn[];
  /** What the row of an object says of it beside its cells; absent: nothing. */
  readonly rowConditions?: (object: JsonObject) => readonly RowCondition[];
  readonly strategy: Strategy;
  /** This version is deprecated, in the words of the warning that the answer to each request for it carries. */
  readonly deprecation?: string;
  /** Seconds that an object lives after a write, if it expires: events. */
  readonly ttlSeconds?: number;
  /** DELETE answers with the deleted object instead of a Status of success. */
  readonly returnsDeletedObject?: boolean;
}
