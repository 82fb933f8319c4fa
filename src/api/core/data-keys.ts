import type { FieldError } from '../../machinery/field-error.ts';
import { forbiddenValue, invalidValue, maxFieldErrors, tooLong } from '../../machinery/field-error.ts';
import { jsonEqual } from '../../machinery/json/json-equal.ts';
import { objectIn, valueAt } from '../../machinery/json/json-path.ts';
import type { JsonObject } from '../../machinery/json-value.ts';
import { configMapKey } from '../../machinery/validation/config-map-key.ts';

/** Bytes of all values together: what etcd takes with room for metadata. */
export const maxDataBytes = 1024 * 1024;

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** How many bytes a base64 text stands for; undefined when it is none. */
export function base64Bytes(text: string): number | undefined {
  if (!base64.test(text)) return undefined;
  return (text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);
}

/**
 * Checks the keys and the total size of a configmap's or secret's data. `binary`: the fields whose values are base64;
 * `whole`: the field that is named when all together are too much.
 */
export function validateData(
  object: JsonObject,
  text: readonly string[],
  binary: readonly string[],
  whole: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const inBinary = new Map(
    binary.flatMap((field) => Object.keys(objectIn(object, field) ?? {}).map((key) => [key, field])),
  );
  let bytes = 0;
  for (const field of [...text, ...binary]) {
    for (const [key, value] of Object.entries(objectIn(object, field) ?? {})) {
      if (errors.length >= maxFieldErrors) return errors;
      for (const why of configMapKey(key)) errors.push(invalidValue(`${field}[${key}]`, key, why));
      const other = text.includes(field) ? inBinary.get(key) : undefined;
      if (other !== undefined)
        errors.push(invalidValue(`${field}[${key}]`, key, `duplicate of key present in ${other}`));
      const content = typeof value === 'string' ? value : '';
      const size = binary.includes(field) ? base64Bytes(content) : Buffer.byteLength(content);
      if (size === undefined)
        errors.push(invalidValue(`${field}[${key}]`, '<secret contents redacted>', 'illegal base64 data'));
      bytes += size ?? 0;
    }
  }
  if (bytes > maxDataBytes) errors.push(tooLong(whole, maxDataBytes));
  return errors;
}

/** Once `immutable` is true it stays so, and `fields` stay as they are. */
export function validateImmutable(object: JsonObject, old: JsonObject, fields: readonly string[]): FieldError[] {
  if (valueAt(old, 'immutable') !== true) return [];
  const why = 'field is immutable when `immutable` is set';
  const errors: FieldError[] = [];
  if (valueAt(object, 'immutable') !== true) errors.push(forbiddenValue('immutable', why));
  for (const field of fields) {
    const [before, now] = [objectIn(old, field) ?? {}, objectIn(object, field) ?? {}];
    if (!jsonEqual(before, now)) errors.push(forbiddenValue(field, why));
  }
  return errors;
}
