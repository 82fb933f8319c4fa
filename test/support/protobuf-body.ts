import type { JsonObject, JsonValue } from '../../src/machinery/json-value.ts';
import { kubernetesProtobuf } from '../../src/machinery/protobuf/kubernetes-protobuf.ts';
import type { ProtobufType } from '../../src/machinery/protobuf/protobuf-data.ts';
import { type WireValue, wireField } from '../../src/machinery/protobuf/wire-writer.ts';

const noKind = { group: '', version: '', kind: '' };

/**
 * The body of `application/vnd.kubernetes.protobuf` that says what the object says, so far as protobuf can: values of
 * another type than the field's, negative and fractional numbers are left out. undefined: the kind has no message.
 */
export function protobufBody(object: JsonObject, { group, version, kind } = noKind): Buffer | undefined {
  const { kinds } = kubernetesProtobuf();
  const index = kinds[`${group}/${version}/${kind}`] ?? kinds[`*/${kind}`];
  if (index === undefined) return undefined;
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const typeMeta = Buffer.concat([wireField(1, Buffer.from(apiVersion)), wireField(2, Buffer.from(kind))]);
  return Buffer.concat([Buffer.from('k8s\0'), wireField(1, typeMeta), wireField(2, message(index, object))]);
}

function message(index: number, object: JsonObject): Buffer {
  const fields = Object.entries(kubernetesProtobuf().messages[index] ?? {});
  return Buffer.concat(
    fields.flatMap(([field, [name, type]]) => {
      // Fields of an embedded message stand among the object's own.
      const value = name === '' ? object : Object.hasOwn(object, name) ? object[name] : undefined;
      return value === undefined ? [] : contents(type, value).map((content) => wireField(Number(field), content));
    }),
  );
}

/** What is written of a value under the number of its field: once, or once for each item or entry. */
function contents(type: ProtobufType, value: JsonValue): WireValue[] {
  if (typeof type !== 'object') return content(type, value);
  const [container, inner] = type;
  if (typeof value !== 'object' || value === null) return [];
  if (container === '[') return Array.isArray(value) ? value.flatMap((item) => contents(inner, item)) : [];
  return Object.entries(value).flatMap(([key, item]) =>
    contents(inner, item).map((said) => Buffer.concat([wireField(1, Buffer.from(key)), wireField(2, said)])),
  );
}

const isNatural = (value: JsonValue): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function content(type: Exclude<ProtobufType, readonly unknown[]>, value: JsonValue): WireValue[] {
  if (typeof type === 'number') {
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? [message(type, value)] : [];
  }
  const text = typeof value === 'string' ? value : undefined;
  switch (type) {
    case 's':
      return text === undefined ? [] : [Buffer.from(text)];
    case 'y':
      return text === undefined ? [] : [Buffer.from(text, 'base64')];
    case 'i':
      return isNatural(value) ? [value] : [];
    case 'b':
      return typeof value === 'boolean' ? [Number(value)] : [];
    case 't':
    case 'u': {
      const seconds = Math.floor(Date.parse(text ?? '') / 1000);
      return seconds >= 0 ? [wireField(1, seconds)] : [];
    }
    case 'q':
      return text === undefined ? [] : [wireField(1, Buffer.from(text))];
    case 'x':
      if (isNatural(value)) return [Buffer.concat([wireField(1, 0), wireField(2, value)])];
      return text === undefined ? [] : [Buffer.concat([wireField(1, 1), wireField(3, Buffer.from(text))])];
    case '*':
      return [wireField(1, Buffer.from(JSON.stringify(value)))];
    case 'd':
      return [];
    default:
      return type satisfies never;
  }
}
