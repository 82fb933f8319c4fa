import { encodeJson } from '../json/encode.ts';
import { defaultJsonLimits, emptyObject } from '../json/parse.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json-value.ts';
import { EditedList } from './edited-list.ts';
import type { JsonPatchOperation } from './json-patch-operations.ts';
import { PatchError } from './patch-error.ts';
import type { PatchTrace } from './patch-trace.ts';

/** What all `copy` of one patch may add together, in bytes of JSON. kube-apiserver's own bound. */
const maxCopiedBytes = 3 * 1024 * 1024;

/** A shorter list is changed in place. */
const longList = 4_096;

/**
 * Applies a JSON Patch (RFC 6902) to `document`, which it changes, also when it throws; the result may be another value.
 * As in kube-apiserver an index may be negative and then counts from the end, a `value` that is missing is null, and
 * `replace` of a key that is not there adds it. Values of operations are copied, so that they can be applied again.
 * Takes time in proportion to the operations, their values and the document.
 * @throws {PatchError} `mismatch`
 */
export function applyJsonPatch(
  document: JsonObject,
  operations: readonly JsonPatchOperation[],
  trace?: PatchTrace,
): JsonValue {
  const patched = new PatchedDocument(document, trace);
  for (const operation of operations) patched.apply(operation);
  return patched.finish();
}

/** What a pointer leads to: an entry of a container, which need not be there. */
interface Place {
  readonly container: JsonObject | JsonValue[];
  readonly key: string;
}

const refuse = (why: string): PatchError => new PatchError('mismatch', why);

class PatchedDocument {
  #root: JsonObject | JsonValue[];
  /** Long lists that were changed: what is in the arrays themselves is old. */
  readonly #edited = new Map<JsonValue[], EditedList>();
  #copiedBytes = 0;

  readonly #trace: PatchTrace | undefined;

  constructor(document: JsonObject, trace: PatchTrace | undefined) {
    this.#root = document;
    this.#trace = trace;
    trace?.opened.add(document);
  }

  apply({ op, path, from, value = null, source }: JsonPatchOperation): void {
    switch (op) {
      case 'add': {
        const place = this.#find(path);
        this.#add(place, this.#given(value));
        return this.#wroteAs(place, source);
      }
      case 'remove':
        return this.#remove(this.#find(path));
      case 'replace': {
        if (path === '') return this.#replaceRoot(value);
        const place = this.#find(path);
        this.#replace(place, this.#given(value));
        return this.#wroteAs(place, source);
      }
      case 'move': {
        const place = this.#find(from);
        const moved = this.#get(place);
        this.#remove(place);
        return this.#add(this.#find(path), moved ?? null);
      }
      case 'copy': {
        const copied = this.#get(this.#find(from));
        const place = this.#find(path);
        return this.#add(place, this.#counted(copied ?? null));
      }
      case 'test': {
        const found = path === '' ? this.#root : this.#get(this.#find(path));
        if (!this.#equal(found ?? null, value)) throw refuse(`test of ${path} failed`);
        return;
      }
      default:
        throw refuse(`${op} is no operation`);
    }
  }

  /** The whole, when all is done. */
  finish(): JsonValue {
    for (const [array, list] of this.#edited) {
      array.length = 0;
      for (const item of list) array.push(item);
    }
    if (deeperThan(this.#root, defaultJsonLimits.maxDepth)) throw refuse('the result is nested too deep');
    return this.#root;
  }

  #replaceRoot(value: JsonValue): void {
    const copy = this.#given(value);
    if (typeof copy !== 'object' || copy === null) throw refuse('a document is an object or a list');
    this.#root = copy;
  }

  /** All but the last step must be there. What stands before the first slash counts for nothing, as in the original. */
  #find(pointer: string | undefined): Place {
    const steps = (pointer ?? '').split('/');
    const key = steps.pop();
    if (key === undefined || steps.length === 0) throw refuse('the path is missing, or leads to no entry of anything');
    let container = this.#root;
    this.#trace?.opened.add(container);
    for (const step of steps.slice(1)) {
      const next = this.#get({ container, key: unescaped(step) });
      if (typeof next !== 'object' || next === null) throw refuse(`${pointer} leads through what is not there`);
      container = next;
      this.#trace?.opened.add(container);
    }
    return { container, key: unescaped(key) };
  }

  /** Undefined: an object has no such key. */
  #get({ container, key }: Place): JsonValue | undefined {
    if (!Array.isArray(container)) return Object.hasOwn(container, key) ? container[key] : undefined;
    const index = this.#index(container, key, 0);
    const list = this.#edited.get(container);
    return list === undefined ? (container[index] ?? null) : list.at(index);
  }

