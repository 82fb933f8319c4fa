import { asRevision, type Revision } from '../base/revision.ts';
import { parseJsonText } from '../machinery/json/parse.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../machinery/json-value.ts';
import { memberOf } from './json-scan.ts';
import type { ObjectShape } from './object-shape.ts';
import { sharedLabels } from './shared-labels.ts';

/** Nothing inherited: `__proto__` and `constructor` are label keys like any other. */
type Values = Record<string, string>;
const noValues = (): Values => Object.create(null) as Values;
const noLabels: Readonly<Values> = Object.freeze(noValues());

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
 * What selectors need is parsed out on first use and kept: labels from the few bytes that hold them, fields from the
 * whole object only where the resource has fields of its own. The object itself is parsed anew by each `parse()`.
 * Immutable: nobody writes to `bytes`. Whoever makes one knows that they are JSON to their end, and that labels are a map of
 * strings.
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
  #keyHash = -1;

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
    return metadataStart(this.shape);
  }

  /** A number below 2^32 that depends on the key alone. */
  get keyHash(): number {
    if (this.#keyHash < 0) this.#keyHash = hashOf(this.key);
    return this.#keyHash;
  }

  get labels(): Readonly<Record<string, string>> {
    return (this.#labels ??= this.#findLabels());
  }

  /** metadata.name, metadata.namespace and the resource's own selectable fields. */
  get fields(): Readonly<Record<string, string>> {
    return (this.#fields ??= this.#findFields());
  }

  /** It has a deletionTimestamp. Looked up in the bytes each time: no parsing, and nothing kept for it. */
  get isBeingDeleted(): boolean {
    return memberOf(this.bytes, headOf(this.shape).length - 1, 'deletionTimestamp') !== undefined;
  }

  /** The whole object, parsed anew: the caller may change it. Integers that a double cannot hold are bigints. */
  parse(): JsonObject {
    return parseText(this.bytes.toString('utf8')) as JsonObject;
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

  #findLabels(): Readonly<Values> {
    const extent = memberOf(this.bytes, headOf(this.shape).length - 1, 'labels');
    return extent === undefined
      ? noLabels
      : sharedLabels(this.bytes.toString('utf8', extent.start, extent.end), labelsOf);
  }

  #findFields(): Readonly<Values> {
    const { fieldsOf, namespaced } = this.shape;
    const fields = Object.assign(noValues(), fieldsOf?.(this.parse()));
    fields['metadata.name'] = this.name;
    if (namespaced) fields['metadata.namespace'] = this.namespace;
    return fields;
  }
}

/** A double holds all integers of fewer digits. */
const longNumber = 16;

/**
 * A run of digits beyond what a double always holds, the one key that assignment treats specially, or a key that V8 may
 * take for another. A run of so many digits has one at a multiple of their number, so only these need be looked at.
 */
function needsCare(text: string): boolean {
  for (let at = longNumber - 1; at < text.length; at += longNumber) {
    if (isDigit(text.charCodeAt(at)) && digitsAround(text, at) >= longNumber) return true;
  }
  return text.includes('__proto__') || hasEscapedKey(text);
}

/**
 * V8 13.6 and later (Node 24, 26) may read a key that is written with an escape as another one, which it has read before,
 * that begins like it and has a backslash: nodejs/node#63785.
 */
function hasEscapedKey(text: string): boolean {
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', at)) {
    for (let code = text.charCodeAt(at); code !== 0x22; code = text.charCodeAt(at)) {
      at += code === 0x5c ? 2 : 1;
      if (at >= text.length) return false;
    }
    do at++;
    while (text.charCodeAt(at) <= 0x20);
    if (text.charCodeAt(at) === 0x3a) return true;
  }
  return false;
}

function digitsAround(text: string, at: number): number {
  let [start, end] = [at, at + 1];
  while (isDigit(text.charCodeAt(start - 1))) start--;
  while (isDigit(text.charCodeAt(end))) end++;
  return end - start;
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** JSON.parse is several times faster than our parser, and the same wherever nothing needs care. */
const parseText = (text: string): JsonValue =>
  needsCare(text) ? parseJsonText(text).value : (JSON.parse(text) as JsonValue);

function labelsOf(text: string): Readonly<Values> {
  const parsed = parseText(text);
  if (!isJsonObject(parsed)) return noLabels;
  const labels = noValues();
  for (const [key, value] of Object.entries(parsed)) if (typeof value === 'string') labels[key] = value;
  return labels;
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

/** Where `"metadata"` begins in every `bytes` of this shape. */
export const metadataStart = (shape: ObjectShape): number => headOf(shape).length - metadataOpening.length;

/** FNV-1a over the code units, with a last stir so that low bits depend on all of them. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

const resourceVersionStart = (shape: ObjectShape): number => headOf(shape).length + resourceVersionOpening.length;

/** Splices a resourceVersion into a value that begins with the shape's head and has none: one copy, no parsing. */
export function withResourceVersion(shape: ObjectShape, value: Buffer, revision: Revision): Buffer {
  const head = headOf(shape);
  const at = head.length;
  const separator = value[at] === 0x7d ? '"' : '",';
  const inserted = resourceVersionOpening + asRevision(revision) + separator;
  // Whole buffers only: a view of a part, or a concat, is an object each time, most of the garbage of a first list.
  const bytes = Buffer.allocUnsafe(value.length + inserted.length);
  bytes.set(value, inserted.length);
  bytes.set(head);
  bytes.write(inserted, at, 'latin1');
  return bytes;
}
