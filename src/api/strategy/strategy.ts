import type { FieldFilter } from '../../machinery/apply/field-filter.ts';
import type { FieldError } from '../../machinery/field-error.ts';
import type { GroupVersion } from '../../machinery/gvk.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import type { UserInfo } from '../../machinery/request-context.ts';
import type { Allocation } from './allocation.ts';

/** Who writes, and when: what an object says can depend on it. */
export interface Occasion {
  readonly user: UserInfo;
  /** In milliseconds since the epoch. */
  readonly now: number;
  /** Tells the client something beside the answer, also beside a refusal. */
  warn(text: string): void;
}

/** The rules of one path by which an object is updated: the object itself, or a subresource of it. */
export interface UpdateStrategy {
  /** What a client may not change by this path is copied from `old`; generation is counted up where spec changed. */
  prepareForUpdate(object: JsonObject, old: JsonObject, occasion: Occasion): void;
  /** `requested`: the version that is asked for. Objects are the hub's, but what they may be can depend on it. */
  validateUpdate(
    object: JsonObject,
    old: JsonObject,
    requested: GroupVersion,
    occasion: Occasion,
  ): readonly FieldError[];
  /** Which fields somebody can come to manage by this path; undefined: all. The others are reset by `prepareForUpdate`. */
  readonly managedFields?: FieldFilter | undefined;
  /** What the client should hear beside the answer to a valid update, in the order in which it is sent. */
  warningsOnUpdate?: ((object: JsonObject, old: JsonObject) => readonly string[]) | undefined;
}

/** What a strategy needs to say everything that is wrong with a new object, in its kind's order. */
export interface CreateChecks {
  /** The version that is asked for. The object is the hub's, but what it may be can depend on it. */
  readonly requested: GroupVersion;
  /**
   * What is wrong with the metadata: the rules for all objects, and the kind's own for names, which tells what is wrong
   * with a name; `prefix`: it is a generateName.
   */
  metadataErrors(validateName: (name: string, prefix: boolean) => readonly string[]): readonly FieldError[];
}

/**
 * A resource's own rules, called by the generic store around its own (metadata, names, concurrency, finalizers).
 * All functions are pure but for changing the `object` they are given, and synchronous.
 */
export interface Strategy extends UpdateStrategy {
  /** Fills in what a client may leave out. The store calls it on every way an object is written, before all that follows. */
  setDefaults(object: JsonObject): void;
  /** What a client may not set on create is removed here (status). */
  prepareForCreate(object: JsonObject, occasion: Occasion): void;
  /** All that is wrong with it, metadata included. */
  validateCreate(object: JsonObject, checks: CreateChecks): readonly FieldError[];
  /** A valid new object gets the form that it has as soon as it is read from the store. */
  canonicalize?: ((object: JsonObject) => void) | undefined;
  /** What the client should hear beside the answer to a valid create; in the order in which it is sent. */
  warningsOnCreate?: ((object: JsonObject) => readonly string[]) | undefined;
  /** True: a generateName is the name itself; nothing is put behind it. */
  readonly namesAreWhole?: boolean | undefined;
  /** `status`, and what else of an object is updated by a path of its own. */
  readonly subresources: Readonly<Record<string, UpdateStrategy>>;
  /** True: a PUT of a name that does not exist creates it. */
  readonly allowCreateOnUpdate: boolean;
  /** True: a PUT without a resourceVersion overwrites whatever is there. */
  readonly allowUnconditionalUpdate: boolean;
  /** What only one object of the kind may hold, given to objects as they are written. */
  readonly allocation?: Allocation | undefined;
  /**
   * How many seconds of grace a deletion gets; 0 or undefined: none, the object goes at once if it has no finalizer.
   * `requested` is DeleteOptions.gracePeriodSeconds. Both are int64: bigints where a double cannot hold them.
   */
  gracefulDeletion?: ((object: JsonObject, requested: number | bigint | undefined) => number | bigint) | undefined;
  /**
   * A deletion begins that does not take the object away at once: what the object itself should say of it
   * (a namespace's phase). Called once, when its deletionTimestamp is set.
   */
  prepareForDeletion?: ((object: JsonObject) => void) | undefined;
  /**
   * The kind goes in two steps, as namespaces do: the first DELETE only marks the object, and beyond metadata.finalizers
   * something else keeps it while this is true (spec.finalizers).
   */
  waitsForFinalization?: ((object: JsonObject) => boolean) | undefined;
  /** What becomes of an object's dependents when a DELETE does not say; undefined: the garbage collector deletes them. */
  readonly dependents?: 'orphan' | 'unsupported' | undefined;
  /** What the client should hear when a DELETE does not say what becomes of dependents, which are then orphaned. */
  readonly warningOnOrphaning?: string | undefined;
}
