import { asRevision, type Revision } from '../base/revision.ts';
import { type JsonObject, objectAt } from '../machinery/json-value.ts';
import type { ObjectShape } from './object-codec.ts';

const noLabels: Readonly<Record<string, string>> = Object.freeze(Object.create(null) as Record<string, string>);

export interface StoredObjectInit {
  readonly shape: ObjectShape;
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly revision: Revision;
  readonly createRevision: Revision;
  readonly bytes: Buffer;
}

/**
 * One object at one revision, as the bytes every client gets: encoded once, shared by GET, LIST and every watch.
 *
 * `bytes` is compact JSON in one layout,
 *
 *     {"kind":K,"apiVersion":V,"metadata":{"resourceVersion":"N",…},…}
 *     ^         ^ itemStart: after '{', what a typed list's item begins with is the rest from "metadata"
 *
 * so that a list item is `{` and the bytes from `itemStart`, and a deletion's revision replaces N without parsing.
 * What selectors need is parsed out on first use and kept; the object itself is parsed anew by each `parse()`.
 * Immutable: nobody writes to `bytes`.
 */
export class StoredObject {
  readonly key: string;
  /** '' for a cluster-scoped object. */
  readonly namespace: string;
  readonly name: string;
  /** The mod revision: its resourceVersion. */
  readonly revision: Revision;
  readonly createRevision: Revision;
  readonly bytes: Buffer;
  readonly shape: ObjectShape;
  #labels: Readonly<Record<string, string>> | undefined;
  #fields: Readonly<Record<string, string>> | undefined;

  constructor(init: StoredObjectInit) {
    this.shape = init.shape;
    this.key = init.key;
    this.namespace = init.namespace;
    this.name = init.name;
    this.revision = init.revision;
    this.createRevision = init.createRevision;
    this.bytes = init.bytes;
  }

  /** Offset of `"metadata"` in `bytes`. */
  get itemStart(): number {
    return headOf(this.shape).length - metadataOpening.length;
  }

  get labels(): Readonly<Record<string, string>> {
    return (this.#labels ??= this.#parseSelected().labels);
  }

  /** metadata.name, metadata.namespace and the resource's own selectable fields. */
  get fields(): Readonly<Record<string, string>> {
    return (this.#fields ??= this.#parseSelected().fields);
  }

  /** The whole object, parsed anew: the caller may change it. */
  parse(): JsonObject {
    return JSON.parse(this.bytes.toString('utf8')) as JsonObject;
  }

  /** The same object as of a later revision: what a DELETED event carries. */
  at(revision: Revision): StoredObject {
    const start = resourceVersionStart(this.shape);
    const end = this.bytes.indexOf(quote, start);
    const bytes = Buffer.concat([
      this.bytes.subarray(0, start),
      Buffer.from(String(revision), 'latin1'),
      this.bytes.subarray(end),
    ]);
    const { shape, key, namespace, name, createRevision } = this;
    const moved = new StoredObject({ shape, key, namespace, name, createRevision, revision, bytes });
    moved.#labels = this.#labels;
    moved.#fields = this.#fields;
    return moved;
  }

  #parseSelected() {
    const object = this.parse();
    const labels = (objectAt(objectAt(object, 'metadata'), 'labels') as Record<string, string> | undefined) ?? noLabels;
    const fields = {
      ...this.shape.fieldsOf(object),
      'metadata.name': this.name,
      ...(this.shape.namespaced ? { 'metadata.namespace': this.namespace } : {}),
    };
    this.#labels = labels;
    this.#fields = fields;
    return { labels, fields };
  }
}

const quote = 0x22;
const metadataOpening = '"metadata":{';
const resourceVersionOpening = '"resourceVersion":"';
const heads = new WeakMap<ObjectShape, Buffer>();

/** `{"kind":K,"apiVersion":V,"metadata":{`: how every stored value and every `bytes` of this shape begins. */
export function headOf(shape: ObjectShape): Buffer {
  let head = heads.get(shape);
  if (head === undefined) {
    const kind = JSON.stringify(shape.kind);
    const apiVersion = JSON.stringify(shape.apiVersion);
    head = Buffer.from(`{"kind":${kind},"apiVersion":${apiVersion},${metadataOpening}`);
    heads.set(shape, head);
  }
  return head;
}

const resourceVersionStart = (shape: ObjectShape): number => headOf(shape).length + resourceVersionOpening.length;

/** Splices a resourceVersion into a value that begins with the shape's head and has none: one copy, no parsing. */
export function withResourceVersion(shape: ObjectShape, value: Buffer, revision: Revision): Buffer {
  const head = headOf(shape);
  const separator = value[head.length] === 0x7d ? '"' : '",';
  const inserted = Buffer.from(resourceVersionOpening + asRevision(revision) + separator, 'latin1');
  return Buffer.concat([head, inserted, value.subarray(head.length)]);
}
