import type { GroupVersion } from './gvk.ts';
import { jsonTypeName } from './json/json-type-name.ts';
import { isJsonObject, type JsonValue } from './json-value.ts';

/** A body from which neither version nor kind can be read. The message is the one of Kubernetes. */
export class TypeMetaError extends Error {
  override readonly name = 'TypeMetaError';
}

export interface TypeMeta extends GroupVersion {
  /** As written; '' when absent. */
  readonly apiVersion: string;
  /** '' when absent. */
  readonly kind: string;
}

/** The Go type into which the original reads these two fields, which its messages show. */
const goStruct =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** What an object says that it is. @throws {TypeMetaError} */
export function typeMetaOf(value: JsonValue): TypeMeta {
  if (value !== null && !isJsonObject(value)) {
    throw unreadable(`cannot unmarshal ${jsonTypeName(value)} into Go value of type ${goStruct}`);
  }
  const read = (key: 'apiVersion' | 'kind'): string => {
    const field = value?.[key] ?? '';
    if (typeof field === 'string') return field;
    throw unreadable(`cannot unmarshal ${jsonTypeName(field)} into Go struct field .${key} of type string`);
  };
  const apiVersion = read('apiVersion');
  return { apiVersion, kind: read('kind'), ...parseGroupVersion(apiVersion) };
}

/** `apps/v1`, `v1`, ''. @throws {TypeMetaError} */
export function parseGroupVersion(apiVersion: string): GroupVersion {
  if (apiVersion === '' || apiVersion === '/') return { group: '', version: '' };
  const [first = '', second, third] = apiVersion.split('/', 3);
  if (third !== undefined) throw new TypeMetaError(`unexpected GroupVersion string: ${apiVersion}`);
  return second === undefined ? { group: '', version: first } : { group: first, version: second };
}

const unreadable = (why: string): TypeMetaError =>
  new TypeMetaError(`couldn't get version/kind; json parse error: json: ${why}`);
