import { cannot, type SchemaPlace } from './schema-place.ts';

/** What Go's patterns have not: looking around, and what was matched before. */
const beyondGo = /\(\?(?:[=!]|<[=!])|\\[1-9]|\\k</;

/** Formats that Kubernetes checks by itself, as its servers do. */
const checkedFormats = ['date', 'date-time', 'email', 'hostname', 'ipv4', 'ipv6', 'uri', 'uuid', 'byte', 'cidr', 'mac'];

/**
 * The schema's pattern; undefined: none, or one that Go does not know beside a format that says it. JSON Schema says what
 * an ISO 8601 duration is by such a pattern; it is left out where it was printed.
 * @throws {KindError} for one that Go does not know
 */
export function patternFor(schema: { readonly [keyword: string]: unknown }, place: SchemaPlace): string | undefined {
  const { pattern, format } = schema;
  if (typeof pattern !== 'string') return undefined;
  if (!beyondGo.test(pattern)) return pattern;
  if (checkedFormats.includes(String(format)) || (place.printed && format === 'duration')) return undefined;
  throw cannot(place, `pattern: ${pattern}: Go's patterns (RE2) neither look around nor refer back`);
}
