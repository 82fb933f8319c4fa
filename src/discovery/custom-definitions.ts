import { listKindOf, type ServedNames, type ServedVersion } from '../api/served-version.ts';
import type { JsonObject } from '../machinery/json-value.ts';
import type { Descriptions } from './descriptions.ts';

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const gvkKey = 'x-kubernetes-group-version-kind';
const conventions = 'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md';

/** What is told of a kind. */
export type DescribedKind = Pick<ServedNames, 'group' | 'version' | 'kind'> &
  Partial<Pick<ServedNames, 'custom' | 'listKind' | 'resource' | 'subresourceKinds'>> & {
    readonly fieldLabels?: ServedVersion['fieldLabels'] | undefined;
  };

/** `com.example.stable.v1.CronTab`: what OpenAPI calls a kind of a definition. */
export const modelName = ({ group, version }: Pick<ServedNames, 'group' | 'version'>, kind: string): string =>
  [...group.split('.').reverse(), version, kind].join('.');

/** A reference to one of the types of all; in v3 nothing may stand beside it. */
const referenceTo = (
  name: string,
  version: 'v2' | 'v3',
  prefix: string,
  description: string | undefined,
): JsonObject => {
  const reference = { $ref: `${prefix}${meta}.${name}` };
  return {
    ...(version === 'v3' ? { allOf: [reference] } : reference),
    ...(description !== undefined && { description }),
  };
};

/**
 * The definitions of a kind that was itself defined, and of its list, by name. `prefix`: of references. What fields of all
 * objects are for is said in the words of a kind that has them.
 */
export function customDefinitions(
  served: DescribedKind,
  version: 'v2' | 'v3',
  prefix: string,
  descriptions: Descriptions,
): readonly (readonly [name: string, definition: JsonObject])[] {
  const { custom, group, kind, resource = '', fieldLabels = {} } = served;
  if (custom === undefined) return [];
  const listKind = listKindOf(served);
  const [, words = {}] = descriptions['io.k8s.api.core.v1.ConfigMap'] ?? [];
  const [, wordsOfList = {}] = descriptions['io.k8s.api.core.v1.ConfigMapList'] ?? [];
  const described = (schema: JsonObject, field: string): JsonObject => {
    const description = words[field];
    return description === undefined ? schema : { ...schema, description };
  };
  const typeMeta = {
    apiVersion: described({ type: 'string' }, 'apiVersion'),
    kind: described({ type: 'string' }, 'kind'),
  };
  const selectable = Object.keys(fieldLabels).map((fieldPath) => ({ fieldPath }));
  const extensions = (of: string): JsonObject => ({
    [gvkKey]: [{ group, kind: of, version: served.version }],
    ...(version === 'v3' && selectable.length > 0 && { 'x-kubernetes-selectable-fields': selectable }),
  });
  const told = custom.openApi(version, referenceTo('ObjectMeta', version, prefix, words['metadata']));
  const { properties } = told;
  const object: JsonObject = {
    ...told,
    ...(properties !== undefined && { properties: { ...(properties as JsonObject), ...typeMeta } }),
    ...extensions(kind),
  };
  const list: JsonObject = {
    description: `${listKind} is a list of ${kind}`,
    type: 'object',
    required: ['items'],
    properties: {
      ...typeMeta,
      items: {
        description: `List of ${resource}. More info: ${conventions}`,
        type: 'array',
        items: { $ref: prefix + modelName(served, kind) },
      },
      metadata: referenceTo('ListMeta', version, prefix, wordsOfList['metadata']),
    },
    ...extensions(listKind),
  };
  return [
    [modelName(served, kind), object],
    [modelName(served, listKind), list],
  ];
}
