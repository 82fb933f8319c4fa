import type { FieldError } from '../../machinery/field-error.ts';
import type { JsonObject } from '../../machinery/json-value.ts';

/**
 * A resource's own rules, called by the generic store around its own (metadata, names, concurrency, finalizers).
 * All functions are pure but for changing the `object` they are given, and synchronous.
 */
export interface Strategy {
  /** What a client may not set on create is removed here (status); what it may leave out is filled in. */
  prepareForCreate(object: JsonObject): void;
  validateCreate(object: JsonObject): readonly FieldError[];
  /** What a client may not change by this path is copied from `old`; generation is counted up where spec changed. */
  prepareForUpdate(object: JsonObject, old: JsonObject): void;
  validateUpdate(object: JsonObject, old: JsonObject): readonly FieldError[];
  /** The same for the `status` subresource; undefined: the resource has none. */
  prepareForStatusUpdate?: ((object: JsonObject, old: JsonObject) => void) | undefined;
  /** The same for the `finalize` subresource: only namespaces have it. */
  prepareForFinalize?: ((object: JsonObject, old: JsonObject) => void) | undefined;
  /** The name is checked with this; the result is what is wrong with it. `prefix`: it is a generateName. */
  validateName(name: string, prefix: boolean): readonly string[];
  /** True: a PUT of a name that does not exist creates it. */
  readonly allowCreateOnUpdate: boolean;
  /** True: a PUT without a resourceVersion overwrites whatever is there. */
  readonly allowUnconditionalUpdate: boolean;
  /**
   * How many seconds of grace a deletion gets; 0 or undefined: none, the object goes at once if it has no finalizer.
   * `requested` is DeleteOptions.gracePeriodSeconds.
   */
  gracefulDeletion?: ((object: JsonObject, requested: number | undefined) => number) | undefined;
  /**
   * A deletion begins that does not take the object away at once: what the object itself should say of it
   * (a namespace's phase). Called once, when its deletionTimestamp is set.
   */
  prepareForDeletion?: ((object: JsonObject) => void) | undefined;
  /**
   * What else, beyond metadata.finalizers, keeps a deleted object from going (a namespace's spec.finalizers); undefined:
   * nothing. The text is why a second DELETE is refused meanwhile.
   */
  waitsForFinalization?: ((object: JsonObject) => string | undefined) | undefined;
  /** What becomes of an object's dependents when a DELETE does not say; undefined: the garbage collector deletes them. */
  readonly dependents?: 'orphan' | 'unsupported' | undefined;
}
