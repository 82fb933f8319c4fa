import type { StoredKind } from '../api/stored-kind.ts';
import type { Clock } from '../base/clock.ts';
import type { FrameSink } from '../dispatch/frame-sink.ts';
import type { View } from '../dispatch/view.ts';
import type { WatchSpec } from '../dispatch/watch-spec.ts';
import type { WatcherHandle } from '../dispatch/watcher-handle.ts';
import type { Status } from '../machinery/api-error.ts';
import type { KindNames } from '../machinery/gvk.ts';
import type { Storage } from '../storage/storage.ts';
import type { ObjectShape } from '../translate/object-shape.ts';
import type { CacheReader } from '../watchcache/cache-reader.ts';
import type { AdmissionGate } from './admission-gate.ts';
import type { ExclusiveClaims } from './exclusive-claims.ts';
import type { FieldManagers } from './field-managers.ts';
import type { FreshRead } from './fresh-read.ts';
import type { RegistryMetrics } from './metrics.ts';
import type { Randomness } from './randomness.ts';
import type { VersionForms } from './version-forms.ts';

export type OpenSink = (watcher: WatcherHandle) => FrameSink;

/** What the registry needs of the dispatcher of its resource. */
export interface WatchOpener {
  open(spec: WatchSpec, openSink: OpenSink): void;
  /** A watch that consists of one ERROR event. */
  refuse(view: View, status: Status, openSink: OpenSink): void;
}

/** What every verb of one resource works with. */
export interface StoreContext {
  readonly stored: StoredKind;
  /**
   * By which names it is asked for: those of a version that is served. Messages and admission tell them, and rules of some
   * kinds depend on them; objects are the hub's all the same.
   */
  readonly resource: KindNames;
  readonly shape: ObjectShape;
  /** Objects are not stored in the version that is asked for. Absent: they are, or come by it without asking anybody. */
  readonly forms?: VersionForms;
  /** Who manages which fields: by version. */
  readonly fieldManagers: FieldManagers;
  readonly storage: Storage;
  readonly cache: CacheReader;
  readonly fresh: FreshRead;
  readonly dispatcher: WatchOpener;
  readonly admission: AdmissionGate;
  /** What objects of a kind hold alone: addresses and ports of services. */
  readonly claims: ExclusiveClaims;
  /** Of the kind whose objects record what those of this kind hold; undefined: there is none, or it is not served. */
  readonly records: () => StoreContext | undefined;
  readonly clock: Clock;
  readonly random: Randomness;
  readonly metrics: RegistryMetrics;
  /** A watch without timeoutSeconds lasts once to twice as long. */
  readonly minRequestTimeoutMs: number;
  /** False: nobody removes the garbage collector's finalizers, so none are set. */
  readonly garbageCollection: boolean;
  /** `clock.now()` when the registry was made: how long a cache has not been ready counts from here. */
  readonly since: number;
}
