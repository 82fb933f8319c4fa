import type fc from 'fast-check';
import { boolean, jsonValue, nat } from 'fast-check';
import type { JsonValue } from '../../src/machinery/json-value.ts';
import type { Schema } from '../../src/machinery/schema/schema.ts';

/** A value of the schema in which anything may be of another type. `textOf`: what stands where texts and times should. */
export function wildObject(
  schema: Schema,
  draw: fc.GeneratorValue,
  textOf: () => string = () => 'x',
  depth = 0,
): JsonValue {
  if (depth > 0 && draw(nat, { max: 4 }) === 0) return draw(jsonValue, { maxDepth: 1 }) as JsonValue;
  const within = (inner: Schema) => wildObject(inner, draw, textOf, depth + 1);
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
