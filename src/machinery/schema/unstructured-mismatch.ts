import { goKind } from '../go-value-text.ts';
import type { JsonValue } from '../json-value.ts';
import type { Schema } from './schema.ts';

/**
 * What Kubernetes says of a value of a wrong type where it reads an object from maps and lists, as after a strategic merge
 * patch, and not from JSON. `goType`: what Go calls the wanted type, where its schema does not tell it.
 */
export function unstructuredMismatch(schema: Schema, value: JsonValue, goType: string | undefined): string {
  const given = goKind(value);
  switch (schema.kind) {
    case 'struct':
      return `cannot restore struct from: ${given}`;
    case 'map':
      return `cannot restore map from ${given}`;
    case 'list':
    case 'bytes':
      return `cannot restore slice from ${given}`;
    case 'boolean':
      return 'unrecognized type: bool';
    case 'double':
      return 'unrecognized type: float64';
    case 'string':
      // Go would make a character of an integer, so that it is a conversion that is not wanted.
      return given === 'int64' ? `cannot convert int64 to ${goType ?? 'string'}` : 'unrecognized type: string';
    case 'int32':
    case 'int64':
      return given === 'float64'
        ? `cannot convert ${given} to ${goType ?? schema.kind}`
        : `unrecognized type: ${schema.kind}`;
    case 'time':
    case 'microtime':
    case 'quantity':
    case 'intOrString':
    case 'any':
      return `cannot convert ${given}`;
    default:
      return schema satisfies never;
  }
}
