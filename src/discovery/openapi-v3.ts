import { createHash } from 'node:crypto';
import { encodeJson } from '../machinery/json/encode.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import type { ResourceRow, Verb } from '../registry/resource-row.ts';
import type { EncodedDocument } from './encoded-document.ts';
import type { GroupRows } from './group-versions.ts';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Which verbs make which method, on a collection and on one object, and the query parameters that matter to clients. */
const operations = {
  list: { method: 'get', on: 'collection', action: 'list', parameters: [] },
  create: {
    method: 'post',
    on: 'collection',
    action: 'post',
    parameters: ['dryRun', 'fieldManager', 'fieldValidation'],
  },
  deletecollection: { method: 'delete', on: 'collection', action: 'deletecollection', parameters: ['dryRun'] },
  get: { method: 'get', on: 'object', action: 'get', parameters: [] },
  update: { method: 'put', on: 'object', action: 'put', parameters: ['dryRun', 'fieldManager', 'fieldValidation'] },
  patch: { method: 'patch', on: 'object', action: 'patch', parameters: ['dryRun', 'fieldManager', 'fieldValidation'] },
  delete: { method: 'delete', on: 'object', action: 'delete', parameters: ['dryRun'] },
} as const satisfies Record<
  Exclude<Verb, 'watch'>,
  { method: Method; on: 'collection' | 'object'; action: string; parameters: readonly string[] }
>;

/** `/openapi/v3`: where each group version's document is. */
export function openApiIndex(groups: readonly GroupRows[]): EncodedDocument {
  const paths = groups.flatMap(({ group, versions }) =>
    versions.map(({ version, rows }) => {
      const path = groupVersionPath(group, version);
      const { etag } = openApiDocument(group, version, rows);
      return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${etag}` }] as const;
    }),
  );
  return encoded({ paths: Object.fromEntries(paths) });
}

/**
 * One group version's OpenAPI document: its paths with their operations, kinds and parameters, by which clients find out
 * what the server checks by itself (`fieldValidation`) and can do (`dryRun`). It describes no schemas.
 */
export function openApiDocument(group: string, version: string, rows: readonly ResourceRow[]): EncodedDocument {
  return encoded({
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'unversioned' },
    paths: Object.fromEntries(rows.flatMap((row) => pathsOf(groupVersionPath(group, version), row))),
    components: { schemas: {} },
  });
}

const groupVersionPath = (group: string, version: string): string =>
  group === '' ? `api/${version}` : `apis/${group}/${version}`;

function encoded(document: JsonObject): EncodedDocument {
  const body = `${encodeJson(document)}\n`;
  return { body, etag: createHash('sha512').update(body).digest('hex').toUpperCase() };
}

function pathsOf(root: string, row: ResourceRow): [string, JsonObject][] {
  const collection = `/${root}/${row.namespaced ? 'namespaces/{namespace}/' : ''}${row.resource}`;
  const object = `${collection}/{name}`;
  const subresources = Object.entries(row.subresources).map(([name, verbs]): [string, JsonObject] => [
    `${object}/${name}`,
    pathItem(row, verbs, 'object'),
  ]);
  return [
    [collection, pathItem(row, row.verbs, 'collection')],
    [object, { ...pathItem(row, row.verbs, 'object'), ...refusedPatch(row) }],
    ...subresources,
  ];
}

function pathItem(row: ResourceRow, verbs: readonly Verb[], on: 'collection' | 'object'): JsonObject {
  const names = [...(row.namespaced ? ['namespace'] : []), ...(on === 'object' ? ['name'] : [])];
  const item: JsonObject = names.length === 0 ? {} : { parameters: names.map((name) => parameter(name, 'path')) };
  for (const verb of verbs) {
    if (verb === 'watch' || operations[verb].on !== on) continue;
    item[operations[verb].method] = operation(row, verb, { '200': { description: 'OK' } });
  }
  return item;
}

function operation(row: ResourceRow, verb: keyof typeof operations, responses: JsonObject): JsonObject {
  const { action, parameters } = operations[verb];
  return {
    ...(parameters.length === 0 ? {} : { parameters: parameters.map((name) => parameter(name, 'query')) }),
    responses,
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group: row.group, kind: row.kind, version: row.version },
  };
}

/**
 * PATCH told also where it is refused: kubectl looks at no other operation to learn that the server checks fields by
 * itself (`fieldValidation`), and without it falls back to checks of its own that a newer server's types do not pass.
 */
const refusedPatch = (row: ResourceRow): JsonObject =>
  row.verbs.includes('patch') || !row.verbs.includes('update')
    ? {}
    : { patch: operation(row, 'patch', { '405': { description: 'Method Not Allowed' } }) };

const parameter = (name: string, place: 'path' | 'query'): JsonObject => ({
  name,
  in: place,
  ...(place === 'path' ? { required: true } : {}),
  schema: { type: 'string' },
});
