import { jsonEqual } from '../json/json-equal.ts';
import { isJsonObject, type JsonValue } from '../json-value.ts';
import { additionalNode, type SchemaNode } from '../structural/schema-node.ts';
import { type OldItems, oldItems } from './keyed-items.ts';

/**
 * A value of an update beside the one that it replaces, as the schema tells which that is. Whether they are equal is found
 * once. What the schema does not know of is never equal to what it was: so is the original's.
 */
class Correlated {
  readonly #value: JsonValue;
  readonly #old: JsonValue;
  readonly #node: SchemaNode;
  #items: OldItems | undefined;
  #isEqual: boolean | undefined;

  constructor(value: JsonValue, old: JsonValue, node: SchemaNode) {
    this.#value = value;
    this.#old = old;
    this.#node = node;
  }

  key(name: string): Correlated | undefined {
    const [value, old] = [this.#value, this.#old];
    if (!isJsonObject(value) || !isJsonObject(old)) return undefined;
    if (!Object.hasOwn(value, name) || !Object.hasOwn(old, name)) return undefined;
    const node = this.#node.properties.get(name) ?? additionalNode(this.#node);
    return node === undefined ? undefined : new Correlated(value[name] ?? null, old[name] ?? null, node);
  }

  index(at: number): Correlated | undefined {
    const { items } = this.#node;
    if (!Array.isArray(this.#value) || items === undefined) return undefined;
    const item = this.#value[at];
    if (item === undefined) return undefined;
    this.#items ??= oldItems(this.#node, this.#old);
    const old = this.#items(item);
    return old === undefined ? undefined : new Correlated(item, old, items);
  }

  get isEqual(): boolean {
    return (this.#isEqual ??= this.#compare());
  }

  #compare(): boolean {
    const [value, old] = [this.#value, this.#old];
    if (Array.isArray(value)) {
      if (!Array.isArray(old) || value.length !== old.length) return false;
      if (this.#node.listType !== 'map' || this.#node.items === undefined) return jsonEqual(value, old);
      return value.every((_, at) => this.index(at)?.isEqual === true);
    }
    if (!isJsonObject(value)) return jsonEqual(value, old);
    if (!isJsonObject(old)) return false;
    const names = Object.keys(value);
    return names.length === Object.keys(old).length && names.every((name) => this.key(name)?.isEqual === true);
  }
}

/**
 * What lets a value stay as wrong as it was: it is as it was, or, where the schema does not tell what it replaces, so is the
 * nearest value around it of which that is known.
 */
export class Ratchet {
  readonly #present: Correlated | undefined;
  readonly #around: Correlated | undefined;

  private constructor(present: Correlated | undefined, around: Correlated | undefined) {
    this.#present = present;
    this.#around = around;
  }

  /** Of something new. */
  static readonly none = new Ratchet(undefined, undefined);

  static of(value: JsonValue, old: JsonValue, node: SchemaNode): Ratchet {
    return new Ratchet(new Correlated(value, old, node), undefined);
  }

  key(name: string): Ratchet {
    if (this.#present === undefined) return this;
    // Both are read as the same version: it is not seen whether that changed.
    if (this.#around === undefined && (name === 'apiVersion' || name === 'kind')) return Ratchet.none;
    return new Ratchet(this.#present.key(name), this.#present);
  }

  index(at: number): Ratchet {
    return this.#present === undefined ? this : new Ratchet(this.#present.index(at), this.#present);
  }

  get isUnchanged(): boolean {
    return (this.#present ?? this.#around)?.isEqual === true;
  }
}
