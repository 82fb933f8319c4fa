import { durationText } from './conversion.ts';
import { goDouble } from './go-double.ts';
import { timestampText } from './go-time.ts';
import { Type } from './type.ts';
import { CelError, CelList, CelMap, Double, Duration, Optional, Timestamp, typeOf, Uint, type Value } from './value.ts';

/** More is not shown in an error. */
const maxShown = 1_000;

/** A value in an error, as Go prints it. */
export function valueText(value: Value): string {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      return objectText(value);
  }
}

function objectText(value: Exclude<Value, string | number | bigint | boolean>): string {
  if (value === null) return 'NULL_VALUE';
  if (value instanceof Double) return goDouble(value.value);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Uint8Array) return `[${value.join(' ')}]`;
  if (value instanceof Timestamp) return timestampText(value);
  if (value instanceof Duration) return durationText(value);
  if (value instanceof Optional)
    return value.value === undefined ? 'optional.none()' : `optional(${valueText(value.value)})`;
  if (value instanceof CelList) {
    const shown = Array.from({ length: Math.min(value.size, maxShown) }, (_, at) => valueText(value.at(at)));
    return `[${shown.join(', ')}]`;
  }
  if (value instanceof CelMap) return 'map';
  if (value instanceof Type) return value.name;
  return value instanceof CelError ? value.message : value.type.name;
}

const goNames: ReadonlyMap<string, string> = new Map([
  ['int', 'types.Int'],
  ['uint', 'types.Uint'],
  ['double', 'types.Double'],
  ['bool', 'types.Bool'],
  ['string', 'types.String'],
  ['bytes', 'types.Bytes'],
  ['null_type', 'types.Null'],
  ['google.protobuf.Timestamp', 'types.Timestamp'],
  ['google.protobuf.Duration', 'types.Duration'],
  ['optional_type', '*types.Optional'],
  ['list', '*types.baseList'],
  ['map', '*types.baseMap'],
]);

/** The type of a value as Go's `%T` shows it. */
export const goTypeName = (value: Value): string => goNames.get(typeOf(value).name) ?? typeOf(value).name;
