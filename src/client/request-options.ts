/** Where an object is, and how long anybody waits for it. */
export interface CallOptions {
  /** Default: the client's, else `default`. Of kinds that are not in namespaces: nothing. */
  readonly namespace?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface GetOptions extends CallOptions {
  /** '0': whatever the server has in memory. Default: what is there now. */
  readonly resourceVersion?: string | undefined;
}

export interface WriteOptions extends CallOptions {
  /** Who manages the fields that are set. Default: made of the user agent. */
  readonly fieldManager?: string | undefined;
  /** What becomes of fields that the kind does not know. Default: Warn. */
  readonly fieldValidation?: 'Ignore' | 'Warn' | 'Strict' | undefined;
  /** Everything is done, and nothing kept. */
  readonly dryRun?: boolean | undefined;
}

export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string;
  /** Take fields that others manage. */
  readonly force?: boolean | undefined;
}

/** What a list or a watch is of. */
export interface Selection {
  /** Default: the client's, else all. */
  readonly namespace?: string | undefined;
  /** `app=web,tier in (front, back)` */
  readonly labelSelector?: string | undefined;
  /** `metadata.name=web`, `spec.color=black` */
  readonly fieldSelector?: string | undefined;
}

export interface ListOptions extends Selection {
  /** So many at a time; `continue` of the list's metadata leads to more. */
  readonly limit?: number | undefined;
  readonly continue?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan' | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface WatchOptions extends Selection {
  /** Only what came after it. Default: what is there comes first, as ADDED. */
  readonly resourceVersion?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface DeleteOptions extends CallOptions {
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground' | undefined;
  readonly gracePeriodSeconds?: number | undefined;
  /** Only this very object, or this very state of it. */
  readonly preconditions?: { readonly uid?: string | undefined; readonly resourceVersion?: string } | undefined;
  readonly dryRun?: boolean | undefined;
}

/** Keys that are undefined are none. `true` is 'true'. */
export function queryOf(values: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) if (value !== undefined) query.set(key, String(value));
  const text = String(query);
  return text === '' ? '' : `?${text}`;
}
