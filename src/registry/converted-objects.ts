import type { StoredObject } from '../translate/stored-object.ts';

/** Of one kind, in all its versions: some ten thousand objects of usual size. */
export const convertedObjectsMaxBytes = 32 * 1024 * 1024;

/**
 * Objects that somebody was asked to convert, by what they were: each state of an object is asked about once for each
 * version, however many want it. What was not wanted for longest goes when there is more than `maxBytes`.
 */
export class ConvertedObjects {
  readonly #maxBytes: number;
  /** In order of last use. */
  readonly #objects = new Map<string, StoredObject>();
  #bytes = 0;

  constructor(maxBytes = convertedObjectsMaxBytes) {
    this.#maxBytes = maxBytes;
  }

  get(object: StoredObject, apiVersion: string): StoredObject | undefined {
    const key = keyOf(object, apiVersion);
    const known = this.#objects.get(key);
    if (known === undefined) return undefined;
    this.#objects.delete(key);
    this.#objects.set(key, known);
    return known;
  }

  put(object: StoredObject, converted: StoredObject): void {
    const key = keyOf(object, converted.shape.apiVersion);
    this.#bytes += converted.bytes.length - (this.#objects.get(key)?.bytes.length ?? 0);
    this.#objects.delete(key);
    this.#objects.set(key, converted);
    for (const [oldest, { bytes }] of this.#objects) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#objects.delete(oldest);
      this.#bytes -= bytes.length;
    }
  }
}

/** A key has one state at a revision; a deletion shows its last one at another. */
const keyOf = ({ key, revision, createRevision, shape }: StoredObject, apiVersion: string): string =>
  `${key} ${createRevision} ${revision} ${shape.apiVersion} ${apiVersion}`;
