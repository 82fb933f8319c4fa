import type fc from 'fast-check';
import { boolean, jsonValue, nat } from 'fast-check';
import type { JsonValue } from '../../src/machinery/json-value.ts';
import type { Schema } from '../../src/machinery/schema/schema.ts';

/** A value of the schema in which anything may be of another type. `textOf`: what stands where texts and times should. */
export const wildObject = (schema: Schema, draw: fc.GeneratorValue, textOf: () => string = () => 'x'): JsonValue =>
  valueOf(schema, { draw, textOf, typed: false }, 0);

/** A value of the schema, with whatever fields, each of its type. */
export const typedObject = (schema: Schema, draw: fc.GeneratorValue): JsonValue =>
  valueOf(schema, { draw, textOf: () => 'x', typed: true }, 0);

interface Choice {
  readonly draw: fc.GeneratorValue;
  readonly textOf: () => string;
  readonly typed: boolean;
}

function valueOf(schema: Schema, choice: Choice, depth: number): JsonValue {
  const { draw, textOf, typed } = choice;
  if (!typed && depth > 0 && draw(nat, { max: 4 }) === 0) return draw(jsonValue, { maxDepth: 1 }) as JsonValue;
  const within = (inner: Schema) => valueOf(inner, choice, depth + 1);
  switch (schema.kind) {
    case 'struct': {
      if (depth > 6) return {};
      const given = [...schema.fields].filter(() => depth < 2 || draw(boolean));
      return Object.fromEntries(given.map(([key, field]) => [key, within(field.schema)]));
    }
    case 'list':
      return [within(schema.items), within(schema.items)];
    case 'map':
      return { a: within(schema.values) };
    case 'int32':
    case 'int64':
    case 'double':
      return 1;
    case 'boolean':
      return true;
    default:
      return textOf();
  }
}
