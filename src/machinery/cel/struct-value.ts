import { EntryMap, MapBuilder } from './map.ts';
import type { Type } from './type.ts';
import { CelMap, type Value } from './value.ts';

/** An object that an expression made. What is not set is not there. */
export class StructValue extends CelMap {
  readonly type: Type;
  readonly #fields: EntryMap;

  constructor(type: Type, fields: EntryMap) {
    super();
    this.type = type;
    this.#fields = fields;
  }

  override get size(): number {
    return this.#fields.size;
  }

  override find(key: Value): Value | undefined {
    return this.#fields.find(key);
  }

  override keys(): Iterable<Value> {
    return this.#fields.keys();
  }
}

export function structOf(type: Type, fields: ReadonlyMap<string, Value>): StructValue {
  const builder = new MapBuilder();
  for (const [name, value] of fields) builder.set(name, value);
  return new StructValue(type, builder.done());
}
