import type { Revision } from '../base/revision.ts';
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

  constructor(context: StoreContext, key: string, object: JsonObject) {
    this.#context = context;
    this.#key = key;
    this.#value = encodeForStorage(context.shape, object);
  }

  get put(): Operation {
    const { ttlSeconds } = this.#context.stored;
    const put = { type: 'put', key: this.#key, value: this.#value } as const;
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
