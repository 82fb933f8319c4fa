import type { Logger } from '../base/logger.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import { SelectorError } from '../machinery/selector/selector-error.ts';
import type { StoredObject } from '../translate/stored-object.ts';
import type { LiveKind } from './live-kind.ts';

/** What is made of the objects of a kind: of each of their revisions once, and gone through anew when one of them has changed. */
export class ReadObjects<T> {
  readonly #make: (object: JsonObject) => readonly T[];
  readonly #logger: Logger;
  readonly #read = new WeakMap<StoredObject, readonly T[]>();
  /** Those that `#made` is of. */
  #objects: readonly StoredObject[] | undefined;
  #made: readonly T[] = [];

  /** `make` throws SelectorError for what validation refuses. */
  constructor(make: (object: JsonObject) => readonly T[], logger: Logger) {
    this.#make = make;
    this.#logger = logger;
  }

  of(kind: Pick<LiveKind, 'cache'> | undefined): readonly T[] {
    if (kind === undefined || !kind.cache.filled) return [];
    const objects = kind.cache.snapshot().objects(undefined, undefined);
    // The same array, as long as nothing changes.
    if (objects === this.#objects) return this.#made;
    this.#objects = objects;
    // In the order of their keys, so of their names.
    this.#made = objects.flatMap((object) => this.#readOnce(object));
    return this.#made;
  }

  #readOnce(object: StoredObject): readonly T[] {
    const known = this.#read.get(object);
    if (known !== undefined) return known;
    const made = this.#makeOf(object);
    this.#read.set(object, made);
    return made;
  }

  #makeOf(object: StoredObject): readonly T[] {
    try {
      return this.#make(object.parse());
    } catch (error) {
      if (!(error instanceof SelectorError)) throw error;
      // Nobody has written this here: it would have been refused.
      this.#logger.error('an object about admission cannot be read', { name: object.name, error });
      return [];
    }
  }
}
