import type { Type } from './type.ts';
import { CelList, CelMap, Optional, typeOf, type Value } from './value.ts';

/** Whether a value may be the argument that a signature names. Of lists and maps the first element is looked at. */
export function isOfType(value: Value, type: Type): boolean {
  switch (type.kind) {
    case 'dyn':
    case 'param':
      return true;
    case 'string':
      return typeof value === 'string';
    case 'int':
      return typeof value === 'number' || typeof value === 'bigint';
    case 'bool':
      return typeof value === 'boolean';
    case 'list':
      return value instanceof CelList && (value.size === 0 || isOfType(value.at(0), type.parameters[0] as Type));
    case 'map':
      return value instanceof CelMap && firstIsOfType(value, type);
    case 'opaque':
      return value instanceof Optional ? type.name === 'optional_type' : typeOf(value).name === type.name;
    default:
      return typeOf(value).name === type.name;
  }
}

function firstIsOfType(map: CelMap, { parameters: [keyType, valueType] }: Type): boolean {
  for (const key of map.keys()) {
    const value = map.find(key);
    return isOfType(key, keyType as Type) && (value === undefined || isOfType(value, valueType as Type));
  }
  return true;
}
