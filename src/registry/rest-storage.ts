import type { StoredKind } from '../api/stored-kind.ts';
import type { SubresourceKind } from '../api/subresource-kind.ts';
import type { Revision } from '../base/revision.ts';
import type { FrameSink } from '../dispatch/frame-sink.ts';
import type { View } from '../dispatch/view.ts';
import type { WatcherHandle } from '../dispatch/watcher-handle.ts';
import type { FieldValidation } from '../machinery/field-validation.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import type { RequestContext } from '../machinery/request-context.ts';
import type { Selector } from '../machinery/selection.ts';
import type { StoredObject } from '../translate/stored-object.ts';

/** metav1.ListOptions after decoding, defaulting and validation. */
export interface ListOptions {
  readonly labels: Selector;
  readonly fields: Selector;
  /** As sent: '', '0' or anything; parsed by the storage level. */
  readonly resourceVersion: string;
  readonly resourceVersionMatch: '' | 'Exact' | 'NotOlderThan';
  /** 0: no limit. */
  readonly limit: number;
  /** The token as sent; '' for none. */
  readonly continue: string;
  readonly allowWatchBookmarks: boolean;
  readonly sendInitialEvents: boolean | undefined;
  /** undefined: absent or 0, so the server picks. */
  readonly timeoutSeconds: number | undefined;
}

/** Where in the collection: the path's namespace ('' for all, or cluster scope). */
export interface CollectionScope {
  readonly namespace: string;
}

export interface ObjectScope extends CollectionScope {
  readonly name: string;
}

export interface ListResult {
  /** metadata.resourceVersion. */
  readonly revision: Revision;
  /** In key order. */
  readonly items: readonly StoredObject[];
  /** '' when there is no more. */
  readonly continue: string;
  /** Set only when there is more and no selector. */
  readonly remainingItemCount: number | undefined;
}

/** metav1.DeleteOptions after decoding, but for what RequestContext carries. */
export interface DeleteOptions {
  /** An int64: a bigint where a double cannot hold it. */
  readonly gracePeriodSeconds: number | bigint | undefined;
  readonly preconditions: { readonly uid: string | undefined; readonly resourceVersion: string | undefined };
  readonly propagationPolicy: '' | 'Orphan' | 'Background' | 'Foreground';
  readonly orphanDependents: boolean | undefined;
}

/** A configuration that is to be applied, as it was sent. */
export interface AppliedConfig {
  readonly config: JsonObject;
  /** Takes fields that others manage. */
  readonly force: boolean;
  readonly fieldValidation: FieldValidation;
  /** What strict reading finds wrong in it: keys that are there twice. */
  readonly problems: readonly string[];
}

/** May change and return what it is given: a copy. Throws ApiError to refuse. May be called more than once. */
export type Updater = (existing: JsonObject) => JsonObject;

/** A new view made from the present one, or what is to be applied to it. */
export type ViewChange = Updater | AppliedConfig;

/**
 * What came of a write: the object as it is now, in the layout of StoredObject.bytes. A dry run has no
 * resourceVersion of its own. `created`: 201 instead of 200.
 */
export interface WriteResult {
  readonly bytes: Buffer;
  readonly created: boolean;
}

/** `deleted`: gone, and the last state it had. Otherwise it waits for finalizers or grace, and is as in `bytes`. */
export interface DeleteResult {
  readonly deleted: boolean;
  readonly bytes: Buffer;
  readonly name: string;
  readonly uid: string;
}

/**
 * One resource behind its verbs: writes and consistent GETs over storage, everything else over the cache and its
 * dispatcher. Rejects and throws ApiError only. What the original calls RESTStorage.
 */
export interface RestStorage {
  readonly stored: StoredKind;
  get(scope: ObjectScope, resourceVersion: string): Promise<StoredObject>;
  list(scope: CollectionScope, options: ListOptions): Promise<ListResult>;
  /**
   * Opens a watch that writes into what `openSink` gives. `openSink` is called at most once, when it is certain that
   * the answer is 200: also for errors that the protocol reports as an ERROR event. Refusals before that reject.
   */
  watch(
    scope: CollectionScope & { readonly name?: string },
    options: ListOptions,
    view: View,
    openSink: (watcher: WatcherHandle) => FrameSink,
  ): Promise<void>;
  create(scope: CollectionScope, object: JsonObject, request: RequestContext): Promise<WriteResult>;
  /**
   * `subresource`: '' or one of the stored's. An `Updater` makes the new object from the present one: what a patch is.
   * It takes part in the same compare-and-swap, so it needs no read before and is called again when it lost a race.
   */
  update(
    scope: ObjectScope,
    subresource: string,
    object: JsonObject | Updater,
    request: RequestContext,
  ): Promise<WriteResult>;
  /** Server-side apply: makes or changes the object so that it says what `config` says, for request.fieldManager. */
  apply(scope: ObjectScope, subresource: string, config: AppliedConfig, request: RequestContext): Promise<WriteResult>;
  /** An update of the object by what becomes of a view of it. `subresource`: what the view is called. */
  updateView(
    scope: ObjectScope,
    subresource: string,
    viewed: SubresourceKind,
    change: ViewChange,
    request: RequestContext,
  ): Promise<WriteResult>;
  delete(scope: ObjectScope, options: DeleteOptions, request: RequestContext): Promise<DeleteResult>;
  /** Removes an object that cannot be read, unread, and refuses one that can. What Kubernetes calls an unsafe deletion. */
  deleteUnreadable(scope: ObjectScope, request: RequestContext): Promise<void>;
  /** Deletes every object the list gives, in its order; answers with what was listed. */
  deleteCollection(
    scope: CollectionScope,
    list: ListOptions,
    options: DeleteOptions,
    request: RequestContext,
  ): Promise<ListResult>;
}
