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

/**
 * What an object says that it is. As Go's encoding/json, in whatever case the two keys are written: the last of them counts.
 * @throws {TypeMetaError}
 */
export function typeMetaOf(value: JsonValue): TypeMeta {
  if (value !== null && !isJsonObject(value)) {
    throw unreadable(`cannot unmarshal ${jsonTypeName(value)} into Go value of type ${goStruct}`);
  }
  const said = { apiVersion: '', kind: '' };
  for (const [written, field] of Object.entries(value ?? {})) {
    const key = field === null ? undefined : keyOf(written);
    if (key === undefined) continue;
    if (typeof field !== 'string') {
      throw unreadable(`cannot unmarshal ${jsonTypeName(field)} into Go struct field .${key} of type string`);
    }
    said[key] = field;
  }
  return { ...said, ...parseGroupVersion(said.apiVersion) };
}

function keyOf(written: string): 'apiVersion' | 'kind' | undefined {
  if (written === 'apiVersion' || written === 'kind') return written;
  if (written.length !== 'kind'.length && written.length !== 'apiVersion'.length) return undefined;
  // The Kelvin sign becomes a k by itself, the long s does not become an s.
  const folded = written.toLowerCase().replaceAll('ſ', 's');
  return folded === 'kind' ? 'kind' : folded === 'apiversion' ? 'apiVersion' : undefined;
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
