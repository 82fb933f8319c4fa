import type { Revision } from '../base/revision.ts';
import { cloneJson } from '../machinery/json/clone.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import type { Operation } from '../storage/storage.ts';
import { objectNameOf } from '../translate/object-key.ts';
import { encodeForStorage } from '../translate/object-layout.ts';
import { StoredObject, withResourceVersion } from '../translate/stored-object.ts';
import type { StoreContext } from './store-context.ts';

/** An object on its way into the store: encoded once, for the store and for the client's answer. */
export class Written {
  readonly #context: StoreContext;
  readonly #key: string;
  readonly #value: Buffer;
  /** For the store, where that has another version. */
  readonly #stored: Buffer;

  constructor(context: StoreContext, key: string, object: JsonObject, stored?: Buffer) {
    this.#context = context;
    this.#key = key;
    this.#value = encodeForStorage(context.shape, object);
    this.#stored = stored ?? this.#value;
  }

  get put(): Operation {
    const { ttlSeconds } = this.#context.stored;
    const put = { type: 'put', key: this.#key, value: this.#stored } as const;
    return ttlSeconds === undefined ? put : { ...put, ttlSeconds };
  }

  /** Without a resourceVersion: what a dry run answers with on create. */
  get bytes(): Buffer {
    return this.#value.subarray(0, -1);
  }

  bytesAt(revision: Revision): Buffer {
    return withResourceVersion(this.#context.shape, this.bytes, revision);
  }

  /** The object as it is once the write has happened at `revision`. */
  at(revision: Revision, createRevision: Revision): StoredObject {
    const { shape } = this.#context;
    const { namespace, name } = objectNameOf(shape, this.#key) ?? { namespace: '', name: '' };
    const bytes = this.bytesAt(revision);
    return new StoredObject({ shape, key: this.#key, namespace, name, revision, createRevision, bytes });
  }
}

/**
 * The object as it is to be written. Where it is stored in another version, it is answered as it comes back from there: what
 * cannot come back is not written.
 * @throws {ApiError} 500 with what the webhook did wrong
 */
export async function writtenOf(context: StoreContext, key: string, object: JsonObject): Promise<Written> {
  const { forms } = context;
  if (forms === undefined || forms.storageShape === context.shape) return new Written(context, key, object);
  const { storageShape } = forms;
  const stored = await forms.stored(object);
  storageShape.toStoredForm?.(stored);
  return new Written(context, key, await forms.ofStored(cloneJson(stored)), encodeForStorage(storageShape, stored));
}
