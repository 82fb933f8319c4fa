import type { Answer } from './exchange.ts';

/** Fields whose value is each server's own. */
const ownFields: ReadonlySet<string> = new Set([
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'resourceVersion',
  'time',
  'lastTransitionTime',
  'firstTimestamp',
  'lastTimestamp',
  'continue',
]);
const ownPorts: ReadonlySet<string> = new Set(['nodePort', 'healthCheckNodePort']);

const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
const clusterIp = /\b10\.\d+\.\d+\.\d+\b/g;
/** Behind a name that was generated: five characters that make no word. */
const generated = /\bgenerated-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g;
/** In messages about preconditions. */
const version = /(resourceVersion|ResourceVersion)([^0-9]{1,40})\d+/g;

/**
 * The answer with what is each server's own made the same for all of them: identifiers, times, revisions, allocated addresses
 * and ports, the random end of a generated name. The prose in the columns of tables is left out. Whether such a value is
 * there, and whether it is a text, stays.
 */
export function anonymous({ status, headers, body }: Answer): Answer {
  const told = body === undefined ? {} : { body: valueOf(body, '') };
  return { status, headers: valueOf(headers, '') as Answer['headers'], ...told };
}

function valueOf(value: unknown, key: string): unknown {
  if (key === 'cell' && typeof value === 'string' && age.test(value)) return '<age>';
  if (typeof value === 'string')
    return ownFields.has(key) && value !== '' && value !== '0' ? `<${key}>` : textOf(value);
  if (typeof value === 'number') return ownPorts.has(key) && value > 0 ? `<${key}>` : value;
  if (Array.isArray(value)) return inOrder(key, value).map((item) => valueOf(item, key === 'cells' ? 'cell' : ''));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const isColumn = 'priority' in value && 'format' in value && 'description' in value;
  return Object.fromEntries(
    entries.filter(([name]) => !isColumn || name !== 'description').map(([name, item]) => [name, valueOf(item, name)]),
  );
}

/** Of a service: what stands for it in tables, and in messages about two that are the same. */
const nodePort = /(:|Duplicate value: )3\d{4}(?=\/|,|$)/g;
/** How old something is, as tables have it. */
const age = /^(\d+[smhdy]){1,2}$/;

/** Managers stand in the order of their times, and conflicts in none. */
function inOrder(key: string, list: readonly unknown[]): readonly unknown[] {
  if (key !== 'managedFields' && key !== 'causes') return list;
  const textOfEach = list.map((item) => {
    const { time: _, fieldsV1: __, ...rest } = (item ?? {}) as Record<string, unknown>;
    return [JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))), item] as const;
  });
  const unordered = key === 'managedFields' || textOfEach.every(([text]) => text.includes('FieldManagerConflict'));
  return unordered ? textOfEach.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item) : list;
}

const textOf = (text: string): string =>
  text
    .replace(uuid, '<uid>')
    .replace(time, '<time>')
    .replace(clusterIp, '<clusterIP>')
    .replace(nodePort, '$1<nodePort>')
    .replace(generated, 'generated-<random>')
    .replace(version, '$1$2<resourceVersion>');