  #add({ container, key }: Place, value: JsonValue): void {
    if (!Array.isArray(container)) {
      this.#trace?.changed(container, key);
      container[key] = value;
      return;
    }
    const index = key === '-' ? this.#length(container) : this.#index(container, key, 1);
    this.#trace?.shifted(container);
    const list = this.#listOf(container);
    if (list instanceof EditedList) list.insert(index, value);
    else list.splice(index, 0, value);
  }

  #remove({ container, key }: Place): void {
    if (!Array.isArray(container)) {
      if (!Object.hasOwn(container, key)) throw refuse(`there is no ${key}`);
      this.#trace?.changed(container, key);
      delete container[key];
      return;
    }
    const index = this.#index(container, key, 0);
    this.#trace?.shifted(container);
    const list = this.#listOf(container);
    if (list instanceof EditedList) list.remove(index);
    else list.splice(index, 1);
  }

  #replace({ container, key }: Place, value: JsonValue): void {
    if (!Array.isArray(container)) {
      this.#trace?.changed(container, key);
      container[key] = value;
      return;
    }
    const index = this.#index(container, key, 0);
    this.#trace?.changed(container, index);
    const list = this.#edited.get(container);
    if (list !== undefined) list.set(index, value);
    else container[index] = value;
  }

  #length(array: JsonValue[]): number {
    return this.#edited.get(array)?.length ?? array.length;
  }

  #listOf(array: JsonValue[]): JsonValue[] | EditedList {
    const edited = this.#edited.get(array);
    if (edited !== undefined) return edited;
    if (array.length < longList) return array;
    const list = new EditedList(array);
    this.#edited.set(array, list);
    return list;
  }

  /** `beyond`: 1 where the index may be one behind the last. As Go reads numbers: with a sign and leading zeros. */
  #index(array: JsonValue[], key: string, beyond: 0 | 1): number {
    const length = this.#length(array) + beyond;
    const given = /^[+-]?\d+$/.test(key) ? Number(key) : Number.NaN;
    const index = given < 0 ? given + length : given;
    if (index >= 0 && index < length) return index;
    throw refuse(`${key} is no index of a list of ${this.#length(array)}`);
  }

  /** A value that comes with the patch. */
  #given(value: JsonValue): JsonValue {
    const copy = this.#copyOf(value);
    if (typeof copy === 'object' && copy !== null) this.#trace?.given.add(copy);
    return copy;
  }

  /** The place now has the value of an operation. */
  #wroteAs({ container, key }: Place, source: JsonObject | undefined): void {
    if (source === undefined) return;
    const last = () => this.#length(container as JsonValue[]) - 1;
    const at = !Array.isArray(container) ? key : key === '-' ? last() : this.#index(container, key, 0);
    this.#trace?.moved(source, 'value', container, at);
  }

  #counted(value: JsonValue): JsonValue {
    const copy = this.#copyOf(value);
    this.#copiedBytes += Buffer.byteLength(encodeJson(copy));
    if (this.#copiedBytes > maxCopiedBytes) throw refuse(`the copies take more than ${maxCopiedBytes} bytes`);
    return copy;
  }

  #copyOf(value: JsonValue, depth = defaultJsonLimits.maxDepth): JsonValue {
    if (typeof value !== 'object' || value === null) return value;
    if (depth === 0) throw refuse('a value is nested too deep');
    if (Array.isArray(value)) {
      const copy: JsonValue[] = [];
      for (const item of this.#edited.get(value) ?? value) {
        this.#trace?.moved(value, copy.length, copy, copy.length);
        copy.push(this.#copyOf(item, depth - 1));
      }
      return copy;
    }
    const copy = emptyObject();
    for (const key of Object.keys(value)) {
      copy[key] = this.#copyOf(value[key] ?? null, depth - 1);
      this.#trace?.moved(value, key, copy, key);
    }
    return copy;
  }

  /** `wanted`: of the patch, so that no more is compared than the patch has. */
  #equal(found: JsonValue, wanted: JsonValue): boolean {
    if (Array.isArray(wanted)) {
      if (!Array.isArray(found) || this.#length(found) !== wanted.length) return false;
      let index = 0;
      for (const item of this.#edited.get(found) ?? found) {
        if (!this.#equal(item, wanted[index++] ?? null)) return false;
      }
      return true;
    }
    if (!isJsonObject(wanted)) return found === wanted;
    if (!isJsonObject(found)) return false;
    this.#trace?.opened.add(found);
    const keys = Object.keys(wanted);
    return (
      keys.length === Object.keys(found).length &&
      keys.every((key) => Object.hasOwn(found, key) && this.#equal(found[key] ?? null, wanted[key] ?? null))
    );
  }
}

/** RFC 6901: `~1` is a slash, `~0` a tilde. */
const unescaped = (step: string): string => (step.includes('~') ? step.replace(/~1/g, '/').replace(/~0/g, '~') : step);

function deeperThan(value: JsonValue, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth === 0) return true;
  if (Array.isArray(value)) return value.some((item) => deeperThan(item, depth - 1));
  return Object.keys(value).some((key) => deeperThan(value[key] ?? null, depth - 1));
}
